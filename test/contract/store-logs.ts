// C1 order of results, C2 order, C4 idempotence, C7 reading, C8 cursors, C9 overload.
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { hexOf } from "../../src/model/ids.ts";
import { QUEUE_BYTES, QUEUE_OPS } from "../../src/model/limits.ts";
import { SINCE_SPAN } from "../../src/server/port/store.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { appOp, appendOne, deviceOf, inboxOp, midOf, readAll, recordOf, roomOf, roomWith } from "./store-harness.ts";

const ALL = { maxCount: 500, maxBytes: 1_000_000 };

export function logContract(current: StoreUnderTest): void {
  describe("C2 order", () => {
    orderTests(current);
  });
  describe("C4 idempotent", () => {
    idempotenceTests(current);
  });
  describe("C7 read", () => {
    readTests(current);
  });
  describe("C8 cursor", () => {
    cursorTests(current);
  });
  describe("C9 overload", () => {
    overloadTests(current);
  });
}

function orderTests(current: StoreUnderTest): void {
  test("concurrent appends to several logs are numbered 1, 2, 3 … in each, and results keep the order of ops", async () => {
    const { store } = current;
    const logs = [await roomWith(store, ["ann"], "one"), await roomWith(store, ["ann"], "two")];
    const calls = Array.from({ length: 50 }, (_, call) =>
      store.append(logs.flatMap((log, l) => [appOp(log, `${call} ${l} x`), appOp(log, `${call} ${l} y`)])),
    );
    for (const results of await Promise.all(calls)) {
      expect(results.map(({ result }) => result)).toEqual(["ok", "ok", "ok", "ok"]);
      const seqs = results.map((result) => ("seq" in result ? result.seq : 0));
      expect([seqs[1], seqs[3]]).toEqual([(seqs[0] ?? 0) + 1, (seqs[2] ?? 0) + 1]);
    }
    for (const log of logs) expect((await readAll(store, log)).length).toBe(100);
  });

  test("an entry comes back as it was written, empty body included, also after a restart", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const body = Buffer.from([0, 255, 128, 10]);
    const result = await appendOne(current.store, appOp(log, 1, { body }));
    await appendOne(current.store, appOp(log, 2, { since: 1, body: new Uint8Array(0) }));
    await current.reopen();
    const [first, second] = await readAll(current.store, log);
    if (result.result !== "ok") throw new Error(result.result);
    expect(first).toEqual({
      seq: 1,
      at: result.at,
      sender: deviceOf("ann"),
      mid: midOf(1),
      kind: "app",
      epoch: 0,
      body,
      note: Buffer.alloc(0),
    });
    expect(second?.body.length).toBe(0);
    expect(await appendOne(current.store, appOp(log, 3, { since: 2 }))).toMatchObject({ result: "ok", seq: 3 });
  });

  test("the caller's buffer is its own again at once", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const slab = Buffer.alloc(64 * 1024, "a");
    const done = appendOne(current.store, appOp(log, 1, { body: slab.subarray(100, 110) }));
    slab.fill("b");
    await done;
    expect(Buffer.from((await readAll(current.store, log))[0]?.body ?? []).toString()).toBe("aaaaaaaaaa");
    expect(slab.length).toBe(64 * 1024);
  });

  test("no such log is gone; an op that is refused does not harm its neighbours", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const results = await current.store.append([
      appOp(log, 1),
      appOp(roomOf("none"), 2),
      appOp(log, 3, { since: 9 }),
      appOp(log, 4),
    ]);
    expect(results.map(({ result }) => result)).toEqual(["ok", "gone", "ahead", "ok"]);
    expect((await readAll(current.store, log)).map(({ mid }) => mid)).toEqual([midOf(1), midOf(4)]);
  });

  test("an inbox takes entries without an epoch", async () => {
    await current.store.enrol(recordOf("ann"));
    const inbox = inboxLog(deviceOf("ann"));
    expect(await appendOne(current.store, inboxOp(inbox, 1))).toMatchObject({ result: "ok", seq: 1, epoch: 0 });
    expect(await readAll(current.store, inbox)).toMatchObject([{ kind: "inbox", seq: 1 }]);
  });
}

