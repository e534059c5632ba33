// A group from its first member to its last, each device started anew from its rows wherever that could go wrong.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incoming } from "../../../src/mls/groups.ts";
import { CLASSIC, HYBRID, type SuiteName } from "../../../src/mls/suite.ts";
import { commits, entryOf, goOn, LOG, MID, roomTerms, table, together, type Table } from "../../kit/mls.ts";

let realm: Table;
const MISSING = new Uint8Array();

beforeAll(async () => {
  realm = await table();
});

afterAll(() => realm[Symbol.dispose]());

describe.each<[SuiteName]>([[HYBRID], [CLASSIC]])("a group of %s", (suite) => {
  it("is founded, joined and talked in, both ways", async () => {
    const alice = realm.device({ user: "alice", suite });
    const bob = realm.device({ user: "bob", suite });
    const carol = realm.device({ user: "carol", suite });
    await together(alice, [bob, carol], roomTerms({ alice: "owner" }));
    const hi = await alice.say("hi");
    expect(await bob.read(hi)).toEqual(["alice: hi"]);
    expect(await carol.read(hi)).toEqual(["alice: hi"]);
    expect(await alice.read(await bob.say("hello"))).toEqual(["bob: hello"]);
  });

  it("takes in a device that founds groups of the other suite, by Welcome and by itself", async () => {
    const other = suite === HYBRID ? CLASSIC : HYBRID;
    const alice = realm.device({ user: "alice", suite });
    const bob = realm.device({ user: "bob", suite: other });
    const carol = realm.device({ user: "carol", suite: other });
    const terms = roomTerms({ alice: "owner" }, { join: "open" });
    const add = [await bob.keyPackage(suite)];
    expect(bob.packages.map((one) => one.suite)).toEqual([suite]);
    const made = alice.keep(await alice.host.found(LOG, 0, { add, remove: [], terms, mid: MID }));
    expect(await alice.acceptOwn()).toMatchObject({ suite });
    expect(await bob.join(made)).toMatchObject({ suite });
    const joins = carol.keep(await carol.host.joinExternally(LOG, { ...made, mid: MID }));
    expect(await carol.acceptOwn()).toMatchObject({ suite });
    for (const one of [alice, bob]) expect(await one.read(entryOf(carol, joins))).toEqual(["(commit)"]);
    expect(await bob.restart()).toMatchObject({ suite });
    await goOn(alice, bob, carol);
  });
});

