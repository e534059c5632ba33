// Why something was refused, in the words of the page where it has them, else as the program says it.
import { sanitizeLine } from "../../sanitize.ts";
import { Refused } from "./line.ts";
import type { Key } from "./words/en.ts";
import type { Say } from "./words/say.ts";

const LONG = 400;
const KNOWN: Readonly<Record<string, Key>> = {
  "wrong-passphrase": "fault-wrong-passphrase",
  "too-many-tries": "fault-too-many-tries",
  "passphrase-short": "fault-passphrase-short",
  cut: "link-cut",
};

export function faultWords(error: unknown, say: Say): string {
  if (!(error instanceof Refused)) return say("went-wrong");
  const { code, message, hint } = error.reason;
  const known = Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined;
  if (known !== undefined) return say(known);
  return sanitizeLine(hint === undefined ? message : `${message}: ${hint}`, LONG);
}
