// Who belongs to a log: terms and the users they name, leaving, asking, and what a device is told of it.
import { describe, expect, test } from "vitest";
import type { Handle, LogId } from "../../src/model/ids.ts";
import { ASKS_OF_ROOM, ASKS_OF_USER } from "../../src/model/limits.ts";
import { ASK_MS, type TermsRecord } from "../../src/server/port/records.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { appOp, appendOne, commitOp, deviceOf, readAll, recordOf, roomOf, roomWith } from "./store-harness.ts";

const terms = (text: string, ...named: readonly string[]): TermsRecord => ({
  bytes: Buffer.from(text),
  named: named as readonly Handle[],
  closed: text === "closed",
});
const handle = (name: string): Handle => name as Handle;

export function termsContract(current: StoreUnderTest): void {
  describe("terms and belonging", () => {
    termsTests(current);
  });
  describe("a change that was judged", () => {
    versionTests(current);
  });
  describe("leaving", () => {
    leaveTests(current);
  });
  describe("asking", () => {
    askTests(current);
  });
}

async function told(current: StoreUnderTest, name: string, log: LogId) {
  return (await current.store.logsOf(deviceOf(name))).find((each) => each.log === log);
}

function termsTests(current: StoreUnderTest): void {
  test("a log keeps the terms it was made with; whom they name is told of it, without being in it", async () => {
    for (const name of ["ann", "bob", "eve"]) await current.store.enrol(recordOf(name));
    const log = roomOf("room");
    expect(await current.store.createLog(log, [], terms("one", "ann", "bob"))).toBe(true);
    expect(await current.store.createLog(log, [], terms("other", "eve"))).toBe(false);
    await current.reopen();
    const standing = await current.store.standing(log);
    expect(standing).toMatchObject({ head: 0, epoch: 0, roster: [], leaving: [], revoked: [] });
    expect(Buffer.from(standing?.terms ?? []).toString()).toBe("one");
    expect(await told(current, "bob", log)).toMatchObject({ member: false, head: 0, from: 0 });
    expect(await told(current, "eve", log)).toBeUndefined();
    expect(await current.store.standing(roomOf("none"))).toBeUndefined();
  });

  test("a log of before terms takes those it is given, once", async () => {
    const log = await roomWith(current.store, ["ann"]);
    expect(await current.store.createLog(log, [], terms("first"))).toBe(false);
    await current.store.createLog(log, [], terms("second"));
    expect(Buffer.from((await current.store.standing(log))?.terms ?? []).toString()).toBe("first");
  });

  test("every device of a user is told of a log where another of them is, but not of its inbox", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await current.store.enrol(recordOf("ann's second", { user: handle("ann") }));
    await appendOne(current.store, appOp(log, 1));
    const logs = await current.store.logsOf(deviceOf("ann's second"));
    expect(logs.filter(({ member }) => !member)).toMatchObject([{ log, head: 1, from: 1 }]);
    expect(logs).toHaveLength(2);
  });

  test("a commit changes terms and names in one; revoked devices of the roster are told", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await current.store.enrol(recordOf("eve"));
    await appendOne(current.store, commitOp(log, 1, { change: { terms: terms("new", "eve") } }));
    await current.store.revoke([{ serial: recordOf("bob").serial, reason: 1 }]);
    const standing = await current.store.standing(log);
    expect(Buffer.from(standing?.terms ?? []).toString()).toBe("new");
    expect(standing?.revoked).toEqual([deviceOf("bob")]);
    expect(await told(current, "eve", log)).toMatchObject({ member: false });
    await appendOne(current.store, commitOp(log, 2, { since: 1, epoch: 1, change: { terms: terms("newer", "ann") } }));
    expect(await told(current, "eve", log)).toBeUndefined();
  });

  test("the note of a commit is kept, is in the chain, and a welcome says where it leads", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await current.store.enrol(recordOf("eve"));
    const note = Buffer.from("what it does");
    await appendOne(current.store, commitOp(log, 1, { change: { note } }));
    await appendOne(current.store, appOp(log, 2, { since: 1, epoch: 1 }));
    const notes = (await readAll(current.store, log)).map((entry) => Buffer.from(entry.note).toString());
    expect(notes).toEqual(["what it does", ""]);
    expect(await current.store.check()).toEqual({ ok: true, findings: [] });
  });
}

