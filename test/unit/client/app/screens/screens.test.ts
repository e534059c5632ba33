// The screens as a whole: snapshots that share what did not change, the list, search and jumps.
import { describe, expect, test } from "vitest";
import type { MessageView } from "../../../../../src/client/port/views.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import { conversation, midOf, NOON, said, TestScreens } from "../../../../kit/screens.ts";

const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, at) => said(from + at));
const member = (user: string, more = {}) =>
  ({ user, name: user, role: "member", devices: 1, verified: true, online: false, trusted: false, ...more }) as const;

describe("a view", () => {
  test("is plain data, the same object until something changes, and shares what did not", async () => {
    const it = await TestScreens.ready({
      conversations: [conversation("#lobby"), conversation("@bob")],
      messages: { "#lobby": range(1, 5) },
      members: [member("alice"), member("bob")],
    });
    const before = it.screens.view;
    expect(it.screens.view).toBe(before);
    expect(JSON.parse(JSON.stringify(before))).toMatchObject({ open: { conversation: "#lobby" } });
    it.show({ event: "typing", at: 0, conversation: "@bob", user: "bob", on: true });
    const after = it.screens.view;
    expect(after).not.toBe(before);
    for (const part of ["open", "self", "link", "notices", "transfers", "settings"] as const)
      expect(after[part]).toBe(before[part]);
    expect(after.conversations.map((row, at) => row === before.conversations[at])).toEqual([true, false]);
    expect(it.row("@bob")?.typing).toEqual(["bob"]);
    // What changes nothing that is shown changes nothing.
    it.show({ event: "presence", at: 0, user: "bob", on: false });
    it.show({ event: "typing", at: 0, conversation: "@bob", user: "bob", on: true });
    expect(it.screens.view).toBe(after);
    expect(before.conversations[1]?.typing).toEqual([]);
  });

  test("is told of once for all that happens in a turn", async () => {
    const it = await TestScreens.ready();
    const before = it.changes;
    for (const message of range(1, 500)) it.say(message);
    await it.settled();
    expect(it.changes).toBe(before + 1);
    it.screens.stop();
    it.say(said(501));
    await it.settled();
    expect(it.changes).toBe(before + 1);
  });

  test("knows how the connection is", async () => {
    const it = new TestScreens();
    it.screens.start(it.client);
    expect(it.screens.view.link).toEqual({ state: "connecting", waiting: 1 });
    it.show({ event: "link", at: 0, state: "connected" });
    expect(it.screens.view.link.state).toBe("connecting");
    const reason = { code: "link-closed", message: "gone" };
    it.show({ event: "link", at: NOON, state: "reconnecting", reason, retryMs: 5_000 });
    expect(it.screens.view.link).toEqual({ state: "reconnecting", reason, retryAt: NOON + 5_000, waiting: 1 });
  });
});

