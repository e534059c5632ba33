// Strangers' text before a terminal: the one way from a string of somebody else to something that may be written there.
// What could act is shown as a visible picture instead of being deleted, so that nobody is fooled by what is missing.

declare const safe: unique symbol;
/** Holds no control character but newline, no invisible direction or tag, no lone surrogate. */
export type SafeText = string & { readonly [safe]: true };

/** Marks on one base: Vietnamese and Hebrew need up to three; more is a tower over other people's lines. */
const MARKS_MOST = 4;
const REPLACED = "\ufffd";
const TAB = "    ";

// C0 but newline and tab, DEL, C1, soft hyphen, Arabic letter mark, zero width space, direction marks, embeddings and overrides,
// line and paragraph separators, invisible operators and isolates, byte order mark, interlinear annotation.
const BAD =
  // oxlint-disable-next-line no-control-regex -- control characters are what it is for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
// Every tag character is a surrogate pair that begins with DB40 and ends in DC00–DC7F.
const TAGS = /\u{1f3f4}?[\u{e0000}-\u{e007f}]+/gu;
const MARKS = new RegExp(`(\\p{M}{${MARKS_MOST}})\\p{M}+`, "gu");
const PLAIN = /^[\x20-\x7e]*$/;

/** The flags of England, Scotland and Wales (UTS #51, emoji tag sequences); no other is in general use. */
const FLAGS = new Set(["gbeng", "gbsct", "gbwls"].map((region) => `\u{1f3f4}${tags(region)}\u{e007f}`));

function tags(letters: string): string {
  return Array.from(letters, (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
}

/** Several lines stay several lines; a carriage return with its newline is one newline, alone it is a picture. */
export function sanitize(text: string): SafeText {
  if (PLAIN.test(text)) return text as SafeText;
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll("\t", TAB)
    .replaceAll(LONE, REPLACED)
    .replaceAll(BAD, picture)
    .replaceAll(TAGS, (run) => (FLAGS.has(run) ? run : pictures(run)))
    .replaceAll(MARKS, "$1") as SafeText;
}

/** Names and other single lines, cut to `most` characters (of what people call characters, near enough: code points). */
export function sanitizeLine(text: string, most = 64): SafeText {
  const line = sanitize(text).replaceAll("\n", "␊");
  if (line.length <= most) return line as SafeText;
  const points = Array.from(line);
  return (points.length <= most ? line : `${points.slice(0, most - 1).join("")}…`) as SafeText;
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : REPLACED;
}

function pictures(run: string): string {
  const flag = run.startsWith("\u{1f3f4}") ? "\u{1f3f4}" : "";
  return flag + REPLACED.repeat((run.length - flag.length) / 2);
}
