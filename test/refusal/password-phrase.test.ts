// Recovery phrases with a slip: which word it is, what it may have been, and nothing of the rest.
import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/model/fault.ts";
import { readPhrase } from "../../src/password/phrase.ts";
import { PHRASES } from "../unit/password/phrase-vectors.ts";

const [, PHRASE = ""] = PHRASES[5] ?? [];
const WORDS = PHRASE.split(" ");

function faultOf(text: string): Pick<Fault, "code" | "message" | "hint"> {
  try {
    readPhrase(text);
  } catch (error) {
    const { code, message, hint } = error as Fault;
    return { code, message, hint };
  }
  throw new Error("it was read");
}

/** With another word at a position from 1. */
const withWord = (position: number, word: string): string => WORDS.with(position - 1, word).join(" ");

describe("a recovery phrase", () => {
  it.each([
    ["a letter wrong", 2, "eyebrov", 'perhaps it is "eyebrow"'],
    ["a letter too few", 7, "mufin", 'perhaps it is "muffin"'],
    ["a letter too many", 1, "pandaa", 'perhaps it is "panda"'],
    ["two letters changed", 20, "quikc", 'perhaps it is "quick"'],
    ["an ending of its own", 24, "insider", 'perhaps it is "inside"'],
    ["its beginning only", 13, "alco", 'perhaps it is "alcohol"'],
    ["a comma behind it", 3, "bullet,", 'perhaps it is "bullet"'],
    ["a number in it", 9, "me5h", 'perhaps it is "mesh"'],
    ["several that it may be", 23, "bost", 'perhaps it is "best" or "boat" or "boost"'],
    ["nothing near", 12, "xxxxxxxx", "look at the paper again"],
    ["far too many letters", 12, "x".repeat(500), "look at the paper again"],
  ])("with %s is refused by the number of the word", (...[, position, word, hint]) => {
    expect(faultOf(withWord(position, word))).toEqual({
      code: "phrase-malformed",
      message: `word ${position} of the recovery phrase is not in the list`,
      hint,
    });
  });

  it("counts the words, not the numbers before them", () => {
    const numbered = WORDS.with(9, "discovr")
      .map((word, at) => `${at + 1}. ${word}`)
      .join("\n");
    expect(faultOf(numbered)).toMatchObject({ message: "word 10 of the recovery phrase is not in the list" });
  });

  it.each([
    ["no words", "", 0],
    ["a word too few", WORDS.slice(1).join(" "), 23],
    ["a word too many", `${PHRASE} inside`, 25],
    ["twelve words, which others take", `${"abandon ".repeat(11)}about`, 12],
  ])("of %s is refused", (_what, text, count) => {
    expect(faultOf(text)).toMatchObject({
      code: "phrase-malformed",
      message: `a recovery phrase has 24 words, and here are ${count}`,
    });
  });

  it.each([
    ["a word for another one of the list", withWord(4, "gorilla").replace("gorilla", "grace")],
    ["two words in each other's place", [...WORDS.slice(0, 2).toReversed(), ...WORDS.slice(2)].join(" ")],
    ["24 times the same word", "abandon ".repeat(24)],
  ])("with %s has a wrong checksum", (_what, text) => {
    expect(faultOf(text)).toMatchObject({
      code: "phrase-malformed",
      message: "the checksum of the recovery phrase is wrong",
    });
  });

  it("of a megabyte is refused at once", () => {
    expect(faultOf("abandon ".repeat(131_072))).toMatchObject({
      code: "phrase-malformed",
      message: "this is too long for a recovery phrase",
    });
  });

  it("does not stand in its fault, nor does what was typed", () => {
    const { message, hint } = faultOf(withWord(2, "eyebrov"));
    const told = `${message} ${hint ?? ""}`;
    for (const word of ["eyebrov", ...WORDS.filter((one) => one !== "eyebrow")])
      expect(new RegExp(`\\b${word}\\b`).test(told)).toBe(false);
  });
});
