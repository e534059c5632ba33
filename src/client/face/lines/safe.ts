// Sentences of the program around strangers' text.
import { sanitizeLine } from "../sanitize.ts";

const LONG = 1_000;

/** Every value in it as one safe line. */
export function safe(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.map((part, at) => `${part}${sanitizeLine(String(values[at] ?? ""), LONG)}`).join("");
}
