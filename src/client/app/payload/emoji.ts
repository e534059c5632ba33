// What a reaction may be: one character as people count them, that can be seen. Mostly an emoji, and nothing keeps it from being `é`.
import { Fault } from "../../../model/fault.ts";

/** UTF-8: the longest emoji in use, a kiss of two skin tones, has 35. */
const EMOJI_BYTES = 64;
// Something with a shape first; pictographs also where this version of Unicode does not know them yet.
const VISIBLE = /^(?!\p{DI})[\p{L}\p{N}\p{P}\p{S}\p{ExtPict}][\p{L}\p{N}\p{P}\p{S}\p{ExtPict}\p{M}\u200d]*$/u;
/** Flags of regions (UTS #51, emoji tag sequences): tags are letters that nobody sees, and stand nowhere else. */
const REGION = /^\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}$/u;

/** @throws Fault `bad-emoji` */
export function checkEmoji(emoji: string): void {
  if (emoji.length <= EMOJI_BYTES && Buffer.byteLength(emoji) <= EMOJI_BYTES && isShown(emoji) && isOne(emoji)) return;
  throw new Fault("bad-emoji", "a reaction is one emoji", { hint: "for example 👍" });
}

function isShown(emoji: string): boolean {
  return (VISIBLE.test(emoji) || REGION.test(emoji)) && emoji.normalize("NFC") === emoji;
}

function isOne(emoji: string): boolean {
  const [point = ""] = emoji;
  // A segmenter takes tens of milliseconds to be there for the first time: most reactions need none.
  if (point.length === emoji.length) return true;
  const [first] = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(emoji);
  return first?.segment === emoji;
}