function idempotenceTests(current: StoreUnderTest): void {
  test("the same mid is stored once: in one call, in one batch, later, and after a restart", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const op = appOp(log, 1);
    const [first, again] = await current.store.append([op, op]);
    expect([first, again]).toMatchObject([
      { result: "ok", seq: 1 },
      { result: "dup", seq: 1 },
    ]);
    const many = await Promise.all(
      [appOp(log, 2, { since: 1 }), appOp(log, 2, { since: 1 }), op].map((each) => appendOne(current.store, each)),
    );
    expect(many).toMatchObject([
      { result: "ok", seq: 2 },
      { result: "dup", seq: 2 },
      { result: "dup", seq: 1 },
    ]);
    await current.reopen();
    const dup = await appendOne(current.store, op);
    expect(dup).toMatchObject({ result: "dup", seq: 1 });
    expect(dup).toMatchObject({ at: first !== undefined && "at" in first ? first.at : -1 });
    expect((await readAll(current.store, log)).length).toBe(2);
  });

  test("the same mid in another log is another message", async () => {
    const [one, two] = [await roomWith(current.store, ["ann"], "one"), await roomWith(current.store, ["ann"], "two")];
    const results = await current.store.append([appOp(one, 1), appOp(two, 1)]);
    expect(results).toMatchObject([{ result: "ok" }, { result: "ok" }]);
  });

  test("a `since` past the head is ahead, one too far behind is stale, and the furthest allowed still finds its mid", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await appendOne(current.store, appOp(log, "old"));
    for (let n = 0; n < SINCE_SPAN; n += 512) {
      await current.store.append(
        Array.from({ length: 512 }, (_, i) => appOp(log, n + i, { since: 1 + n, body: new Uint8Array(1) })),
      );
    }
    const head = SINCE_SPAN + 1;
    expect(await appendOne(current.store, appOp(log, "new", { since: head + 1 }))).toEqual({
      result: "ahead",
      head,
      epoch: 0,
    });
    expect(await appendOne(current.store, appOp(log, "old", { since: 0 }))).toEqual({
      result: "stale",
      head,
      epoch: 0,
    });
    expect(await appendOne(current.store, appOp(log, 0, { since: 1 }))).toMatchObject({ result: "dup", seq: 2 });
  });
}

function readTests(current: StoreUnderTest): void {
  test("pages are bounded in count and in bytes, but always hold one entry", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await current.store.append(Array.from({ length: 10 }, (_, n) => appOp(log, n, { body: Buffer.alloc(1_000) })));
    const seqs = async (after: number, maxCount: number, maxBytes: number): Promise<readonly number[] | undefined> =>
      (await current.store.readFrom(log, after, { maxCount, maxBytes }))?.entries.map(({ seq }) => seq);
    expect(await seqs(0, 3, 1_000_000)).toEqual([1, 2, 3]);
    expect(await seqs(3, 100, 2_500)).toEqual([4, 5]);
    expect(await seqs(5, 100, 1)).toEqual([6]);
    expect(await seqs(10, 100, 1_000)).toEqual([]);
    expect(await seqs(99, 100, 1_000)).toEqual([]);
    expect(await current.store.readFrom(roomOf("none"), 0, ALL)).toBeUndefined();
  });

  test("heads and chains answer for what is stored and leave out the rest", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await current.store.append([appOp(log, 1), appOp(log, 2)]);
    const other = roomOf("none");
    expect(await current.store.heads([log, other])).toEqual(new Map([[log, { head: 2, first: 1, epoch: 0 }]]));
    const page = await current.store.readFrom(log, 1, ALL);
    const chains = await current.store.chains([
      { log, seq: 1 },
      { log: other, seq: 1 },
    ]);
    expect([...chains].map(([id, chain]) => [id, hexOf(chain)])).toEqual([
      [log, hexOf(page?.chain ?? new Uint8Array())],
    ]);
    expect((await current.store.chains([{ log, seq: 3 }])).size).toBe(0);
    expect((await current.store.readFrom(log, 3, ALL))?.chain.length).toBe(0);
  });

  test("a reader beside a writer never sees a hole or an entry past the head", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const writing = Promise.all(Array.from({ length: 300 }, (_, n) => appendOne(current.store, appOp(log, n))));
    for (let at = 0; at < 300;) {
      const page = await current.store.readFrom(log, 0, ALL);
      at = page?.head ?? 0;
      expect(page?.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: at }, (_, i) => i + 1));
    }
    await writing;
  });
}

