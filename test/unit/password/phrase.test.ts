// Recovery phrases: the published vectors, what people make of them on paper, and three words asked back.
import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { challengeWords, checkChallenge, newPhrase, readPhrase } from "../../../src/password/phrase.ts";
import { PHRASES } from "./phrase-vectors.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const [, PHRASE = ""] = PHRASES[4] ?? [];
const [ENTROPY = ""] = PHRASES[4] ?? [];

describe("a recovery phrase", () => {
  it.each(PHRASES)("of the published entropy %s", (entropy, phrase) => {
    expect(newPhrase(() => Buffer.from(entropy, "hex"))).toBe(phrase);
    expect(hex(readPhrase(phrase))).toBe(entropy);
  });

  it("is read back, whatever its bits are, and its random bytes are wiped", () => {
    for (let count = 0; count < 200; count += 1) {
      const drawn = randomBytes(32);
      const before = hex(drawn);
      expect(hex(readPhrase(newPhrase(() => drawn)))).toBe(before);
      expect(hex(drawn)).toBe("00".repeat(32));
    }
  });

  const words = PHRASE.split(" ");
  it.each([
    ["in capitals", PHRASE.toUpperCase()],
    ["with spaces around and between", `  ${words.join("   ")}\t `],
    ["in lines", words.join("\r\n")],
    ["numbered with points", words.map((word, at) => `${at + 1}. ${word}`).join("\n")],
    ["numbered with brackets", words.map((word, at) => `${at + 1}) ${word}`).join("  ")],
    ["numbered without a space", words.map((word, at) => `${at + 1}.${word}`).join(" ")],
    ["numbered with nothing but numbers", words.map((word, at) => `${at + 1} ${word}`).join(" ")],
    ["numbered with a point that stands alone", words.map((word, at) => `${at + 1} . ${word}`).join("\n")],
    ["numbered from nought", words.map((word, at) => `0${at + 1}`.slice(-2).concat(": ", word)).join("\n")],
    ["in wide letters", words.join("\u3000").replace("a", "\uff41")],
  ])("is read %s", (_how, text) => {
    expect(hex(readPhrase(text))).toBe(ENTROPY);
  });
});

describe("the challenge", () => {
  it("asks for three different words, each of the 24 as often as any other", () => {
    const asked = Array.from({ length: 25 }, () => 0);
    let seed = 0;
    const random = (bytes: number): Uint8Array =>
      createHash("sha256")
        .update(`${(seed += 1)}`)
        .digest()
        .subarray(0, bytes);
    for (let count = 0; count < 8000; count += 1) {
      const positions = challengeWords(random);
      expect(new Set(positions).size).toBe(3);
      expect([...positions].toSorted((one, other) => one - other)).toEqual(positions);
      for (const position of positions) asked[position] = (asked[position] ?? 0) + 1;
    }
    // The draws are the same ones in each run: 1000 for each word, give or take six standard deviations.
    expect(asked[0]).toBe(0);
    expect(Math.min(...asked.slice(1))).toBeGreaterThan(820);
    expect(Math.max(...asked)).toBeLessThan(1180);
  });

  const positions = [2, 11, 24];
  it("is passed with the words that stand there, however they are typed", () => {
    expect(checkChallenge({ phrase: PHRASE, positions, answers: ["diagram", " Razor", "LENGTH\n"] })).toBe(true);
  });

  it.each([
    ["a wrong word", positions, ["diagram", "razor", "delay"]],
    ["two words for one", positions, ["diagram", "razor length", "length"]],
    ["nothing for one", positions, ["diagram", "", "length"]],
    ["other order", positions, ["razor", "diagram", "length"]],
    ["too few answers", positions, ["diagram", "razor"]],
    ["too many answers", positions, ["diagram", "razor", "length", "length"]],
    ["no questions", [], []],
    ["the same question three times", [2, 2, 2], ["diagram", "diagram", "diagram"]],
    ["a position that is not there", [2, 11, 25], ["diagram", "razor", ""]],
  ])("is not passed with %s", (_what, asked, answers) => {
    expect(checkChallenge({ phrase: PHRASE, positions: asked, answers })).toBe(false);
  });
});
