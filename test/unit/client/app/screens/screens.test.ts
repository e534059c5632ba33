// The screens as a whole: snapshots that share what did not change, the list, search and jumps, notices, transfers, lock, what is kept.
import { describe, expect, test } from "vitest";
import type { ClientEvent, MessageView } from "../../../../../src/client/port/views.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import { conversation, deviceOf, midOf, NOON, said, TestScreens } from "../../../../kit/screens.ts";

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

describe("what happened", () => {
  test("stands where it happened, once for several devices of one user", async () => {
    const it = await TestScreens.ready({ messages: { "#lobby": range(1, 2) } });
    const came = (user: string, device: string, at: number): ClientEvent => ({
      event: "member",
      at,
      conversation: "#lobby",
      user,
      name: user,
      change: "added",
      device: deviceOf(device),
    });
    it.say(said(3));
    it.show(came("carol", "c1", NOON));
    it.show(came("carol", "c2", NOON));
    it.say(said(4));
    it.show(came("dora", "d1", NOON));
    expect(it.shown.filter((one) => !one.startsWith("unread"))).toEqual([
      "day",
      "text 1",
      "text 2",
      "text 3",
      "* member",
      "text 4",
      "* member",
    ]);
  });

  test("who asks is shown to those who may let them in, until somebody did", async () => {
    const plans = conversation("#plans", { role: "owner" });
    const it = await TestScreens.ready({ conversations: [conversation("#lobby"), plans] });
    await it.screens.do({ want: "open", conversation: "#plans" });
    it.show({ event: "asked", at: 1, conversation: "#plans", user: "carol", name: "Carol" });
    expect(it.screens.view.open.asking).toEqual([{ user: "carol", name: "Carol" }]);
    it.show({ event: "denied", at: 2, conversation: "#plans", user: "carol", name: "Carol" });
    expect(it.screens.view.open.asking).toEqual([]);
  });

  test("notices: alarms stay until they are dismissed, others give way, the same is told once", async () => {
    const it = await TestScreens.ready();
    it.show({ event: "alarm", at: 0, code: "replay", message: "again" });
    it.show({ event: "alarm", at: 0, code: "replay", message: "again" });
    for (let at = 0; at < 60; at += 1) it.show({ event: "notice", at, code: "x", message: `${at}` });
    const { notices } = it.screens.view;
    expect([notices.length, notices[0]?.kind, notices.at(-1)?.message]).toEqual([50, "alarm", "59"]);
    await it.screens.do({ want: "dismiss", notice: notices[0]?.id ?? 0 });
    expect(it.screens.view.notices.some(({ kind }) => kind === "alarm")).toBe(false);
  });

  test("a server that was put back: everything is fetched again", async () => {
    const it = await TestScreens.ready({ messages: { "#lobby": range(1, 5) } });
    it.scene.messages["#lobby"] = [
      ...range(1, 3),
      said(4, { lost: true }),
      said(4, { message: midOf(44), text: "anew" }),
    ];
    it.show({ event: "alarm", at: 0, code: "server-behind", message: "it went back" });
    await it.pass(500);
    expect(it.shown).toEqual(["day", "text 1", "text 2", "text 3", "text 4", "anew"]);
  });

  test("files on their way: where they belong, until a moment after they are through", async () => {
    const it = await TestScreens.ready({
      messages: { "#lobby": range(1, 2) },
      conversations: [conversation("#lobby"), conversation("@bob")],
    });
    const progress = (id: number, more: object): ClientEvent =>
      ({
        event: "progress",
        at: 0,
        id: midOf(id),
        way: "up",
        name: "a.pdf",
        stage: "moving",
        bytes: 1,
        total: 2,
        ...more,
      }) as ClientEvent;
    const file = { do: "file", to: "@bob", path: "/home/x/a.pdf" } as const;
    const asked = it.screens.ask(file);
    it.show(progress(9, {}));
    it.show(progress(2, { way: "down", name: "b.pdf" }));
    expect(it.screens.view.transfers).toMatchObject([
      { message: midOf(9), conversation: "@bob", way: "up", bytes: 1 },
      { message: midOf(2), conversation: "#lobby", way: "down" },
    ]);
    it.show(progress(9, { stage: "done", bytes: 2 }));
    it.show(progress(2, { way: "down", stage: "failed", reason: { code: "transfer-cancelled", message: "" } }));
    await asked;
    expect(it.screens.view.transfers).toMatchObject([{ stage: "done", bytes: 2 }]);
    await it.pass(5_000);
    expect(it.screens.view.transfers).toEqual([]);
  });
});

