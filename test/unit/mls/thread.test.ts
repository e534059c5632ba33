// The groups in a thread of their own: the same answers, faults with their names, and an end that is noticed.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../../src/model/fault.ts";
import { GroupsThread } from "../../../src/mls/thread/groups-thread.ts";
import { spawnGroups } from "../../../src/mls/thread/spawn.ts";
import { HYBRID } from "../../../src/mls/suite.ts";
import { LOG, MID, ownOf, roomTerms, table, type Table, type TestDevice } from "../../kit/mls.ts";

let realm: Table;

beforeAll(async () => {
  realm = await table();
});

afterAll(() => realm[Symbol.dispose]());

function threadOf({ identity, device }: TestDevice, onFailed: (fault: Fault) => void = () => undefined) {
  const { root, issuers, crls } = realm.realm;
  const bytes = {
    root: root.raw,
    issuers: issuers.map(({ raw }) => raw),
    crls: [...crls.values()].map(({ der }) => der),
  };
  const worker = spawnGroups({ realm: bytes, own: ownOf(identity, device), newSuite: HYBRID });
  return { worker, groups: new GroupsThread(worker, onFailed) };
}

describe("the groups' thread", () => {
  it("founds a group that another device joins, seals and receives", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    const { groups } = threadOf(alice);
    const terms = roomTerms({ alice: "owner" });
    const made = await groups.found(LOG, 0, { add: [await bob.keyPackage()], remove: [], terms, mid: MID });
    const { view } = await groups.accept(LOG);
    expect(view).toMatchObject({ epoch: 1, terms, members: [{ user: "alice" }, { user: "bob" }] });
    await bob.join(made);
    const { body } = await groups.seal(LOG, { plaintext: Buffer.from("hi"), mid: MID });
    expect(await bob.read({ kind: "app", body, device: alice.device, at: Date.now(), mid: MID })).toEqual([
      "alice: hi",
    ]);
    const { outcomes } = await groups.receive(LOG, [await bob.say("ho"), await bob.say("ha")]);
    expect(outcomes.map((one) => (one.kind === "message" ? Buffer.from(one.plaintext).toString() : one))).toEqual([
      "ho",
      "ha",
    ]);
    await groups.end();
  });

  it("tells a fault by its name", async () => {
    const [alice] = realm.devices("alice");
    const { groups } = threadOf(alice);
    await expect(groups.seal(LOG, { plaintext: Buffer.from("hi"), mid: MID })).rejects.toMatchObject({
      code: "not-in-group",
    });
    await groups.end();
    await expect(groups.keyPackages(HYBRID, 1)).rejects.toMatchObject({ code: "stopped" });
  });

  it("that dies is noticed, and what waits is refused", async () => {
    const [alice] = realm.devices("alice");
    const failed = Promise.withResolvers<Fault>();
    const { worker, groups } = threadOf(alice, failed.resolve);
    const waits = Promise.allSettled([groups.keyPackages(HYBRID, 500)]);
    await worker.terminate();
    expect(await waits).toMatchObject([{ status: "rejected", reason: { code: "mls-failed" } }]);
    expect((await failed.promise).code).toBe("mls-failed");
  });
});
