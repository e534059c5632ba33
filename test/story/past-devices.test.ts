// History of before on its way: to another device of one's own, while nobody is there, over a restart, and after lost keys.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import type { Groups } from "../../src/mls/groups.ts";
import { Fault } from "../../src/model/fault.ts";
import type { TestClient } from "../kit/client.ts";
import { alarms, comes, finds, hears, history, knows, PastTable, reads, received, say } from "../kit/past.ts";
import { DAY_MS, deviceOf, makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

const ROOM = "#plans";

/** Counts what it was asked for. */
function counting(calls: string[], ...names: readonly ("askArchive" | "grantArchive" | "openArchived")[]) {
  return (groups: Groups): Groups => {
    const counted = names.map((name) => {
      const run = groups[name].bind(groups) as (...args: readonly unknown[]) => unknown;
      return [name, (...args: readonly unknown[]) => (calls.push(name), run(...args))] as const;
    });
    return Object.assign(groups, Object.fromEntries(counted));
  };
}

/** How many copies it opened at once. */
function sizes(opened: number[]) {
  return (groups: Groups): Groups => {
    const open = groups.openArchived.bind(groups);
    return Object.assign(groups, {
      openArchived: (...args: Parameters<Groups["openArchived"]>) => (opened.push(args[1].length), open(...args)),
    });
  };
}

/** Newcomers come in by themselves. */
async function openRoom(owner: TestClient, policy: string | number): Promise<void> {
  await owner.ask({ do: "create", name: "plans", join: "open", listed: true, history: policy });
}

async function joins(client: TestClient): Promise<void> {
  await client.face.until((face) => face.of("conversation").some(({ change }) => change === "listed"), "listed");
  await client.ask({ do: "join", to: ROOM });
}

describe("another device of the same user", () => {
  it("has all that the first one holds, whatever newcomers are given", async () => {
    using old = await makeRealm({ clients: [], now: new Date(Date.now() - 20 * DAY_MS) });
    let daysAgo = 9;
    const today = (): Date => new Date(clock.now());
    const clock = { ...systemClock, now: () => Date.now() - daysAgo * DAY_MS };
    await using server = await testServer(old, {}, clock);
    const table = new PastTable(old, server);
    const validity = { notBefore: new Date(Date.now() - 20 * DAY_MS), notAfter: new Date(Date.now() + 20 * DAY_MS) };
    using alice = await table.ready(old.issueClient({ user: "alice", validity }), { today });
    using bob = await table.ready(old.issueClient({ user: "bob", validity }), { today });
    await alice.ask({ do: "create", name: "plans", history: 2 });
    await alice.ask({ do: "add", to: ROOM, user: "bob" });
    await knows(bob, ROOM);
    await say(bob, ROOM, "nine days ago");
    daysAgo = 0;
    await say(alice, ROOM, "today");
    await say(alice, "@bob", "between us");
    await bob.hears("between us");
    const calls: string[] = [];
    using second = await table.ready(old.issueClient({ user: "alice" }), { bend: counting(calls, "askArchive") });
    await comes(second);
    await alice.ask({ do: "rename", to: ROOM, text: "plans" });
    await knows(second, ROOM);
    expect((await reads(second, ROOM)).slice(0, 2)).toEqual(["bob: nine days ago", "alice: today"]);
    await second.face.until(
      (face) => face.of("conversation").some(({ conversation }) => conversation === "@bob"),
      "@bob",
    );
    await say(bob, "@alice", "to both of you");
    await second.hears("to both of you");
    await comes(second, 2);
    expect(await reads(second, "@bob")).toEqual(["alice: between us", "bob: to both of you"]);
    // In the lobby, in the room, and between the two: once each.
    expect(calls).toEqual(["askArchive", "askArchive", "askArchive"]);
    expect(received(second).map((line) => line.split(": ")[1])).toEqual([
      "2 messages of before are here",
      "1 message of before is here",
    ]);
    expect([...alarms(alice), ...alarms(bob), ...alarms(second)]).toEqual([]);
  });
});

describe("asked while nobody is there", () => {
  it("is answered by the first who comes, also when the asker was started anew; and once", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    const given: string[] = [];
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    using carol = await table.ready("carol");
    await openRoom(alice, "all");
    await say(alice, ROOM, "the first word");
    await joins(bob);
    await comes(bob);
    await say(bob, ROOM, "the second");
    alice.client.stop();
    bob.client.stop();
    await joins(carol);
    await say(carol, ROOM, "is anybody there?");
    expect(await reads(carol, ROOM)).toEqual(["carol: is anybody there?"]);
    carol.client.stop();
    using carolAgain = await table.ready("carol", { home: carol.home });
    expect(received(carolAgain)).toEqual([]);
    const bend = counting(given, "grantArchive");
    using aliceAgain = await table.ready("alice", { home: alice.home, bend });
    await comes(carolAgain);
    expect((await reads(carolAgain, ROOM)).slice(0, 3)).toEqual([
      "alice: the first word",
      "bob: the second",
      "carol: is anybody there?",
    ]);
    // It was seen by whoever comes next: nothing is asked any more.
    using bobAgain = await table.ready("bob", { home: bob.home, bend });
    await hears(bobAgain, aliceAgain, ROOM);
    await hears(carolAgain, bobAgain, ROOM);
    expect(given).toEqual(["grantArchive"]);
    expect(received(carolAgain)).toHaveLength(1);
  });

  it("and taken out before anybody came: nobody answers", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    const given: string[] = [];
    using alice = await table.ready("alice");
    // He does not know how to answer.
    const mute = (groups: Groups): Groups =>
      Object.assign(groups, { grantArchive: () => Promise.reject(new Fault("mls-overload", "not now")) });
    using bob = await table.ready("bob", { bend: mute });
    using carol = await table.ready("carol");
    await openRoom(alice, "all");
    await say(alice, ROOM, "not for everybody");
    await joins(bob);
    await comes(bob);
    await alice.ask({ do: "role", to: ROOM, user: "bob", role: "admin" });
    await hears(bob, alice, ROOM);
    alice.client.stop();
    await joins(carol);
    await hears(bob, carol, ROOM);
    await bob.ask({ do: "remove", to: ROOM, user: "carol" });
    await carol.face.until((face) => face.of("conversation").some(({ change }) => change === "removed"), "removed");
    using again = await table.ready("alice", { home: alice.home, bend: counting(given, "grantArchive") });
    await hears(again, bob, ROOM);
    await hears(bob, again, ROOM);
    expect(given).toEqual([]);
    expect(received(carol)).toEqual([]);
    expect(await finds(carol, "everybody")).toEqual([]);
  });
});