describe("search and jump", () => {
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

describe("the lock", () => {
  test("is refused without a passphrase, and says how to set one", async () => {
    const it = await TestScreens.ready();
    await expect(it.screens.do({ want: "lock" })).rejects.toMatchObject({ code: "no-passphrase", hint: /passwd/ });
    expect(it.screens.view).toMatchObject({ locked: false, settings: { hasPassphrase: false } });
  });

  test("hides everything that was said and who did, lets nothing be done, and opens for the passphrase alone", async () => {
    const it = await TestScreens.ready({
      messages: { "#lobby": range(1, 3) },
      conversations: [conversation("#lobby"), conversation("@bob")],
    });
    it.passphrase = "swordfish";
    await it.screens.do({ want: "draft", text: "text of a draft" });
    await it.screens.do({ want: "search", query: "text" });
    it.show({ event: "alarm", at: 0, code: "replay", message: "text of bob" });
    const before = it.screens.view;
    await it.screens.do({ want: "lock" });
    it.say(said(4, { text: "text at night", mentioned: true }));
    const shown = JSON.stringify(it.screens.view);
    expect([shown.includes("text"), shown.includes("bob"), it.screens.view.locked]).toEqual([false, false, true]);
    expect(it.screens.view.unread).toBe(1);
    expect(it.rings).toEqual([{ conversation: "", title: "", text: "", isMention: true }]);
    for (const want of ["older", "mark-read", "edit-last", "next-activity"] as const)
      await expect(it.screens.do({ want })).rejects.toMatchObject({ code: "screen-locked" });
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await expect(it.screens.ask({ do: "conversations" })).rejects.toMatchObject({ code: "screen-locked" });
    await expect(it.screens.person("bob")).rejects.toMatchObject({ code: "screen-locked" });
    await expect(it.screens.do({ want: "unlock", passphrase: "herring" })).rejects.toMatchObject({
      code: "wrong-passphrase",
    });
    expect(it.screens.view.locked).toBe(true);
    expect(it.asked("read")).toEqual([]);
    await it.screens.do({ want: "unlock", passphrase: "swordfish" });
    expect(it.shown).toContain("text at night");
    expect(it.screens.view.open.composer).toEqual(before.open.composer);
  });

  test("comes by itself when nobody has done anything for a while", async () => {
    const it = await TestScreens.ready();
    it.passphrase = "swordfish";
    await it.screens.do({ want: "settings", change: { lockAfter: 5 } });
    await it.pass(4 * 60_000);
    await it.screens.do({ want: "awake" });
    await it.pass(4 * 60_000);
    // To look is no key.
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    expect(it.screens.view.locked).toBe(false);
    await it.pass(60_001);
    expect(it.screens.view.locked).toBe(true);
    await it.screens.do({ want: "unlock", passphrase: "swordfish" });
    await it.pass(5 * 60_000 + 1);
    expect(it.screens.view.locked).toBe(true);
  });
});

describe("what is kept", () => {
  test.each([
    ["no JSON", "{"],
    ["another kind of value", "[1, null]"],
    ["a text", '"x"'],
    ["nothing", "null"],
    [
      "wrong parts",
      '{"#lobby":5,"pinned":[],"open":7,"levels":{"#lobby":"loud"},"unreadFrom":{"#lobby":"1"},"theme":"pink","quiet":{"from":-1},"keywords":[1,"ok"," "],"fontScale":99,"lockAfter":1.5,"__proto__":{"x":1}}',
    ],
  ])("%s is ignored, and nothing stops for it", async (_what, value) => {
    const names = ["drafts", "list", "people", "settings"];
    const settings = new Map(names.map((name) => [`screens/${name}`, value]));
    const it = await TestScreens.ready({ messages: { "#lobby": range(1, 2) } }, settings);
    expect(it.screens.view.open).toMatchObject({ conversation: "#lobby", composer: { draft: "" } });
    expect(it.screens.view.settings).toMatchObject({ theme: "system", language: "en", fontScale: 1, lockAfter: 0 });
    expect(it.row("#lobby")).toMatchObject({ pinned: false, level: "all", unread: 0 });
  });

  test("settings survive a restart, and what is none of them is not taken", async () => {
    const it = await TestScreens.ready();
    const quiet = { from: 1_320, to: 420 };
    const change = {
      theme: "dark",
      language: "pt",
      quiet,
      keywords: ["tea", "tea", " "],
      lockAfter: 10,
      fontScale: 1.5,
    } as const;
    await it.screens.do({ want: "settings", change });
    await it.screens.do({ want: "settings", change: { language: "xx", sound: false } });
    it.screens.stop();
    const { settings } = (await TestScreens.ready({}, it.settings)).screens.view;
    expect(settings).toMatchObject({ ...change, keywords: ["tea"], sound: false, hasPassphrase: false });
    const again = await TestScreens.ready({}, it.settings);
    await again.screens.do({ want: "settings", change: { quiet: undefined } });
    expect(again.screens.view.settings.quiet).toBeUndefined();
  });

  test("drafts have a limit together: the oldest are not kept, and none is cut", async () => {
    const conversations = Array.from({ length: 8 }, (_, at) => conversation(`#room${at}`));
    const it = await TestScreens.ready({ conversations });
    for (const { conversation: name } of conversations) {
      await it.screens.do({ want: "open", conversation: name });
      await it.screens.do({ want: "draft", text: name.padEnd(60_000, "x") });
    }
    it.screens.stop();
    const kept = JSON.parse(it.settings.get("screens/drafts") ?? "{}") as Record<string, string>;
    expect(Object.values(kept).map((text) => [text.slice(0, 6), text.length])).toEqual(
      ["#room4", "#room5", "#room6", "#room7"].map((name) => [name, 60_000]),
    );
  });

  test("a vault that fails is told of, once", async () => {
    const it = await TestScreens.ready();
    it.settings.set = () => {
      throw new Fault("vault-full", "the disk is full");
    };
    await it.screens.do({ want: "draft", text: "a" });
    await it.pass(400);
    await it.screens.do({ want: "draft", text: "ab" });
    await it.pass(400);
    expect(it.screens.view.notices).toMatchObject([{ kind: "fault", code: "vault-full" }]);
  });
});

test("a person: what the client knows, with one's own name for them", async () => {
  const it = await TestScreens.ready({ members: [member("bob", { online: true })] });
  await it.screens.do({ want: "nickname", user: "bob", name: "Bobby" });
  it.scene.faults.verify = new Fault("no-such-user", "nobody");
  it.scene.faults.devices = new Fault("no-such-user", "nobody");
  await expect(it.screens.person("bob")).rejects.toMatchObject({ code: "no-such-user" });
  await expect(it.screens.person("not a handle")).rejects.toMatchObject({ code: "no-such-user" });
});
