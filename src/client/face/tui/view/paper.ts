// What lies over the conversation: a frame with a title, a field, rows of which one may be chosen, and the keys below.
import type { SafeText } from "../../sanitize.ts";
import type { Area, Cells, Spot } from "../ground/cells.ts";
import { laidOut } from "../ground/editor-rows.ts";
import type { Editor } from "../ground/editor.ts";
import { backOf, onto, over, type Style } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import type { Look } from "./look.ts";
import { drawRow, type Row, rowWidth, span } from "./rows.ts";

/** Columns that a frame takes from the rows within it. */
export const FRAMED = 4;

export interface Paper {
  readonly title: SafeText;
  readonly rows: readonly Row[];
  /** Which row is chosen. */
  readonly at?: number;
  /** The first row that is shown, where none is chosen. */
  readonly top?: number;
  readonly field?: { readonly before: SafeText; readonly editor: Pick<Editor, "clusters" | "at"> };
  readonly keys: SafeText;
  /** As wide as its rows, and not as wide as there is room. */
  readonly isSnug?: boolean;
  /** As wide as the terminal. */
  readonly isWhole?: boolean;
  /** Rows from margin to margin, without the frame, so that they can be selected. */
  readonly bare?: ReadonlyMap<Row, "goes on" | "ends">;
}

const WIDTH_MOST = 92;
const FRAME = 2;
/** Between two keys and what they do. */
const KEY_GAP = "   ";

/** Returns where the cursor is. */
export function drawPaper(cells: Cells, room: Area, { paper, look }: { paper: Paper; look: Look }): Spot | undefined {
  const area = areaOf(paper, room, look);
  drawFrame(cells, area, { paper, look });
  const inner = { x: area.x + FRAME, y: area.y + 1, width: area.width - 2 * FRAME, height: area.height - 2 };
  const cursor = drawField(cells, inner, { paper, look });
  const fieldRows = paper.field === undefined ? 0 : 1;
  drawRows(cells, { ...inner, y: inner.y + fieldRows, height: inner.height - fieldRows }, { paper, look });
  return cursor;
}

/** How much of it is in sight, and where it ends. */
export function paperSpan(paper: Paper, room: Area, look: Look): { readonly page: number; readonly last: number } {
  const page = areaOf(paper, room, look).height - FRAME - (paper.field === undefined ? 0 : 1);
  return { page, last: Math.max(0, paper.rows.length - page) };
}

/** All of the room, with nothing on it. */
export function drawEmptyPaper(cells: Cells, room: Area, { paper, look }: { paper: Paper; look: Look }): void {
  drawFrame(cells, room, { paper, look });
}

/** Of such a paper. */
export function insideOf({ x, y, width, height }: Area): Area {
  return { x: x + 1, y: y + 1, width: Math.max(1, width - 2), height: Math.max(1, height - 2) };
}

function areaOf(paper: Paper, room: Area, { ruler }: Look): Area {
  const widest = Math.max(
    ruler.width(paper.title),
    ruler.width(paper.keys),
    ...paper.rows.map((row) => rowWidth(row, ruler)),
  );
  const most = paper.isWhole === true ? room.width : Math.min(room.width, WIDTH_MOST);
  const width = Math.min(most, paper.isSnug === true ? Math.max(30, widest + 2 * FRAME + 2) : most);
  const height = Math.min(room.height, paper.rows.length + 2 + (paper.field === undefined ? 0 : 1));
  const x = room.x + Math.floor((room.width - width) / 2);
  const y = room.y + Math.max(0, Math.floor((room.height - height) / 3));
  return { x, y, width, height: Math.max(3, height) };
}

/** With its background, and nothing within. */
export function drawBox(cells: Cells, area: Area, { theme }: Look): void {
  const { x, y, width, height } = area;
  cells.cover(area, theme.panel);
  const style = onto(theme.panel, theme.line);
  const put = (at: Spot, text: SafeText): number => cells.put(at, text, { style, most: width });
  const bar = "─".repeat(Math.max(0, width - 2));
  put({ x, y }, words`┌${bar}┐`);
  put({ x, y: y + height - 1 }, words`└${bar}┘`);
  for (let row = 1; row < height - 1; row += 1) {
    put({ x, y: y + row }, words`│`);
    put({ x: x + width - 1, y: y + row }, words`│`);
  }
}

