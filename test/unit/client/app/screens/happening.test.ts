// What happens beside what is said: lines in the timeline, who asks, notices, files on their way.
import { describe, expect, test } from "vitest";
import type { ClientEvent, MessageView } from "../../../../../src/client/port/views.ts";
import type { LogId } from "../../../../../src/model/ids.ts";
import { conversation, deviceOf, midOf, NOON, said, TestScreens } from "../../../../kit/screens.ts";

const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, at) => said(from + at));

const texts = (it: TestScreens): readonly string[] => it.shown.filter((one) => one.startsWith("text"));

function historyComes(it: TestScreens, messages: readonly MessageView[], to = "#lobby"): void {
  it.scene.messages[to] = messages;
  const last = messages.at(-1);
  const kept = it.scene.conversations.map((one) => (one.conversation === to && last ? { ...one, last } : one));
  it.scene.conversations = kept;
  const message = `${messages.length} messages of before are here`;
  it.show({ event: "notice", at: it.clock.now(), code: "history-received", message, conversation: to });
}

describe("history of before", () => {
  test("stands in the open conversation at once, above the line that tells of it; and can be paged", async () => {
    const it = await TestScreens.ready();
    expect(it.shown).toEqual([]);
    historyComes(it, range(1, 3));
    await it.settled();
    expect(it.shown).toEqual(["day", "text 1", "text 2", "text 3", "* notice"]);
    historyComes(it, range(1, 450));
    await it.settled();
    expect([texts(it).length, texts(it).at(-1), it.screens.view.open.timeline.hasOlder]).toEqual([
      203,
      "text 450",
      true,
    ]);
    for (let page = 0; page < 3; page += 1) await it.screens.do({ want: "older" });
    expect([texts(it)[0], it.screens.view.open.timeline.hasOlder]).toEqual(["text 1", false]);
  });

  test("comes between what is held, too, and nothing of that goes away", async () => {
    const messages = { "#lobby": [...range(1, 2), ...range(8, 9)] };
    const it = await TestScreens.ready({ messages, conversations: [conversation("#lobby"), conversation("@bob")] });
    it.say(said(10));
    await it.screens.do({ want: "open", conversation: "@bob" });
    historyComes(it, range(1, 10));
    await it.settled();
    await it.screens.do({ want: "open", conversation: "#lobby" });
    expect(texts(it)).toEqual(range(1, 10).map(({ text }) => text));
  });

  test("that comes while a page is fetched is fetched after it", async () => {
    const it = await TestScreens.ready({ messages: { "#lobby": range(201, 450) } });
    const slow = Promise.withResolvers<void>();
    it.scene.hold = (command) => (command.do === "history" ? slow.promise : undefined);
    const older = it.screens.do({ want: "older" });
    it.scene.hold = () => undefined;
    historyComes(it, range(201, 450));
    slow.resolve();
    await older;
    expect(it.asked("history").slice(-2)).toMatchObject([{ before: 251 }, { before: undefined, limit: 250 }]);
  });

  test("gives the list its last message", async () => {
    const it = await TestScreens.ready();
    expect(it.row("#lobby")).not.toHaveProperty("lastAt");
    historyComes(it, range(1, 3));
    await it.pass(1_000);
    expect(it.row("#lobby")).toMatchObject({ excerpt: "text 3", lastAt: said(3).at, unread: 0 });
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

  test("nobody who is not there can be written to", async () => {
    const bob = { user: "bob", name: "Bob", role: "member", devices: 1, verified: true, online: true } as const;
    const it = await TestScreens.ready({ members: [bob] });
    await it.screens.do({ want: "open", conversation: "@bob" });
    await expect(it.screens.do({ want: "open", conversation: "@zed" })).rejects.toMatchObject({ code: "no-such-user" });
    expect(it.screens.view.open.conversation).toBe("@bob");
  });

  test("whoever is brought into a room by somebody, or put out of one, is told so, and by its name", async () => {
    const it = await TestScreens.ready();
    const id = `0003${"0c".repeat(14)}` as LogId;
    const room = { event: "conversation", at: 1, id, kind: "room", by: "bob" } as const;
    it.show({ ...room, conversation: id, change: "added" });
    it.show({ ...room, conversation: "#plans", change: "renamed", was: id });
    it.show({ ...room, conversation: "#plans", change: "removed" });
    it.show({ ...room, conversation: "#ours", change: "removed", by: "alice" });
    expect(it.screens.view.notices.map(({ code, message }) => [code, message])).toEqual([
      ["room-added", "you are in #plans now (@bob)"],
      ["room-removed", "@bob has taken you out of #plans"],
    ]);
  });

  test("the first name of a room is no other name: who says it has brought this user in, or it came by itself", async () => {
    const id = `0003${"0c".repeat(14)}` as LogId;
    const room = { event: "conversation", at: 1, id, kind: "room" } as const;
    const tell = async (by: string | undefined, own: boolean): Promise<unknown> => {
      const it = await TestScreens.ready();
      it.show({ ...room, conversation: id, change: "added", ...(own ? { by: "alice" } : {}) });
      it.show({ ...room, conversation: "#plans", change: "renamed", was: id, ...(by === undefined ? {} : { by }) });
      // It comes into the list behind that.
      it.scene.conversations = [conversation("#lobby"), { ...conversation("#plans"), id }];
      await it.pass(1_000);
      await it.screens.do({ want: "open", conversation: "#plans" });
      return it.items.flatMap((one) => (one.item === "system" ? [one.event] : []));
    };
    const added = { ...room, conversation: "#plans", change: "added" };
    const member = { event: "member", user: "alice", change: "added", by: "bob" };
    expect(await tell("bob", false)).toEqual([expect.objectContaining(member)]);
    for (const [by, own] of [
      ["bob", true],
      ["alice", false],
      [undefined, false],
    ] as const)
      expect(await tell(by, own)).toEqual([added]);
  });

  test("a room that one has left is told below it, and not in it", async () => {
    const plans = conversation("#plans");
    const it = await TestScreens.ready({ conversations: [conversation("#lobby"), plans] });
    await it.screens.do({ want: "open", conversation: "#plans" });
    const removed = { event: "conversation", at: 1, id: plans.id, kind: "room", conversation: "#plans" } as const;
    it.show({ ...removed, change: "removed", by: "alice" });
    expect(it.shown).toEqual([]);
    it.show({ ...removed, change: "removed" });
    expect(it.shown).toEqual(["day", "* conversation"]);
    // Between two something can be written afterwards: there it stands in it.
    await it.screens.do({ want: "open", conversation: "@bob" });
    const { id } = conversation("@bob");
    it.show({ ...removed, change: "removed", conversation: "@bob", id, kind: "direct", by: "alice" });
    expect(it.shown).toEqual(["day", "* conversation"]);
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
    type Progress = Extract<ClientEvent, { readonly event: "progress" }>;
    const moving = { at: 0, way: "up", name: "a.pdf", stage: "moving", bytes: 1, total: 2 } as const;
    const progress = (id: number, more: Partial<Progress>): Progress => {
      return { event: "progress", ...moving, id: midOf(id), ...more };
    };
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

describe("somebody's new device", () => {
  test("stands in the lobby, where everybody is, and between the two", async () => {
    const it = await TestScreens.ready();
    it.show({
      event: "device",
      at: NOON,
      user: "bob",
      device: deviceOf("new"),
      name: "Bob",
      change: "added",
      how: "password",
    });
    await it.settled();
    expect(it.shown).toEqual(["day", "* device"]);
    it.show({ event: "device", at: NOON, user: "alice", device: deviceOf("other"), name: "Alice", change: "added" });
    await it.settled();
    expect(it.shown).toEqual(["day", "* device", "* device"]);
    await it.screens.do({ want: "open", conversation: "@bob" });
    await it.settled();
    expect(it.shown).toEqual(["day", "* device"]);
  });
});

describe("what somebody does to their own account", () => {
  test.each([
    ["password.set", "bob", { code: "password-set", message: "@bob set a password" }],
    ["password.change", "bob", { code: "password-change", message: "@bob changed their password" }],
    ["password.change", "eve", { code: "act" }],
    ["user.disable", "bob", { code: "act" }],
    ["constructor", "bob", { code: "act" }],
  ])("is no administrator's act: %s by %s", async (act, by, notice) => {
    const it = await TestScreens.ready();
    it.show({ event: "act", at: NOON, by, act, on: "bob" });
    await it.settled();
    expect(it.screens.view.notices.at(-1)).toMatchObject(notice);
  });
});
