// The recovery phrase: 256 bits as 24 words of the English list of BIP 39, and how such words are read back from paper.
// Knows no terminal and not what the bits are for. A phrase never stands in a fault; a hint may name words of the list.
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { Fault, type FaultValues } from "../model/fault.ts";
import { ENTROPY_BYTES } from "./key-sizes.ts";
import { nearestWords } from "./nearest-words.ts";

const PHRASE_WORDS = 24;
/** Words that are asked back: enough to see that the paper is there, few enough that nobody minds. */
const CHALLENGE_WORDS = 3;
/** A phrase with numbers and columns is far shorter. */
const TEXT_CHARS = 2000;
/** Bytes of one random number: so many that the rest of a division by 24 is as even as a die. */
const DRAW_BYTES = 6;
/** `1.` `1)` `1:` or `1` before a word, also without a space. */
const NUMBERING = /(?<=^|\s)\d{1,2}(?:\s*[.):]|(?=\s|$))/g;

/** So many random bytes, each time others. */
export type Random = (bytes: number) => Uint8Array;

/** A new one, its words with one space between them. */
export function newPhrase(random: Random): string {
  const entropy = random(ENTROPY_BYTES);
  const phrase = entropyToMnemonic(entropy, wordlist);
  entropy.fill(0);
  return phrase;
}

/** The 32 bytes of a phrase, in any case, with any spaces, line breaks and numbers. @throws Fault `phrase-malformed` */
export function readPhrase(text: string): Uint8Array {
  if (text.length > TEXT_CHARS) throw malformed("this is too long for a recovery phrase");
  const words = wordsOf(text);
  const known = new Set(wordlist);
  const wrong = words.findIndex((word) => !known.has(word));
  if (wrong !== -1) throw unknownWord(words[wrong] ?? "", wrong + 1);
  if (words.length !== PHRASE_WORDS)
    throw malformed(`a recovery phrase has ${PHRASE_WORDS} words, and here are ${words.length}`, {
      values: { words: words.length },
    });
  try {
    return mnemonicToEntropy(words.join(" "), wordlist);
  } catch {
    // Its length and its words are right: nothing else is left that the library could mind.
    throw malformed("the checksum of the recovery phrase is wrong", {
      hint: "a word was taken for another one, or two changed places",
    });
  }
}

/** Positions in a phrase, 1 to 24, in rising order: the words to ask back. */
export function challengeWords(random: Random): readonly number[] {
  const left = Array.from({ length: PHRASE_WORDS }, (_, index) => index + 1);
  const drawn = Array.from({ length: CHALLENGE_WORDS }, () => {
    const at = Buffer.from(random(DRAW_BYTES)).readUIntBE(0, DRAW_BYTES) % left.length;
    return left.splice(at, 1);
  });
  return drawn.flat().toSorted((one, other) => one - other);
}

export interface Entry {
  readonly phrase: string;
  /** Of `challengeWords`. */
  readonly positions: readonly number[];
  /** One word for each position, typed by a person. */
  readonly answers: readonly string[];
}

/** Whether the words at these positions were entered. */
export function checkChallenge({ phrase, positions, answers }: Entry): boolean {
  const words = wordsOf(phrase);
  if (new Set(positions).size !== CHALLENGE_WORDS || answers.length !== CHALLENGE_WORDS) return false;
  return positions.every((position, index) => {
    const entered = wordsOf(answers[index] ?? "");
    return entered.length === 1 && entered[0] === words[position - 1];
  });
}

/** BIP 39 compares words in NFKD; the list has lower case only. */
function wordsOf(text: string): readonly string[] {
  const plain = text.normalize("NFKD").toLowerCase().replaceAll(NUMBERING, " ");
  return plain.split(/\s+/).filter((word) => word !== "");
}

function unknownWord(word: string, position: number): Fault {
  const near = nearestWords(word, wordlist).map((one) => `"${one}"`);
  return malformed(`word ${position} of the recovery phrase is not in the list`, {
    hint: near.length === 0 ? "look at the paper again" : `perhaps it is ${near.join(" or ")}`,
    values: { position },
  });
}

function malformed(sentence: string, told: { readonly hint?: string; readonly values?: FaultValues } = {}): Fault {
  return new Fault("phrase-malformed", sentence, told);
}
