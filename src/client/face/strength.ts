// How hard a passphrase is to guess, by a rough count that needs no word list: it sees what is short or regular, and cannot know
// what stands in books.
import { Fault } from "../../model/fault.ts";

export interface Strength {
  readonly verdict: "weak" | "fair" | "good";
  /** One sentence without a full stop. */
  readonly advice: string;
}

/** Fewer characters than this are not taken. */
const LEAST_CHARS = 8;
const FAIR_BITS = 28;
const GOOD_BITS = 44;
/** A word that people think of is one of a few thousand; written with odd capitals a little more. */
const WORD_BITS = 11;
const CAPITAL_BITS = 2;
/** A number that people think of: often a year or a day. */
const NUMBER_BITS = 10;
const LETTER_BITS = Math.log2(26);
const DIGIT_BITS = Math.log2(10);
const SIGN_BITS = 5;
/** Signs that stand for letters: `passw0rd` is a word. */
const DISGUISED: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  $: "s",
  "@": "a",
};
const PARTS = /(?<word>\p{L}+)|(?<number>\p{N}+)|(?<sign>[^\p{L}\p{N}])/gu;

/** A new one. @throws Fault `passphrase-short` */
export function checkedPassphrase(passphrase: string): string {
  if (Array.from(passphrase.normalize("NFC")).length >= LEAST_CHARS) return passphrase;
  throw new Fault("passphrase-short", `a passphrase has at least ${LEAST_CHARS} characters`, {
    values: { least: LEAST_CHARS },
    hint: "nothing was changed; five words chosen by chance are a good one",
  });
}

export function strengthOf(passphrase: string): Strength {
  const plain = passphrase
    .normalize("NFC")
    .replaceAll(/(?<=\p{L})[013457$@](?=\p{L})/gu, (sign) => DISGUISED[sign] ?? sign);
  const parts = [...plain.matchAll(PARTS)].map(([part]) => part.toLowerCase());
  // The same part again is no news; spaces between words are expected.
  const different = [...new Set(parts)].filter((part) => part !== " ");
  const capitals = /\p{Ll}\p{Lu}/u.test(passphrase) ? CAPITAL_BITS : 0;
  const bits = different.reduce((sum, part) => sum + bitsOf(part), capitals);
  if (bits < FAIR_BITS)
    return { verdict: "weak", advice: "weak: longer is better, for example five words chosen by chance" };
  if (bits < GOOD_BITS) return { verdict: "fair", advice: "fair: another word or two, chosen by chance, make it good" };
  return { verdict: "good", advice: "good, unless it stands in a book or was used elsewhere" };
}

function bitsOf(part: string): number {
  const length = news(part);
  if (/^\p{L}/u.test(part)) return Math.min(length * LETTER_BITS, WORD_BITS);
  if (/^\p{N}/u.test(part)) return Math.min(length * DIGIT_BITS, NUMBER_BITS);
  return SIGN_BITS;
}

/** Characters that are not the same as the one before, or next to it in the alphabet. */
function news(part: string): number {
  const codes = Array.from(part, (char) => char.codePointAt(0) ?? 0);
  return codes.filter((code, index) => index === 0 || Math.abs(code - (codes[index - 1] ?? 0)) > 1).length;
}
