// Two rows below the shell's: another size of the terminal, and how it is given back.
import { describe, expect, test } from "vitest";
import { conversation, NOON, openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { KEY, type Options, type Sitting, sitting } from "./tui.ts";

const SIZE = { columns: 80, rows: 12, isInline: true } as const;
const DAY = { item: "date", key: "d", at: NOON } as const;
const TWO = openView("#general", [DAY, saidBy("bruno", "good morning", { n: 1 }), saidBy("alice", "hello", { n: 2 })], {
  conversations: [conversation("#general", { topic: "everything" }), conversation("@bruno", { unread: 3 })],
  unread: 3,
});

const inline = (view = TWO, more: Options = {}): Promise<Sitting> => sitting(view, { ...SIZE, ...more });

describe("another size", () => {
  const said = (one: Sitting): readonly string[] =>
    one.terminal.whole().flatMap((row) => /│ (.*)$/.exec(row)?.[1] ?? []);

  test.each([
    ["narrower", 40, 12],
    ["narrower than what is being written", 30, 12],
    ["wider", 200, 50],
    ["lower", 80, 5],
  ])("%s: two rows, and nothing of what was said is lost", async (_, columns, rows) => {
    const one = await inline(TWO);
    await one.type("what is being written is rather long, is it");
    const before = said(one);
    await one.resize(columns, rows);
    one.clock.pass(200);
    await one.settle();
    expect(said(one)).toEqual(before);
    const writes = one.terminal.whole().filter((row) => row.includes(">") && row.includes("#gen"));
    expect(writes).toHaveLength(1);
    expect(one.terminal.whole().filter((row) => row.includes("● TLS"))).toHaveLength(1);
    await one.resize(80, 12);
    one.clock.pass(200);
    await one.settle();
    expect(one.terminal.whole().filter((row) => row.includes("● TLS"))).toHaveLength(1);
    expect(one.screen()).toContain("is it");
    expect(said(one)).toEqual(before);
  });

  test("back and forth, many times, while messages come", async () => {
    const one = await inline(TWO);
    await one.type("what is being written is rather long, is it");
    for (let n = 3; n < 30; n += 1) {
      one.screens.addItems(saidBy("bruno", `w${n}`, { n }));
      await one.resize(20 + ((n * 37) % 90), 5 + ((n * 13) % 20));
      one.clock.pass(200);
      await one.settle();
    }
    await one.resize(80, 40);
    expect(said(one).filter((text) => /^w\d+$/.test(text))).toEqual(
      Array.from({ length: 27 }, (_, at) => `w${at + 3}`),
    );
    expect(one.terminal.whole().filter((row) => row.includes("● TLS"))).toHaveLength(1);
  });
});

describe("given back", () => {
  test("the two rows are gone, what was said stays, and every mode is as it was", async () => {
    const one = await inline(TWO);
    await one.type("/quit", KEY.enter);
    expect((await one.left).how).toBe("done");
    await one.settle();
    expect(one.rows().slice(4, 7)).toEqual(["12:02          you   │ hello", "", ""]);
    const { active } = one.terminal.xterm.buffer;
    expect([active.cursorX, active.cursorY]).toEqual([0, 5]);
    expect(one.terminal.xterm.modes).toMatchObject({
      bracketedPasteMode: false,
      sendFocusMode: false,
      wraparoundMode: true,
    });
    expect(one.keyboard.isRaw).toBe(false);
    expect(one.exits.size).toBe(0);
  });

  test("also by what is written when the process ends without a word", async () => {
    const one = await inline(TWO);
    const [bytes = ""] = one.exits;
    await one.terminal.write(bytes);
    expect(one.screen()).not.toContain("#general>");
    expect(one.screen()).toContain("│ hello");
  });

  test("Ctrl+Z leaves the rows to the shell, and they are below its own afterwards", async () => {
    const paused = Promise.withResolvers<void>();
    const one = await inline(TWO, { suspend: () => paused.promise });
    await one.type("\x1a");
    expect(one.screen()).not.toContain("#general>");
    await one.terminal.write("$ fg\r\n");
    paused.resolve();
    await one.settle();
    expect(one.screen()).toMatch(/│ hello\n\$ fg\n#general>/);
  });
});

describe("strangers' text", () => {
  test("does nothing", async () => {
    const evil = "\x1b[2J\x1b[H\x1b]0;pwned\x07\u202ex\x9b31m\r\n12:00 root │ no";
    const one = await inline(
      openView(
        "#general",
        [saidBy("mallory", evil, { from: { user: "m", device: "00" as never, name: evil, verified: true } })],
        {
          conversations: [conversation("#general", { topic: evil, title: evil, typing: [evil] })],
        },
      ),
    );
    const written = one.window.writes.join("");
    expect(written).not.toMatch(/[\u009b\u202e]/);
    expect(written).not.toContain("\x1b]0;pwned");
    expect(one.terminal.titles.filter((title) => title.startsWith("pwned"))).toEqual([]);
    expect(one.screen()).not.toMatch(/^12:00 root/m);
  });
});
