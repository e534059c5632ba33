// How far the user has read: what moves the marker and what does not, the line above what is new, and what is marked as unread.
import { describe, expect, test } from "vitest";
import type { MessageView } from "../../../../../src/client/port/views.ts";
import { conversation, logOf, midOf, said, TestScreens } from "../../../../kit/screens.ts";

const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, at) => said(from + at));

/** Of ten messages in the lobby, so many were not read; another conversation is open before. */
async function withUnread(unread: number, total = 10): Promise<TestScreens> {
  const messages = { "#lobby": range(1, total) };
  const lobby = conversation("#lobby", { lastSeq: total, read: total - unread, unread });
  const scene = { messages, conversations: [lobby, conversation("@bob")] };
  const screens = await TestScreens.ready(scene, new Map([["screens/list", '{"open":"@bob"}']]));
  expect(screens.screens.view.open.conversation).toBe("@bob");
  return screens;
}

const ALICE = { ...said(1).from, user: "alice", name: "Alice" };
const unreadOf = (screens: TestScreens): number | undefined => screens.row("#lobby")?.unread;

describe("the read marker", () => {
  test("does not move by opening, nor by looking without the end, nor by the end without looking", async () => {
    const it = await withUnread(3);
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.settled();
    it.say(said(11));
    await it.screens.do({ want: "look", focused: true, atEnd: false });
    await it.screens.do({ want: "look", focused: false, atEnd: true });
    await it.pass(10_000);
    expect(it.asked("read")).toEqual([]);
    expect([unreadOf(it), it.screens.view.unread]).toEqual([4, 4]);
  });

  test("moves at the end while focused, follows what streams in, seldom", async () => {
    const it = await withUnread(3);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.settled();
    expect(unreadOf(it)).toBe(0);
    expect(it.asked("read")).toMatchObject([{ to: "#lobby", seq: 10 }]);
    // Asked for anew, the vault has not heard of it yet.
    it.show({ event: "conversation", at: 0, conversation: "#lobby", id: logOf(1), kind: "lobby", change: "topic" });
    await it.pass(300);
    expect(unreadOf(it)).toBe(0);
    for (const message of range(11, 60)) it.say(message);
    expect(unreadOf(it)).toBe(0);
    await it.pass(600);
    await it.pass(600);
    expect(it.asked("read").at(-1)).toMatchObject({ seq: 60 });
    expect(it.asked("read").length).toBeLessThan(4);
  });

  test("is ahead of what the vault has heard: what was read is not new again, what came since is counted once", async () => {
    const it = await withUnread(3);
    const told = async (lastSeq: number, unread: number): Promise<void> => {
      const [, other = conversation("@bob")] = it.scene.conversations;
      it.scene.conversations = [conversation("#lobby", { lastSeq, read: 7, unread }), other];
      it.show({ event: "conversation", at: 0, conversation: "#lobby", id: logOf(1), kind: "lobby", change: "topic" });
      await it.pass(300);
    };
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    // The topic is an entry, too.
    await told(11, 3);
    expect(unreadOf(it)).toBe(0);
    await it.screens.do({ want: "look", focused: false, atEnd: true });
    // In the vault, and not told yet.
    await told(12, 4);
    expect(unreadOf(it)).toBe(0);
    it.say(said(12));
    expect(unreadOf(it)).toBe(1);
    await told(12, 4);
    expect(unreadOf(it)).toBe(1);
  });

  test("does not move while there are newer ones behind the window", async () => {
    const it = await withUnread(400, 500);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.screens.do({ want: "first-unread" });
    expect(it.screens.view.open.timeline).toMatchObject({ hasNewer: true, focus: midOf(101) });
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.settled();
    expect([it.asked("read"), unreadOf(it)]).toEqual([[], 400]);
    await it.screens.do({ want: "end" });
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.settled();
    expect(it.asked("read")).toMatchObject([{ seq: 500 }]);
  });

  test("moves by mark-read, by sending, and by what this user writes elsewhere", async () => {
    const it = await withUnread(3);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.screens.do({ want: "mark-read" });
    expect(unreadOf(it)).toBe(0);
    it.say(said(11));
    expect(unreadOf(it)).toBe(1);
    await it.screens.do({ want: "submit", text: "an answer" });
    expect(unreadOf(it)).toBe(0);
    it.say(said(12));
    it.say(said(13, { from: ALICE, mine: false }));
    expect(unreadOf(it)).toBe(0);
    await it.pass(5_000);
    expect(it.asked("read").at(-1)).toMatchObject({ to: "#lobby", seq: 13 });
  });
});

