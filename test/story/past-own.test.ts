// What one device of a user hands over to a newer one of the same user: everything, also where newcomers are given nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { ConversationView } from "../../src/client/port/conversation-views.ts";
import type { LogId } from "../../src/model/ids.ts";
import type { TestClient } from "../kit/client.ts";
import {
  alarms,
  another,
  comes,
  finds,
  hears,
  history,
  knows,
  leftIn,
  PastTable,
  reads,
  received,
  say,
  stored,
  withoutHeard,
} from "../kit/past.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

let realm: TestRealm;
let folder: string;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
  folder = mkdtempSync(join(tmpdir(), "mutual-own-"));
});
afterAll(() => {
  realm.remove();
  rmSync(folder, { recursive: true, force: true });
});

const ROOM = "#plans";

/** A room of two where newcomers are given nothing. */
async function room(alice: TestClient, bob: TestClient): Promise<void> {
  await alice.ask({ do: "create", name: "plans" });
  await alice.ask({ do: "add", to: ROOM, user: "bob" });
  await knows(bob, ROOM);
}

describe("a new device", () => {
  it("has what the other one holds of every conversation, as it stands now, and none of it is news", async () => {
    const server = await testServer(realm);
    await using _server = server;
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    await room(alice, bob);
    const first = await say(alice, ROOM, "teh plan");
    const second = await say(bob, ROOM, "nobody may read this");
    await say(bob, ROOM, "bob says so");
    await say(alice, "#lobby", "to all");
    await say(bob, "@alice", "between us");
    await alice.hears("between us");
    await say(alice, "@alice", "milk and bread");
    const path = join(folder, "plan.txt");
    writeFileSync(path, "the plan itself");
    await alice.ask({ do: "file", to: ROOM, path, text: "look" });
    await alice.ask({ do: "edit", to: ROOM, message: first, text: "the plan" });
    await bob.ask({ do: "react", to: ROOM, message: first, emoji: "👍" });
    await bob.ask({ do: "delete", to: ROOM, message: second });
    await hears(alice, bob, ROOM);
    const expected = await history(alice, ROOM);

    const identity = another(realm);
    using phone = await table.ready(identity);
    await comes(phone, 4);
    await hears(phone, alice, ROOM);
    await hears(phone, bob, "#lobby");
    expect((await history(phone, ROOM)).slice(0, expected.length)).toEqual(
      expected.map((one) => Object.assign({}, one, { mine: false })),
    );
    expect((await reads(phone, ROOM)).slice(0, 4)).toEqual([
      "alice: the plan",
      "bob: deleted",
      "bob: bob says so",
      "alice: look",
    ]);
    expect(expected[0]).toMatchObject({ reactions: [{ emoji: "👍", users: ["bob"] }] });
    expect(withoutHeard(await reads(phone, "#lobby"))).toEqual(["alice: to all"]);
    expect(withoutHeard(await reads(phone, "@bob"))).toEqual(["bob: between us"]);
    expect(await reads(phone, "@alice")).toEqual(["alice: milk and bread"]);
    expect(await finds(phone, "bread")).toEqual(["alice: milk and bread"]);
    expect([await finds(phone, "nobody"), await finds(phone, "teh")]).toEqual([[], []]);
    expect(received(phone).toSorted()).toEqual([
      "#lobby: 1 message of before is here",
      "#plans: 4 messages of before are here",
      "@alice: 1 message of before is here",
      "@bob: 1 message of before is here",
    ]);
    const file = (await history(phone, ROOM)).find(({ text }) => text === "look");
    const saved = join(folder, "saved.txt");
    await phone.ask({ do: "save", message: file?.message, path: saved });
    expect(readFileSync(saved, "utf8")).toBe("the plan itself");
    // One's own may be changed from there.
    await phone.ask({ do: "delete", to: ROOM, message: first });
    await alice.face.until((face) => face.of("deleted").length === 2, "deleted from the phone");

    const heard = phone.face.of("message").map(({ text }) => text);
    expect(heard.filter((text) => !text.includes("only to be heard"))).toEqual([]);
    const { conversations } = await phone.ask({ do: "conversations" });
    const views = conversations as readonly ConversationView[];
    expect(views.map(({ unread }) => unread).toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1]);
    expect([...alarms(alice), ...alarms(bob), ...alarms(phone)]).toEqual([]);
    phone.client.stop();
    alice.client.stop();
    expect([
      ...leftIn(phone, { realm, identity }),
      ...leftIn(alice, { realm, identity: realm.client("alice") }),
    ]).toEqual([]);

    // No archive came into being for it.
    const log = views.find(({ conversation }) => conversation === ROOM)?.id ?? ("" as LogId);
    await server.stop();
    expect(stored(server.data, log).filter(({ isArchived }) => isArchived)).toEqual([]);
  });

  it("has nothing of what has expired, lets the rest expire, and knows how long messages stay", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    let later = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + later };
    using alice = await table.ready("alice", { world: { clock } });
    await say(alice, "@alice", "for ever");
    await alice.ask({ do: "send", to: "@alice", text: "for a moment", expire: 5 });
    await alice.ask({ do: "expire", to: "@alice", seconds: 3600 });
    await say(alice, "@alice", "for an hour");
    later = 6_000;
    const identity = another(realm);
    using phone = await table.ready(identity, { world: { clock } });
    await comes(phone);
    expect(await reads(phone, "@alice")).toEqual(["alice: for ever", "alice: for an hour"]);
    await expect
      .poll(async () => (await phone.ask({ do: "conversations" }))["conversations"], { timeout: 10_000 })
      .toContainEqual(expect.objectContaining({ conversation: "@alice", expire: 3600 }));
    phone.client.stop();
    later = 3_700_000;
    using again = await table.ready(identity, { home: phone.home, world: { clock } });
    expect(await reads(again, "@alice")).toEqual(["alice: for ever", "alice: expired"]);
    expect(await finds(again, "hour")).toEqual([]);
  });

  it("gives on what it was given", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    await room(alice, bob);
    await say(bob, ROOM, "from bob");
    await say(alice, ROOM, "from alice");
    using phone = await table.ready(another(realm));
    await comes(phone);
    alice.client.stop();
    using tablet = await table.ready(another(realm));
    await comes(tablet);
    expect(withoutHeard(await reads(tablet, ROOM))).toEqual(["bob: from bob", "alice: from alice"]);
    expect(alarms(tablet)).toEqual([]);
  });
});

