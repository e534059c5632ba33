// What waits until a cursor has passed it: the rest of a membership that a commit has ended, and where a Welcome leads.
import { describe, expect, test } from "vitest";
import type { Handle, LogId } from "../../src/model/ids.ts";
import { DEPARTED_MS, WELCOME_WAITS_MS } from "../../src/server/port/records.ts";
import { GROUP_INFO_EPOCHS, WELCOME_EPOCHS } from "../../src/server/port/store.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { appOp, appendOne, commitOp, deviceOf, recordOf, roomWith, sha256Of } from "./store-harness.ts";

const ANN = deviceOf("ann");
const BOB = deviceOf("bob");

export function departureContract(current: StoreUnderTest): void {
  describe("a device that a commit took out", () => {
    readingTests(current);
    endTests(current);
  });
  describe("where a Welcome leads", () => {
    welcomeTests(current);
  });
}

interface Change {
  readonly epoch: number;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly by?: string;
}

/** With the group info of the epoch, and a Welcome for all whom it adds. */
async function commit(current: StoreUnderTest, log: LogId, { epoch, add = [], remove = [], by = "ann" }: Change) {
  const part = Buffer.from(`part ${epoch + 1}`);
  await current.store.putTreeParts(log, { device: ANN, parts: [part], at: 1 });
  const devices = add.map(deviceOf);
  const others = devices.filter((device) => device !== deviceOf(by));
  const change = {
    add: devices,
    remove: remove.map(deviceOf),
    groupInfo: { body: Buffer.from(`info ${epoch + 1}`), tree: [sha256Of(part)] },
    welcomes: others.length === 0 ? [] : [{ devices: others, body: Buffer.from("w") }],
  };
  const result = await appendOne(current.store, commitOp(log, `${epoch} ${add.join()}`, { epoch, sender: by, change }));
  if (result.result !== "ok") throw new Error(`not stored: ${result.result}`);
  return result;
}

async function say(current: StoreUnderTest, log: LogId, { count, epoch }: { count: number; epoch: number }) {
  for (let n = 0; n < count; n += 1) await appendOne(current.store, appOp(log, `${epoch} ${n}`, { epoch }));
}

const told = async (current: StoreUnderTest, log: LogId) =>
  (await current.store.logsOf(BOB)).filter((each) => each.log === log);

function readingTests(current: StoreUnderTest): void {
  test("is told of what it has not read, as it was then, until its cursor is there", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await say(current, log, { count: 3, epoch: 0 });
    await commit(current, log, { epoch: 0, remove: ["bob"] });
    await say(current, log, { count: 1, epoch: 1 });
    await current.reopen();
    const nothing = { terms: new Uint8Array(0), leaving: [] };
    const then = { log, head: 3, first: 1, epoch: 0, cursor: 0, from: 0, member: false, until: 3, ...nothing };
    expect(await told(current, log)).toEqual([then]);
    current.store.ackCursors(BOB, [[log, 2]]);
    expect(await told(current, log)).toEqual([{ ...then, cursor: 2 }]);
    current.store.ackCursors(BOB, [[log, 3]]);
    expect(await told(current, log)).toEqual([]);
    expect((await current.store.membersOf(log)).map(({ device }) => device)).toEqual([ANN]);
  });

  test("and in again, and out: each membership in its turn", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await say(current, log, { count: 1, epoch: 0 });
    await commit(current, log, { epoch: 0, remove: ["bob"] });
    await commit(current, log, { epoch: 1, add: ["bob"] });
    await say(current, log, { count: 1, epoch: 2 });
    await commit(current, log, { epoch: 2, remove: ["bob"] });
    await commit(current, log, { epoch: 3, add: ["bob"] });
    expect(await told(current, log)).toMatchObject([{ until: 1, from: 0, epoch: 0, member: false }]);
    current.store.ackCursors(BOB, [[log, 1]]);
    expect(await told(current, log)).toMatchObject([{ until: 4, from: 3, epoch: 2, head: 4, member: false }]);
    current.store.ackCursors(BOB, [[log, 4]]);
    expect(await told(current, log)).toMatchObject([{ until: 0, from: 6, epoch: 4, head: 6, member: true }]);
  });
}

