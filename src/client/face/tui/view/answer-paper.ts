// What a command was answered with, as a paper. A line by which somebody comes in can be selected with the mouse as one line: it stands in
// one row where the terminal is wide enough, else from margin to margin.
import { sanitize, type SafeText } from "../../sanitize.ts";
import { words } from "../ground/text.ts";
import { LINE_IN } from "../scene/line-in.ts";
import type { Layer } from "../scene/state.ts";
import { FRAMED, type Paper } from "./paper.ts";
import { type Row, span } from "./rows.ts";
import type { Shown } from "./shown.ts";

export function answerPaper({ title, lines, top }: Extract<Layer, { layer: "answer" }>, shown: Shown): Paper {
  const { look, room, whole } = shown;
  const plain = { title: words`${title}`, top, keys: look.say("keys-answer") };
  const isWhole = whole !== undefined && lines.some((line) => LINE_IN.test(line) && line.length > room);
  if (!isWhole) return { ...plain, rows: lines.flatMap((line) => wrappedRows(line, shown)) };
  const bare = new Map<Row, "goes on" | "ends">();
  const rows = lines.flatMap((line) => {
    if (!LINE_IN.test(line)) return wrappedRows(line, { ...shown, room: whole - FRAMED });
    const command = line.trim();
    const columns = command.length <= whole - FRAMED ? whole - FRAMED : whole;
    const pieces = broken(command, columns).map((piece): Row => [span(piece, look.theme.base)]);
    if (columns === whole)
      for (const [at, row] of pieces.entries()) bare.set(row, at < pieces.length - 1 ? "goes on" : "ends");
    return pieces;
  });
  return { ...plain, rows, bare, isWhole };
}

function wrappedRows(line: string, { look, room }: Shown): readonly Row[] {
  return look.ruler.wrap(sanitize(line), room).map((text): Row => [span(text, look.theme.base)]);
}

/** At the width alone. */
function broken(line: string, columns: number): readonly SafeText[] {
  return Array.from({ length: Math.ceil(line.length / columns) }, (_, at) =>
    sanitize(line.slice(at * columns, (at + 1) * columns)),
  );
}
