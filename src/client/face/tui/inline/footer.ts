// The two rows below everything: where one writes, and how it stands. What asks something takes the first, what may be chosen the second.
import type { ScreenView } from "../../../port/screens.ts";
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import type { Area, Cells } from "../ground/cells.ts";
import { laidOut } from "../ground/editor-rows.ts";
import { words } from "../ground/text.ts";
import { selectedMessage } from "../scene/selecting.ts";
import type { Ui } from "../scene/state.ts";
import { drawComposer } from "../view/composing.ts";
import { typingOf } from "../view/header.ts";
import { PROMPT_COLUMNS } from "../view/layout.ts";
import type { Look } from "../view/look.ts";
import type { Paper } from "../view/paper.ts";
import { drawRow, type Row, span } from "../view/rows.ts";
import { shortStatus } from "../view/status.ts";

export const FOOTER_ROWS = 2;
/** A terminal that is made narrower breaks what is longer, and some (xterm.js) do not know where the cursor is afterwards. */
const STATUS_COLUMNS = 38;

export interface Footer {
  readonly ui: Ui;
  readonly view: ScreenView;
  readonly look: Look;
  /** What would lie over the conversation. */
  readonly paper: Paper | undefined;
}

/** How much of the row the name of the conversation may take. */
function nameOf({ conversations, open }: ScreenView, { ruler }: Look, width: number): SafeText {
  const row = conversations.find(({ conversation }) => conversation === open.conversation);
  return ruler.cut(sanitizeLine(row?.title ?? open.conversation), Math.floor(width / 3));
}

/** Columns of what is being written. */
export function columnsFor(view: ScreenView, look: Look, width: number): number {
  return width - look.ruler.width(nameOf(view, look, width)) - PROMPT_COLUMNS;
}

/** Returns the column of the cursor, which stands in the first row. */
export function drawFooter(cells: Cells, footer: Footer): number {
  const { view, look } = footer;
  cells.clear(look.theme.base);
  const beside = besideOf(footer);
  const isAlone = beside.length === 0;
  const status = shortStatus({ view, look, isWhole: isAlone });
  const gap = span(words`  `, look.theme.bar);
  const row = isAlone ? status : [...status, gap, ...beside];
  const most = isAlone ? Math.min(cells.width, STATUS_COLUMNS) : cells.width;
  drawRow(cells, { x: 0, y: 1 }, { row: [span(words` `, look.theme.bar), ...row], most });
  return footer.paper === undefined ? drawWriting(cells, footer) : drawAsked(cells, footer.paper, look);
}

function drawWriting(cells: Cells, { ui, view, look }: Footer): number {
  const name = nameOf(view, look, cells.width);
  const x = ui.layer.layer === "select" ? 0 : look.ruler.width(name);
  const area: Area = { x, y: 0, width: cells.width - x, height: 1 };
  if (x > 0) drawRow(cells, { x: 0, y: 0 }, { row: [span(name, look.theme.quiet)], most: x });
  return drawComposer(cells, area, { ui, view, look })?.x ?? 0;
}

function drawAsked(cells: Cells, { title, field, keys, rows }: Paper, { theme, ruler }: Look): number {
  const { width } = cells;
  if (field === undefined) {
    const question = rows.length === 1 ? (rows[0] ?? []) : [span(title, theme.strong)];
    drawRow(cells, { x: 0, y: 0 }, { row: [...question, span(words`   ${keys}`, theme.quiet)], most: width });
    return 0;
  }
  const left = ruler.width(field.before);
  const laid = laidOut(field.editor, width - left, ruler);
  const typed = laid.rows[laid.cursor.y] ?? words``;
  drawRow(cells, { x: 0, y: 0 }, { row: [span(field.before, theme.quiet), span(typed, theme.strong)], most: width });
  return left + laid.cursor.x;
}

/** Beside how it stands: completions, what is chosen, who is writing. */
function besideOf({ ui, view, look, paper }: Footer): Row {
  const { theme } = look;
  if (paper?.field !== undefined) return chosenOf(paper, look);
  if (ui.layer.layer === "select") {
    const message = selectedMessage(ui.layer, view);
    if (message === undefined) return [];
    return [span(words`▸ ${sanitizeLine(message.from.name)}: ${sanitizeLine(message.text, 200)}`, theme.bar)];
  }
  if (ui.offer !== undefined) {
    const { choices, at } = ui.offer;
    return choices
      .slice(Math.max(0, at))
      .flatMap(({ label }, index): Row => [
        span(words`${sanitizeLine(label)}`, index === 0 && at >= 0 ? theme.chosen : theme.bar),
        span(words`  `, theme.bar),
      ]);
  }
  const typing = typingOf(view, look.say);
  return typing === "" ? [] : [span(words`${typing}`, theme.bar)];
}

function chosenOf({ rows, at = -1, keys }: Paper, { theme }: Look): Row {
  const row = rows[Math.max(0, at)];
  if (row === undefined) return [span(keys, theme.bar)];
  const count = at < 0 ? words`` : words`${at + 1}/${rows.length} `;
  return [span(count, theme.bar), ...row.map(({ text }) => span(text, theme.bar))];
}
