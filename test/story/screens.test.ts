// The screens of real clients over a real server: what two people see who talk, come back, search, lock.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { ScreenClient, type ScreenWish } from "../kit/screen-client.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

function start(server: TestServer, name: string, more: Partial<ScreenWish> = {}): Promise<ScreenClient> {
  return new ScreenClient({ realm, identity: realm.client(name), port: server.port, ...more }).ready();
}

const say = (one: ScreenClient, text: string): Promise<void> => one.do({ want: "submit", text });

describe("two people", () => {
  it("talk: what is written is there at once, comes back as the same item, is delivered and read", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    await alice.do({ want: "open", conversation: "@bob" });
    await say(alice, "hello @bob");
    expect(alice.messages).toMatchObject([{ text: "hello @bob", state: "queued", seq: undefined, mine: true }]);
    const { key } = alice.view.open.timeline.items.at(-1) ?? { key: "" };
    await alice.until(() => alice.messages[0]?.seq !== undefined, "it is back");
    expect(alice.view.open.timeline.items.at(-1)?.key).toBe(key);
    await bob.until(() => bob.row("@alice")?.unread === 1, "unread");
    expect(bob.row("@alice")).toMatchObject({
      mentions: 1,
      excerpt: "hello @bob",
      excerptFrom: "alice",
      kind: "direct",
    });
    await bob.until(() => bob.rings.length > 0, "it rings");
    expect(bob.rings).toMatchObject([{ conversation: "@alice", text: "hello @bob", isMention: true }]);
    await alice.until(() => alice.messages[0]?.state === "delivered", "delivered");
    await bob.do({ want: "next-activity" });
    expect(bob.view.open.timeline.items.map(({ item }) => item)).toEqual(["date", "unread", "message"]);
    // To open it is not to read it.
    expect(bob.row("@alice")?.unread).toBe(1);
    await bob.do({ want: "look", focused: true, atEnd: true });
    expect(bob.row("@alice")?.unread).toBe(0);
    await alice.until(() => alice.messages[0]?.state === "read", "read");
    expect(alice.messages[0]?.readBy).toEqual(["bob"]);
    // Also where it is fetched anew.
    for (const name of ["a", "b", "c", "d", "e"]) {
      await alice.screens.ask({ do: "create", name, join: "invite", listed: false, history: "none" });
      await alice.until(() => alice.view.open.conversation === `#${name}`, "in the room that was made");
    }
    await alice.do({ want: "open", conversation: "@bob" });
    expect(alice.messages[0]).toMatchObject({ state: "read", readBy: ["bob"] });
    await bob.do({ want: "reply", message: bob.messages[0]?.message });
    await say(bob, "hello yourself");
    await alice.sees("hello yourself");
    expect(alice.messages.at(-1)?.quoted).toMatchObject({ excerpt: "hello @bob", from: { user: "alice" } });
    await alice.screens.ask({
      do: "react",
      to: "@bob",
      message: alice.messages.at(-1)?.message as never,
      emoji: "👍",
      on: true,
    });
    await bob.until(() => bob.messages.at(-1)?.reactions?.[0]?.users[0] === "alice", "a reaction");
    await bob.do({ want: "edit-last" });
    expect(bob.view.open.composer).toMatchObject({ draft: "hello yourself" });
    await say(bob, "hello, you");
    await alice.sees("hello, you");
    await alice.do({ want: "draft", text: "hm" });
    await bob.until(() => bob.row("@alice")?.typing[0] === "alice", "typing");
    expect(alice.row("@bob")).toMatchObject({ online: true, hasDraft: true });
  });

  it("come back: drafts, what was not read, the line above it, and where they were, are as they left them", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    const before = await start(server, "bob");
    await say(alice, "one");
    await before.sees("one");
    await before.do({ want: "look", focused: true, atEnd: true });
    await before.until(() => before.row("#lobby")?.unread === 0, "read");
    await before.do({ want: "open", conversation: "@alice" });
    await before.do({ want: "draft", text: "for alice" });
    await before.do({ want: "open", conversation: "#lobby" });
    await before.do({ want: "draft", text: "unfinished" });
    await before.test.client.rest(false);
    before.stop();
    await say(alice, "two");
    await say(alice, "three @bob");
    await alice.until(() => alice.messages.every(({ seq }) => seq !== undefined), "all are stored");
    using bob = await start(server, "bob", { home: before.home });
    await bob.until(() => bob.row("#lobby")?.unread === 2, "unread");
    expect(bob.row("#lobby")).toMatchObject({ mentions: 1, hasDraft: true, excerpt: "three @bob" });
    const shown = bob.view.open.timeline.items.map((one) => (one.item === "message" ? one.message.text : one.item));
    expect(shown).toEqual(["date", "system", "one", "unread", "two", "three @bob"]);
    expect(bob.view.open.composer.draft).toBe("unfinished");
    // What was missed rings for nobody.
    expect(bob.rings).toEqual([]);
    await say(bob, "finished");
    expect(bob.row("#lobby")?.unread).toBe(0);
    await bob.do({ want: "open", conversation: "@alice" });
    expect(bob.view.open.composer.draft).toBe("for alice");
  });
});

