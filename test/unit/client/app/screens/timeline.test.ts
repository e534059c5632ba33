// The timeline: order, window, dates, groups, the line above what is new, what is on its way and comes back.
import { describe, expect, test } from "vitest";
import type { TimelineItem, TimelineMessage } from "../../../../../src/client/port/screens.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import { ALICE, conversation, midOf, NOON, said, TestScreens } from "../../../../kit/screens.ts";

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => said(from + at));

const messagesOf = (items: readonly TimelineItem[]): readonly TimelineMessage[] =>
  items.flatMap((one) => (one.item === "message" ? [one.message] : []));

async function over(count: number, more: Partial<Parameters<typeof conversation>[1]> = {}): Promise<TestScreens> {
  const messages = { "#lobby": range(1, count) };
  return TestScreens.ready({
    messages,
    conversations: [conversation("#lobby", { lastSeq: count, read: count, ...more })],
  });
}

describe("a timeline", () => {
  test("begins with the newest 200 and pages by 100, the oldest first", async () => {
    const test_ = await over(450);
    const { screens } = test_;
    const seqs = () => messagesOf(test_.items).map(({ seq }) => seq);
    expect([seqs().length, seqs()[0], screens.view.open.timeline.hasOlder]).toEqual([200, 251, true]);
    await screens.do({ want: "older" });
    expect([seqs().length, seqs()[0], screens.view.open.timeline.hasOlder]).toEqual([300, 151, true]);
    await screens.do({ want: "older" });
    await screens.do({ want: "older" });
    expect([seqs().length, seqs()[0], screens.view.open.timeline.hasOlder]).toEqual([450, 1, false]);
    expect(seqs()).toEqual(seqs().toSorted((a = 0, b = 0) => a - b));
    expect(screens.view.open.timeline.hasNewer).toBe(false);
  });

  test("holds at most 1,000: the newest give way to older ones, and come back", async () => {
    const test_ = await over(1_500);
    const { screens } = test_;
    for (let page = 0; page < 12; page += 1) await screens.do({ want: "older" });
    const seqs = () => messagesOf(test_.items).map(({ seq = 0 }) => seq);
    expect([seqs().length, seqs()[0], screens.view.open.timeline.hasNewer]).toEqual([1_000, 101, true]);
    // What comes now is behind the window.
    test_.say(said(1_501));
    expect(seqs().at(-1)).toBe(1_100);
    expect(screens.view.open.timeline.below).toBe(1);
    for (let page = 0; page < 5; page += 1) await screens.do({ want: "newer" });
    expect([seqs().length, seqs().at(-1), screens.view.open.timeline.hasNewer]).toEqual([1_000, 1_501, false]);
    await screens.do({ want: "look", focused: true, atEnd: true });
    for (const message of range(1_502, 1_602)) test_.say(message);
    expect([seqs().length < 310, seqs().at(-1)]).toEqual([true, 1_602]);
  });

  test("shows no page that comes after another one was asked for", async () => {
    const it = await over(500);
    const slow = Promise.withResolvers<void>();
    it.scene.hold = (command) => ("around" in command && command.around === midOf(50) ? slow.promise : undefined);
    const first = it.screens.do({ want: "jump", conversation: "#lobby", message: midOf(50) });
    expect(it.screens.view.open.timeline.isLoading).toBe(true);
    await it.screens.do({ want: "jump", conversation: "#lobby", message: midOf(200) });
    slow.resolve();
    await first;
    expect(it.shown).toContain("text 200");
    expect(it.shown).not.toContain("text 50");
    expect(it.screens.view.open.timeline).toMatchObject({ focus: midOf(200), isLoading: false });
  });

  test("groups what one sender says within five minutes, and not across a day or another sender", async () => {
    const at = Date.UTC(2026, 10, 21, 23, 50);
    const messages = [
      said(1, { at }),
      said(2, { at: at + 60_000 }),
      said(3, { at: at + 120_000, by: "carol" }),
      said(4, { at: at + 180_000 }),
      said(5, { at: at + 480_000 }),
      said(6, { at: at + 660_000 }),
      said(7, { at: at + 661_000, from: { ...said(7).from, verified: false } }),
    ];
    const test_ = await TestScreens.ready({ messages: { "#lobby": messages } });
    expect(messagesOf(test_.items).map(({ isGrouped }) => isGrouped)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(test_.shown).toEqual(["day", "text 1", "text 2", "text 3", "text 4", "text 5", "day", "text 6", "text 7"]);
    const days = test_.items.filter(({ item }) => item === "date").map(({ key }) => key);
    expect(days).toEqual(["day:2026-11-21", "day:2026-11-22"]);
  });

  test("says what an answer answers, also where that is further up", async () => {
    const messages = {
      "#lobby": [...range(1, 300), said(301, { replyTo: midOf(299) }), said(302, { replyTo: midOf(5) })],
    };
    const test_ = await TestScreens.ready({ messages });
    await test_.settled();
    const [near, far] = messagesOf(test_.items).slice(-2);
    expect([near?.quoted?.excerpt, far?.quoted?.excerpt]).toEqual(["text 299", "text 5"]);
    test_.show({ ...said(303), event: "edited", message: midOf(5), text: "anew" });
    test_.show({ ...said(304), event: "deleted", message: midOf(299) });
    const [later, gone] = messagesOf(test_.items).slice(-2).toReversed();
    expect([later?.quoted?.excerpt, gone?.quoted?.excerpt]).toEqual(["anew", "a message that was deleted"]);
  });

  test("shows edits, reactions and deletes in their place, and keeps every other item as it was", async () => {
    const test_ = await over(10);
    const before = test_.items;
    test_.show({ ...said(11), event: "edited", message: midOf(4), text: "new" });
    test_.show({ ...said(12), event: "reaction", message: midOf(5), emoji: "👍", on: true });
    test_.show({ ...said(13, { by: "carol" }), event: "reaction", message: midOf(5), emoji: "👍", on: true });
    test_.show({ ...said(14), event: "deleted", message: midOf(6) });
    const after = test_.items;
    expect(messagesOf(after)[3]).toMatchObject({ text: "new", edited: said(11).at });
    expect(messagesOf(after)[4]).toMatchObject({ reactions: [{ emoji: "👍", users: ["bob", "carol"] }] });
    expect(messagesOf(after)[5]).toMatchObject({ placeholder: "deleted", text: "a message that was deleted" });
    const changed = after.flatMap((item, at) => (item === before[at] ? [] : [at]));
    expect(changed).toEqual([4, 5, 6]);
    test_.show({ ...said(15), event: "reaction", message: midOf(5), emoji: "👍", on: false });
    test_.show({ ...said(16, { by: "carol" }), event: "reaction", message: midOf(5), emoji: "👍", on: false });
    expect(messagesOf(test_.items)[4]?.reactions).toBeUndefined();
    // What is gone is not changed any more.
    test_.show({ ...said(17), event: "edited", message: midOf(6), text: "back?" });
    expect(messagesOf(test_.items)[5]?.placeholder).toBe("deleted");
  });

  test("takes away what has expired, in the list and the search too", async () => {
    const test_ = await over(1);
    await test_.screens.do({ want: "search", query: "text" });
    const expires = test_.clock.now() + 5_000;
    test_.say(said(2, { expires, text: "text of a secret" }));
    await test_.screens.do({ want: "search", query: "text of" });
    expect(test_.screens.view.search?.results.length).toBe(1);
    await test_.pass(4_900);
    expect(test_.shown).toContain("text of a secret");
    await test_.pass(200);
    expect(test_.shown).not.toContain("text of a secret");
    expect(test_.row("#lobby")?.excerpt).toBe("a message that has expired");
    expect(test_.screens.view.search?.results).toEqual([]);
    expect(JSON.stringify(test_.screens.view)).not.toContain("secret");
  });
});

describe("what is on its way", () => {
  test("is shown at once behind the newest, and comes back as the same item", async () => {
    const test_ = await over(2);
    const { screens } = test_;
    await screens.do({ want: "submit", text: "hello" });
    const own = test_.items.at(-1);
    expect(own).toMatchObject({
      item: "message",
      message: { text: "hello", state: "queued", mine: true, seq: undefined },
    });
    const [sent] = test_.asked("send");
    expect(sent).toMatchObject({ to: "#lobby", text: "hello" });
    const message = sent?.message ?? midOf(0);
    test_.say(said(3));
    expect(test_.shown.slice(-2)).toEqual(["text 3", "hello"]);
    test_.show({ event: "state", at: 0, message, state: "stored" });
    expect(messagesOf(test_.items).at(-1)?.state).toBe("stored");
    test_.say(said(4, { message, by: "alice", text: "hello" }));
    test_.say(said(5));
    expect(test_.shown.slice(-3)).toEqual(["text 3", "hello", "text 5"]);
    expect(test_.items.at(-2)?.key).toBe(own?.key);
    for (const [state, user] of [
      ["delivered", "bob"],
      ["delivered", "carol"],
      ["read", "bob"],
    ] as const)
      test_.show({ event: "state", at: 0, message, state, user });
    expect(messagesOf(test_.items).at(-2)).toMatchObject({ state: "read", readBy: ["bob"] });
  });

  test("that is on its way can be answered", async () => {
    const test_ = await over(1);
    const { screens } = test_;
    await screens.do({ want: "submit", text: "first" });
    const first = test_.asked("send")[0]?.message ?? midOf(0);
    await screens.do({ want: "reply", message: first });
    expect(screens.view.open.composer.replyTo).toMatchObject({
      message: first,
      excerpt: "first",
      from: { user: "alice" },
    });
    await screens.do({ want: "submit", text: "second" });
    expect(test_.asked("send")[1]).toMatchObject({ text: "second", replyTo: first });
    expect(messagesOf(test_.items).at(-1)).toMatchObject({
      state: "queued",
      quoted: { excerpt: "first", from: { user: "alice" } },
    });
    test_.show({ event: "state", at: 0, message: first, state: "failed", reason: { code: "denied", message: "no" } });
    await expect(screens.do({ want: "reply", message: first })).rejects.toMatchObject({ code: "no-such-message" });
  });

  test("that failed says why, is written again with a new id, or given up", async () => {
    const test_ = await over(1);
    const { screens } = test_;
    await screens.do({ want: "reply", message: midOf(1) });
    await screens.do({ want: "submit", text: "doomed" });
    const first = test_.asked("send")[0]?.message ?? midOf(0);
    const reason = { code: "denied", message: "no" };
    test_.show({ event: "state", at: 0, message: first, state: "failed", reason });
    expect(messagesOf(test_.items).at(-1)).toMatchObject({ state: "failed", reason, replyTo: midOf(1) });
    await screens.do({ want: "retry", message: first });
    const second = test_.asked("send")[1];
    expect(second).toMatchObject({ text: "doomed", replyTo: midOf(1) });
    expect(second?.message).not.toBe(first);
    expect(messagesOf(test_.items).filter(({ text }) => text === "doomed")).toMatchObject([{ state: "queued" }]);
    await expect(screens.do({ want: "discard", message: first })).rejects.toMatchObject({ code: "no-such-message" });
    test_.show({ event: "state", at: 0, message: second?.message ?? first, state: "failed", reason });
    await screens.do({ want: "discard", message: second?.message ?? first });
    expect(test_.shown).not.toContain("doomed");
  });

  test("that the client refuses at once fails with its reason and a notice; the text is not lost", async () => {
    const test_ = await over(1);
    test_.scene.faults.send = new Fault("queue-full", "too many messages wait", { hint: "wait" });
    await test_.screens.do({ want: "submit", text: "too much" });
    await test_.settled();
    expect(messagesOf(test_.items).at(-1)).toMatchObject({
      text: "too much",
      state: "failed",
      reason: { code: "queue-full", hint: "wait" },
    });
    expect(test_.screens.view.notices).toMatchObject([{ kind: "fault", code: "queue-full" }]);
    // At the end of the program it stays in the vault.
    test_.scene.faults.send = new Fault("stopped", "the client was stopped");
    await test_.screens.do({ want: "submit", text: "for the next start" });
    await test_.settled();
    expect(messagesOf(test_.items).at(-1)).toMatchObject({ state: "queued" });
  });

  test("from an earlier run, or from a dialog, is found in the vault", async () => {
    const from = { user: "alice", device: ALICE, name: "Alice", verified: true };
    const waiting = {
      conversation: "#lobby",
      message: midOf(77),
      state: "queued",
      from,
      text: "of yesterday",
    } as const;
    const test_ = await TestScreens.ready({ waiting: [waiting], messages: { "#lobby": range(1, 2) } });
    expect(messagesOf(test_.items).at(-1)).toMatchObject({ text: "of yesterday", state: "queued" });
    test_.scene.waiting = [
      waiting,
      { ...waiting, message: midOf(78), text: "a file", file: { name: "a.pdf", type: "", bytes: 3 } },
    ];
    test_.show({ event: "state", at: 0, message: midOf(78), state: "queued" });
    await test_.settled();
    expect(messagesOf(test_.items).at(-1)).toMatchObject({ text: "a file", file: { name: "a.pdf" } });
    test_.say(said(3, { message: midOf(77), by: "alice", text: "of yesterday" }));
    expect(test_.shown.slice(-2)).toEqual(["of yesterday", "a file"]);
  });
});

/** The user looks at its end. */
async function seen(count: number): Promise<TestScreens> {
  const test_ = await over(count);
  await test_.screens.do({ want: "look", focused: true, atEnd: true });
  return test_;
}

describe("hostile or odd logs", () => {
  test("an id that is used again has an item of its own, each time with another key", async () => {
    const test_ = await seen(1);
    test_.say(said(2, { message: midOf(1), by: "mallory" }));
    test_.say(said(3, { message: midOf(1) }));
    test_.say(said(4, { message: midOf(1), by: "mallory" }));
    const keys = test_.items.map(({ key }) => key);
    expect(test_.shown).toEqual(["day", "text 1", "text 2", "text 3", "text 4"]);
    expect(new Set(keys).size).toBe(keys.length);
    // An edit means the first.
    test_.show({ ...said(5), event: "edited", message: midOf(1), text: "first" });
    expect(test_.shown).toEqual(["day", "first", "text 2", "text 3", "text 4"]);
  });

  test("what is told again after a crash is one message; a day that comes twice has two dates", async () => {
    const test_ = await seen(2);
    test_.show({ event: "message", ...said(2) });
    expect(test_.shown).toEqual(["day", "text 1", "text 2"]);
    test_.say(said(3, { at: NOON - 86_400_000 }));
    test_.say(said(4));
    expect(test_.shown).toEqual(["day", "text 1", "text 2", "day", "text 3", "day", "text 4"]);
    expect(new Set(test_.items.map(({ key }) => key)).size).toBe(7);
  });

  test("names that look the same are told apart, also with letters of another script", async () => {
    const from = { user: "mallory", device: said(1).from.device, name: "Вob", verified: true };
    const test_ = await seen(1);
    expect(messagesOf(test_.items)[0]?.isNamesake).toBe(false);
    test_.say(said(2, { from }));
    test_.say(said(3, { by: "carol" }));
    expect(messagesOf(test_.items).map(({ isNamesake }) => isNamesake)).toEqual([true, true, false]);
    await test_.screens.do({ want: "nickname", user: "mallory", name: "not Bob" });
    expect(messagesOf(test_.items)[1]).toMatchObject({ nickname: "not Bob", isNamesake: true });
  });
});