function drawFrame(cells: Cells, area: Area, { paper, look }: { paper: Paper; look: Look }): void {
  const { theme, ruler } = look;
  const { x, y, width, height } = area;
  drawBox(cells, area, look);
  const put = (at: Spot, text: SafeText, style: Style): number => cells.put(at, text, { style, most: width });
  put({ x: x + 2, y }, ruler.cut(words` ${paper.title} `, width - 4), onto(theme.panel, theme.strong));
  const quiet = onto(theme.panel, theme.quiet);
  const place = placeWithin(paper, height, look);
  const room = width - 4 - ruler.width(place);
  put({ x: x + 2, y: y + height - 1 }, keysWithin(paper.keys, room, look), quiet);
  put({ x: x + 2 + room, y: y + height - 1 }, place, quiet);
}

/** Which of its rows are in sight; empty: all of them. */
function placeWithin(paper: Paper, height: number, { say }: Look): SafeText {
  const page = height - 2 - (paper.field === undefined ? 0 : 1);
  const all = paper.rows.length;
  if (all <= page || page < 1) return words``;
  const first = firstShown(paper, page);
  return words` ${say("rows-of", { first: first + 1, last: first + page, all })} `;
}

function firstShown({ rows, at = -1, top = 0 }: Paper, page: number): number {
  return Math.min(Math.max(0, rows.length - page), at >= 0 ? Math.max(0, at - Math.floor(page / 2)) : top);
}

/** Where there is no room for all of them the last one, which is the way out, is there; and of the others as many as go. */
function keysWithin(keys: SafeText, most: number, { ruler }: Look): SafeText {
  const parts = keys.split(KEY_GAP);
  const way = parts.pop() ?? "";
  for (;;) {
    const row = words` ${[...parts, way].join(KEY_GAP)} `;
    if (parts.length === 0 || ruler.width(row) <= most) return ruler.cut(row, most);
    parts.pop();
  }
}

function drawField(cells: Cells, area: Area, { paper, look }: { paper: Paper; look: Look }): Spot | undefined {
  if (paper.field === undefined) return undefined;
  const { theme, ruler } = look;
  const { before, editor } = paper.field;
  const left = ruler.width(before);
  const { rows, cursor } = laidOut(editor, area.width - left, ruler);
  const style = onto(theme.panel, theme.strong);
  drawRow(cells, area, {
    row: [span(before, onto(theme.panel, theme.quiet)), span(rows[cursor.y] ?? words``, style)],
    most: area.width,
  });
  return { x: area.x + left + cursor.x, y: area.y };
}

function drawRows(cells: Cells, area: Area, { paper, look }: { paper: Paper; look: Look }): void {
  const { theme } = look;
  const { rows, at = -1, bare } = paper;
  const first = firstShown(paper, area.height);
  for (const [index, row] of rows.slice(first, first + area.height).entries()) {
    const isChosen = first + index === at;
    const standing = bare?.get(row);
    const spot = { x: standing === undefined ? area.x : area.x - FRAME, y: area.y + index };
    if (standing !== undefined) cells.cover({ ...spot, width: area.width + 2 * FRAME, height: 1 }, theme.panel);
    if (standing === "goes on" && index + 1 < area.height) cells.goesOn[spot.y] = true;
    if (isChosen) cells.cover({ x: spot.x - 1, y: spot.y, width: area.width + 2, height: 1 }, theme.chosen);
    const shown = row.map(({ text, style }) =>
      span(text, isChosen ? theme.chosen | (style & ~0x3ffff) : papered(style, theme)),
    );
    drawRow(cells, spot, { row: shown, most: area.width + (standing === undefined ? 0 : 2 * FRAME) });
  }
}

/** What has a background of its own, as the picture of a number has, keeps it. */
function papered(style: Style, { base, panel }: Look["theme"]): Style {
  return backOf(style) === backOf(base) ? onto(panel, style) : over(panel, style);
}