describe("a group", () => {
  it("is the same after every device was started anew", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const said: Incoming[] = [];
    for (const text of ["one", "two", "three"]) {
      said.push(await alice.say(text));
      await alice.restart();
    }
    for (const [at, entry] of said.entries()) {
      expect(await bob.read(entry)).toEqual([`alice: ${["one", "two", "three"][at]}`]);
      const view = await bob.restart();
      expect(view?.members.map(({ user }) => user)).toEqual(["alice", "bob"]);
    }
    expect(await alice.read(await bob.say("four"))).toEqual(["bob: four"]);
  });

  it("grows by a commit, and the newcomer reads nothing of before", async () => {
    const [alice, bob, carol] = realm.devices("alice", "bob", "carol");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const before = await alice.say("before");
    const { made, outcomes } = await commits(alice, { add: [await carol.keyPackage()] }, [bob]);
    expect(outcomes).toMatchObject([
      {
        kind: "commit",
        isExternal: false,
        by: { user: "alice" },
        added: [{ user: "carol" }],
        removed: [],
        isOut: false,
      },
    ]);
    expect(await carol.host.welcomeRefs(made.welcome ?? MISSING)).toEqual(carol.packages.map(({ ref }) => ref));
    await carol.join(made);
    expect(await bob.read(before, await alice.say("after"))).toEqual(["alice: before", "alice: after"]);
    expect(await carol.read(before)).toEqual(["[epoch-gone]"]);
    expect(await carol.read(await bob.say("welcome"))).toEqual(["bob: welcome"]);
  });

  it("lets a device come in by itself, with nobody's help", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }, { join: "open" }));
    const { made } = await commits(alice, {}, [bob]);
    const [eve] = realm.devices("eve");
    const joins = eve.keep(await eve.host.joinExternally(LOG, { ...made, mid: MID }));
    expect(joins).toMatchObject({ add: [eve.device], remove: [] });
    const view = await eve.acceptOwn();
    expect(view.members.map(({ user }) => user)).toEqual(["alice", "bob", "eve"]);
    expect(await alice.hear(entryOf(eve, joins))).toMatchObject([
      { kind: "commit", isExternal: true, by: { user: "eve" } },
    ]);
    await bob.hear(entryOf(eve, joins));
    expect(await bob.read(await eve.say("here I am"))).toEqual(["eve: here I am"]);
  });

  it("takes a device back that lost its state, in the place of its old leaf", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const { made } = await commits(alice, {}, [bob]);
    bob.rows.clear();
    await bob.restart();
    const joins = bob.keep(await bob.host.joinExternally(LOG, { ...made, mid: MID }));
    expect(joins).toMatchObject({ add: [bob.device], remove: [bob.device] });
    await bob.acceptOwn();
    expect(await alice.hear(entryOf(bob, joins))).toMatchObject([
      { kind: "commit", isExternal: true, added: [{ user: "bob" }], removed: [{ user: "bob" }] },
    ]);
    expect(await alice.read(await bob.say("back"))).toEqual(["bob: back"]);
    expect(await bob.read(await alice.say("good"))).toEqual(["alice: good"]);
  });

  it("tells one who is put out, who reads not a byte more", async () => {
    const [alice, bob, carol] = realm.devices("alice", "bob", "carol");
    await together(alice, [bob, carol], roomTerms({ alice: "owner" }));
    const { outcomes } = await commits(alice, { remove: [carol.device] }, [bob, carol]);
    expect(outcomes).toMatchObject([
      { kind: "commit", removed: [{ user: "carol" }], isOut: false },
      { kind: "commit", removed: [{ user: "carol" }], isOut: true, view: undefined },
    ]);
    const after = await alice.say("without carol");
    expect(await bob.read(after)).toEqual(["alice: without carol"]);
    expect(await carol.read(after)).not.toEqual(["alice: without carol"]);
    expect(await carol.hear(after)).toMatchObject([{ kind: "fault" }]);
  });

  it("nor what somebody who had not heard of it sealed before, and the log has after it", async () => {
    const [alice, bob, carol] = realm.devices("alice", "bob", "carol");
    await together(alice, [bob, carol], roomTerms({ alice: "owner" }));
    const [before, late] = [await bob.say("with carol"), await bob.say("too late for carol")];
    const { made } = await commits(alice, { remove: [carol.device] }, []);
    const entries = [before, entryOf(alice, made), late];
    expect(await carol.hear(...entries)).toMatchObject([
      { kind: "message" },
      { kind: "commit", isOut: true },
      { kind: "fault", code: "not-in-group" },
    ]);
    expect(await carol.hear(late)).toMatchObject([{ kind: "fault", code: "not-in-group" }]);
    expect(await alice.read(before, late)).toEqual(["bob: with carol", "bob: too late for carol"]);
  });

  it("changes its terms, for all alike", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const terms = roomTerms({ alice: "owner", bob: "admin" }, { history: 30 });
    const { outcomes } = await commits(alice, { terms }, [bob]);
    expect(outcomes).toMatchObject([{ kind: "commit", terms, view: { terms } }]);
    expect((await alice.restart())?.terms).toEqual(terms);
    expect((await bob.restart())?.terms).toEqual(terms);
  });

  it("opens what was on its way while three commits went through, and nothing older", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const [late, later] = [await bob.say("late"), await bob.say("later")];
    for (let commit = 0; commit < 3; commit += 1) await commits(alice, {}, [bob]);
    await alice.restart();
    expect(await alice.read(late)).toEqual(["bob: late"]);
    await commits(alice, {}, [bob]);
    expect(await alice.read(later)).toEqual(["[epoch-gone]"]);
  });
});

