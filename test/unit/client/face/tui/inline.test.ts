// Two rows below the shell's: what is said goes into the terminal's own history, and the terminal is as it was afterwards.
import { describe, expect, test } from "vitest";
import { Fault } from "../../../../../src/model/fault.ts";
import { conversation, messageId, NOON, openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, type Options, pasted, type Sitting, sitting } from "./tui.ts";

const SIZE = { columns: 80, rows: 12, isInline: true } as const;
const inline = (view = TALK, more: Options = {}): Promise<Sitting> => sitting(view, { ...SIZE, ...more });

const DAY = { item: "date", key: "d", at: NOON } as const;
const TWO = openView("#general", [DAY, saidBy("bruno", "good morning", { n: 1 }), saidBy("alice", "hello", { n: 2 })], {
  conversations: [conversation("#general", { topic: "everything" }), conversation("@bruno", { unread: 3 })],
  unread: 3,
});

describe("inline", () => {
  test("exact rows: where one is, what was said, where one writes, how it stands", async () => {
    const one = await inline(TWO);
    expect(one.rows()).toEqual([
      "",
      `━━ #general  everything ${"━".repeat(52)}`,
      `${"─".repeat(25)} Today, Friday, 20 November ${"─".repeat(26)}`,
      "12:01        Bruno ◆ │ good morning",
      "12:02          you   │ hello",
      "#general>  write a message, F1 for help",
      " ● TLS  E2E  ◆ 0/1  3 new",
      "",
      "",
      "",
      "",
      "",
    ]);
    const { active } = one.terminal.xterm.buffer;
    expect(active.type).toBe("normal");
    expect([active.cursorX, active.cursorY]).toEqual([10, 5]);
  });

  test("what comes stands above the two rows, once, and leaves the screen at its top", async () => {
    const one = await inline(TWO);
    for (let n = 3; n < 33; n += 1) {
      one.screens.addItems(saidBy("bruno", `word ${n}`, { n, isGrouped: true }));
      await one.settle();
    }
    const whole = one.terminal.whole();
    const said = whole.filter((row) => row.includes("│ word"));
    expect(said.map((row) => row.split("│ ")[1])).toEqual(Array.from({ length: 30 }, (_, at) => `word ${at + 3}`));
    expect(said[0]).toContain("Bruno");
    expect(said[1]).not.toContain("Bruno");
    expect(whole.filter((row) => row.startsWith("#general>"))).toHaveLength(1);
    expect(one.rows().at(-2)).toContain("#general>");
    expect(one.rows().at(-1)).toContain("● TLS  E2E");
  });

  test("each frame is one write inside synchronized output, without another screen", async () => {
    const one = await inline();
    one.forget();
    one.screens.addItems(saidBy("bruno", "four", { n: 4 }));
    await one.settle();
    expect(one.window.writes).toHaveLength(1);
    expect(one.window.writes[0]?.startsWith("\x1b[?2026h")).toBe(true);
    expect(one.window.writes[0]?.endsWith("\x1b[?2026l")).toBe(true);
    await one.type("x", "y", KEY.f1, "\x0b", KEY.escape);
    expect(one.window.writes.join("")).not.toMatch(/\[\?1049|\[\d+;\d+H/);
    await one.settle();
    const written = one.window.writes.length;
    one.clock.pass(10_000);
    expect(one.window.writes).toHaveLength(written);
  });

  test("what changed is said again; one's own is said when it is written, and once", async () => {
    const one = await inline(TWO);
    await one.type("mine", KEY.enter);
    expect(one.wants()).toEqual([{ want: "submit", text: "mine" }]);
    const item = one.screens.view.open.timeline.items.at(-1);
    if (item?.item !== "message") throw new Error("no message");
    const change = (more: object): void => {
      const { timeline } = one.screens.view.open;
      const items = [...timeline.items.slice(0, -1), { ...item, message: { ...item.message, ...more } }];
      one.screens.changeOpen({ timeline: { ...timeline, items } });
    };
    for (const state of ["stored", "delivered", "read"]) {
      change({ state, seq: 9 });
      await one.settle();
    }
    expect(one.terminal.whole().filter((row) => row.endsWith("│ mine"))).toHaveLength(1);
    change({ text: "mine, better", edited: NOON, seq: 9 });
    await one.settle();
    expect(one.screen()).toContain("│ mine, better (edited)");
    change({ text: "mine, better", edited: NOON, seq: 9, reactions: [{ emoji: "👍", users: ["bruno"] }] });
    await one.settle();
    expect(one.screen()).toContain("* 👍 1  Alice Marsh: mine, better");
  });

  test("what is older, asked for or not, is not told as news", async () => {
    const one = await inline(TWO);
    const { timeline } = one.screens.view.open;
    const older = saidBy("bruno", "long ago", { n: 0, message: messageId(900), seq: 0 });
    one.screens.changeOpen({ timeline: { ...timeline, items: [older, ...timeline.items] } });
    await one.settle();
    expect(one.terminal.whole().join("\n")).not.toContain("long ago");
  });

  test("another conversation says which it is, and on the way back only what is new", async () => {
    const one = await inline(TWO);
    one.screens.changeOpen({
      conversation: "@bruno",
      timeline: { ...TWO.open.timeline, items: [saidBy("bruno", "psst", { n: 20, conversation: "@bruno" })] },
    });
    await one.settle();
    expect(one.rows().slice(5, 9)).toEqual([
      "",
      expect.stringMatching(/^━━ Bruno ━+$/),
      "12:20        Bruno ◆ │ psst",
      expect.stringMatching(/^Bruno>/),
    ]);
    const items = [...TWO.open.timeline.items, saidBy("carla", "meanwhile", { n: 21 })];
    one.screens.changeOpen({ conversation: "#general", timeline: { ...TWO.open.timeline, items } });
    await one.settle();
    const whole = one.terminal.whole();
    expect(whole.filter((row) => row.includes("good morning"))).toHaveLength(1);
    expect(whole.join("\n")).toMatch(/━━ #general .*\n12:21 {2}Carla Nunes {3}│ meanwhile\n#general>/);
  });

  test("many unread: from a little before the first of them; else the last ten", async () => {
    const many = Array.from({ length: 40 }, (_, at) => saidBy("bruno", `word ${at}`, { n: at + 1 }));
    const unread = { item: "unread", key: "u", count: 20 } as const;
    const first = await inline(openView("#general", [...many.slice(0, 20), unread, ...many.slice(20)]));
    const told = first.terminal.whole().filter((row) => /│ word|unread/.test(row));
    expect(told[0]).toContain("word 17");
    expect(told[3]).toContain("20 unread");
    expect(told.at(-1)).toContain("word 39");
    const second = await inline(openView("#general", many));
    expect(second.terminal.whole().filter((row) => row.includes("│ word"))).toHaveLength(10);
  });

  test("commands of the lines; what they answer goes into the history", async () => {
    const one = await inline();
    one.screens.reply = { members: [] };
    await one.type("/who", KEY.enter);
    expect(one.screens.asked).toEqual([{ do: "members", to: "#general" }]);
    one.screens.refusal = new Fault("no-such-user", "nobody is called zoe", { hint: "/users lists all" });
    await one.type("/add zoe", KEY.enter);
    expect(one.screen()).toContain("* error: nobody is called zoe; /users lists all");
    expect(one.screen()).toContain("#general> /add zoe");
    await one.type("\x15", "/members", KEY.enter, "hello");
    expect(one.screen()).toContain("── #general: 2 members");
    expect(one.screen()).toContain("#general> hello");
    await one.type("\x15", "/help", KEY.enter);
    expect(one.terminal.whole().join("\n")).toContain("/export [HOW] FILE");
    await one.type("/person bruno", KEY.enter);
    expect(one.terminal.whole().join("\n")).toContain("30021 40028 50035 60042");
    await one.type("/export talk.json", KEY.enter);
    expect(one.exported).toEqual([{ to: "#general", format: "json", path: "talk.json" }]);
    expect(one.screen()).toContain("* #general is in talk.json now");
  });

  test("Tab completes below, the arrows bring back what was sent", async () => {
    const one = await inline();
    await one.type("/thu", KEY.backspace, KEY.backspace, KEY.backspace, "s", KEY.tab);
    expect(one.rows().find((row) => row.startsWith("#general>"))).toBe("#general> /save");
    expect(one.screen()).toMatch(/● TLS {2}E2E .* {2}\/save {2}\/scroll-down {2}\/scroll-up/);
    await one.type("\x15", "first", KEY.enter, "second", KEY.enter, "\x10", "\x10");
    expect(one.screen()).toContain("#general> first");
  });

  test("what asks something takes the row in which one writes", async () => {
    const one = await inline();
    await one.type("\x0b", "ops");
    expect(one.screen()).toMatch(/^go to ops$/m);
    expect(one.screen()).toMatch(/● TLS {2}E2E .*1\/1 #ops/);
    await one.type(KEY.enter);
    expect(one.wants()).toContainEqual({ want: "open", conversation: "#ops" });
    const two = await inline();
    await two.type(KEY.ctrlUp);
    expect(two.screen()).toMatch(/▸ Bruno: three/);
    await two.type("+", KEY.enter);
    expect(two.screens.asked).toHaveLength(1);
    await two.type(pasted("one\ntwo"));
    expect(two.screen()).toMatch(/── paste 2 lines\?\n {3}one\n {3}two\npaste 2 lines\? {3}Enter/);
    await two.type(KEY.enter, KEY.enter);
    expect(two.wants()).toContainEqual({ want: "submit", text: "one\ntwo" });
  });

  test("a notice is told once, an alarm in full", async () => {
    const one = await inline(TWO);
    const alarm = {
      id: 1,
      at: NOON,
      kind: "alarm",
      code: "fork",
      message: "the server has shown two histories of this conversation",
    } as const;
    one.screens.change({ notices: [alarm] });
    await one.settle();
    await one.type("x", KEY.backspace);
    expect(one.screen()).toContain("! alarm (fork): the server has shown two histories of this");
    expect(one.terminal.whole().filter((row) => row.includes("alarm (fork)"))).toHaveLength(1);
  });

  test("locked, nothing is on the screen, and nothing is told until the passphrase is typed", async () => {
    const one = await inline(TWO);
    one.screens.change({
      locked: true,
      conversations: [],
      open: { ...TWO.open, conversation: "", timeline: { ...TWO.open.timeline, items: [] } },
    });
    await one.settle();
    expect(one.screen()).not.toContain("good morning");
    await one.type("five words");
    expect(one.screen()).toMatch(/^passphrase \*{10}$/m);
    one.screens.change({ ...TWO, locked: false });
    await one.settle();
    expect(one.screen()).toContain("│ hello");
  });

  test("Ctrl+L clears the screen, and tells again what was last", async () => {
    const one = await inline(TWO);
    await one.type(KEY.f1);
    expect(one.screen()).not.toContain("good morning");
    await one.type("\x0c");
    expect(one.screen()).toContain("good morning");
    expect(one.rows().filter((row) => row.startsWith("#general>"))).toHaveLength(1);
  });
});