describe("one person with two devices", () => {
  it("reads on one what is not unread on the other then", async () => {
    await using server = await testServer(realm);
    using bob = await start(server, "bob");
    using alice = await start(server, "alice");
    using laptop = await start(server, "alice", { identity: realm.issueClient({ user: "alice" }) });
    await bob.do({ want: "open", conversation: "@alice" });
    await say(bob, "both of you");
    const rows = [alice, laptop].map((one) => one.until(() => one.row("@bob")?.unread === 1, "unread"));
    await Promise.all(rows);
    await alice.do({ want: "open", conversation: "@bob" });
    await alice.do({ want: "mark-read" });
    await laptop.until(() => laptop.row("@bob")?.unread === 0, "read elsewhere");
    expect(laptop.test.face.of("read")).toMatchObject([{ conversation: "@bob", unread: 0 }]);
    await laptop.do({ want: "open", conversation: "@bob" });
    await say(laptop, "from the laptop");
    await alice.sees("from the laptop");
    await alice.until(() => alice.row("@bob")?.unread === 0, "whoever answers has read");
    expect([alice.rings.length, laptop.rings.length]).toEqual([1, 1]);
    // Of another device: it is one's own, and how far it has come is not told to this one.
    expect(alice.messages.at(-1)).toMatchObject({ mine: true, from: { user: "alice" } });
    expect(alice.test.face.of("message").at(-1)).toMatchObject({ mine: false });
    expect(alice.messages.at(-1)).not.toHaveProperty("state");
  });

  it("has on a new one what was said before, in what is open and in the list, as soon as it comes", async () => {
    await using server = await testServer(realm);
    using bob = await start(server, "bob");
    using alice = await start(server, "alice");
    for (let at = 1; at <= 3; at += 1) await say(bob, `straw ${at}`);
    await alice.sees("straw 3");
    await say(alice, "so many");
    await bob.sees("so many");
    using laptop = await start(server, "alice", { identity: realm.issueClient({ user: "alice" }) });
    await laptop.sees("so many");
    expect(laptop.texts).toEqual(["straw 1", "straw 2", "straw 3", "so many"]);
    const last = laptop.view.open.timeline.items.at(-1);
    expect(last).toMatchObject({ item: "system", event: { code: "history-received" } });
    await laptop.until(() => laptop.row("#lobby")?.excerpt === "so many", "in the list");
  });
});

describe("a long conversation", () => {
  it("is paged, searched, and jumped into from the result", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    for (let at = 1; at <= 320; at += 1) await say(alice, at === 7 ? "the needle" : `straw ${at}`);
    await bob.sees("straw 320");
    await bob.until(() => bob.row("#lobby")?.unread === 320, "all are counted");
    await bob.do({ want: "open", conversation: "@alice" });
    await bob.do({ want: "open", conversation: "#lobby" });
    expect(bob.messages.length).toBe(200);
    expect(bob.view.open.timeline).toMatchObject({ hasOlder: true, hasNewer: false });
    await bob.do({ want: "older" });
    expect([bob.messages.length, bob.texts[0]]).toEqual([300, "straw 21"]);
    await bob.do({ want: "search", query: "needle from:alice in:lobby" });
    const [found] = bob.view.search?.results ?? [];
    expect(found).toMatchObject({ text: "the needle", conversation: "#lobby" });
    await bob.do({ want: "open", conversation: "@alice" });
    await bob.do({ want: "jump", conversation: "#lobby", message: found?.message as never, seq: found?.seq ?? 0 });
    expect(bob.view.open).toMatchObject({
      conversation: "#lobby",
      timeline: { focus: found?.message, hasNewer: true },
    });
    expect([bob.texts[0], bob.texts[6], bob.messages.length]).toEqual(["straw 1", "the needle", 100]);
    await bob.do({ want: "newer" });
    expect([bob.messages.length, bob.texts.at(-1)]).toEqual([200, "straw 200"]);
    await bob.do({ want: "first-unread" });
    expect(bob.view.open.timeline.focus).toBe(bob.messages[0]?.message);
    await say(bob, "at the end");
    await bob.sees("at the end");
    expect(bob.view.open.timeline.hasNewer).toBe(false);
  });
});