describe("a commit that waits", () => {
  it("survives the end of the program and is the group once it is in the log", async () => {
    const [alice, bob, carol] = realm.devices("alice", "bob", "carol");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const add = [await carol.keyPackage()];
    const made = alice.keep(await alice.host.commit(LOG, { add, remove: [], mid: MID }));
    await alice.restart();
    expect(await bob.read(await alice.say("still the old group"))).toEqual(["alice: still the old group"]);
    await alice.acceptOwn();
    await alice.restart();
    await carol.join(made);
    await bob.hear(entryOf(alice, made));
    expect([...alice.rows.keys()].filter((name) => name.startsWith("proposed/"))).toEqual([]);
    expect(await carol.read(await alice.say("the new one"))).toEqual(["alice: the new one"]);
  });

  it("keeps the keys of what was said while it waited, and uses none twice", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const early = [await bob.say("one"), await bob.say("two")];
    const [one, two] = early;
    const made = alice.keep(await alice.host.commit(LOG, { add: [], remove: [], mid: MID }));
    const spoken = await alice.say("while it waits");
    expect(await bob.read(spoken)).toEqual(["alice: while it waits"]);
    expect(await alice.read(...(one === undefined ? [] : [one]))).toEqual(["bob: one"]);
    await alice.restart();
    await alice.acceptOwn();
    await bob.hear(entryOf(alice, made));
    expect(await alice.read(...early)).toEqual(["[replayed]", "bob: two"]);
    await alice.restart();
    expect(await alice.read(...(two === undefined ? [] : [two]))).toEqual(["[replayed]"]);
  });

  it("uses up its key at once: one that is made again has another", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const first = alice.keep(await alice.host.commit(LOG, { add: [], remove: [], mid: MID }));
    expect([...first.rows.put.keys()]).toContain("keys/1/0");
    await alice.restart();
    alice.keep(await alice.host.withdraw(LOG));
    const second = alice.keep(await alice.host.commit(LOG, { add: [], remove: [], mid: MID }));
    expect(second.rows.put.get("keys/1/0")).not.toEqual(first.rows.put.get("keys/1/0"));
    expect(await bob.read(entryOf(alice, second))).toEqual(["(commit)"]);
  });

  it("gives way to one that came first, and is made again on top of it", async () => {
    const [alice, bob, carol, dave] = realm.devices("alice", "bob", "carol", "dave");
    await together(alice, [bob], roomTerms({ alice: "owner", bob: "admin" }));
    const add = [await carol.keyPackage()];
    const lost = alice.keep(await alice.host.commit(LOG, { add, remove: [], mid: MID }));
    const { made } = await commits(bob, { add: [await dave.keyPackage()] }, []);
    await dave.join(made);
    alice.keep(await alice.host.withdraw(LOG));
    await alice.hear(entryOf(bob, made));
    const again = await commits(alice, { add }, [bob, dave]);
    await carol.join(again.made);
    expect(again.made.commit).not.toEqual(lost.commit);
    expect([...alice.rows.keys()].filter((name) => name.startsWith("proposed/"))).toEqual([]);
    const hello = await carol.say("hello");
    for (const one of [alice, bob, dave]) expect(await one.read(hello)).toEqual(["carol: hello"]);
  });

  it("is one at a time", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    alice.keep(await alice.host.commit(LOG, { add: [], remove: [], mid: MID }));
    await expect(alice.host.commit(LOG, { add: [], remove: [], mid: MID })).rejects.toMatchObject({
      code: "proposed-already",
    });
  });
});

describe("rows", () => {
  it("change little with a message, and drop what is no longer kept", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    const { rows } = await alice.host.seal(LOG, { plaintext: Buffer.from("hi"), mid: MID });
    expect([...rows.put.keys()]).toEqual(["keys/1/0"]);
    expect(rows.put.get("keys/1/0")?.length).toBeLessThan(2048);
    for (let commit = 0; commit < 6; commit += 1) await commits(bob, {}, [alice]);
    const epochs = [...alice.rows.keys()].filter((name) => name.startsWith("tree/"));
    expect(epochs.toSorted()).toEqual(["tree/4", "tree/5", "tree/6", "tree/7"]);
  });

  it("that were cut short are refused by name", async () => {
    const [alice, bob] = realm.devices("alice", "bob");
    await together(alice, [bob], roomTerms({ alice: "owner" }));
    for (const [name, row] of alice.rows) {
      const cut = new Map(alice.rows).set(name, row.slice(0, -1));
      await expect(alice.host.open(LOG, cut)).rejects.toMatchObject({ code: "state-malformed" });
    }
  });
});
