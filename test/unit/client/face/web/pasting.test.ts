// When a paste asks first, and what it offers.
import { expect, test } from "vitest";
import { pastedOf } from "../../../../../src/client/face/web/page/pasting.ts";

const facts = (raw: string): readonly unknown[] => {
  const { lines, isLong, isFile, isTooLong } = pastedOf(raw);
  return [lines, isLong, isFile, isTooLong];
};

test.each([
  ["one line", "word", [1, false, false, false]],
  ["one line and its end", "word\r\n\n", [1, false, false, false]],
  ["two lines", "a\r\nb\n", [2, true, false, false]],
  ["old line ends", "a\rb", [2, true, false, false]],
  ["a long line", "x".repeat(2_001), [1, true, true, false]],
  ["not quite a long line", "x".repeat(2_000), [1, false, false, false]],
  ["many lines", "a\n".repeat(41), [41, true, true, false]],
  ["as much as a message holds", "x".repeat(65_536), [1, true, true, false]],
  ["more than that, in UTF-8", "é".repeat(32_769), [1, true, true, true]],
] as const)("%s", (_, raw, expected) => {
  expect(facts(raw)).toEqual(expected);
});

test("line ends are those of a message, and none is left behind the last line", () => {
  expect(pastedOf("a\r\nb\rc\n\n").text).toBe("a\nb\nc");
});