describe("without a server", () => {
  it("what is written waits, over a restart too, and goes when it is back", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    const before = await start(first, "alice");
    await say(before, "before");
    await before.until(() => before.messages[0]?.seq !== undefined, "stored");
    await first.stop();
    await before.until(() => before.view.link.state === "reconnecting", "away");
    await say(before, "while away");
    await before.until(() => before.view.link.waiting === 1, "waits");
    expect(before.messages.at(-1)).toMatchObject({ text: "while away", state: "queued" });
    before.stop();
    const offline = new ScreenClient({ realm, identity: realm.client("alice"), port, home: before.home });
    using alice = offline;
    await alice.sees("while away");
    expect(alice.messages.map(({ text, state }) => [text, state])).toEqual([
      ["before", "stored"],
      ["while away", "queued"],
    ]);
    const { key } = alice.view.open.timeline.items.at(-1) ?? { key: "" };
    await using _server = await testServer(realm, { port, data });
    await alice.until(
      () => alice.messages.at(-1)?.state === "stored" && alice.messages.at(-1)?.seq !== undefined,
      "sent",
    );
    expect(alice.view.open.timeline.items.at(-1)?.key).toBe(key);
    expect(alice.view.link).toMatchObject({ state: "connected", waiting: 0 });
  });
});

describe("what nobody takes", () => {
  it("fails with its reason, is written again, or given up", async () => {
    // Who there is is not known without a server.
    const first = await testServer(realm);
    const { port, data } = first;
    await first.stop();
    using alice = new ScreenClient({ realm, identity: realm.client("alice"), port });
    await alice.do({ want: "open", conversation: "@nobody" });
    await say(alice, "is there anybody?");
    await using _server = await testServer(realm, { port, data });
    await alice.until(() => alice.messages[0]?.state === "failed", "failed");
    expect(alice.messages).toMatchObject([{ text: "is there anybody?", reason: { code: "no-such-user" } }]);
    expect(alice.view.notices).toMatchObject([{ kind: "fault", code: "no-such-user" }]);
    await alice.do({ want: "retry", message: alice.messages[0]?.message as never });
    expect(alice.messages).toMatchObject([{ text: "is there anybody?", state: "queued" }]);
    await alice.until(() => alice.messages[0]?.state === "failed", "failed again");
    await alice.do({ want: "discard", message: alice.messages[0]?.message as never });
    expect(alice.messages).toEqual([]);
  });
});

describe("a person", () => {
  it("has a card: the number to compare, their devices, and whether they were verified", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    await alice.do({ want: "open", conversation: "@bob" });
    await say(alice, "hello");
    await bob.until(() => bob.row("@alice") !== undefined, "hello");
    await alice.do({ want: "nickname", user: "bob", name: "Bobby" });
    const card = await alice.screens.person("bob");
    expect(card).toMatchObject({ user: "bob", nickname: "Bobby", online: true, verify: { verified: false } });
    expect(card.devices).toMatchObject([{ user: "bob", current: false }]);
    expect((await alice.screens.person("alice")).devices).toMatchObject([{ user: "alice", current: true }]);
    await alice.screens.ask({ do: "trust", user: "bob" as never, verified: true });
    await alice.until(() => alice.row("@bob")?.trusted === true, "trusted");
    expect(alice.row("@bob")?.title).toBe("Bobby");
  });
});
