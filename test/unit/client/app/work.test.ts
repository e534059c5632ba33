import { beforeEach, expect, test } from "vitest";
import { newHeld, type Held } from "../../../../src/client/app/held.ts";
import type { Applied } from "../../../../src/client/app/sync.ts";
import { Work } from "../../../../src/client/app/work.ts";
import type { DeviceId, LogId } from "../../../../src/model/ids.ts";
import type { Entry } from "../../../../src/wire/messages.ts";
import { HandClock } from "../../../kit/hand-clock.ts";

const ME = "aa".repeat(16) as DeviceId;
const BOB = "bb".repeat(16) as DeviceId;

let clock: HandClock;
let opened: string[];
let work: Work;
let held: Held;
beforeEach(() => {
  [clock, opened] = [new HandClock(), []];
  held = newHeld({ log: "00".repeat(16) as LogId, kind: "room", epoch: 1, seq: 0, chain: Buffer.alloc(32) });
  work = new Work({
    batch: { flush: () => {} } as never,
    onBroken: (error) => {
      throw error;
    },
    self: ME,
    now: () => clock.now(),
    after: (ms, run) => clock.after(ms, run),
    apply: (_held, applied) => {
      opened.push(applied.map(({ entry }) => entry.seq).join(" "));
      return Promise.resolve();
    },
  });
});

function come(seqs: readonly number[], sender = BOB): void {
  work.apply(
    held,
    seqs.map((seq): Applied => ({ entry: { seq, sender } as Entry, chain: Buffer.alloc(0) })),
  );
}

/** Everything that is ready has run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("one is opened at once, and what follows so soon in one handful", async () => {
  come([1]);
  await turn();
  for (const seq of [2, 3, 4]) come([seq]);
  await turn();
  expect(opened).toEqual(["1"]);
  clock.pass(1_000);
  await turn();
  expect(opened).toEqual(["1", "2 3 4"]);
  clock.pass(1_000);
  come([5]);
  await turn();
  expect(opened.at(-1)).toBe("5");
});

test("one's own and much at once is not waited with, and neither is what comes behind", async () => {
  come([1]);
  await turn();
  come([2]);
  come([3], ME);
  await turn();
  expect(opened).toEqual(["1", "2 3"]);
  come(Array.from({ length: 40 }, (_, at) => 4 + at));
  await turn();
  expect(opened).toHaveLength(3);
  come([44]);
  work.run(held, () => Promise.resolve(void opened.push("behind")));
  come([45]);
  await turn();
  expect(opened.slice(3)).toEqual(["44", "behind"]);
  clock.pass(1_000);
  await turn();
  expect(opened.slice(5)).toEqual(["45"]);
});

test("what waits for a connection that is gone is not opened", async () => {
  come([1]);
  await turn();
  come([2]);
  await turn();
  work.disconnected();
  come([3]);
  clock.pass(1_000);
  await turn();
  expect(opened).toEqual(["1", "3"]);
});

test("a clock that was put back keeps nothing waiting", async () => {
  come([1]);
  await turn();
  clock.put(0);
  come([2]);
  await turn();
  expect(opened).toEqual(["1", "2"]);
});
