// History for newcomers with real clients: exactly what the terms give, as it was said and as it stands now.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConversationView } from "../../src/client/port/conversation-views.ts";
import type { LogId } from "../../src/model/ids.ts";
import { systemClock } from "../../src/bin/system-clock.ts";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import type { TestClient } from "../kit/client.ts";
import { comes, finds, hears, history, knows, PastTable, reads, received, say, stored, alarms } from "../kit/past.ts";
import { DAY_MS, deviceOf, makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

const ROOM = "#plans";

/** What is in the vault of what was only for the way: keys that were handed over, asks, secrets. */
function leftIn({ home }: TestClient): readonly string[] {
  const vault = openVault(vaultFolder(home, realm.fingerprint, deviceOf(realm.client("carol"))));
  try {
    const said = vault.after(0, 9_999).filter(({ payload }) => /sealed|publicKey/.test(payload));
    const waiting = vault.logs().flatMap(({ log }) => [...vault.pending(log).keys()]);
    const rest = waiting.filter((name) => name.startsWith("past/") || name.startsWith("asked/"));
    return [...said.map(({ payload }) => payload), ...rest];
  } finally {
    vault.close();
  }
}

describe("in a room where newcomers read everything", () => {
  it("a newcomer has what was said before, by whom, as it stands now; after a restart too", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    await alice.ask({ do: "create", name: "plans", history: "all" });
    await alice.ask({ do: "add", to: ROOM, user: "bob" });
    await knows(bob, ROOM);
    const first = await say(alice, ROOM, "teh plan");
    const second = await say(bob, ROOM, "nobody may read this");
    await say(bob, ROOM, "third");
    await alice.ask({ do: "edit", to: ROOM, message: first, text: "a plan" });
    await alice.ask({ do: "edit", to: ROOM, message: first, text: "the plan" });
    await bob.ask({ do: "react", to: ROOM, message: first, emoji: "👍" });
    await bob.ask({ do: "react", to: ROOM, message: first, emoji: "🎉" });
    await bob.ask({ do: "react", to: ROOM, message: first, emoji: "🎉", on: false });
    // Not its author: an owner may.
    await hears(alice, bob, ROOM);
    await alice.ask({ do: "delete", to: ROOM, message: second });
    using carol = await table.ready("carol");
    await alice.ask({ do: "add", to: ROOM, user: "carol" });
    await comes(carol);
    await hears(carol, alice, ROOM);
    const all = (await reads(carol, ROOM)).length;
    await expect.poll(async () => (await reads(bob, ROOM)).length).toBe(all);
    const expected = (await reads(bob, ROOM)).toSpliced(1, 1, "bob: deleted");
    expect(expected.slice(0, 3)).toEqual(["alice: the plan", "bob: deleted", "bob: third"]);
    expect(await reads(carol, ROOM)).toEqual(expected);
    const [seen] = await history(carol, ROOM);
    expect(seen).toMatchObject({ message: first, mine: false, from: { user: "alice", verified: true } });
    expect(seen).toEqual((await history(bob, ROOM))[0]);
    expect(seen?.reactions).toEqual([{ emoji: "👍", users: ["bob"] }]);
    expect(await finds(carol, "plan")).toEqual(["alice: the plan"]);
    expect(await finds(carol, "nobody")).toEqual([]);
    expect(received(carol)).toEqual([`${ROOM}: 3 messages of before are here`]);
    // Nothing of it is news: only what was said since.
    expect(carol.face.of("message").map(({ conversation }) => conversation)).toEqual([ROOM]);
    expect(carol.face.of("edited")).toEqual([]);
    expect(await carol.ask({ do: "conversations" })).toMatchObject({ conversations: [{}, { unread: 1 }] });
    carol.client.stop();
    using again = await table.ready("carol", { home: carol.home });
    expect(await reads(again, ROOM)).toEqual(expected);
    expect(again.face.of("message")).toEqual([]);
    again.client.stop();
    expect(leftIn(again)).toEqual([]);
    expect([...alarms(alice), ...alarms(bob), ...alarms(carol), ...alarms(again)]).toEqual([]);
  });

  it("what is changed while it is on its way is not as it was before", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    await alice.ask({ do: "create", name: "plans", history: "all" });
    const texts = ["one", "two", "three"];
    const said: string[] = [];
    for (const text of texts) said.push(await say(alice, ROOM, text));
    const [one, two, three] = said;
    using carol = await table.ready("carol");
    // Nobody answers before this is done.
    let give = (): void => {};
    const held = new Promise<void>((resolve) => (give = resolve));
    alice.client.stop();
    using slow = await table.ready("alice", {
      home: alice.home,
      bend: (groups) => Object.assign(groups, { grantArchive: after(held, groups.grantArchive.bind(groups)) }),
    });
    await slow.ask({ do: "add", to: ROOM, user: "carol" });
    await knows(carol, ROOM);
    await slow.ask({ do: "edit", to: ROOM, message: one, text: "one, better" });
    await slow.ask({ do: "delete", to: ROOM, message: two });
    await hears(carol, slow, ROOM);
    expect(await reads(carol, ROOM)).toHaveLength(1);
    await carol.ask({ do: "send", to: ROOM, text: "what was said?" });
    give();
    await comes(carol);
    expect((await reads(carol, ROOM)).slice(0, 3)).toEqual(["alice: one, better", "alice: deleted", "alice: three"]);
    await expect(carol.ask({ do: "edit", to: ROOM, message: three, text: "mine" })).rejects.toMatchObject({
      code: "not-the-author",
    });
    await carol.ask({ do: "react", to: ROOM, message: three, emoji: "👍" });
    await slow.face.until((face) => face.of("reaction").length === 1, "a reaction");
  });
});

