// Why something was refused, in the language of the person where there are words for it, else as the program says it.
import { sanitizeLine } from "../../sanitize.ts";
import { Refused } from "./line.ts";
import type { Say } from "./words/say.ts";

const LONG = 400;

export function faultWords(error: unknown, say: Say): string {
  if (!(error instanceof Refused)) return say("went-wrong");
  const { message, hint } = say.told(error.reason);
  const says = hint === undefined ? message : `${message}: ${hint}`;
  return sanitizeLine(says.charAt(0).toUpperCase() + says.slice(1), LONG);
}
