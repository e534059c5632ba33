// The painter against a real terminal: after every frame its cells are ours.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sanitize, sanitizeLine } from "../../../../../src/client/face/sanitize.ts";
import { Cells } from "../../../../../src/client/face/tui/ground/cells.ts";
import { entering, LEAVING, PROBING, widthsOf } from "../../../../../src/client/face/tui/ground/modes.ts";
import { Painter } from "../../../../../src/client/face/tui/ground/painter.ts";
import { BOLD, ink, INVERSE, paper, sgr } from "../../../../../src/client/face/tui/ground/style.ts";
import { Ruler } from "../../../../../src/client/face/tui/ground/text.ts";
import { ReadTerminal } from "./terminal.ts";

const SIGNS = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 6 }) },
  { weight: 3, arbitrary: fc.constantFrom("日本", "한국어", "ｱｲ", "中", "Ａ", "ﷺ", "שלום", "مرحبا", "नमस्ते") },
  { weight: 3, arbitrary: fc.constantFrom("👍🏽", "👩‍👩‍👧‍👦", "🇧🇷🇪🇸", "❤️", "☂", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "😀", "1️⃣", "🇧") },
  { weight: 2, arbitrary: fc.constantFrom("e\u0301", "\u0301", "\u200d", "Z̷̡̛a͝", "\ufe0f", "か\u3099", "q\u0308\u0323") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
);
const TEXT = fc.array(SIGNS, { maxLength: 12 }).map((parts) => parts.join(""));
const PUT = fc.record({
  x: fc.nat(44),
  y: fc.nat(12),
  text: TEXT,
  style: fc.constantFrom(0, BOLD, INVERSE, ink(114) | paper(24)),
});
const STEP = fc.oneof(
  { weight: 8, arbitrary: fc.record({ puts: fc.array(PUT, { maxLength: 6 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      size: fc.record({ width: fc.integer({ min: 2, max: 50 }), height: fc.integer({ min: 1, max: 14 }) }),
    }),
  },
);

type Step = {
  readonly puts?: readonly { x: number; y: number; text: string; style: number }[];
  readonly size?: { width: number; height: number };
};

async function plays(steps: readonly Step[], kind: "new" | "old"): Promise<readonly string[]> {
  const terminal = new ReadTerminal(40, 10, { kind });
  await terminal.write(entering(false));
  const painter = new Painter(256);
  const ruler = new Ruler();
  let cells = new Cells({ width: 40, height: 10 }, ruler);
  for (const { puts = [], size } of steps) {
    if (size !== undefined) {
      cells = new Cells(size, ruler);
      terminal.xterm.resize(size.width, size.height);
    }
    for (const { x, y, text, style } of puts) cells.put({ x, y }, sanitize(text), { style });
    await terminal.write(painter.paint(cells, { x: 0, y: 0 }));
    const found = terminal.differences(cells, kind === "old");
    if (found.length > 0) return found;
  }
  return [];
}

describe("what is painted", () => {
  test("on a new terminal every cell is as it should be, whatever is written, also after it got another size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 12 }), async (steps) => {
        expect(await plays(steps, "new")).toEqual([]);
      }),
      { seed: 7, numRuns: 250 },
    );
  }, 60_000);

  test("on a terminal that takes emoji for narrow, whatever is not an emoji stands where it should", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 12 }), async (steps) => {
        expect(await plays(steps, "old")).toEqual([]);
      }),
      { seed: 8, numRuns: 150 },
    );
  }, 60_000);

  test("a second frame that is the same writes nothing; one cell more writes that cell", async () => {
    const painter = new Painter(256);
    const cells = new Cells({ width: 20, height: 3 }, new Ruler());
    cells.put({ x: 0, y: 0 }, sanitize("hello"), { style: 0 });
    expect(painter.paint(cells, undefined)).toContain("hello");
    expect(painter.paint(cells, undefined)).toBe("");
    cells.put({ x: 19, y: 2 }, sanitize("!"), { style: BOLD });
    expect(painter.paint(cells, undefined)).toBe("\x1b[?2026h\x1b[?25l\x1b[3;20H\x1b[0;1m!\x1b[0m\x1b[?2026l");
  });

  test("rows that go on in the next one are one line to the terminal, until they do not", async () => {
    const terminal = new ReadTerminal(10, 5);
    await terminal.write(entering(false));
    const [painter, cells] = [new Painter(256), new Cells({ width: 10, height: 5 }, new Ruler())];
    const paint = async (goesOn: readonly number[], ...rows: readonly string[]): Promise<readonly string[]> => {
      cells.clear(0);
      for (const [y, row] of rows.entries()) cells.put({ x: 0, y }, sanitize(row), { style: y === 2 ? BOLD : 0 });
      for (const y of goesOn) cells.goesOn[y] = true;
      await terminal.write(painter.paint(cells, undefined));
      expect(terminal.differences(cells, false)).toEqual([]);
      return terminal.whole();
    };
    expect(await paint([1, 2], "above", "0123456789", "abcdefghij", "klm", "x")).toEqual([
      "above",
      "0123456789abcdefghijklm",
      "x",
    ]);
    expect(await paint([1, 2], "above", "0123456789", "abXdefghij", "klm", "x")).toContain("0123456789abXdefghijklm");
    expect(painter.paint(cells, undefined)).toBe("");
    expect(await paint([], "above", "0123456789", "abXdefghij", "日本", "x")).toEqual([
      "above",
      "0123456789",
      "abXdefghij",
      "日本",
      "x",
    ]);
  });

  test("a frame is one write inside synchronized output, and shows the cursor last", () => {
    const cells = new Cells({ width: 4, height: 1 }, new Ruler());
    const frame = new Painter(0).paint(cells, { x: 2, y: 0 });
    expect(frame.startsWith("\x1b[?2026h\x1b[?25l")).toBe(true);
    expect(frame.endsWith("\x1b[1;3H\x1b[?25h\x1b[?2026l")).toBe(true);
  });

  test("what is read from right to left does not change places across a line of ours", () => {
    const cells = new Cells({ width: 12, height: 2 }, new Ruler());
    cells.put({ x: 0, y: 0 }, sanitize("דנה │ שלום"), { style: 0 });
    cells.put({ x: 0, y: 1 }, sanitize("abc │ def"), { style: 0 });
    const frame = new Painter(0).paint(cells, undefined);
    expect(frame.match(/│\u200e?/g)).toEqual(["│\u200e", "│"]);
  });

  test("the cursor is trusted behind ASCII only", () => {
    const cells = new Cells({ width: 6, height: 1 }, new Ruler());
    cells.put({ x: 0, y: 0 }, sanitize("aéb"), { style: 0 });
    expect(new Painter(0).paint(cells, undefined)).toContain("aé\x1b[1;3Hb");
  });

  test("half of a wide one that is written over leaves a blank, on the left and on the right", async () => {
    const cells = new Cells({ width: 8, height: 1 }, new Ruler());
    cells.put({ x: 0, y: 0 }, sanitize("日本日"), { style: 0 });
    cells.put({ x: 1, y: 0 }, sanitize("x"), { style: 0 });
    cells.put({ x: 4, y: 0 }, sanitize("y"), { style: 0 });
    expect(cells.texts).toEqual([" ", "x", "本", "", "y", " ", " ", " "]);
  });

  test("no row is left: what does not fit is not drawn", () => {
    const cells = new Cells({ width: 5, height: 1 }, new Ruler());
    expect(cells.put({ x: 2, y: 0 }, sanitize("日本"), { style: 0 })).toBe(2);
    expect(cells.put({ x: 0, y: 1 }, sanitize("x"), { style: 0 })).toBe(0);
    expect(cells.put({ x: 0, y: 0 }, sanitizeLine("a\nb"), { style: 0, most: 2 })).toBe(2);
    expect(cells.texts).toEqual(["a", "␊", "日", "", " "]);
  });
});

