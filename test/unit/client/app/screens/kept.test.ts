// What is kept over a restart, and the lock.
import { describe, expect, test } from "vitest";
import type { MessageView } from "../../../../../src/client/port/views.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import { conversation, said, TestScreens } from "../../../../kit/screens.ts";

const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, at) => said(from + at));

const coded = (word: string): string => (word === "wrong" ? "wrong-passphrase" : "too-many-tries");

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

  test("is tried again at once a few times only: then each wrong one makes the wait twice as long, and the right one ends it", async () => {
    const it = await TestScreens.ready();
    it.passphrase = "swordfish";
    await it.screens.do({ want: "lock" });
    const tried = async (passphrase: string): Promise<string> =>
      it.screens.do({ want: "unlock", passphrase }).then(
        () => "open",
        (error: unknown) => (error instanceof Fault ? error.code : "?"),
      );
    const several = await Promise.all(["a", "b", "c", "d", "swordfish"].map(tried));
    expect(several).toEqual(["wrong", "wrong", "wrong", "too-many", "too-many"].map(coded));
    await it.pass(1_000);
    expect([await tried("e"), await tried("swordfish")]).toEqual(["wrong-passphrase", "too-many-tries"]);
    await it.pass(1_000);
    expect(await tried("swordfish")).toBe("too-many-tries");
    await it.pass(1_000);
    expect(await tried("swordfish")).toBe("open");
    await it.screens.do({ want: "lock" });
    expect([await tried("a"), await tried("swordfish")]).toEqual(["wrong-passphrase", "open"]);
  });

  test("has another passphrase for who knows the one before, a first one for anybody, and none for who wants none", async () => {
    const it = await TestScreens.ready();
    const changed = (before: string, next: string): Promise<void> =>
      it.screens.do({ want: "passphrase", before, next });
    await changed("", "first one");
    expect([it.passphrase, it.screens.view.settings.hasPassphrase]).toEqual(["first one", true]);
    await expect(changed("", "another")).rejects.toMatchObject({ code: "wrong-passphrase" });
    expect(it.passphrase).toBe("first one");
    await changed("first one", "second one");
    expect(it.passphrase).toBe("second one");
    await it.screens.do({ want: "lock" });
    await expect(changed("second one", "")).rejects.toMatchObject({ code: "screen-locked" });
    await it.screens.do({ want: "unlock", passphrase: "second one" });
    await changed("second one", "");
    expect([it.passphrase, it.screens.view.settings.hasPassphrase]).toEqual([undefined, false]);
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

  test("settings survive a restart, and what is none of them is not taken; what was not chosen is not kept", async () => {
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
    expect([...it.settings.entries()].find(([name]) => name === "screens/settings")?.[1]).not.toContain(
      "notifications",
    );
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
