// One build at a time, and a dead build does not hold up the next.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lock } from "../../../scripts/executable/lock.ts";

const folder = mkdtempSync(join(tmpdir(), "mutual-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a second holder waits for the first", async () => {
  const file = join(folder, "wait");
  const order: string[] = [];
  const first = await lock(file);
  const second = lock(file).then((held) => {
    order.push("second");
    held[Symbol.dispose]();
  });
  order.push("first");
  first[Symbol.dispose]();
  await second;
  expect(order).toEqual(["first", "second"]);
  expect(existsSync(file)).toBe(false);
});

test("the lock of a dead process is taken over", async () => {
  const file = join(folder, "dead");
  // Above the largest process number of any system.
  writeFileSync(file, "99999999");
  using held = await lock(file);
  expect(held).toBeDefined();
});