describe("colours", () => {
  test("of 16, of 256, and none", () => {
    const style = ink(9) | paper(124) | BOLD;
    expect(sgr(style, 256)).toBe("\x1b[0;1;91;48;5;124m");
    expect(sgr(style, 0)).toBe("\x1b[0;1m");
    expect(sgr(ink(1) | paper(15), 16)).toBe("\x1b[0;31;107m");
  });

  test("reach the terminal's cells", async () => {
    const terminal = new ReadTerminal(4, 1);
    const cells = new Cells({ width: 4, height: 1 }, new Ruler());
    cells.put({ x: 1, y: 0 }, sanitize("日"), { style: ink(114) | paper(24) | BOLD });
    await terminal.write(new Painter(256).paint(cells, undefined));
    expect(terminal.look(0, 0)).toEqual({ text: -1, back: -1, bold: false, inverse: false });
    expect(terminal.look(1, 0)).toEqual({ text: 114, back: 24, bold: true, inverse: false });
  });
});

describe("the terminal itself", () => {
  test("is left as it was found, at any moment", async () => {
    const terminal = new ReadTerminal(20, 4);
    await terminal.write("before\r\n");
    await terminal.write(`${entering(true)}${PROBING}\x1b[?2026h\x1b[?25l\x1b[2J\x1b[1;1Hours`);
    expect(terminal.xterm.buffer.active.type).toBe("alternate");
    await terminal.write(LEAVING + LEAVING);
    const { modes } = terminal.xterm;
    expect(terminal.xterm.buffer.active.type).toBe("normal");
    expect(modes).toMatchObject({ bracketedPasteMode: false, mouseTrackingMode: "none", sendFocusMode: false });
    expect(modes.wraparoundMode).toBe(true);
    expect(terminal.rows()[0]).toBe("before");
  });

  test.each([
    ["new", { emoji: 2, variation: 2, joins: true, flags: true }],
    ["old", { emoji: 1, variation: 1, joins: true, flags: true }],
  ] as const)("a %s one says how wide it draws", async (kind, widths) => {
    const terminal = new ReadTerminal(40, 4, { kind });
    await terminal.write(PROBING);
    const columns = terminal.said.flatMap((said) => {
      const [, column] = /\[\d+;(\d+)R/.exec(said) ?? [];
      return column === undefined ? [] : [Number(column)];
    });
    expect(widthsOf(columns)).toEqual(widths);
    expect(widthsOf(columns.slice(1))).toBeUndefined();
  });
});

describe("right to left", () => {
  test("what is being written stays behind its sign, as messages stay behind their line", async () => {
    const painter = new Painter(0);
    const cells = new Cells({ width: 20, height: 1 }, new Ruler());
    cells.put({ x: 0, y: 0 }, sanitize("> "), { style: 0 });
    expect(painter.paint(cells, { x: 2, y: 0 })).not.toContain("\u200e");
    cells.put({ x: 2, y: 0 }, sanitize("שלום"), { style: 0 });
    const bytes = painter.paint(cells, { x: 6, y: 0 });
    // The sign is written anew, with what keeps it on the left; letters stand in the order in which they are read.
    expect(bytes).toContain(">\u200e");
    // oxlint-disable-next-line no-control-regex -- what a terminal is told
    expect(bytes.replaceAll(/\x1b\[[\d;?]*[A-Za-z]| +/g, "")).toBe(">\u200eשלום");
    expect(bytes).toContain("\x1b[1;7H");
    const terminal = new ReadTerminal(20, 1);
    await terminal.write(bytes);
    expect(terminal.rows()[0]?.replace("\u200e", "")).toBe("> שלום");
    expect(terminal.xterm.buffer.active.cursorX).toBe(6);
  });
});
