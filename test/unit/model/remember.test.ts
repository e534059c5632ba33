import { expect, test } from "vitest";
import { remember } from "../../../src/model/remember.ts";

test("the one that was put longest ago gives way, and no other", () => {
  const all = new Map<string, number>();
  for (const [at, name] of ["a", "b", "a", "c", "d"].entries()) expect(remember(all, 3, [name, at])).toBe(at);
  expect([...all]).toEqual([
    ["a", 2],
    ["c", 3],
    ["d", 4],
  ]);
});
