// Going about at the full terminal: conversations, search, scrolling, a chosen message.
import { describe, expect, test } from "vitest";
import { conversation, messageId, NOON, openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, sitting } from "./tui.ts";

describe("going about", () => {
  test("Alt+↓, Alt+2, Ctrl+PgUp, Alt+A", async () => {
    const one = await sitting(TALK);
    await one.type(KEY.altDown, "\x1b3", "\x1b[5;5~", "\x1ba");
    expect(one.wants()).toEqual([
      { want: "open", conversation: "#ops" },
      { want: "open", conversation: "@bruno" },
      { want: "open", conversation: "#ops" },
      { want: "next-activity" },
    ]);
  });

  test("Ctrl+K and a few letters; what has news comes first", async () => {
    const one = await sitting(TALK);
    await one.type("\x0b", KEY.enter);
    expect(one.wants()).toEqual([{ want: "open", conversation: "@bruno" }]);
    await one.type("\x0b", "gnrl", KEY.enter, "\x0b", "@zoe", KEY.enter);
    expect(one.wants().slice(1)).toEqual([
      { want: "open", conversation: "#general" },
      { want: "open", conversation: "@zoe" },
    ]);
  });

  test("the help goes page by page, and back from its end", async () => {
    const one = await sitting(TALK, { columns: 90, rows: 24 });
    await one.type(KEY.f1, KEY.end);
    expect(one.screen()).toContain("/quit");
    const end = one.screen();
    await one.type(KEY.pageUp);
    expect(one.screen()).not.toContain("/quit");
    await one.type(KEY.pageDown);
    expect(one.screen()).toBe(end);
    await one.type(KEY.home, KEY.pageDown);
    expect(one.screen()).not.toContain("Enter          send");
  });

  test("Esc and at once a command: its slash is not lost, and it is not said to everybody", async () => {
    const one = await sitting(TALK);
    await one.type("\x1b/members", KEY.enter);
    expect(one.wants()).toEqual([]);
    expect(one.screen()).toContain("2 members");
    expect(one.screen()).toContain("Enter who it is");
  });

  test("help says all of it where there is little room", async () => {
    const one = await sitting(TALK, { columns: 60, rows: 30 });
    await one.type(KEY.f1, KEY.pageDown);
    const pages = [one.screen()];
    for (let page = 0; page < 12; page += 1) {
      await one.type(KEY.pageDown);
      pages.push(one.screen());
    }
    expect(pages.join("\n").replaceAll(/[│\s]+/g, " ")).toContain("stored, was delivered (bold: read), was not sent");
    expect(pages.join("\n")).not.toMatch(/…\s*│$/m);
  });

  test("/to NAME: a room that is called so, else a person", async () => {
    const one = await sitting(TALK);
    await one.type("/to ops", KEY.enter, "/to Bruno", KEY.enter);
    expect(one.wants()).toEqual([
      { want: "open", conversation: "#ops" },
      { want: "open", conversation: "@bruno" },
    ]);
  });

  test("members have the name that one gave them", async () => {
    const members = TALK.open.members.map((one) => (one.user === "bruno" ? { ...one, nickname: "Big Bear" } : one));
    const one = await sitting({ ...TALK, open: { ...TALK.open, members } });
    await one.type(KEY.f3);
    expect(one.screen()).toContain("Big Bear");
  });

  test("/verify between two means the other one", async () => {
    const one = await sitting(openView("@bruno", []));
    await one.type("/verify", KEY.enter);
    expect(one.screen()).toContain("v it is the same number");
  });

  test("what has no room in the rule stands above it, hint and all", async () => {
    const one = await sitting(TALK, { columns: 60, rows: 15 });
    await one.type("/nonsense-that-nobody-knows", KEY.enter);
    const screen = one.screen().replaceAll(/\s+/g, " ");
    expect(screen).toContain("error: there is no command /nonsense-that-nobody-knows; /help shows all");
    expect(screen).toContain("//text sends a text that begins");
  });

  test("search finds, and goes to where it was said", async () => {
    const one = await sitting(TALK);
    await one.type("\x06", "plan", KEY.enter);
    expect(one.wants()).toEqual([{ want: "search", query: "plan" }]);
    const found = saidBy("bruno", "the plan", { n: 7 });
    const results = found.item === "message" ? [{ ...found.message, seq: 7 }] : [];
    one.screens.change({ search: { query: "plan", results, isRunning: false } });
    await one.settle();
    expect(one.screen()).toContain("the plan");
    await one.type(KEY.enter);
    expect(one.wants().slice(1)).toEqual([
      { want: "jump", conversation: "#general", message: messageId(7), seq: 7 },
      { want: "search", query: undefined },
    ]);
  });

  test("a jump shows the message and chooses it", async () => {
    const items = Array.from({ length: 100 }, (_, at) => saidBy("bruno", `number ${at}`, { n: at + 1 }));
    const one = await sitting(openView("#general", items));
    expect(one.screen()).toContain("number 99");
    one.screens.changeOpen({ timeline: { ...one.screens.view.open.timeline, focus: messageId(31) } });
    await one.settle();
    expect(one.screen()).toContain("number 30");
    await one.type("r");
    expect(one.wants()).toEqual([{ want: "reply", message: messageId(31) }]);
  });

  test("a second jump to the same message goes there again", async () => {
    const items = Array.from({ length: 100 }, (_, at) => saidBy("bruno", `number ${at}`, { n: at + 1 }));
    const view = openView("#general", items);
    const found = items[30]?.item === "message" ? [{ ...items[30].message, seq: 31 }] : [];
    const one = await sitting({ ...view, search: { query: "x", results: found, isRunning: false } });
    one.screens.changeOpen({ timeline: { ...one.screens.view.open.timeline, focus: messageId(31) } });
    await one.type(KEY.escape, "\x1b[1;3F");
    expect(one.screen()).not.toContain("number 30");
    await one.type("\x06", KEY.enter);
    expect(one.screen()).toContain("number 30");
  });

  test("those put away are counted, and shown when asked for", async () => {
    const rows = [conversation("#general"), conversation("#old", { archived: true })];
    const one = await sitting({ ...openView("#general", []), conversations: rows });
    expect(one.screen()).toContain("1 put away: /archived".slice(0, 17));
    expect(one.screen()).not.toContain("#old");
    await one.type("/archived", KEY.enter);
    expect(one.screen()).toContain("#old");
  });

  test("PgUp shows older ones and asks for more at the top; the person's place stays when new ones come", async () => {
    const items = Array.from({ length: 60 }, (_, at) => saidBy("bruno", `number ${at}`, { n: at + 1 }));
    const view = openView("#general", items);
    const one = await sitting({ ...view, open: { ...view.open, timeline: { ...view.open.timeline, hasOlder: true } } });
    await one.type(KEY.pageUp);
    const before = one.rows().slice(1, 20);
    one.screens.addItems(saidBy("bruno", "a new one", { n: 900 }));
    await one.settle();
    expect(one.rows().slice(1, 20)).toEqual(before);
    await one.type(KEY.pageUp, KEY.pageUp, KEY.pageUp);
    expect(one.screen()).toContain("number 0");
    expect(one.wants()).toContainEqual({ want: "older" });
    await one.type("\x1b[1;3F");
    expect(one.screen()).toContain("a new one");
  });

  test("the model is told whether the end can have been seen", async () => {
    const items = Array.from({ length: 60 }, (_, at) => saidBy("bruno", `number ${at}`, { n: at + 1 }));
    const one = await sitting(openView("#general", items));
    await one.type(KEY.pageUp, "\x1b[O", "\x1b[I", KEY.pageDown);
    const looks = one.screens.done.filter(({ want }) => want === "look");
    expect(looks).toEqual([
      { want: "look", focused: true, atEnd: true },
      { want: "look", focused: true, atEnd: false },
      { want: "look", focused: false, atEnd: false },
      { want: "look", focused: true, atEnd: false },
      { want: "look", focused: true, atEnd: true },
    ]);
  });

  test("Esc marks as read, when there is nothing else to close", async () => {
    const one = await sitting({
      ...TALK,
      notices: [{ id: 5, at: NOON, kind: "alarm", code: "fork", message: "two histories" }],
    });
    expect(one.screen()).toContain("! alarm (fork): two histories");
    await one.type(KEY.escape, KEY.escape);
    expect(one.wants()).toEqual([{ want: "dismiss", notice: 5 }, { want: "mark-read" }]);
  });
});