function versionTests(current: StoreUnderTest): void {
  test("is refused as `moved` when anything it was judged by is another by now, and leaves no trace", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    const version = async () => (await current.store.standing(log))?.version ?? -1;
    const changes: (() => Promise<unknown>)[] = [
      () => current.store.removeMember(log, deviceOf("bob")),
      () => current.store.addMember(log, deviceOf("bob"), 0),
      async () => current.store.leave(log, handle("bob"), { version: await version(), closing: undefined }),
      () => current.store.comeBack(log, handle("bob")),
    ];
    for (const [at, change] of changes.entries()) {
      const judged = await version();
      await change();
      const op = commitOp(log, `late ${at}`, { change: { version: judged } });
      expect(await appendOne(current.store, op)).toEqual({ result: "moved" });
    }
    expect(await readAll(current.store, log)).toEqual([]);
    const op = commitOp(log, "now", { change: { version: await version() } });
    expect(await appendOne(current.store, op)).toMatchObject({ result: "ok" });
    expect(await appendOne(current.store, op), "a retry is a dup, whatever the version").toMatchObject({
      result: "dup",
    });
  });

  test("of 50 commits judged by the same standing exactly one wins", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const version = (await current.store.standing(log))?.version;
    const rivals = Array.from({ length: 50 }, (_, n) =>
      appendOne(current.store, commitOp(log, n, { change: { version } })),
    );
    const results = (await Promise.all(rivals)).map(({ result }) => result);
    expect(results.filter((result) => result === "ok")).toHaveLength(1);
    expect(results.filter((result) => result === "stale")).toHaveLength(49);
    expect(await readAll(current.store, log)).toHaveLength(1);
  });

  test("after the first commit only members write, and one who was removed in the same batch does not", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    const bob = (mid: string) => appOp(log, mid, { sender: "bob", epoch: 1 });
    await appendOne(current.store, commitOp(log, 1));
    expect(await appendOne(current.store, bob("in"))).toMatchObject({ result: "ok" });
    const remove = commitOp(log, 2, { epoch: 1, change: { remove: [deviceOf("bob")] } });
    const results = await current.store.append([bob("before"), remove, bob("after"), appOp(log, "x", { epoch: 2 })]);
    expect(results.map(({ result }) => result)).toEqual(["ok", "ok", "denied", "ok"]);
    expect(await appendOne(current.store, appOp(log, "eve", { sender: "eve", epoch: 2 }))).toEqual({
      result: "denied",
    });
    await current.reopen();
    expect(await appendOne(current.store, bob("again"))).toEqual({ result: "denied" });
  });
}

