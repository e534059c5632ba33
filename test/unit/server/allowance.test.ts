import { expect, test } from "vitest";
import { Allowance } from "../../../src/server/service/allowance.ts";

test("so many a minute for each key, then no more until the next minute", () => {
  const allowance = new Allowance(2);
  const take = (key: string, nowMs: number) => allowance.take(key, nowMs);
  expect([take("a", 0), take("a", 1), take("a", 2), take("b", 3)]).toEqual([true, true, false, true]);
  expect([take("a", 59_999), take("a", 60_000)]).toEqual([false, true]);
  expect(take("a", 10), "the clock was set back").toBe(true);
});

test("remembers no more than so many keys, and lets nobody new in meanwhile", () => {
  const allowance = new Allowance(2);
  for (let n = 0; n < 100_000; n += 1) allowance.take(`k${n}`, 0);
  expect([allowance.take("one more", 1), allowance.take("k1", 1), allowance.take("one more", 60_000)]).toEqual([
    false,
    true,
    true,
  ]);
});
