// Members and servers that lie: each lie has its name, nothing of it is believed, and the group goes on.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/ids.ts";
import { encodeTerms } from "../../src/model/terms.ts";
import type { Incoming, Proposed } from "../../src/mls/groups.ts";
import {
  entryOf,
  goOn,
  LOG,
  MID,
  newMid,
  roomTerms,
  table,
  together,
  type Table,
  type TestDevice,
} from "../kit/mls.ts";

let realm: Table;

beforeAll(async () => {
  realm = await table();
});

afterAll(() => realm[Symbol.dispose]());

async function room(): Promise<readonly [TestDevice, TestDevice, TestDevice]> {
  const three = realm.devices("alice", "bob", "mallory");
  const [alice, bob, mallory] = three;
  await together(alice, [bob, mallory], roomTerms({ alice: "owner" }));
  return three;
}

describe("a message", () => {
  it("that comes again is a replay", async () => {
    const [alice, bob] = await room();
    const said = await alice.say("once");
    expect(await bob.read(said, said)).toEqual(["alice: once", "[replayed]"]);
    await goOn(alice, bob);
  });

  it("that the server puts under another's name is not shown as theirs", async () => {
    const [alice, bob, mallory] = await room();
    const said = await mallory.say("I am alice");
    expect(await bob.read({ ...said, device: alice.device })).toEqual(["[sender-mismatch]"]);
    await goOn(alice, bob);
  });

  it("that is put where it does not belong is noticed", async () => {
    const [alice, bob] = await room();
    const said = await alice.say("here");
    expect(await bob.read({ ...said, mid: newMid() })).toEqual(["[sender-mismatch]"]);
    await goOn(alice, bob);
  });

  it("with one bit turned is not opened, whichever it is", async () => {
    const [alice, bob] = await room();
    const said = await alice.say("as it was");
    for (let at = 0; at < said.body.length; at += 7) {
      const turned = said.body.slice();
      turned[at] = (turned[at] ?? 0) ^ 0x10;
      const [read] = await bob.read({ ...said, body: turned });
      expect(read).toMatch(/^\[/);
    }
    expect(await bob.read(said)).toEqual(["alice: as it was"]);
  });

  it("of another group is not opened", async () => {
    const [alice] = await room();
    const [other] = await room();
    expect(await alice.read({ ...(await other.say("lost")) })).toHaveLength(1);
    expect(await alice.read({ ...(await other.say("lost")) })).toEqual(["[undecryptable]"]);
  });
});

describe("a commit", () => {
  async function wrong(lie: (entry: Incoming, made: Proposed) => Incoming): Promise<readonly string[]> {
    const [alice, bob] = await room();
    const [carol] = realm.devices("carol");
    const made = await alice.host.commit(LOG, { add: [await carol.keyPackage()], remove: [], mid: MID });
    const read = await bob.read(lie(entryOf(alice, made), made));
    await alice.host.withdraw(LOG);
    await goOn(alice, bob);
    return read;
  }

  it("that adds more than was declared is refused", async () => {
    expect(await wrong((entry) => declares(entry, { add: [] }))).toEqual(["[roster-mismatch]"]);
  });

  it("that adds less than was declared is refused", async () => {
    const more = "ab".repeat(16) as DeviceId;
    expect(await wrong((entry) => declares(entry, { add: [...(entry.declared?.add ?? []), more] }))).toEqual([
      "[roster-mismatch]",
    ]);
  });

  it("may be declared to remove who is not in the group, and to write its terms as they are: a restored server hears it", async () => {
    const [alice, bob] = await room();
    const made = alice.keep(await alice.host.commit(LOG, { add: [], remove: [], mid: MID }));
    const more = { remove: ["ab".repeat(16) as DeviceId], terms: encodeTerms(roomTerms({ alice: "owner" })) };
    expect(await bob.read(declares(entryOf(alice, made), more))).toEqual(["(commit)"]);
    await alice.acceptOwn();
    await goOn(alice, bob);
  });

  it.each([
    [
      "to remove who is in the group",
      (others: readonly TestDevice[]) => ({ remove: others.map(({ device }) => device) }),
    ],
    ["to write other terms", () => ({ terms: encodeTerms(roomTerms({ alice: "owner", mallory: "owner" })) })],
  ])("that is declared %s, and does not, is refused", async (_what, lie) => {
    const [alice, bob, mallory] = await room();
    const made = await alice.host.commit(LOG, { add: [], remove: [], mid: MID });
    expect(await bob.read(declares(entryOf(alice, made), lie([mallory])))).toEqual(["[roster-mismatch]"]);
    await alice.host.withdraw(LOG);
    await goOn(alice, bob);
  });

  it("that was not declared at all is refused", async () => {
    expect(await wrong(({ declared: _declared, ...entry }) => entry)).toEqual(["[roster-mismatch]"]);
  });

  it("whose new terms were not declared is refused", async () => {
    const [alice, bob] = await room();
    const terms = roomTerms({ alice: "owner" }, { history: "all" });
    const made = await alice.host.commit(LOG, { add: [], remove: [], terms, mid: MID });
    expect(await bob.read(declares(entryOf(alice, made), { terms: undefined }))).toEqual(["[roster-mismatch]"]);
    await alice.host.withdraw(LOG);
    await goOn(alice, bob);
  });

  it("that the server puts under another's name is refused", async () => {
    const [, bob, mallory] = await room();
    const made = await mallory.host.commit(LOG, { add: [], remove: [], mid: MID });
    expect(await bob.read({ ...entryOf(mallory, made), device: bob.device })).toEqual(["[sender-mismatch]"]);
  });

  it.each([
    [
      "puts out another",
      (mine: TestDevice, others: readonly TestDevice[]) => ({ remove: [others[1]?.device ?? mine.device] }),
    ],
    ["writes terms", () => ({ terms: roomTerms({ mallory: "owner" }) })],
  ])("by a member without the right that %s is refused by the members", async (_what, wish) => {
    const [alice, bob, mallory] = await room();
    const made = await mallory.host.commit(LOG, { add: [], remove: [], mid: MID, ...wish(mallory, [alice, bob]) });
    expect(await alice.read(entryOf(mallory, made))).toEqual(["[commit-refused]"]);
    await mallory.host.withdraw(LOG);
    await goOn(alice, bob, mallory);
  });

  it("by a member without the right that brings in a stranger is refused by the members", async () => {
    const [alice, bob, mallory] = await room();
    const [eve] = realm.devices("eve");
    const made = await mallory.host.commit(LOG, { add: [await eve.keyPackage()], remove: [], mid: MID });
    expect(await alice.read(entryOf(mallory, made))).toEqual(["[commit-refused]"]);
    await mallory.host.withdraw(LOG);
    await goOn(alice, bob, mallory);
  });

  it("may take out a revoked device, whoever makes it", async () => {
    const [alice, bob, mallory] = await room();
    const made = bob.keep(await bob.host.commit(LOG, { add: [], remove: [mallory.device], mid: MID }));
    const entry = declares(entryOf(bob, made), { revoked: [mallory.device] });
    expect(await alice.read(entry)).toEqual(["(commit)"]);
    await bob.acceptOwn();
    await goOn(alice, bob);
  });

  it("whose bytes are turned anywhere is refused, and the group goes on", async () => {
    const [alice, bob] = await room();
    const made = await alice.host.commit(LOG, { add: [], remove: [], mid: MID });
    const entry = entryOf(alice, made);
    for (let at = 0; at < entry.body.length; at += 101) {
      const turned = entry.body.slice();
      turned[at] = (turned[at] ?? 0) ^ 0x04;
      const [read] = await bob.read({ ...entry, body: turned });
      expect(read).toMatch(/^\[/);
    }
    await alice.host.withdraw(LOG);
    await goOn(alice, bob);
  });
});

function declares(entry: Incoming, more: Partial<NonNullable<Incoming["declared"]>>): Incoming {
  const { declared } = entry;
  if (declared === undefined) throw new Error("the entry declares nothing");
  return { ...entry, declared: { ...declared, ...more } };
}
