import { beforeEach, expect, test } from "vitest";
import { Batch } from "../../../../src/client/app/batch.ts";
import type { Change } from "../../../../src/client/port/vault.ts";
import { HandClock } from "../../../kit/hand-clock.ts";

let clock: HandClock;
let commits: { readonly changes: readonly Change[]; readonly durable: boolean }[];
let deferred: (() => void)[];
let batch: Batch;
beforeEach(() => {
  [clock, commits, deferred] = [new HandClock(), [], []];
  batch = new Batch({
    vault: { commit: (changes, { durable }) => void commits.push({ changes: [...changes], durable }) },
    clock,
    defer: (run) => void deferred.push(run),
    onFailed: (error) => {
      throw error;
    },
  });
});

const shown = (row: number): Change => ({ put: "shown", row });
const setting = (name: string): Change => ({ put: "setting", name, value: "1" });

test("what may be late goes with the next that is committed, and of several the last", () => {
  batch.late(shown(1));
  batch.late(shown(2));
  batch.flush();
  expect(commits).toEqual([]);
  batch.put(setting("a"), { durable: true });
  for (const run of deferred.splice(0)) run();
  expect(commits).toEqual([{ changes: [setting("a"), shown(2)], durable: true }]);
  clock.pass(60_000);
  expect(commits).toHaveLength(1);
});

test("each waits as long as the first did", () => {
  for (let row = 1; row <= 50; row += 1) {
    batch.late(shown(row));
    batch.put(setting("a"), { durable: true });
    for (const run of deferred.splice(0)) run();
    clock.pass(30);
  }
  expect(commits).toHaveLength(50);
});

test("it goes by itself after a moment, and at the end", () => {
  batch.late(shown(1));
  clock.pass(60_000);
  expect(commits).toEqual([{ changes: [shown(1)], durable: false }]);
  batch.late(shown(2));
  batch.stop();
  expect(commits.at(-1)?.changes).toEqual([shown(2)]);
  batch.late(shown(3));
  clock.pass(60_000);
  expect(commits).toHaveLength(2);
});
