// The directory: logs and members, devices and users, revocation, key packages.
import { describe, expect, test } from "vitest";
import type { Handle } from "../../src/model/ids.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { appOp, appendOne, deviceOf, recordOf, roomOf, roomWith } from "./store-harness.ts";

const PLAIN = { member: true, terms: new Uint8Array(0), leaving: [], until: 0 };

export function directoryContract(current: StoreUnderTest): void {
  describe("logs and members", () => {
    memberTests(current);
  });
  describe("devices and users", () => {
    deviceTests(current);
  });
  describe("revocation", () => {
    revocationTests(current);
  });
}

function memberTests(current: StoreUnderTest): void {
  test("a log is made once, with its members from its start", async () => {
    const log = await roomWith(current.store, ["ann", "bob"]);
    expect(await current.store.createLog(log, [])).toBe(false);
    expect(await current.store.membersOf(log)).toHaveLength(2);
    expect(await current.store.logsOf(deviceOf("bob"))).toContainEqual({
      log,
      head: 0,
      first: 1,
      epoch: 0,
      cursor: 0,
      from: 0,
      ...PLAIN,
    });
    expect(await current.store.membersOf(roomOf("none"))).toEqual([]);
  });

  test("members are added and removed without a commit; what is not there is refused", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await current.store.enrol(recordOf("bob"));
    await appendOne(current.store, appOp(log, 1));
    expect(await current.store.addMember(log, deviceOf("bob"), 1)).toBe(true);
    expect(await current.store.addMember(log, deviceOf("bob"), 0)).toBe(false);
    expect(await current.store.logsOf(deviceOf("bob"))).toContainEqual({
      log,
      head: 1,
      first: 1,
      epoch: 0,
      cursor: 0,
      from: 1,
      ...PLAIN,
    });
    expect(await current.store.removeMember(log, deviceOf("bob"))).toBe(true);
    expect(await current.store.removeMember(log, deviceOf("bob"))).toBe(false);
    expect(await current.store.removeMember(roomOf("none"), deviceOf("bob"))).toBe(false);
    await expect(current.store.addMember(roomOf("none"), deviceOf("bob"), 0)).rejects.toMatchObject({
      code: "no-such-log",
    });
    await expect(current.store.addMember(log, deviceOf("nobody"), 0)).rejects.toMatchObject({ code: "no-such-device" });
    await expect(current.store.createLog(roomOf("new"), [deviceOf("bob"), deviceOf("nobody")])).rejects.toMatchObject({
      code: "no-such-device",
    });
    expect((await current.store.heads([roomOf("new")])).size).toBe(0);
    expect(await current.store.createLog(roomOf("new"), [deviceOf("bob")])).toBe(true);
  });
}

function deviceTests(current: StoreUnderTest): void {
  test("enrol says what it did: added with an inbox, known, renewed, taken", async () => {
    const ann = recordOf("ann");
    expect(await current.store.enrol(ann)).toBe("added");
    expect((await current.store.heads([inboxLog(ann.device)])).size).toBe(1);
    expect((await current.store.logsOf(ann.device)).map(({ log }) => log)).toEqual([inboxLog(ann.device)]);
    expect(await current.store.enrol(ann)).toBe("known");
    const renewed = {
      ...ann,
      serial: "02",
      name: "Ann B.",
      certificates: [Buffer.from("leaf"), Buffer.from("issuer")],
    };
    expect(await current.store.enrol(renewed)).toBe("renewed");
    expect(await current.store.enrol({ ...renewed, user: "bob" as Handle })).toBe("taken");
    await current.reopen();
    const [stored, ...rest] = await current.store.devices([deviceOf("nobody"), ann.device]);
    expect(rest).toEqual([]);
    expect({ ...stored, certificates: stored?.certificates.map((der) => Buffer.from(der)) }).toEqual(renewed);
    expect(await current.store.logsOf(ann.device)).toHaveLength(1);
  });

  test("users are found by handle and by name in any case and language, page by page", async () => {
    const names: readonly (readonly [string, string])[] = [
      ["ann", "Änne Straße"],
      ["bob", "Bob %_"],
      ["carl", "Карл"],
      ["dora", "Dora"],
    ];
    for (const [handle, name] of names) await current.store.enrol(recordOf(handle, { name }));
    await current.store.enrol(recordOf("bob's second", { user: "bob" as Handle, name: "Bob %_" }));
    const found = async (query: string, after = "", maxCount = 10) =>
      (await current.store.users(query, after, maxCount)).map(({ user }) => user);
    expect(await found("")).toEqual(["ann", "bob", "carl", "dora"]);
    expect(await found("", "ann", 2)).toEqual(["bob", "carl"]);
    expect(await found("ÄNNE")).toEqual(["ann"]);
    expect(await found("карл")).toEqual(["carl"]);
    expect(await found("OR")).toEqual(["dora"]);
    expect(await found("%_")).toEqual(["bob"]);
    expect(await found("%")).toEqual(["bob"]);
    expect(await current.store.users("bob", "", 10)).toEqual([{ user: "bob", name: "Bob %_", devices: 2 }]);
  });
}

function revocationTests(current: StoreUnderTest): void {
  test("versions grow with each new serial, and what is known already changes nothing", async () => {
    expect(await current.store.revocations(0)).toEqual({ version: 0, revocations: [] });
    const first = await current.store.revoke([
      { serial: "0a", reason: 1 },
      { serial: "0b", reason: 0 },
    ]);
    expect(await current.store.revoke([{ serial: "0a", reason: 4 }])).toBe(first);
    const second = await current.store.revoke([{ serial: "0c", reason: 0 }]);
    expect(second).toBeGreaterThan(first);
    await current.reopen();
    expect(await current.store.revocations(first)).toEqual({
      version: second,
      revocations: [{ serial: "0c", reason: 0 }],
    });
    expect((await current.store.revocations(0)).revocations).toEqual([
      { serial: "0a", reason: 1 },
      { serial: "0b", reason: 0 },
      { serial: "0c", reason: 0 },
    ]);
    expect((await current.store.revocations(second)).revocations).toEqual([]);
  });
}