describe("the list", () => {
  test("has pinned ones first, then the newest, archived ones behind all; it stays so over a restart", async () => {
    const last = (seq: number, name: string) => ({ last: said(seq, { conversation: name }), lastSeq: seq });
    const conversations = ["#a", "#b", "#c", "#d"].map((name, at) => conversation(name, last(at + 1, name)));
    const names = (it: TestScreens) => it.screens.view.conversations.map((row) => row.conversation);
    const it = await TestScreens.ready({ conversations });
    expect(names(it)).toEqual(["#d", "#c", "#b", "#a"]);
    await it.screens.do({ want: "pin", conversation: "#a", on: true });
    await it.screens.do({ want: "archive", conversation: "#d", on: true });
    expect(names(it)).toEqual(["#a", "#c", "#b", "#d"]);
    it.say(said(9, { conversation: "#b", text: "\n  the first line \nthe second" }));
    expect(names(it)).toEqual(["#a", "#b", "#c", "#d"]);
    expect(it.row("#b")).toMatchObject({
      unread: 1,
      excerpt: "the first line",
      excerptFrom: "Bob",
      lastAt: said(9).at,
    });
    it.screens.stop();
    expect(names(await TestScreens.ready({ conversations }, it.settings))).toEqual(["#a", "#c", "#b", "#d"]);
  });

  const ofBob = { conversation: "@bob", last: said(4, { conversation: "@bob" }), lastSeq: 4 };
  const away = async (more = {}) => {
    const it = await TestScreens.ready({ conversations: [conversation("#lobby"), conversation("@bob", ofBob)] });
    await it.screens.do({ want: "archive", conversation: "@bob", on: true });
    const told = { ...conversation("@bob", ofBob), ...more };
    it.scene.conversations = [conversation("#lobby"), told];
    it.show({ event: "conversation", at: 0, conversation: "@bob", id: told.id, kind: "direct", change: "topic" });
    await it.pass(300);
    return it;
  };
  const atBob = { conversation: "@bob", mentioned: true } as const;

  test("has one that was put away back when somebody says something there, with its counts; and keeps that", async () => {
    const it = await away();
    expect(it.row("@bob")).toMatchObject({ archived: true });
    // It is told again, or one's own.
    it.say(said(4, atBob));
    it.say(said(5, { ...atBob, by: "alice" }));
    expect(it.row("@bob")).toMatchObject({ archived: true });
    it.say(said(6, atBob));
    expect(it.row("@bob")).toMatchObject({ archived: false, unread: 1, mentions: 1 });
    expect(it.screens.view).toMatchObject({ unread: 1, mentions: 1 });
    await it.screens.do({ want: "next-activity" });
    expect(it.screens.view.open.conversation).toBe("@bob");
    it.screens.stop();
    const again = await TestScreens.ready({ conversations: it.scene.conversations }, it.settings);
    expect(again.row("@bob")).toMatchObject({ archived: false });
  });

  test("has it back when that was said while this was away; a muted one stays away", async () => {
    const lately = { last: said(6, atBob), lastSeq: 6, unread: 1 };
    expect((await away(lately)).row("@bob")).toMatchObject({ archived: false, unread: 1 });
    expect((await away({ ...lately, last: said(6, { by: "alice" }) })).row("@bob")?.archived).toBe(true);
    const muted = await away({ ...lately, muted: true });
    muted.say(said(7, atBob));
    expect(muted.row("@bob")).toMatchObject({ archived: true, unread: 2 });
    expect(muted.screens.view.unread).toBe(0);
  });

  test("has it back also where a server that was restored gives its places anew", async () => {
    const it = await away({ lastSeq: 2, last: said(2, { conversation: "@bob" }) });
    expect(it.row("@bob")?.archived).toBe(true);
    it.say(said(3, { conversation: "@bob", message: midOf(99) }));
    expect(it.row("@bob")?.archived).toBe(false);
  });

  test("follows a new name, and keeps what belongs to the room", async () => {
    const it = await TestScreens.ready({ conversations: [conversation("#lobby"), conversation("#plans")] });
    await it.screens.do({ want: "open", conversation: "#plans" });
    await it.screens.do({ want: "draft", text: "hm" });
    it.say(said(1, { conversation: "#plans" }));
    const { id } = conversation("#plans");
    const renamed = { conversation: "#ideas", id, kind: "room", change: "renamed", was: "#plans" } as const;
    it.show({ event: "conversation", at: 0, ...renamed });
    it.scene.conversations = [
      conversation("#lobby"),
      { ...conversation("#plans"), conversation: "#ideas", lastSeq: 1, unread: 1 },
    ];
    expect(it.screens.view.open).toMatchObject({ conversation: "#ideas", composer: { draft: "hm" } });
    expect(it.shown).toContain("text 1");
    expect(it.items.find(({ item }) => item === "message")).toMatchObject({ message: { conversation: "#ideas" } });
    await it.pass(1_000);
    expect(it.screens.view.open.composer.draft).toBe("hm");
    await it.screens.do({ want: "submit", text: "said" });
    expect(it.asked("send")).toMatchObject([{ to: "#ideas" }]);
  });

  test("shows who is there, who was verified, and one's own name for them; a mute that ends is seen to end", async () => {
    const until = NOON + 60 * 60_000 + 5_000;
    const it = await TestScreens.ready({
      conversations: [conversation("#lobby"), conversation("@bob", { muted: until }), conversation("@alice")],
      members: [member("alice"), member("bob", { name: "Bob", online: true, trusted: true })],
    });
    expect(it.row("@bob")).toMatchObject({ online: true, trusted: true, title: "@bob", muted: until, isNotes: false });
    expect(it.row("@alice")).toMatchObject({ title: "notes", isNotes: true });
    await it.screens.do({ want: "nickname", user: "bob", name: " Bobby " });
    it.show({ event: "presence", at: 0, user: "bob", on: false });
    expect(it.row("@bob")).toMatchObject({ online: false, title: "Bobby" });
    await it.pass(6_000);
    expect(it.row("@bob")).not.toHaveProperty("muted");
    await expect(it.screens.do({ want: "nickname", user: "bob", name: "a\nb" })).rejects.toMatchObject({
      code: "bad-field",
    });
    it.show({ event: "link", at: 0, state: "reconnecting" });
    expect(it.screens.view.open.members.some(({ online }) => online)).toBe(false);
  });

  test("counts nothing twice that is in the answer already, and nothing that came meanwhile is lost", async () => {
    const it = await TestScreens.ready({ conversations: [conversation("#lobby", { lastSeq: 5, unread: 3, read: 2 })] });
    it.say(said(5));
    expect(it.row("#lobby")?.unread).toBe(3);
    it.say(said(6));
    expect(it.row("#lobby")?.unread).toBe(4);
    // The answer was made before this one came.
    const { id } = conversation("#lobby");
    it.show({ event: "conversation", at: 0, conversation: "#lobby", id, kind: "lobby", change: "policy" });
    it.say(said(7));
    await it.settled();
    it.scene.conversations = [conversation("#lobby", { lastSeq: 7, unread: 5, read: 2 })];
    await it.pass(1_000);
    expect(it.row("#lobby")?.unread).toBe(5);
  });
});

