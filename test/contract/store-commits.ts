// C3 compare-and-set and C5 atomic commits, and the epoch rules of the other kinds.
import { describe, expect, test } from "vitest";
import { GROUP_INFO_EPOCHS, LATE_EPOCHS } from "../../src/server/port/store.ts";
import type { LogId } from "../../src/model/ids.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import {
  appOp,
  appendOne,
  commitOp,
  deviceOf,
  midOf,
  proposalOp,
  readAll,
  recordOf,
  roomOf,
  roomWith,
} from "./store-harness.ts";

export function commitContract(current: StoreUnderTest): void {
  describe("C3 compare-and-set", () => {
    raceTests(current);
  });
  describe("C5 atomic", () => {
    changeTests(current);
  });
  describe("epochs", () => {
    epochTests(current);
  });
}

async function epochOf(current: StoreUnderTest, log: LogId): Promise<number | undefined> {
  return (await current.store.heads([log])).get(log)?.epoch;
}

function raceTests(current: StoreUnderTest): void {
  test("of many commits for an epoch exactly one wins, over restarts too", async () => {
    const log = await roomWith(current.store, ["ann"]);
    for (let epoch = 0; epoch < 6; epoch += 1) {
      const rivals = Array.from({ length: 8 }, (_, n) =>
        appendOne(current.store, commitOp(log, `${epoch} ${n}`, { epoch })),
      );
      const results = (await Promise.all(rivals)).map(({ result }) => result);
      expect(results.filter((result) => result === "ok").length).toBe(1);
      expect(results.filter((result) => result === "stale").length).toBe(7);
      if (epoch % 2 === 1) await current.reopen();
      expect(await appendOne(current.store, commitOp(log, `${epoch} late`, { epoch }))).toMatchObject({
        result: "stale",
        epoch: epoch + 1,
      });
    }
    expect((await readAll(current.store, log)).map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await epochOf(current, log)).toBe(6);
  });

  test("rivals in one call: the first wins", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const results = await current.store.append([commitOp(log, 1), commitOp(log, 2)]);
    expect(results).toMatchObject([
      { result: "ok", epoch: 1 },
      { result: "stale", epoch: 1 },
    ]);
  });

  test("a commit sent again is a dup, not stale", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const op = commitOp(log, 1);
    await appendOne(current.store, op);
    expect(await appendOne(current.store, op)).toMatchObject({ result: "dup", seq: 1, epoch: 1, inboxes: [] });
    await current.reopen();
    expect(await appendOne(current.store, op)).toMatchObject({ result: "dup", seq: 1, epoch: 1 });
  });
}

