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
    apply: (to, applied) => {
      to.settled = applied.at(-1)?.entry.seq ?? 0;
      opened.push(applied.map(({ entry }) => entry.seq).join(" "));
      return Promise.resolve();
    },
  });
});

function come(seqs: readonly number[], { sender = BOB, kind = "app" as const }: Partial<Entry> = {}): void {
  held.sync = { ...held.sync, seq: seqs.at(-1) ?? 0 };
  work.apply(
    held,
    seqs.map((seq): Applied => ({ entry: { seq, sender, kind } as Entry, chain: Buffer.alloc(0) })),
  );
}

/** Everything that is ready has run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A stream of others has gone on for so long that each handful waits for a moment; returns the seq behind it. */
async function streamed(): Promise<number> {
  for (let seq = 1; seq <= 16; seq += 1) {
    come([seq]);
    await turn();
  }
  expect(opened).toEqual(Array.from({ length: 16 }, (_, at) => String(at + 1)));
  opened.length = 0;
  return 17;
}

test("some are opened at once each, and in a stream what comes so soon in one handful", async () => {
  const next = await streamed();
  for (const seq of [next, next + 1, next + 2]) come([seq]);
  await turn();
  expect(opened).toEqual([]);
  clock.pass(1_000);
  await turn();
  expect(opened).toEqual(["17 18 19"]);
  clock.pass(1_000);
  come([20]);
  await turn();
  expect(opened.at(-1)).toBe("20");
});

test("who is in the group is not waited with, and what comes behind that does not go with it", async () => {
  const next = await streamed();
  let opens = (): void => {};
  work.run(held, () => new Promise((resolve) => (opens = resolve)));
  come([next]);
  come([next + 1], { kind: "commit" });
  come([next + 2]);
  await turn();
  expect(opened).toEqual([]);
  opens();
  await turn();
  expect(opened).toEqual(["17 18"]);
  clock.pass(1_000);
  await turn();
  expect(opened).toEqual(["17 18", "19"]);
});

test("whoever needs what came gets it now, or hears that it is not there", async () => {
  const next = await streamed();
  come([next]);
  await work.done(held);
  expect(opened).toEqual(["17"]);
  come([next + 1]);
  const done = work.done(held);
  work.disconnected();
  await expect(done).rejects.toMatchObject({ code: "offline" });
});

test("one's own and much at once is not waited with, and neither is what comes behind", async () => {
  const next = await streamed();
  come([next]);
  come([next + 1], { sender: ME });
  await turn();
  expect(opened).toEqual(["17 18"]);
  come(Array.from({ length: 64 }, (_, at) => 19 + at));
  await turn();
  expect(opened).toHaveLength(2);
  come([83]);
  work.run(held, () => Promise.resolve(void opened.push("behind")));
  come([84]);
  await turn();
  expect(opened.slice(2)).toEqual(["83", "behind"]);
  clock.pass(1_000);
  await turn();
  expect(opened.slice(4)).toEqual(["84"]);
});

/** One each `ms`, so many; how many handfuls they came to. */
async function stream(ms: number, count: number, first: number): Promise<number> {
  const before = opened.length;
  for (let at = 0; at < count; at += 1) {
    come([first + at]);
    await turn();
    clock.pass(ms);
    await turn();
  }
  return opened.length - before;
}

test("a stream comes in ten handfuls a second; after a while it is as at first, and people wait for nothing", async () => {
  expect(await stream(5, 200, 1), "a second").toBeLessThanOrEqual(16 + 11);
  expect(await stream(5, 200, 201), "the next").toBeLessThanOrEqual(11);
  clock.pass(10_000);
  await turn();
  clock.pass(10_000);
  expect(await stream(20, 15, 401), "an answer, and the answer to it").toBe(15);
  expect(await stream(120, 40, 416), "quick people").toBe(40);
});

test("what waits for a connection that is gone is not opened", async () => {
  const next = await streamed();
  come([next]);
  await turn();
  work.disconnected();
  come([next + 1]);
  clock.pass(1_000);
  await turn();
  expect(opened).toEqual(["18"]);
});

test("a clock that was put back keeps nothing waiting", async () => {
  const next = await streamed();
  clock.put(0);
  come([next]);
  clock.pass(100);
  await turn();
  expect(opened).toEqual(["17"]);
});
