// What rings and what does not.
import { describe, expect, test } from "vitest";
import { hasKeyword, ringOf, type Surroundings } from "../../../../../src/client/app/screens/ringing.ts";
import { isQuiet, usualSettings } from "../../../../../src/client/app/screens/settings.ts";
import { conversation, midOf, said, TestScreens } from "../../../../kit/screens.ts";

const AROUND: Surroundings = {
  self: "alice",
  isReady: true,
  isSeen: false,
  isLocked: false,
  level: "all",
  settings: usualSettings("en"),
  minutes: () => 720,
  title: "#lobby",
};
const QUIET = { ...AROUND.settings, quiet: { from: 1_320, to: 420 } };

describe("a message", () => {
  test("rings with where and what", () => {
    expect(ringOf(said(1, { text: "one\ntwo" }), AROUND)).toEqual({
      conversation: "#lobby",
      title: "#lobby",
      text: "one",
      isMention: false,
    });
  });

  test.each([
    ["one's own", said(1, { by: "alice" }), {}],
    ["one's own of another device", said(1, { by: "alice", mine: false }), {}],
    ["missed before ready", said(1), { isReady: false }],
    ["seen", said(1), { isSeen: true }],
    ["muted, also where it names the user", said(1, { muted: true, mentioned: true }), {}],
    ["deleted or not to be read", said(1, { placeholder: "unreadable" }), {}],
    ["with notifications off", said(1), { settings: { ...AROUND.settings, notifications: false } }],
    ["in quiet hours", said(1, { mentioned: true }), { settings: QUIET, minutes: () => 30 }],
    ["of a conversation that rings for nothing", said(1, { mentioned: true }), { level: "nothing" as const }],
    ["that names nobody, where only that rings", said(1), { level: "mentions" as const }],
  ])("%s rings not", (_what, message, more) => {
    expect(ringOf(message, { ...AROUND, ...more })).toBeUndefined();
  });

  test("that names the user, or says a keyword, rings where only that rings", () => {
    const around = { ...AROUND, level: "mentions" as const };
    expect(ringOf(said(1, { mentioned: true }), around)).toMatchObject({ isMention: true });
    const settings = { ...AROUND.settings, keywords: ["Lunch"] };
    expect(ringOf(said(1, { text: "LUNCH, anyone?" }), { ...around, settings })).toMatchObject({ isMention: true });
    expect(ringOf(said(1, { text: "lunchtime" }), { ...around, settings })).toBeUndefined();
  });

  test("while it is locked, rings without saying what, where or who", () => {
    const ring = ringOf(said(1, { text: "secret", mentioned: true }), { ...AROUND, isLocked: true });
    expect(ring).toEqual({ conversation: "", title: "", text: "", isMention: true });
  });
});

test.each([
  ["a", "x a y", true],
  ["añil", "AÑIL!", true],
  ["c++", "I like C++.", true],
  ["cat", "concatenate cat_s cats", false],
  ["日本", "日本 is", true],
  ["日本", "日本語", false],
  ["a", "", false],
])("the keyword %j in %j: %s", (keyword, text, is) => {
  expect(hasKeyword(text, [keyword])).toBe(is);
});

test("quiet hours go over midnight, or not; from and to alike are none", () => {
  const night = { from: 1_320, to: 420 };
  expect([1_319, 1_320, 0, 419, 420].map((minutes) => isQuiet(night, minutes))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  const noon = { from: 720, to: 780 };
  expect([719, 720, 779, 780].map((minutes) => isQuiet(noon, minutes))).toEqual([false, true, true, false]);
  expect([isQuiet({ from: 5, to: 5 }, 5), isQuiet(undefined, 5)]).toEqual([false, false]);
});

describe("the screens", () => {
  test("ring for what comes after ready, not for what is looked at, and not in a flood", async () => {
    const it = new TestScreens({ conversations: [conversation("#lobby"), conversation("@bob")] });
    it.screens.start(it.client);
    it.say(said(1));
    expect(it.rings).toEqual([]);
    const ready = await TestScreens.ready(it.scene);
    ready.say(said(2));
    ready.say(said(3));
    ready.say(said(4, { mentioned: true }));
    expect(ready.rings.map(({ text }) => text)).toEqual(["text 2", "text 4"]);
    ready.clock.pass(1_000);
    await ready.screens.do({ want: "look", focused: true, atEnd: true });
    ready.say(said(5));
    ready.say(said(1, { conversation: "@bob", message: midOf(99) }));
    expect(ready.rings.slice(2)).toMatchObject([{ conversation: "@bob", title: "@bob" }]);
    // Told again after a crash.
    ready.clock.pass(5_000);
    ready.show({ event: "message", ...said(1, { conversation: "@bob", message: midOf(99) }) });
    expect(ready.rings.length).toBe(3);
  });

  test("ring by the level of each conversation and one's own name for a contact", async () => {
    const it = await TestScreens.ready({ conversations: [conversation("#lobby"), conversation("@bob")] });
    await it.screens.do({ want: "level", conversation: "#lobby", level: "nothing" });
    await it.screens.do({ want: "nickname", user: "bob", name: "Bobby" });
    it.say(said(1, { mentioned: true }));
    it.say(said(1, { conversation: "@bob", message: midOf(9) }));
    expect(it.rings).toMatchObject([{ conversation: "@bob", title: "Bobby", text: "text 1" }]);
    expect(it.row("#lobby")?.level).toBe("nothing");
  });
});
