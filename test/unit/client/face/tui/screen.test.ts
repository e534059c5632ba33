// What stands on the screen: exact rows, small and large, dark and light, without colour; and that nothing of strangers can act.
import { describe, expect, test } from "vitest";
import {
  EMPTY_VIEW,
  busyView,
  conversation,
  happened,
  member,
  NOON,
  openView,
  saidBy,
} from "../../../../kit/made-up-screens.ts";
import { KEY, sitting } from "./tui.ts";

const TALK = openView("#general", [
  { item: "date", key: "d", at: NOON },
  saidBy("bruno", "good morning to all of you who are here so early", { n: 1 }),
  saidBy("alice", "hello", { n: 2, state: "delivered" }),
  { item: "unread", key: "u", count: 1 },
  saidBy("carla", "hi", { n: 3 }),
]);

describe("a conversation", () => {
  test("at 60 columns and 15 rows, the list folded away", async () => {
    const { terminal } = await sitting(TALK, { columns: 60, rows: 15 });
    expect(terminal.rows()).toEqual([
      " #general                               2 members, 2 online",
      "──────────────── Today, Friday, 20 November ────────────────",
      "12:01        Bruno ◆ │ good morning to all of you who are",
      "                     │ here so early",
      "12:02          you ✓✓│ hello",
      "───────────────────────── 1 unread ─────────────────────────",
      "12:03  Carla Nunes   │ hi",
      "",
      "",
      "",
      "",
      "",
      "────────────────────────────────────────────────────────────",
      ">  write a message, F1 for help",
      " ● TLS 1.3  E2E  ◆ 0/1                      @alice 616c6963",
    ]);
  });

  test("at 80 columns the list stands beside it", async () => {
    const { terminal } = await sitting({
      ...TALK,
      conversations: [conversation("#general"), conversation("@bruno", { unread: 3, mentions: 1, online: true })],
    });
    expect(terminal.rows()[0]).toMatch(/^ {2}#general +│ #general /);
    expect(terminal.rows()[1]).toMatch(/^● Bruno +@1 3 │─+ Today, /);
    expect(terminal.chars(20, 22)).toBe("│");
    expect(terminal.rows()[23]).toMatch(/^ ● TLS 1\.3 with chat\.example:7443 {2}end-to-end encrypted|^ ● TLS/);
  });

  test("at 200 by 50 rows are as wide as the screen, and none is wider", async () => {
    const { terminal } = await sitting(busyView(), { columns: 200, rows: 50 });
    expect(terminal.rows()[49]).toMatch(
      /TLS 1\.3 with chat\.example:7443 {2}end-to-end encrypted .*you: @alice, device 616c6963$/,
    );
    expect(terminal.rows()).toHaveLength(50);
  });

  test.each([
    [20, 6],
    [24, 8],
    [40, 10],
    [1, 1],
    [300, 100],
  ])("%d by %d is no failure, and what is written stays in sight", async (columns, rows) => {
    const one = await sitting(busyView(), { columns: Math.max(20, columns), rows: Math.max(6, rows) });
    await one.resize(Math.max(2, columns), Math.max(2, rows));
    await one.resize(80, 24);
    await one.type("hello");
    expect(one.screen()).toContain("> hello");
  });

  test("another size is another layout, at once", async () => {
    const one = await sitting(TALK);
    await one.resize(60, 15);
    expect(one.rows()[14]).toContain("● TLS 1.3");
    await one.resize(120, 40);
    expect(one.rows()[39]).toContain("TLS 1.3 with chat.example:7443");
    expect(one.screen()).toContain("good morning to all of you who are here so early");
  });

  test("messages of one sender have the name once; a second line has the gutter", async () => {
    const items = [saidBy("bruno", "one\ntwo", { n: 1 }), saidBy("bruno", "three", { n: 2, isGrouped: true })];
    const { terminal } = await sitting(openView("#general", items), { columns: 60, rows: 15 });
    expect(terminal.rows().slice(1, 4)).toEqual([
      "12:01        Bruno ◆ │ one",
      "                     │ two",
      "12:02                │ three",
    ]);
  });

  test("states, files, reactions, quotes, edits, failures are said in words or signs", async () => {
    const { terminal } = await sitting(busyView(), { columns: 110, rows: 40 });
    const screen = terminal.screen();
    for (const said of [
      "↳ Alice Marsh: welcome! `make check` is",
      "▤ plan.pdf  3.1 MiB",
      "████░░░░░░░░ 36 %  saving",
      "of course (edited)",
      "not sent: the server's disk is full; /retry sends it again",
      "[Bruno]",
      "* @bruno added Carla Nunes (@carla) to #general",
      "👍 2",
      "you … │ not sent yet",
      "4 unread",
    ])
      expect(screen).toContain(said);
  });

  test("who does not wish to see colours sees none, and the signs are the same", async () => {
    const colour = await sitting(busyView());
    const plain = await sitting(busyView(), { depth: 0 });
    expect(plain.rows()).toEqual(colour.rows());
    expect(plain.window.writes.join("")).not.toMatch(/;(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])[;m]/);
    expect(colour.window.writes.join("")).toContain(";38;5;");
  });

  test("light and dark, as the terminal says; as the person says, with a background", async () => {
    const one = await sitting(TALK, { columns: 60, rows: 15 });
    const dark = one.terminal.look(8, 3).text;
    await one.type("\x1b]11;rgb:ffff/ffff/ffff\x07");
    expect(one.terminal.look(0, 2).text).not.toBe(dark);
    expect(one.terminal.look(24, 2).back).toBe(-1);
    one.screens.change({ settings: { ...one.screens.view.settings, theme: "light" } });
    await one.settle();
    expect(one.terminal.look(24, 2)).toMatchObject({ text: 235, back: 231 });
  });
});

