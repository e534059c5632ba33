// Makes a terminal look like the cells: what differs from the frame before, as one write. Trusts the cursor behind ASCII only:
// terminals disagree about the width of everything else, so the next cell is addressed by its number.
import type { Cells, Spot } from "./cells.ts";
import { linked, UNLINKED } from "./outward.ts";
import { type Depth, sgr, type Style } from "./style.ts";

/** Between two changes in a row, so many same cells are cheaper to write again than to jump over. */
const GAP = 4;
// Every terminal has drawn these two columns wide since there were any.
const SETTLED = /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]$/;
const ASCII = /^[\x20-\x7e]$/;
const LINE = /^[│┃]$/;
/** Hebrew, Arabic and their like: a terminal that turns them round does so for the whole row, gutters included. */
const TURNED = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Behind a line of ours it keeps what is on its left from changing places with what is on its right (UAX #9, N1). */
const LEFT_TO_RIGHT = "\u200e";
const BEGIN = "\x1b[?2026h\x1b[?25l";
const END = "\x1b[?2026l";
/** See modes.ts: as a rule nothing wraps. */
const WRAPPING = "\x1b[?7h";
const NOT_WRAPPING = "\x1b[?7l";
/** In no cell. */
const NOT_KNOWN = "\0";
const SHOW_CURSOR = "\x1b[?25h";

export class Painter {
  readonly #depth: Depth;
  readonly #moveTo: (x: number, y: number) => string;
  readonly #sequences = new Map<Style, string>();
  #width = 0;
  #texts: string[] = [];
  #styles = new Int32Array(0);
  #links: string[] = [];
  /** Rows in which the terminal may turn something round. */
  #turned: boolean[] = [];
  /** Rows that go on in the next one, and were drawn so. */
  #goesOn: boolean[] = [];
  #cursor = "";
  #isUnknown = true;

  /** `moveTo`: how a cell is addressed; as a rule by its row and its column on the screen. */
  constructor(depth: Depth, moveTo: (x: number, y: number) => string = moveToCell) {
    this.#depth = depth;
    this.#moveTo = moveTo;
  }

  /** Whatever is on the terminal, all of it is drawn anew with the next frame. */
  forget(): void {
    this.#isUnknown = true;
  }

  /** The next frame is drawn as a whole. */
  get isUnknown(): boolean {
    return this.#isUnknown;
  }

  /** What is to be written; empty: nothing. `cursor` undefined: none is shown. */
  paint(cells: Cells, cursor: Spot | undefined): string {
    const isNew = this.#isUnknown || cells.width !== this.#width || cells.texts.length !== this.#texts.length;
    if (isNew) this.#begin(cells);
    let body = isNew ? "\x1b[0m\x1b[2J" : "";
    body += this.#unchained(cells);
    for (let row = 0; row < cells.height; row += 1) {
      const last = chainEnd(cells, row);
      body += last === row ? this.#row(cells, row, cells.width) : this.#chain(cells, row, last);
      row = last;
    }
    this.#goesOn = [...cells.goesOn];
    const at = cursor === undefined ? "" : `${this.#moveTo(cursor.x, cursor.y)}${SHOW_CURSOR}`;
    if (body === "" && at === this.#cursor) return "";
    this.#cursor = at;
    return `${BEGIN}${body}\x1b[0m${at}${END}`;
  }

  /** Each row by itself, for blank ones: the cursor stands at the beginning of each before it is written. */
  lines(cells: Cells): readonly string[] {
    this.#begin(cells);
    return Array.from({ length: cells.height }, (_, row) => {
      const body = this.#row(cells, row, inkedOf(cells, row));
      return body === "" ? "" : `${body}\x1b[0m`;
    });
  }

  /** What went on and does not any more: the terminal forgets it with the row. */
  #unchained({ goesOn, width }: Cells): string {
    let body = "";
    for (const [row, before] of this.#goesOn.entries()) {
      if (!before || goesOn[row] === true) continue;
      for (const one of [row, row + 1]) {
        body += `\x1b[0m${this.#moveTo(0, one)}\x1b[2K`;
        this.#texts.fill(NOT_KNOWN, one * width, (one + 1) * width);
      }
    }
    return body;
  }

  /** Rows of ASCII from margin to margin: the terminal itself begins the next one, and knows that they are one line. */
  #chain(cells: Cells, first: number, last: number): string {
    const [start, end] = [first * cells.width, (last + 1) * cells.width];
    const isSame = (): boolean => cells.texts.slice(start, end).every((_, at) => this.#isSame(cells, start + at, end));
    if (!this.#goesOn.slice(first, last).includes(false) && isSame()) return "";
    let [body, style] = [`${this.#moveTo(0, first)}${WRAPPING}`, -1];
    for (let at = start; at < end; at += 1) {
      const wanted = cells.styles[at] ?? 0;
      body += `${wanted === style ? "" : this.#sequence(wanted)}${cells.texts[at] ?? " "}`;
      style = wanted;
      this.#keep(cells, at);
    }
    return `${body}${NOT_WRAPPING}`;
  }

  #begin(cells: Cells): void {
    this.#isUnknown = false;
    this.#width = cells.width;
    this.#texts = Array.from({ length: cells.texts.length }, () => " ");
    this.#styles = new Int32Array(cells.texts.length);
    this.#links = Array.from({ length: cells.texts.length }, () => "");
    this.#turned = Array.from({ length: cells.height }, () => false);
    this.#goesOn = Array.from({ length: cells.height }, () => false);
  }

  /** Up to this column. */
  #row(cells: Cells, row: number, columns: number): string {
    const start = row * cells.width;
    const end = start + columns;
    const isTurned = cells.texts.slice(start, end).some((text) => TURNED.test(text));
    // What keeps a turned row in order stands behind cells that need not have changed.
    const isOther = isTurned !== this.#turned[row];
    this.#turned[row] = isTurned;
    let [body, style, link, next, at] = ["", -1, "", -1, isOther ? start : this.#firstChange(cells, start, end)];
    if (at === end) return "";
    // Behind a cluster whose width is not certain, what it may have covered is written again: to the end of the row.
    let isSure = !isOther;
    while (at < end) {
      const text = cells.texts[at] ?? "";
      if (text !== "") {
        if (next !== at) body += this.#moveTo(at - start, row);
        const [wanted, leads] = [cells.styles[at] ?? 0, cells.links[at] ?? ""];
        if (wanted !== style) body += this.#sequence(wanted);
        if (leads !== link) body += leads === "" ? UNLINKED : linked(leads);
        [style, link] = [wanted, leads];
        const span = spanAt(cells, at, end);
        body += ASCII.test(text) ? text : this.#uncertain(text, span, this.#moveTo(at - start, row));
        const isKept = isTurned && (at === start || LINE.test(text));
        if (isKept) body += LEFT_TO_RIGHT;
        if (!ASCII.test(text) && !SETTLED.test(text)) isSure = false;
        next = ASCII.test(text) && !isKept ? at + 1 : -1;
      }
      this.#keep(cells, at);
      at += 1;
      if (isSure && this.#isSame(cells, at, end)) at = this.#jump(cells, at, end);
    }
    return link === "" ? body : `${body}${UNLINKED}`;
  }

  /** Where the terminal takes it for narrower than we do, the rest of its cells is blank. */
  #uncertain(text: string, span: number, back: string): string {
    return span === 1 || SETTLED.test(text) ? text : `${" ".repeat(span)}${back}${text}`;
  }

  #keep(cells: Cells, at: number): void {
    this.#texts[at] = cells.texts[at] ?? " ";
    this.#styles[at] = cells.styles[at] ?? 0;
    this.#links[at] = cells.links[at] ?? "";
  }

  #isSame(cells: Cells, at: number, end: number): boolean {
    if (at >= end || cells.texts[at] !== this.#texts[at]) return false;
    return cells.styles[at] === this.#styles[at] && cells.links[at] === this.#links[at];
  }

  #firstChange(cells: Cells, start: number, end: number): number {
    let at = start;
    while (this.#isSame(cells, at, end)) at += 1;
    return at < end ? headOf(cells, at) : end;
  }

  /** To the next change, unless that is near. */
  #jump(cells: Cells, at: number, end: number): number {
    let change = at;
    while (this.#isSame(cells, change, end)) change += 1;
    if (change >= end) return end;
    return change - at <= GAP ? at : Math.max(at, headOf(cells, change));
  }

  #sequence(style: Style): string {
    const known = this.#sequences.get(style);
    if (known !== undefined) return known;
    const made = sgr(style, this.#depth);
    this.#sequences.set(style, made);
    return made;
  }
}

/** The last of the rows that are one line with this one. */
function chainEnd({ goesOn, height }: Cells, row: number): number {
  let last = row;
  while (last + 1 < height && goesOn[last] === true) last += 1;
  return last;
}

function headOf(cells: Cells, at: number): number {
  let head = at;
  while (head > 0 && cells.texts[head] === "") head -= 1;
  return head;
}

/** Without the blank ones at its end: what a terminal keeps in its history is as long as what was written. */
function inkedOf(cells: Cells, row: number): number {
  let end = cells.width;
  const at = (column: number): number => row * cells.width + column;
  while (end > 0 && cells.texts[at(end - 1)] === " " && cells.styles[at(end - 1)] === 0) end -= 1;
  return end;
}

function spanAt(cells: Cells, at: number, end: number): number {
  let behind = at + 1;
  while (behind < end && cells.texts[behind] === "") behind += 1;
  return behind - at;
}

function moveToCell(x: number, y: number): string {
  return `\x1b[${y + 1};${x + 1}H`;
}
