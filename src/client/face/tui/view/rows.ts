// A row of the screen before it is cells: pieces of safe text, each with its style.
import type { SafeText } from "../../sanitize.ts";
import type { Cells, Spot } from "../ground/cells.ts";
import type { Style } from "../ground/style.ts";
import type { Ruler } from "../ground/text.ts";

export interface Span {
  readonly text: SafeText;
  readonly style: Style;
  /** Where a click leads: see links.ts. */
  readonly link?: string;
}

export type Row = readonly Span[];

export function span(text: SafeText, style: Style): Span {
  return { text, style };
}

export function drawRow(cells: Cells, { x, y }: Spot, { row, most }: { row: Row; most: number }): number {
  let used = 0;
  for (const { text, style, link = "" } of row) {
    if (used >= most) break;
    used += cells.put({ x: x + used, y }, text, { style, link, most: most - used });
  }
  return used;
}

export function rowWidth(row: Row, ruler: Ruler): number {
  return row.reduce((columns, { text }) => columns + ruler.width(text), 0);
}

/** The end of the row stands at the right margin. */
export function drawRight(cells: Cells, { x, y }: Spot, { row, most }: { row: Row; most: number }): number {
  const columns = Math.min(most, rowWidth(row, cells.ruler));
  drawRow(cells, { x: x + most - columns, y }, { row, most: columns });
  return columns;
}
