// Names of files, as strangers send them: made such that they name one new file in one folder on every system, and look like
// what they are. What cannot be kept is left out, so that a file with an odd name still arrives.

/** NAME_MAX of Linux and macOS, in bytes of UTF-8; Windows counts 255 UTF-16 units, which is never less. */
const NAME_BYTES = 255;
/** A longer ending is no ending, and may be cut. */
const ENDING_BYTES = 32;
const NAMELESS = "file";

// Controls, everything without a shape of its own (directions, joiners, tags, fillers: Unicode's default ignorable code points),
// line ends, interlinear annotation. Four stay: Persian needs U+200C and U+200D, emoji U+200D, U+FE0E and U+FE0F.
const INVISIBLE = /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cc}\p{DI}\p{Zl}\p{Zp}\p{NChar}\ufff9-\ufffb]/gu;
/** Separators, a drive or stream of Windows, and what Windows refuses. */
const SEPARATORS = /[/\\:*?"<>|]/g;
/** Hidden files, options of commands. */
const LEADING = /^(?:[.\-\s]|\p{DI})+/u;
/** Windows drops these silently: two names would be one. */
const TRAILING = /[.\s]|\u200c|\u200d/;
/** Devices of Windows, with or without an ending. */
const DEVICES = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/** Of any text a file name of 1 to 255 bytes. A safe name stays as it is. */
export function safeFileName(text: string): string {
  // Before and after: what is left out may have stood between a letter and its mark.
  const visible = text.toWellFormed().normalize("NFC").replaceAll(INVISIBLE, "").normalize("NFC");
  const flat = trimmed(visible.replaceAll(SEPARATORS, "_"));
  const named = DEVICES.test(flat) ? `_${flat}` : flat;
  return named === "" ? NAMELESS : shortened(named, "");
}

/** `name (2).ext`: the name to try when `name.ext` is taken. `name` is a safe one. */
export function numberedName(name: string, number: number): string {
  return shortened(name, ` (${number})`);
}

function trimmed(name: string): string {
  return withoutTrail(name.replace(LEADING, ""));
}

/** By hand: the same as an expression takes time with the square of what a stranger wrote. */
function withoutTrail(name: string): string {
  let end = name.length;
  while (end > 0 && TRAILING.test(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end);
}

/** The stem is cut, not the ending. */
function shortened(name: string, suffix: string): string {
  const dot = name.lastIndexOf(".");
  const hasEnding = dot > 0 && Buffer.byteLength(name.slice(dot)) <= ENDING_BYTES;
  const ending = hasEnding ? name.slice(dot) : "";
  const stem = hasEnding ? name.slice(0, dot) : name;
  const room = NAME_BYTES - Buffer.byteLength(ending + suffix);
  if (Buffer.byteLength(stem) <= room) return stem + suffix + ending;
  return withoutTrail(cut(stem, room)) + suffix + ending;
}

/** The beginning of a text that has at most so many bytes of UTF-8; no character is cut in two. */
function cut(text: string, bytes: number): string {
  let used = 0;
  let kept = "";
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}
