// One line of the server's log for people: the sentence, then its facts as name=value, short enough for a terminal.
// The JSON form has everything in full.

type Fields = Readonly<Record<string, unknown>>;

/** In front of the sentence, or the sentence itself. */
const ELSEWHERE = new Set(["level", "time", "msg", "err"]);
/** Fingerprints, device ids and serials: this much of them tells them apart. */
const LONG_HEX = /^[0-9a-f]{24,}$/;
const HEX_DIGITS = 12;
const PLAIN = /^[\x21\x23-\x7e]+$/;
/** What acts on a terminal or hides on it: control characters, directions, separators. JSON leaves some of them as they are. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `mute`: how the facts step back behind the sentence. */
export function lineOf(log: Fields, mute: (text: string) => string): string {
  const facts = Object.entries(log).filter(([name]) => !ELSEWHERE.has(name));
  const shown = facts.map(([name, value]) => `${name}=${valueText(value)}`).join(" ");
  const stack = stackOf(log["err"]);
  return String(log["msg"]) + (shown === "" ? "" : ` ${mute(shown)}`) + (stack === undefined ? "" : `\n${mute(stack)}`);
}

function valueText(value: unknown): string {
  if (typeof value !== "string") return escaped(JSON.stringify(value) ?? "");
  if (LONG_HEX.test(value)) return `${value.slice(0, HEX_DIGITS)}…`;
  return PLAIN.test(value) ? value : escaped(JSON.stringify(value));
}

/** A defect, as pino writes it. */
function stackOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("stack" in error)) return undefined;
  return String(error.stack)
    .split("\n")
    .map((line) => escaped(line))
    .join("\n");
}

function escaped(text: string): string {
  return text.replaceAll(UNSAFE, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}
