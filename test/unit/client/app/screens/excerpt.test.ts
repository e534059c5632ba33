import { expect, test } from "vitest";
import { excerptOf } from "../../../../../src/client/app/screens/excerpt.ts";

test.each([
  ["> what you said\nquoting you", "quoting you"],
  ["> all that was said", "> all that was said"],
  ["\n\n  first \nsecond", "first"],
  ["```\ncode\n```", "code"],
  ["", ""],
])("of %j a list shows %j", (text, excerpt) => {
  expect(excerptOf({ text })).toBe(excerpt);
});

test("a file without words is its name, and a long line is cut between characters", () => {
  expect(excerptOf({ text: "", file: { name: "a.png" } as never })).toBe("a.png");
  expect(Array.from(excerptOf({ text: "👍".repeat(300) }))).toHaveLength(160);
});