describe("notices", () => {
  const NOTICES = [
    { id: 1, at: NOON, kind: "notice", code: "x", message: "an older one" },
    {
      id: 2,
      at: NOON,
      kind: "alarm",
      code: "fork",
      message: "the server has shown two histories of this conversation",
      hint: "ask your administrator",
    },
    { id: 3, at: NOON, kind: "fault", code: "x", message: "it was refused" },
  ] as const;

  test("an alarm is said in full also where there is little room, and what is newer does not hide it", async () => {
    const { terminal } = await sitting({ ...TALK, notices: NOTICES }, { columns: 60, rows: 15 });
    expect(terminal.rows().slice(8, 12)).toEqual([
      " * an older one",
      " error: it was refused",
      " ! alarm (fork): the server has shown two histories of this",
      "   conversation; ask your administrator",
    ]);
  });

  test("all but alarms go by themselves", async () => {
    const one = await sitting({ ...TALK, notices: NOTICES });
    one.clock.pass(20_000);
    await one.settle();
    expect(one.wants()).toEqual([
      { want: "dismiss", notice: 1 },
      { want: "dismiss", notice: 3 },
    ]);
  });
});

describe("nothing there", () => {
  test("says what can be done", async () => {
    const { terminal } = await sitting(EMPTY_VIEW);
    expect(terminal.screen()).toContain("no conversation is open: Ctrl+K goes to one");
    expect(terminal.screen()).toContain("no conversations");
  });

  test("a conversation without a word says so", async () => {
    expect((await sitting(openView("#new", []))).screen()).toContain("nothing was said here yet");
  });

  test("200 members, 60 conversations, names longer than any column", async () => {
    const long = "An extraordinarily long name ".repeat(3).slice(0, 64);
    const members = Array.from({ length: 200 }, (_, at) => member(`user${at}`, { name: `${long}${at}` }));
    const rows = Array.from({ length: 60 }, (_, at) => conversation(`#room-${at}`, { title: long, unread: 5_000 }));
    const view = openView("#room-30", [
      saidBy("bruno", "x".repeat(5_000), {
        n: 1,
        from: { user: "u", device: "00" as never, name: long, verified: true },
      }),
    ]);
    const one = await sitting({ ...view, conversations: rows, open: { ...view.open, members } });
    expect(one.rows()[0]).toContain("200 members");
    await one.type(KEY.f3, KEY.pageDown, KEY.pageDown);
    expect(one.screen()).toContain("@user20");
    expect(one.rows().every((row) => row.length <= 80)).toBe(true);
  });
});

