// A text that is being written, laid out in rows of a width: where its cursor is, and where it goes when it moves up or down.
import type { SafeText } from "../../sanitize.ts";
import type { Spot } from "./cells.ts";
import { type Editor, moved } from "./editor.ts";
import type { Ruler } from "./text.ts";

export interface EditorRows {
  readonly rows: readonly SafeText[];
  /** Of each row: its first cluster. */
  readonly starts: readonly number[];
  readonly cursor: Spot;
}

/** Broken wherever a row is full: what is being written must not jump about. A column is left for the cursor. */
export function laidOut({ clusters, at }: Pick<Editor, "clusters" | "at">, columns: number, ruler: Ruler): EditorRows {
  const most = Math.max(1, columns - 1);
  const rows: string[] = [""];
  const starts = [0];
  let [used, cursor] = [0, { x: 0, y: 0 }];
  for (const [index, cluster] of clusters.entries()) {
    const width = ruler.clusterWidth(cluster);
    if (used > 0 && used + width > most) {
      rows.push("");
      starts.push(index);
      used = 0;
    }
    if (index === at) cursor = { x: used, y: rows.length - 1 };
    if (cluster === "\n") {
      rows.push("");
      starts.push(index + 1);
      used = 0;
    } else {
      rows[rows.length - 1] += cluster;
      used += width;
    }
  }
  if (at >= clusters.length) cursor = { x: used, y: rows.length - 1 };
  return { rows: rows as unknown as readonly SafeText[], starts, cursor };
}

/** One row up or down, in the same column where that is. Undefined: there is none. */
export function rowMoved(
  editor: Editor,
  by: -1 | 1,
  { columns, ruler }: { readonly columns: number; readonly ruler: Ruler },
): Editor | undefined {
  const { starts, cursor, rows } = laidOut(editor, columns, ruler);
  const to = cursor.y + by;
  const [start, row] = [starts[to], rows[to]];
  if (start === undefined || row === undefined) return undefined;
  let [used, at] = [0, start];
  for (const cluster of ruler.clusters(row)) {
    used += ruler.clusterWidth(cluster);
    if (used > cursor.x) break;
    at += 1;
  }
  return moved(editor, at);
}