describe("while the other device is away", () => {
  it("what newcomers are given comes from whoever is there, and the rest when it comes", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    await room(alice, bob);
    await say(alice, ROOM, "not archived");
    const changed = await say(alice, ROOM, "will be taken back");
    await alice.ask({ do: "policy", to: ROOM, history: "all" });
    await hears(bob, alice, ROOM);
    const edited = await say(bob, ROOM, "an archived word");
    await alice.ask({ do: "policy", to: ROOM, history: "none" });
    await hears(bob, alice, ROOM);
    await bob.ask({ do: "edit", to: ROOM, message: edited, text: "better" });
    await alice.ask({ do: "delete", to: ROOM, message: changed });
    await hears(alice, bob, ROOM);
    alice.client.stop();
    const identity = another(realm);
    using phone = await table.ready(identity);
    using back = await table.ready("alice", { home: alice.home });
    await comes(phone);
    await expect.poll(() => reads(phone, ROOM), { timeout: 10_000 }).toContain("alice: not archived");
    await hears(phone, back, ROOM);
    expect(withoutHeard(await reads(phone, ROOM))).toEqual(["alice: not archived", "alice: deleted", "bob: better"]);
    expect([...alarms(phone), ...alarms(back), ...alarms(bob)]).toEqual([]);
  });

  it("nothing is lost: it is asked once, and answered when it comes, also after the asker was started anew", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    await say(alice, "#lobby", "long ago");
    alice.client.stop();
    const identity = another(realm);
    using phone = await table.ready(identity);
    await say(phone, "#lobby", "is anybody there?");
    phone.client.stop();
    using again = await table.ready(identity, { home: phone.home });
    expect(received(again)).toEqual([]);
    using _back = await table.ready("alice", { home: alice.home });
    await comes(again);
    expect(withoutHeard(await reads(again, "#lobby"))).toEqual(["alice: long ago", "alice: is anybody there?"]);
  });
});