/** The same, once the promise is kept. */
function after<A extends readonly unknown[], R>(wait: Promise<void>, run: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    await wait;
    return run(...args);
  };
}

describe("where the terms give less", () => {
  it("so many days: what is older stays closed, whole epochs and single days", async () => {
    using old = await makeRealm({ clients: [], now: new Date(Date.now() - 20 * DAY_MS) });
    let daysAgo = 6;
    const today = (): Date => new Date(clock.now());
    const clock = { ...systemClock, now: () => Date.now() - daysAgo * DAY_MS };
    await using server = await testServer(old, {}, clock);
    const table = new PastTable(old, server);
    const validity = { notBefore: new Date(Date.now() - 20 * DAY_MS), notAfter: new Date(Date.now() + 20 * DAY_MS) };
    const device = (user: string) => old.issueClient({ user, validity });
    using alice = await table.ready(device("alice"), { today });
    using bob = await table.ready(device("bob"), { today });
    await alice.ask({ do: "create", name: "plans", history: 3 });
    await alice.ask({ do: "add", to: ROOM, user: "bob" });
    await knows(bob, ROOM);
    await say(alice, ROOM, "six days ago");
    daysAgo = 5;
    await say(bob, ROOM, "five days ago");
    daysAgo = 2;
    await say(bob, ROOM, "two days ago");
    // A commit in between: another epoch.
    await alice.ask({ do: "role", to: ROOM, user: "bob", role: "admin" });
    await hears(bob, alice, ROOM);
    daysAgo = 0;
    await say(bob, ROOM, "today");
    using carol = await table.ready(device("carol"));
    await bob.ask({ do: "add", to: ROOM, user: "carol" });
    await comes(carol);
    await hears(carol, bob, ROOM);
    const seen = (await reads(carol, ROOM)).filter((line) => !line.includes("only to be heard"));
    expect(seen).toEqual(["bob: two days ago", "bob: today"]);
    expect(await finds(carol, "five")).toEqual([]);
    expect(alarms(carol)).toEqual([]);
  });

  it("none: nothing, nobody asks for anything, and no copy is on the server", async () => {
    const server = await testServer(realm);
    await using _server = server;
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    await alice.ask({ do: "create", name: "plans", history: "none" });
    await say(alice, ROOM, "before");
    let asks = 0;
    using carol = await table.ready("carol", {
      bend: (groups) => Object.assign(groups, { askArchive: () => Promise.reject(new Error(`ask ${(asks += 1)}`)) }),
    });
    await alice.ask({ do: "add", to: ROOM, user: "carol" });
    await knows(carol, ROOM);
    await say(alice, ROOM, "after");
    await carol.messages(1);
    expect(await reads(carol, ROOM)).toEqual(["alice: after"]);
    expect([received(carol), asks]).toEqual([[], 0]);
    const { conversations } = await carol.ask({ do: "conversations" });
    const room = (conversations as readonly ConversationView[]).find(({ conversation }) => conversation === ROOM);
    await server.stop();
    const messages = stored(server.data, room?.id ?? ("" as LogId));
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.filter(({ isArchived }) => isArchived)).toEqual([]);
  });

  it("changed in the middle: exactly what was said while it was on, and everybody is told of each change", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    await alice.ask({ do: "create", name: "plans", history: "none" });
    await alice.ask({ do: "add", to: ROOM, user: "bob" });
    await knows(bob, ROOM);
    for (const [at, policy] of (["all", "none", "all"] as const).entries()) {
      await say(bob, ROOM, `${at} before ${policy}`);
      await alice.ask({ do: "policy", to: ROOM, history: policy });
      await bob.face.until(
        (face) => face.of("conversation").filter(({ change }) => change === "policy").length === at + 1,
        "the policy",
      );
    }
    await say(bob, ROOM, "at the end");
    expect(bob.face.of("conversation").filter(({ change }) => change === "policy")).toMatchObject([
      { conversation: ROOM, by: "alice", history: "all" },
      { conversation: ROOM, by: "alice", history: "none" },
      { conversation: ROOM, by: "alice", history: "all" },
    ]);
    using carol = await table.ready("carol");
    await alice.ask({ do: "add", to: ROOM, user: "carol" });
    await comes(carol);
    expect(await reads(carol, ROOM)).toEqual(["bob: 1 before none", "bob: at the end"]);
    expect(await carol.ask({ do: "conversations" })).toMatchObject({ conversations: [{}, { history: "all" }] });
  });
});