describe("a long history", () => {
  const COUNT = 1_100;

  it("comes from the newest down, and goes on where it was after a restart", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    await alice.ask({ do: "create", name: "plans", history: "all" });
    await Promise.all(Array.from({ length: COUNT }, (_, at) => say(alice, ROOM, `number ${at}`)));
    const opened: number[] = [];
    let isStuck = true;
    const watched = (groups: Groups): Groups => {
      const open = groups.openArchived.bind(groups);
      return Object.assign(groups, {
        openArchived: async (...args: Parameters<Groups["openArchived"]>) => {
          // The first stretch and no more.
          if (isStuck && opened.length === 1) return new Promise(() => {});
          opened.push(args[1].length);
          return open(...args);
        },
      });
    };
    using carol = await table.ready("carol", { bend: watched });
    await alice.ask({ do: "add", to: ROOM, user: "carol" });
    await knows(carol, ROOM);
    await expect.poll(async () => (await history(carol, ROOM)).length, { timeout: 10_000 }).toBeGreaterThan(400);
    const half = await reads(carol, ROOM);
    expect(half.at(-1)).toBe(`alice: number ${COUNT - 1}`);
    carol.client.stop();
    isStuck = false;
    using again = await table.ready("carol", { home: carol.home, bend: watched });
    await comes(again);
    expect(received(again)).toEqual([`${ROOM}: ${COUNT} messages of before are here`]);
    const all: string[] = [];
    for (let before: number | undefined; all.length < COUNT;) {
      const { messages } = await again.ask({
        do: "history",
        to: ROOM,
        limit: 500,
        ...(before === undefined ? {} : { before }),
      });
      const page = messages as readonly { readonly seq: number; readonly text: string }[];
      expect(page.length).toBeGreaterThan(0);
      all.unshift(...page.map(({ text }) => text));
      before = page[0]?.seq;
    }
    expect(all).toEqual(Array.from({ length: COUNT }, (_, at) => `number ${at}`));
    // Each was opened once, the name of the room too.
    expect(opened.length).toBeGreaterThan(2);
    expect(opened.reduce((sum, some) => sum + some, 0)).toBe(COUNT + 1);
  });
});

describe("a device that has lost its keys", () => {
  it("comes in anew and reads what was said meanwhile, from its copies", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    await alice.ask({ do: "create", name: "plans", history: "all" });
    await say(alice, ROOM, "before bob");
    await alice.ask({ do: "add", to: ROOM, user: "bob" });
    await comes(bob);
    const edited = await say(bob, ROOM, "while bob is there");
    await hears(bob, alice, ROOM);
    bob.client.stop();
    await say(alice, ROOM, "while bob is away");
    await alice.ask({ do: "react", to: ROOM, message: edited, emoji: "👍" });
    const vault = openVault(vaultFolder(bob.home, realm.fingerprint, deviceOf(realm.client("bob"))));
    vault.commit([{ drop: "groups" }], { durable: true });
    vault.close();
    const opened: number[] = [];
    using again = await table.ready("bob", { home: bob.home, bend: sizes(opened) });
    await comes(again);
    await say(again, ROOM, "back");
    await hears(again, alice, ROOM);
    const seen = (await reads(again, ROOM)).filter((line) => !line.includes("only to be heard"));
    expect(seen).toEqual(["alice: before bob", "bob: while bob is there", "alice: while bob is away", "bob: back"]);
    expect((await history(again, ROOM)).find(({ message }) => message === edited)?.reactions).toEqual([
      { emoji: "👍", users: ["alice"] },
    ]);
    expect(received(again)).toEqual([`${ROOM}: 1 message of before is here`]);
    // What was here already was not looked at again.
    expect(opened.reduce((sum, some) => sum + some, 0)).toBeLessThan(6);
    expect(await finds(again, "away")).toEqual(["alice: while bob is away"]);
    expect([...alarms(alice), ...alarms(again)]).toEqual([]);
  });
});