function endTests(current: StoreUnderTest): void {
  test("and has read all, or was there for nothing: there is nothing to tell", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await say(current, log, { count: 1, epoch: 0 });
    current.store.ackCursors(BOB, [[log, 1]]);
    await current.store.logsOf(BOB);
    await commit(current, log, { epoch: 0, remove: ["bob"] });
    expect(await told(current, log)).toEqual([]);
    await commit(current, log, { epoch: 1, add: ["bob"] });
    await commit(current, log, { epoch: 2, remove: ["bob"] });
    expect(await told(current, log)).toEqual([]);
  });

  test("has done with it when it comes in by a commit of its own", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await say(current, log, { count: 1, epoch: 0 });
    await commit(current, log, { epoch: 0, remove: ["bob"] });
    await commit(current, log, { epoch: 1, add: ["bob"], by: "bob" });
    expect(await told(current, log)).toMatchObject([{ until: 0, member: true, from: 3 }]);
    await say(current, log, { count: 1, epoch: 2 });
    await commit(current, log, { epoch: 2, add: ["bob"], remove: ["bob"], by: "bob" });
    expect(await told(current, log), "in its own place").toMatchObject([{ until: 0, member: true, from: 5 }]);
  });

  test("gets nothing more when its user leaves, before or after", async () => {
    const bob = "bob" as Handle;
    const leave = async (log: LogId) => {
      const version = (await current.store.standing(log))?.version ?? 0;
      expect(await current.store.leave(log, bob, { version, closing: undefined })).toBe(true);
    };
    const said = async (name: string): Promise<LogId> => {
      const log = await roomWith(current.store, ["ann", "bob"], name);
      await say(current, log, { count: 1, epoch: 0 });
      return log;
    };
    const before = await said("before");
    await leave(before);
    await commit(current, before, { epoch: 0, remove: ["bob"] });
    expect(await told(current, before)).toEqual([]);
    const after = await said("after");
    await commit(current, after, { epoch: 0, remove: ["bob"] });
    expect(await told(current, after)).toMatchObject([{ until: 1 }]);
    await leave(after);
    expect(await told(current, after)).toEqual([]);
  });

  test("may come for it for DEPARTED_MS", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await say(current, log, { count: 1, epoch: 0 });
    await commit(current, log, { epoch: 0, remove: ["bob"] });
    await current.store.tidy(Date.now() + DEPARTED_MS - 60_000);
    expect(await told(current, log)).toMatchObject([{ until: 1 }]);
    await current.store.tidy(Date.now() + DEPARTED_MS);
    expect(await told(current, log)).toEqual([]);
  });
}

function welcomeTests(current: StoreUnderTest): void {
  const there = async (log: LogId, epoch: number): Promise<boolean> => {
    const info = await current.store.groupInfo(log, epoch);
    const parts = await current.store.treeParts(log, info?.tree ?? [sha256Of(`part ${epoch}`)], 1_000);
    expect(parts.length, "the tree goes with it").toBe(info === undefined ? 0 : 1);
    return info !== undefined;
  };
  const commits = async (log: LogId, from: number, count: number) => {
    for (let epoch = from; epoch < from + count; epoch += 1) await commit(current, log, { epoch });
  };

  test("stays as long as the cursor of the inbox has not passed it, however many epochs follow", async () => {
    const log = await roomWith(current.store, ["ann"]);
    for (const name of ["bob", "eve"]) await current.store.enrol(recordOf(name));
    await commit(current, log, { epoch: 0, add: ["bob", "eve"] });
    await commits(log, 1, GROUP_INFO_EPOCHS + 8);
    await current.reopen();
    expect([await there(log, 1), await there(log, 2)]).toEqual([true, false]);
    expect(await current.store.welcomes(log, BOB)).toEqual([1]);
    expect(await current.store.welcomes(log, ANN)).toEqual([]);
    current.store.ackCursors(BOB, [[inboxLog(BOB), 1]]);
    expect(await current.store.welcomes(log, BOB)).toEqual([]);
    await commits(log, GROUP_INFO_EPOCHS + 9, 1);
    expect(await there(log, 1), "another one waits").toBe(true);
    const eve = deviceOf("eve");
    current.store.ackCursors(eve, [[inboxLog(eve), 1]]);
    expect(await current.store.welcomes(log, eve)).toEqual([]);
    await commits(log, GROUP_INFO_EPOCHS + 10, 1);
    expect(await there(log, 1)).toBe(false);
  });

  test("goes after WELCOME_WAITS_MS", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await current.store.enrol(recordOf("bob"));
    await commit(current, log, { epoch: 0, add: ["bob"] });
    await commits(log, 1, GROUP_INFO_EPOCHS);
    await current.store.tidy(Date.now() + WELCOME_WAITS_MS - 60_000);
    await commits(log, GROUP_INFO_EPOCHS + 1, 1);
    expect(await there(log, 1)).toBe(true);
    await current.store.tidy(Date.now() + WELCOME_WAITS_MS);
    await commits(log, GROUP_INFO_EPOCHS + 2, 1);
    expect(await there(log, 1)).toBe(false);
  });

  test("is kept for the newest of the older epochs only", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const count = WELCOME_EPOCHS + 2;
    for (let epoch = 0; epoch < count; epoch += 1) {
      await current.store.enrol(recordOf(`b${epoch}`));
      await commit(current, log, { epoch, add: [`b${epoch}`] });
    }
    await commits(log, count, GROUP_INFO_EPOCHS);
    expect([await there(log, 1), await there(log, 2), await there(log, 3), await there(log, count)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(await current.store.welcomes(log, deviceOf("b0"))).toEqual([]);
  });
}