function changeTests(current: StoreUnderTest): void {
  test("a commit brings its entry, epoch, members, group info and welcomes, and says where the welcomes went", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await current.store.enrol(recordOf("eve"));
    await appendOne(current.store, appOp(log, 1));
    const eve = deviceOf("eve");
    const change = {
      add: [eve],
      remove: [deviceOf("bob")],
      groupInfo: { body: Buffer.from("info"), tree: [] },
      welcomes: [{ devices: [eve], body: Buffer.from("hello eve") }],
    };
    const result = await appendOne(current.store, commitOp(log, 2, { since: 1, change }));
    expect(result).toMatchObject({ result: "ok", seq: 2, epoch: 1, inboxes: [{ log: inboxLog(eve), head: 1 }] });
    await current.reopen();
    expect(new Set((await current.store.membersOf(log)).map(({ user }) => user))).toEqual(new Set(["ann", "eve"]));
    const logs = await current.store.logsOf(eve);
    expect(logs).toMatchObject([{ log, head: 2, first: 1, epoch: 1, cursor: 0, from: 2, member: true }, {}]);
    const inbox = await readAll(current.store, inboxLog(eve));
    expect(inbox).toMatchObject([
      { kind: "inbox", sender: deviceOf("ann"), mid: midOf(2), body: Buffer.from("hello eve") },
    ]);
    expect(Buffer.from((await current.store.groupInfo(log, 1))?.body ?? []).toString()).toBe("info");
    expect(await current.store.groupInfo(log, 2)).toBeUndefined();
    expect((await current.store.logsOf(deviceOf("bob"))).filter(({ member }) => member)).toMatchObject([
      { log: inboxLog(deviceOf("bob")) },
    ]);
  });

  test("group infos are kept for the newest epochs only, whatever the log's neighbours do", async () => {
    const [log, other] = [await roomWith(current.store, ["ann"]), await roomWith(current.store, ["ann"], "other")];
    const infoOf = (epoch: number): Uint8Array => Buffer.from(`info ${epoch}`);
    const commit = (of: LogId, epoch: number, withInfo: boolean) =>
      appendOne(
        current.store,
        commitOp(of, `${of} ${epoch}`, {
          epoch,
          change: withInfo ? { groupInfo: { body: infoOf(epoch + 1), tree: [] } } : {},
        }),
      );
    await commit(other, 0, true);
    const last = GROUP_INFO_EPOCHS + 7;
    for (let epoch = 0; epoch < last; epoch += 1) await commit(log, epoch, true);
    const kept = async (of: LogId): Promise<number[]> => {
      const epochs = Array.from({ length: last + GROUP_INFO_EPOCHS }, (_, epoch) => epoch);
      const infos = await Promise.all(epochs.map((epoch) => current.store.groupInfo(of, epoch)));
      return epochs.filter((epoch) => infos[epoch] !== undefined);
    };
    expect(await kept(log)).toEqual(
      Array.from({ length: GROUP_INFO_EPOCHS }, (_, n) => last - GROUP_INFO_EPOCHS + 1 + n),
    );
    expect(await kept(other)).toEqual([1]);
    // Commits without one leave the last: it is the newest there is.
    for (let epoch = last; epoch < last + 8; epoch += 1) await commit(log, epoch, false);
    expect(await kept(log)).toContain(last);
    expect(Buffer.from((await current.store.groupInfo(log, last))?.body ?? [])).toEqual(infoOf(last));
  });

  test("a commit that names a device nobody enrolled leaves no trace, and its neighbours in the batch are unharmed", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await current.store.enrol(recordOf("eve"));
    const welcome = (name: string) => ({ devices: [deviceOf(name)], body: Buffer.from("w") });
    const results = await current.store.append([
      appOp(log, 1),
      commitOp(log, 2, { change: { add: [deviceOf("eve")], welcomes: [welcome("eve"), welcome("nobody")] } }),
      commitOp(log, 3, { change: { add: [deviceOf("nobody")] } }),
      appOp(log, 4),
    ]);
    expect(results.map(({ result }) => result)).toEqual(["ok", "gone", "gone", "ok"]);
    expect((await readAll(current.store, log)).map(({ mid }) => mid)).toEqual([midOf(1), midOf(4)]);
    expect(await readAll(current.store, inboxLog(deviceOf("eve")))).toEqual([]);
    expect(await epochOf(current, log)).toBe(0);
    expect((await current.store.membersOf(log)).length).toBe(1);
  });

  test("a stale commit changes no member and welcomes nobody", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await appendOne(current.store, commitOp(log, 1));
    const change = { remove: [deviceOf("bob")], welcomes: [{ devices: [deviceOf("bob")], body: Buffer.from("w") }] };
    expect(await appendOne(current.store, commitOp(log, 2, { change }))).toMatchObject({ result: "stale" });
    expect((await current.store.membersOf(log)).length).toBe(2);
    expect(await readAll(current.store, inboxLog(deviceOf("bob")))).toEqual([]);
  });

  test("a device removed and added in one commit starts after it; one that was a member keeps its start", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    const both = [deviceOf("ann"), deviceOf("bob")];
    await appendOne(current.store, commitOp(log, 1, { change: { add: both, remove: [deviceOf("bob")] } }));
    const fromOf = async (name: string) =>
      (await current.store.logsOf(deviceOf(name))).find((each) => each.log === log)?.from;
    expect([await fromOf("ann"), await fromOf("bob")]).toEqual([0, 1]);
  });
}

function epochTests(current: StoreUnderTest): void {
  test("app may be late by LATE_EPOCHS, proposal not at all, a later epoch is ahead", async () => {
    const log = await roomWith(current.store, ["ann"]);
    for (let epoch = 0; epoch < LATE_EPOCHS + 2; epoch += 1)
      await appendOne(current.store, commitOp(log, `c${epoch}`, { epoch }));
    const now = LATE_EPOCHS + 2;
    const outcome = async (op: ReturnType<typeof appOp>) => (await appendOne(current.store, op)).result;
    expect(await outcome(appOp(log, 1, { epoch: now }))).toBe("ok");
    expect(await outcome(appOp(log, 2, { epoch: now - LATE_EPOCHS }))).toBe("ok");
    expect(await outcome(appOp(log, 3, { epoch: now - LATE_EPOCHS - 1 }))).toBe("stale");
    expect(await outcome(appOp(log, 4, { epoch: now + 1 }))).toBe("ahead");
    expect(await outcome(proposalOp(log, 5, { epoch: now }))).toBe("ok");
    expect(await outcome(proposalOp(log, 6, { epoch: now - 1 }))).toBe("stale");
    expect(await outcome(commitOp(log, 7, { epoch: now + 1 }))).toBe("ahead");
    expect(await outcome(commitOp(log, 8, { epoch: now - 1 }))).toBe("stale");
    expect(await outcome(commitOp(roomOf("none"), 9))).toBe("gone");
  });

  test("behind a fence nothing is late: only the epoch that begins there and those after it count", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await appendOne(current.store, commitOp(log, "one", { epoch: 0 }));
    await appendOne(current.store, commitOp(log, "fence", { epoch: 1, change: { fence: true } }));
    await appendOne(current.store, commitOp(log, "three", { epoch: 2 }));
    await current.reopen();
    const outcome = async (epoch: number) => (await appendOne(current.store, appOp(log, epoch, { epoch }))).result;
    expect([await outcome(0), await outcome(1), await outcome(2), await outcome(3)]).toEqual([
      "stale",
      "stale",
      "ok",
      "ok",
    ]);
  });
}