describe("search and jump", () => {
  test("finds by one's own name for somebody, by theirs and by their handle, and shows them under one's own", async () => {
    const it = await TestScreens.ready({ messages: { "#lobby": range(1, 3) } });
    await it.screens.do({ want: "nickname", user: "bob", name: "Bobby B" });
    for (const query of ['from:"bobby b" text', "from:Bobby", "from:Bob", '"from:x" from:"Bobby B"'])
      await it.screens.do({ want: "search", query });
    const asked = it.asked("search").map(({ query }) => query);
    expect(asked).toEqual(["from:bob text", "from:Bobby", "from:Bob", '"from:x" from:bob']);
    await it.screens.do({ want: "search", query: "text 2" });
    expect(it.screens.view.search?.results).toMatchObject([{ from: { user: "bob", name: "Bobby B" } }]);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.screens.do({ want: "reply", message: midOf(2) });
    expect(it.screens.view.open.composer.replyTo?.from.name).toBe("Bobby B");
    it.show({ ...said(4), event: "message", replyTo: midOf(2) });
    const [last] = it.screens.view.open.timeline.items.slice(-1);
    expect(last).toMatchObject({ message: { quoted: { from: { user: "bob", name: "Bobby B" } } } });
  });

  test("finds, says why it does not, shows only the last that was typed, and is closed", async () => {
    const it = await TestScreens.ready({ messages: { "#lobby": range(1, 300) } });
    const all = ["text 2", "text 29", "text 299"].map((query) => it.screens.do({ want: "search", query }));
    expect(it.screens.view.search?.isRunning).toBe(true);
    await Promise.all(all);
    expect(it.screens.view.search).toMatchObject({ query: "text 299", isRunning: false, results: [{ seq: 299 }] });
    expect(it.asked("search").map(({ query }) => query)).toEqual(["text 2", "text 299"]);
    it.show({ ...said(301), event: "deleted", message: midOf(299) });
    expect(it.screens.view.search?.results).toEqual([]);
    it.scene.faults.search = new Fault("bad-query", "from: needs the name of a user", { hint: "from:alice" });
    await it.screens.do({ want: "search", query: "from:" });
    expect(it.screens.view.search).toMatchObject({ fault: { code: "bad-query", hint: "from:alice" }, results: [] });
    await it.screens.do({ want: "search", query: undefined });
    expect(it.screens.view.search).toBeUndefined();
  });

  test("goes to a message with what stands around it, and back to the end", async () => {
    const it = await TestScreens.ready({
      conversations: [conversation("#lobby"), conversation("@bob")],
      messages: { "#lobby": range(1, 500) },
    });
    await it.screens.do({ want: "open", conversation: "@bob" });
    await it.screens.do({ want: "jump", conversation: "#lobby", message: midOf(50) });
    const { open } = it.screens.view;
    expect(open).toMatchObject({
      conversation: "#lobby",
      timeline: { focus: midOf(50), hasNewer: true, hasOlder: false },
    });
    expect([it.shown[1], it.shown.at(-1)]).toEqual(["text 1", "text 100"]);
    await it.screens.do({ want: "jump", conversation: "#lobby", message: midOf(300), seq: 300 });
    expect(it.screens.view.open.timeline).toMatchObject({ hasOlder: true, hasNewer: true, focus: midOf(300) });
    await it.screens.do({ want: "end" });
    expect(it.shown.at(-1)).toBe("text 500");
    expect(it.screens.view.open.timeline).not.toHaveProperty("focus");
    const nowhere = it.screens.do({ want: "jump", conversation: "#lobby", message: midOf(999) });
    await expect(nowhere).rejects.toMatchObject({ code: "no-such-message" });
    expect(it.screens.view.open.timeline.isLoading).toBe(false);
    expect(it.shown.at(-1)).toBe("text 500");
  });
});

test("a name of one's own is for somebody who is known", async () => {
  const it = await TestScreens.ready({ members: [member("alice"), member("bob")] });
  await expect(it.screens.do({ want: "nickname", user: "nobody", name: "Foo" })).rejects.toMatchObject({
    code: "no-such-user",
    values: { user: "nobody" },
  });
  await it.screens.do({ want: "nickname", user: "nobody", name: "" });
  const shown = () => it.screens.view.open.members.map(({ user, nickname }) => [user, nickname]);
  await it.screens.do({ want: "nickname", user: "bob", name: "Bobby" });
  expect(shown()).toEqual([
    ["alice", undefined],
    ["bob", "Bobby"],
  ]);
  await it.screens.do({ want: "nickname", user: "bob", name: "" });
  expect(shown()[1]).toEqual(["bob", undefined]);
  expect(it.screens.view.open.members[1]).not.toHaveProperty("nickname");
});

test("a person: what the client knows, with one's own name for them", async () => {
  const it = await TestScreens.ready({ members: [member("bob", { online: true })] });
  await it.screens.do({ want: "nickname", user: "bob", name: "Bobby" });
  it.scene.faults.verify = new Fault("no-such-user", "nobody");
  it.scene.faults.devices = new Fault("no-such-user", "nobody");
  await expect(it.screens.person("bob")).rejects.toMatchObject({ code: "no-such-user" });
  await expect(it.screens.person("not a handle")).rejects.toMatchObject({ code: "no-such-user" });
});
