// A terminal whose cells can be read: xterm without a window. Old: it knows no emoji. New: it joins what belongs together.
import headless, { type IUnicodeVersionProvider } from "@xterm/headless";
import { eastAsianWidth } from "get-east-asian-width";
import type { Cells } from "../../../../../src/client/face/tui/ground/cells.ts";

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
const AFTER_JOINER = 1;
const AFTER_LETTER = 2;
const AFTER_PICTURE = 4;
const PICTURE = /^[\p{ExtPict}0-9#*]$/u;
const REGIONAL = /^[\u{1f1e6}-\u{1f1ff}]$/u;
const SKIN = /^[\u{1f3fb}-\u{1f3ff}]$/u;

/** As new terminals do: what people call one emoji is one. See xterm's UnicodeService for how these numbers are made. */
const NEW_WIDTHS: IUnicodeVersionProvider = {
  version: "new",
  wcwidth: (point) => widthOf(point),
  charProperties(point, before) {
    const sign = String.fromCodePoint(point);
    const [state, width] = [before >> 3, (before >> 1) & 3];
    const pack = (next: number, columns: number, joins: boolean): number =>
      (next << 3) | (columns << 1) | (joins ? 1 : 0);
    if (before === 0 || width === 0) return pack(after(sign), widthOf(point), false);
    if (point === 0x200d) return pack(AFTER_JOINER, width, true);
    if (sign === "\ufe0f" && state === AFTER_PICTURE) return pack(0, 2, true);
    if (ZERO.test(sign)) return pack(0, width, true);
    if (state === AFTER_JOINER || SKIN.test(sign)) return pack(0, 2, true);
    if (REGIONAL.test(sign) && state === AFTER_LETTER) return pack(0, 2, true);
    return pack(after(sign), widthOf(point), false);
  },
};

function after(sign: string): number {
  if (REGIONAL.test(sign)) return AFTER_LETTER;
  return PICTURE.test(sign) ? AFTER_PICTURE : 0;
}

function widthOf(point: number): 0 | 1 | 2 {
  if (point < 32 || (point >= 0x7f && point < 0xa0)) return 0;
  return ZERO.test(String.fromCodePoint(point)) ? 0 : eastAsianWidth(point);
}

export class ReadTerminal {
  readonly xterm: headless.Terminal;
  /** What it answered, and told. */
  readonly said: string[] = [];
  readonly titles: string[] = [];
  bells = 0;

  /** `history`: rows that are kept above the screen. */
  constructor(
    columns: number,
    rows: number,
    { kind = "new", history = 0 }: { kind?: "new" | "old"; history?: number } = {},
  ) {
    this.xterm = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: history });
    this.xterm.unicode.register(NEW_WIDTHS);
    if (kind === "new") this.xterm.unicode.activeVersion = "new";
    this.xterm.onData((data) => this.said.push(data));
    this.xterm.onTitleChange((title) => this.titles.push(title));
    this.xterm.onBell(() => (this.bells += 1));
  }

  write(bytes: string): Promise<void> {
    return new Promise((resolve) => this.xterm.write(bytes, resolve));
  }

  rows(): readonly string[] {
    const { active } = this.xterm.buffer;
    return Array.from(
      { length: this.xterm.rows },
      (_, row) =>
        active
          .getLine(active.baseY + row)
          ?.translateToString(true)
          .trimEnd() ?? "",
    );
  }

  /** Everything that stands there, with what has left the screen at its top; rows that go on are one. */
  whole(): readonly string[] {
    const { active } = this.xterm.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row += 1) {
      const line = active.getLine(row);
      const text = line?.translateToString(true) ?? "";
      if (line?.isWrapped === true) lines.push(`${lines.pop() ?? ""}${text}`);
      else lines.push(text);
    }
    return lines.map((line) => line.trimEnd());
  }

  screen(): string {
    return this.rows().join("\n");
  }

  chars(x: number, y: number): string {
    return this.xterm.buffer.active.getLine(y)?.getCell(x)?.getChars() ?? "";
  }

  /** Text colour, background (-1: its own) and whether it is bold, or inverse. */
  look(x: number, y: number): { text: number; back: number; bold: boolean; inverse: boolean } {
    const cell = this.xterm.buffer.active.getLine(y)?.getCell(x);
    return {
      text: cell?.isFgDefault() === true ? -1 : (cell?.getFgColor() ?? -1),
      back: cell?.isBgDefault() === true ? -1 : (cell?.getBgColor() ?? -1),
      bold: cell?.isBold() !== 0,
      inverse: cell?.isInverse() !== 0,
    };
  }

  /** Cells that are not what they should be. `sure`: only those whose place and width no terminal disagrees about. */
  differences(cells: Cells, sure: boolean): readonly string[] {
    return Array.from({ length: cells.height }, (_, y) => y).flatMap((y) => this.#rowDifferences(cells, y, sure));
  }

  #rowDifferences(cells: Cells, y: number, sure: boolean): readonly string[] {
    const found: string[] = [];
    for (let x = 0; x < cells.width; x += 1) {
      const wanted = cells.texts[y * cells.width + x] ?? "";
      if (wanted === "") continue;
      let span = 1;
      while (x + span < cells.width && cells.texts[y * cells.width + x + span] === "") span += 1;
      const isPlain = /^[\x20-\x7e]$/.test(wanted);
      if (sure && !isPlain) continue;
      const shown = Array.from({ length: span }, (_, more) => this.chars(x + more, y))
        .join("")
        .replace(x === 0 ? /\u200e$/ : /(?<=[\u2500-\u257f])\u200e$/, "");
      const same = isPlain ? (shown === "" ? " " : shown) === wanted : shown.trim() === wanted.trim();
      if (!same) found.push(`${x},${y}: ${JSON.stringify(wanted)} is shown as ${JSON.stringify(shown)}`);
    }
    return found;
  }
}