function cursorTests(current: StoreUnderTest): void {
  test("a cursor only grows, is seen at once, survives a restart and never passes the head", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await current.store.append([appOp(log, 1), appOp(log, 2), appOp(log, 3)]);
    const cursor = async (name: string): Promise<number | undefined> =>
      (await current.store.logsOf(deviceOf(name))).find((each) => each.log === log)?.cursor;
    current.store.ackCursors(deviceOf("ann"), [[log, 2]]);
    current.store.ackCursors(deviceOf("ann"), [[log, 1]]);
    expect(await cursor("ann")).toBe(2);
    current.store.ackCursors(deviceOf("ann"), [
      [log, 1],
      [roomOf("none"), 5],
    ]);
    current.store.ackCursors(deviceOf("bob"), [[log, 99]]);
    await current.reopen();
    expect(await cursor("ann")).toBe(2);
    expect(await cursor("bob")).toBe(3);
  });

  test("cursors are written by themselves within 2 s", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await appendOne(current.store, appOp(log, 1));
    current.store.ackCursors(deviceOf("ann"), [[log, 1]]);
    await pause(2_000);
    const copy = current.harness.path("copy.db");
    await current.store.backup(copy);
    const other = await current.harness.openBackup(copy);
    const logs = await other.logsOf(deviceOf("ann"));
    await other.close();
    expect(logs.find((each) => each.log === log)?.cursor).toBe(1);
  });
}

function overloadTests(current: StoreUnderTest): void {
  test("a storage that does not answer: the queue fills up to its count, then refuses at once, and works again", async () => {
    await current.store.close();
    const { store, block, release } = await current.harness.openBlockable();
    const log = await roomWith(store, ["ann"]);
    block();
    const waiting = Array.from({ length: QUEUE_OPS }, (_, n) => appendOne(store, appOp(log, n)));
    expect(await store.append([appOp(log, "over"), appOp(log, "over 2")])).toEqual([
      { result: "overload" },
      { result: "overload" },
    ]);
    release();
    const results = await Promise.all(waiting);
    expect(results.every(({ result }) => result === "ok")).toBe(true);
    expect(await appendOne(store, appOp(log, "after", { since: QUEUE_OPS }))).toMatchObject({
      result: "ok",
      seq: QUEUE_OPS + 1,
    });
    await store.close();
    await current.reopen();
  }, 20_000);

  test("the queue is bounded in bytes too, and a flood of refused appends does not grow memory", async () => {
    await current.store.close();
    const { store, block, release } = await current.harness.openBlockable();
    const log = await roomWith(store, ["ann"]);
    block();
    const body = Buffer.alloc(512 * 1024);
    const fits = Math.floor(QUEUE_BYTES / (body.length + 1_000));
    const waiting = Array.from({ length: fits }, (_, n) => appendOne(store, appOp(log, n, { body })));
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 2_000; n += 1) {
      expect((await appendOne(store, appOp(log, `over ${n}`, { body }))).result).toBe("overload");
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(QUEUE_BYTES);
    release();
    expect((await Promise.all(waiting)).every(({ result }) => result === "ok")).toBe(true);
    await store.close();
    await current.reopen();
  }, 20_000);
}