describe("the line above what is new", () => {
  test("stands from the opening until it is left, and stays when it is read", async () => {
    const it = await withUnread(3);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    expect(it.shown.slice(-4)).toEqual(["unread 3", "text 8", "text 9", "text 10"]);
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.settled();
    it.say(said(11));
    expect(it.shown.slice(-5)).toEqual(["unread 3", "text 8", "text 9", "text 10", "text 11"]);
    await it.screens.do({ want: "open", conversation: "@bob" });
    await it.screens.do({ want: "open", conversation: "#lobby" });
    expect(it.shown).not.toContain("unread 3");
  });

  test.each([
    ["here", (it: TestScreens) => it.screens.do({ want: "submit", text: "an answer" })],
    ["elsewhere", async (it: TestScreens) => it.say(said(11, { from: ALICE, mine: false }))],
  ])("is gone when the user has answered %s; what comes then has a line of its own", async (_where, answer) => {
    const it = await withUnread(3);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.settled();
    expect(it.shown).toContain("unread 3");
    await answer(it);
    expect(it.shown.join()).not.toContain("unread");
    await it.screens.do({ want: "look", focused: false, atEnd: true });
    it.say(said(12));
    expect(it.shown.filter((shown) => shown !== "an answer").slice(-2)).toEqual(["unread 1", "text 12"]);
  });

  test("comes where nobody looks, and goes further down when that was read", async () => {
    const it = await withUnread(0);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    it.say(said(11));
    it.say(said(12));
    expect(it.shown.slice(-3)).toEqual(["unread 2", "text 11", "text 12"]);
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.screens.do({ want: "look", focused: false, atEnd: true });
    it.say(said(13));
    expect(it.shown.slice(-2)).toEqual(["unread 1", "text 13"]);
    // What one writes oneself is not new.
    it.say(said(14, { by: "alice" }));
    expect(it.shown.slice(-3)).toEqual(["unread 1", "text 13", "text 14"]);
  });

  test("is not drawn where its place is further up; first-unread goes there", async () => {
    const it = await withUnread(400, 500);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    expect(it.shown.some((one) => one.startsWith("unread"))).toBe(false);
    await it.screens.do({ want: "first-unread" });
    const at = it.shown.indexOf("unread 400");
    expect(it.shown.slice(at - 1, at + 2)).toEqual(["text 100", "unread 400", "text 101"]);
    expect(it.screens.view.open.timeline).toMatchObject({ hasOlder: true, hasNewer: true });
  });
});

describe("marked as unread", () => {
  test("it stays so while it is open and looked at, and over a restart, until it is left and read", async () => {
    const it = await withUnread(0);
    await it.screens.do({ want: "open", conversation: "#lobby" });
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.screens.do({ want: "mark-unread", message: midOf(9) });
    expect([unreadOf(it), it.screens.view.unread]).toEqual([2, 2]);
    expect(it.shown.slice(-3)).toEqual(["unread 2", "text 9", "text 10"]);
    await it.screens.do({ want: "look", focused: true, atEnd: true });
    await it.pass(5_000);
    expect([unreadOf(it), it.asked("read")]).toEqual([2, []]);
    it.screens.stop();
    const again = await TestScreens.ready(it.scene, it.settings);
    expect(unreadOf(again)).toBe(2);
    expect(again.shown.slice(-3)).toEqual(["unread 2", "text 9", "text 10"]);
    await again.screens.do({ want: "look", focused: true, atEnd: true });
    expect(unreadOf(again)).toBe(0);
    again.screens.stop();
    expect(again.settings.get("screens/list")).not.toContain("0003");
  });
});

test("how many were marked as unread is known when the list is asked for again, with those that came since", async () => {
  const it = await withUnread(0);
  await it.screens.do({ want: "open", conversation: "#lobby" });
  await it.screens.do({ want: "mark-unread", message: midOf(6) });
  await it.screens.do({ want: "open", conversation: "@bob" });
  it.show({ event: "conversation", at: 0, conversation: "#lobby", id: logOf(1), kind: "lobby", change: "topic" });
  await it.pass(5_000);
  expect(unreadOf(it)).toBe(5);
  it.say(said(11));
  expect(unreadOf(it)).toBe(6);
});

describe("mentions and next-activity", () => {
  test("those that name the user are counted and go first; muted and archived ones are not gone to", async () => {
    const conversations = ["@bob", "#a", "#b", "#muted", "#old"].map((name) => conversation(name));
    const muted = conversations.map((one) => (one.conversation === "#muted" ? { ...one, muted: true as const } : one));
    const it = await TestScreens.ready(
      { conversations: [conversation("#lobby"), ...muted] },
      new Map([["screens/list", '{"open":"@bob"}']]),
    );
    it.say(said(1, { conversation: "#old", mentioned: true, message: midOf(22) }));
    await it.screens.do({ want: "archive", conversation: "#old", on: true });
    it.say(said(1, { conversation: "#a" }));
    it.say(said(1, { conversation: "#muted", mentioned: true, message: midOf(21) }));
    it.say(said(1, { conversation: "#b", mentioned: true, message: midOf(23) }));
    expect([it.screens.view.unread, it.screens.view.mentions]).toEqual([2, 1]);
    const visited: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      await it.screens.do({ want: "next-activity" });
      visited.push(it.screens.view.open.conversation);
      await it.screens.do({ want: "mark-read" });
    }
    expect(visited).toEqual(["#b", "#a", "#a"]);
  });
});
