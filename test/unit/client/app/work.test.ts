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

test("who is in the group is not waited with", async () => {
  come([1]);
  await turn();
  come([2]);
  come([3], { kind: "commit" });
  await turn();
  expect(opened).toEqual(["1", "2 3"]);
});

test("whoever needs what came gets it now, or hears that it is not there", async () => {
  come([1]);
  await turn();
  come([2]);
  await work.done(held);
  expect(opened).toEqual(["1", "2"]);
  come([3]);
  const done = work.done(held);
  work.disconnected();
  await expect(done).rejects.toMatchObject({ code: "offline" });
});

test("one's own and much at once is not waited with, and neither is what comes behind", async () => {
  come([1]);
  await turn();
  come([2]);
  come([3], { sender: ME });
  await turn();
  expect(opened).toEqual(["1", "2 3"]);
  come(Array.from({ length: 64 }, (_, at) => 4 + at));
  await turn();
  expect(opened).toHaveLength(3);
  come([68]);
  work.run(held, () => Promise.resolve(void opened.push("behind")));
  come([69]);
  await turn();
  expect(opened.slice(3)).toEqual(["68", "behind"]);
  clock.pass(1_000);
  await turn();
  expect(opened.slice(5)).toEqual(["69"]);
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

test("the longer others go on, the larger the handfuls are; after a while it is as at first", async () => {
  expect(await stream(5, 200, 1), "a second").toBeLessThan(20);
  expect(await stream(5, 200, 201), "the next").toBeLessThan(12);
  clock.pass(1_000);
  await turn();
  clock.pass(1_000);
  expect(await stream(20, 3, 401), "an answer, and the answer to it").toBe(3);
  expect(await stream(120, 10, 404), "quick people").toBe(10);
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