function leaveTests(current: StoreUnderTest): void {
  test("takes the log from the user's devices at once; who comes back has it again", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    await appendOne(current.store, commitOp(log, 1, { change: { terms: terms("t", "ann", "bob") } }));
    const version = (await current.store.standing(log))?.version ?? -1;
    const judged = { version, closing: undefined };
    expect(await current.store.leave(log, handle("bob"), { ...judged, version: version + 1 })).toBe(false);
    expect(await current.store.leave(log, handle("bob"), judged)).toBe(true);
    expect(await told(current, "bob", log)).toBeUndefined();
    expect(await told(current, "ann", log)).toMatchObject({ leaving: ["bob"] });
    const write = (mid: string) => appendOne(current.store, appOp(log, mid, { sender: "bob", epoch: 1, since: 1 }));
    expect(await write("gone")).toEqual({ result: "denied" });
    expect(await current.store.comeBack(log, handle("bob"))).toBe(true);
    expect(await current.store.comeBack(log, handle("bob"))).toBe(false);
    expect(await write("back")).toMatchObject({ result: "ok" });
  });

  test("ends with the commit after which nothing of the user is left, or that lets the user in again", async () => {
    const log = await roomWith(current.store, ["ann", "bob", "eve"]);
    const leave = async (name: string) => {
      const version = (await current.store.standing(log))?.version ?? -1;
      await current.store.leave(log, handle(name), { version, closing: undefined });
    };
    await leave("bob");
    await leave("eve");
    const leaving = async () => (await current.store.standing(log))?.leaving;
    expect(await leaving()).toEqual(["bob", "eve"]);
    const [bob, eve] = [deviceOf("bob"), deviceOf("eve")];
    const named = terms("t", "ann", "bob");
    await appendOne(current.store, commitOp(log, 1, { change: { remove: [bob, eve], terms: named } }));
    expect(await leaving(), "bob is still named").toEqual(["bob"]);
    await appendOne(current.store, commitOp(log, 2, { since: 1, epoch: 1, change: { add: [bob] } }));
    expect(await leaving()).toEqual([]);
  });

  test("closes the log where it is told to", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const version = (await current.store.standing(log))?.version ?? -1;
    await appendOne(current.store, commitOp(log, 1));
    const now = (await current.store.standing(log))?.version ?? -1;
    expect(now).not.toBe(version);
    await current.store.leave(log, handle("bob"), { version: now, closing: terms("closed") });
    expect(await appendOne(current.store, appOp(log, "late", { epoch: 1 })), "nothing is written").toEqual({
      result: "denied",
    });
    await current.reopen();
    expect(await appendOne(current.store, appOp(log, "later", { epoch: 1 }))).toEqual({ result: "denied" });
    expect(Buffer.from((await current.store.standing(log))?.terms ?? []).toString()).toBe("closed");
  });
}

function askTests(current: StoreUnderTest): void {
  test("is kept once, told in order, dropped, and ends", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const ask = (name: string, at: number) => current.store.ask({ log, user: handle(name), at });
    expect([await ask("eve", 20), await ask("bob", 10), await ask("eve", 30)]).toEqual(["stored", "stored", "known"]);
    await current.reopen();
    const asks = [
      { log, user: "bob", at: 10 },
      { log, user: "eve", at: 20 },
    ];
    expect(await current.store.asks([roomOf("none"), log], 30)).toEqual(asks);
    expect(await current.store.asks([log], 10 + ASK_MS)).toEqual([asks[1]]);
    expect([await current.store.dropAsk(log, handle("bob")), await current.store.dropAsk(log, handle("bob"))]).toEqual([
      true,
      false,
    ]);
    await current.store.tidy(20 + ASK_MS);
    expect(await current.store.asks([log], 30)).toEqual([]);
  });

  test("is bounded for a room and for a user", async () => {
    const log = await roomWith(current.store, ["ann"]);
    for (let n = 0; n < ASKS_OF_ROOM; n += 1) await current.store.ask({ log, user: handle(`u${n}`), at: 1 });
    expect(await current.store.ask({ log, user: handle("late"), at: 1 })).toBe("full");
    for (let n = 0; n < ASKS_OF_USER; n += 1) {
      await current.store.createLog(roomOf(`r${n}`), []);
      await current.store.ask({ log: roomOf(`r${n}`), user: handle("eve"), at: 1 });
    }
    await current.store.createLog(roomOf("more"), []);
    expect(await current.store.ask({ log: roomOf("more"), user: handle("eve"), at: 1 })).toBe("full");
    expect(await current.store.ask({ log, user: handle("late"), at: 1 + ASK_MS }), "room again").toBe("stored");
  });

  test("is granted by a commit that adds a device of the user or names the user", async () => {
    const log = await roomWith(current.store, ["ann"]);
    for (const name of ["bob", "eve", "joe"]) {
      await current.store.enrol(recordOf(name));
      await current.store.ask({ log, user: handle(name), at: 1 });
    }
    const change = { add: [deviceOf("bob")], terms: terms("t", "eve") };
    expect(await appendOne(current.store, commitOp(log, 1, { change }))).toMatchObject({ approved: ["bob", "eve"] });
    expect((await current.store.asks([log], 2)).map(({ user }) => user)).toEqual(["joe"]);
  });
}
