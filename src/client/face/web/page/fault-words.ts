// Why something was refused, in the language of the person where there are words for it, else as the program says it.
import { Fault } from "../../../../model/fault.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { Refused } from "./line.ts";
import type { Key } from "./words/en.ts";
import type { Say } from "./words/say.ts";

const LONG = 400;
/** What the program says of its command line has words of the page: what to type, and where. */
const OF_PAGE: Readonly<Record<string, Key>> = {
  "handle-invalid": "name-invalid",
  "invitation-malformed": "invitation-malformed",
  "login-refused": "login-refused",
  "not-an-owner": "admin-refused",
  "password-differs": "passphrase-differs",
  "password-short": "password-short",
  "phrase-differs": "phrase-differs",
  "realm-line": "realm-line-malformed",
  "request-identity": "name-other",
  "user-missing": "name-missing",
  "user-taken": "name-taken",
};

export function faultWords(error: unknown, say: Say): string {
  const reason = error instanceof Refused ? error.reason : error instanceof Fault ? error : undefined;
  if (reason === undefined) return say("went-wrong");
  const key = Object.hasOwn(OF_PAGE, reason.code) ? OF_PAGE[reason.code] : undefined;
  if (key !== undefined) return say(key);
  const { message, hint } = say.told(reason);
  const says = hint === undefined ? message : `${message}: ${hint}`;
  return sanitizeLine(says.charAt(0).toUpperCase() + says.slice(1), LONG);
}