describe("a chosen message", () => {
  test.each([
    ["r", { want: "reply", message: messageId(3) }],
    ["u", { want: "mark-unread", message: messageId(3) }],
  ])("%s", async (key, wanted) => {
    const one = await sitting(TALK);
    await one.type(KEY.altUp, key);
    expect(one.wants()).toEqual([wanted]);
  });

  test("e of one's own; of others it says no", async () => {
    const one = await sitting(TALK);
    await one.type(KEY.altUp, "e");
    expect(one.screen()).toContain("it is not yours");
    await one.type(KEY.up, "e");
    expect(one.wants()).toEqual([{ want: "edit", message: messageId(2) }]);
  });

  test("+ reacts, with a name or the first that is offered; once more takes it back", async () => {
    const one = await sitting(TALK);
    await one.type(KEY.altUp, "+", "tada", KEY.enter);
    expect(one.screens.asked).toEqual([{ do: "react", to: "#general", message: messageId(3), emoji: "🎉", on: true }]);
  });

  test("g goes to what it answers; where that is not here, the model is asked", async () => {
    const items = [
      saidBy("bruno", "one", { n: 1 }),
      saidBy("bruno", "two", { n: 2, replyTo: messageId(1) }),
      saidBy("bruno", "far", { n: 3, replyTo: messageId(77) }),
    ];
    const one = await sitting(openView("#general", items));
    await one.type(KEY.altUp, "g");
    expect(one.wants()).toEqual([{ want: "jump", conversation: "#general", message: messageId(77) }]);
    await one.type(KEY.altUp, KEY.up, "g", "r");
    expect(one.wants().at(-1)).toEqual({ want: "reply", message: messageId(1) });
  });

  test("what was not sent is tried again, or given up", async () => {
    const one = await sitting(openView("#general", [saidBy("alice", "x", { n: 1, state: "failed" })]));
    await one.type(KEY.altUp, "t", KEY.altUp, "x", "/discard", KEY.enter, "/retry", KEY.enter);
    expect(one.wants()).toEqual(
      ["retry", "discard", "discard", "retry"].map((want) => ({ want, message: messageId(1) })),
    );
  });

  test("a conversation with more unread than the screen has room for begins there, and is not read at once", async () => {
    const said = Array.from({ length: 60 }, (_, at) => saidBy("bruno", `number ${at}`, { n: at + 1 }));
    const items = [...said.slice(0, 10), { item: "unread", key: "unread", count: 50 } as const, ...said.slice(10)];
    const one = await sitting(openView("#general", items), { columns: 80, rows: 24 });
    expect(one.screen()).toContain("50 unread");
    expect(one.screen()).toContain("number 10");
    expect(one.screen()).not.toContain("number 59");
    expect(one.screens.done.filter(({ want }) => want === "look")).toEqual([
      { want: "look", focused: true, atEnd: false },
    ]);
    await one.type("\x1b[1;3F");
    expect(one.screen()).toContain("number 59");
    expect(one.screens.done.at(-1)).toEqual({ want: "look", focused: true, atEnd: true });
  });

  test("what a program says is marked, and does not stand below a person's name", async () => {
    const one = await sitting(openView("#general", [saidBy("bruno", "the backup is done", { n: 2, bot: true })]));
    expect(one.screen()).toContain("the backup is done (bot)");
  });

  test("c copies the line of an invitation, and nothing around it", async () => {
    const one = await sitting(TALK);
    one.screens.reply = { line: "chat://127.0.0.1:1/#aa", user: "dora", uses: 1, expiresAt: NOON };
    await one.type("/admin invite dora", KEY.enter, "c");
    const [copied = ""] = one.window.writes.join("").split("\x1b]52;c;").at(-1)?.split("\x1b") ?? [];
    expect(Buffer.from(copied, "base64").toString()).toBe("chat-client join 'chat://127.0.0.1:1/#aa'");
  });

  test.each([
    [60, 15],
    [80, 24],
    [100, 30],
    [140, 30],
  ])("a line of invitation is one line to whoever selects it, at %i by %i", async (columns, rows) => {
    const line = `chat://chat.example.org:7444/#${"Ab9-_".repeat(8)}xyz.${"Zy0_-".repeat(4)}Zy`;
    const one = await sitting(TALK, { columns, rows });
    one.screens.reply = { line, user: "dora", uses: 1, expiresAt: NOON };
    await one.type("/invite dora", KEY.enter);
    const found = one.terminal.whole().filter((text) => text.includes("chat-client join"));
    expect(found.map((text) => text.replaceAll(/^[ │]+|[ │]+$/g, ""))).toEqual([`chat-client join '${line}'`]);
    expect(one.screen()).toContain("for @dora, once");
    expect(one.screen()).toContain("┌─ invitation ─");
    expect(one.screen()).toContain("Esc back");
    await one.type("c", KEY.escape);
    expect(one.terminal.whole().every((text) => text.length <= columns)).toBe(true);
    expect(one.screen()).toContain("> write a message".replace("> ", ">  "));
  });

  test("c copies, and only then is the clipboard touched", async () => {
    const one = await sitting(TALK);
    expect(one.window.writes.join("")).not.toContain("\x1b]52");
    await one.type(KEY.altUp, "c");
    expect(one.window.writes.join("")).toContain(`\x1b]52;c;${Buffer.from("three").toString("base64")}\x1b\\`);
  });
});