describe("connection and encryption are always said, and only as they are", () => {
  test.each([
    ["connected", {}, "● TLS 1.3"],
    ["connecting", {}, "◌ connecting"],
    [
      "reconnecting",
      { retryAt: NOON + 60 * 60_000 + 20_000, reason: { code: "x", message: "it was cut" } },
      "○ not connected: it was cut; again in",
    ],
    [
      "refused",
      { reason: { code: "revoked", message: "this certificate was revoked" } },
      "✗ refused: this certificate was revoked",
    ],
  ] as const)("%s", async (state, more, says) => {
    const one = await sitting({ ...TALK, link: { state, waiting: 2, ...more } }, { columns: 120 });
    const status = one.rows()[23] ?? "";
    expect(status).toContain(says);
    expect(status.includes("TLS")).toBe(state === "connected");
    expect(status).toContain("2 to send");
  });

  test("of two: whether the numbers were compared", async () => {
    const of = (trusted: boolean) => ({
      ...openView("@bruno", []),
      conversations: [conversation("@bruno", { trusted })],
    });
    expect((await sitting(of(true), { columns: 120 })).rows()[23]).toContain("◆ number compared");
    expect((await sitting(of(false), { columns: 120 })).rows()[23]).toContain("number not compared");
  });

  test("at 60 columns, and under every paper", async () => {
    const one = await sitting(busyView(), { columns: 60, rows: 15 });
    for (const key of [KEY.f1, KEY.f3, KEY.f5, "\x0b", "\x06"]) {
      await one.type(key);
      expect(one.rows()[14]).toMatch(/● TLS.*E2E|end-to-end/);
      await one.type(KEY.escape);
    }
  });
});

/** The payloads of every prototype, and where they can stand. */
const HOSTILE = [
  "\x1b[2J\x1b[Hcleared!",
  "\x1b]0;pwned title\x07title",
  "\x1b]52;c;cHduZWQ=\x07clip",
  "\x1b[6n report",
  "\x9b31mC1 csi",
  '\x1bP$q"p\x1b\\dcs',
  "\u202Egpj.exe",
  "a\rFAKE 12:00 <ana> hi",
  "line1\nline2\n12:00 <root> fake line",
  "\x1b[?1049l exit alt",
  "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
  "\x08\x08\x08back",
  "zero\u200bwidth\u2060\ufeff",
  "\u{E0041}\u{E0042}tags",
  "x".repeat(400),
  `Z${"\u0335".repeat(80)}`,
];

describe("strangers' text", () => {
  test.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 40), text] as const))(
    "%s does nothing, wherever it stands",
    async (_, evil) => {
      const items = [
        saidBy("mallory", evil, {
          n: 1,
          from: { user: evil, device: "00" as never, name: evil, verified: true },
          file: { name: evil, type: evil, bytes: 1 },
          reactions: [{ emoji: evil, users: [evil] }],
          replyTo: "00" as never,
          quoted: { from: { user: evil, device: "00" as never, name: evil, verified: false }, excerpt: evil },
        }),
        happened(2, { event: "asked", at: NOON, conversation: evil, user: evil, name: evil }),
        saidBy("bruno", "the end", { n: 3 }),
      ];
      const view = openView("#general", items, {
        conversations: [
          conversation("#general", { topic: evil, typing: [evil] }),
          conversation("@x", { title: evil, excerpt: evil }),
        ],
        notices: [{ id: 1, at: NOON, kind: "alarm", code: evil, message: evil, hint: evil }],
        link: { state: "reconnecting", waiting: 0, reason: { code: evil, message: evil } },
      });
      const one = await sitting({ ...view, open: { ...view.open, members: [member(evil, { name: evil })] } });
      one.screens.ring({ conversation: "@x", title: evil, text: evil, isMention: false });
      await one.type("\x0b", KEY.escape, KEY.f3, KEY.escape);
      const written = one.window.writes.join("");
      expect(written.split("\x1b]").filter((said, at) => at > 0 && !/^(?:0;|9;|777;|11;\?)/.test(said))).toEqual([]);
      expect(one.terminal.titles.filter((title) => title.startsWith("pwned"))).toEqual([]);
      expect(one.terminal.xterm.buffer.active.type).toBe("alternate");
      expect(one.terminal.said.filter((said) => !/^.\[\d+;\d+R$|^.\]11;|^.\[\?[\d;]+c$/u.test(said))).toEqual([]);
      expect(one.terminal.said.filter((said) => said.endsWith("R"))).toHaveLength(4);
      expect(one.rows()[23]).toContain("not connected");
      // What it says in its second line stands behind the gutter.
      expect(one.screen()).not.toMatch(/^12:00 <root>/m);
      expect(one.screen()).not.toMatch(/│12:00 <root>/);
      expect(written).not.toMatch(/[\u009b\u202e\u200b\u{e0041}]/u);
    },
  );
});
