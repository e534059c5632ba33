// What was sent before, to be had again with the arrows. A value; what was being written waits at its end.
export interface SentLines {
  readonly lines: readonly string[];
  /** Which of them is shown; `lines.length`: none. */
  readonly at: number;
  /** What was being written when the first of them was shown. */
  readonly waiting: string;
}

const KEPT = 200;

export const NO_SENT_LINES: SentLines = { lines: [], at: 0, waiting: "" };

export function withSent({ lines }: SentLines, line: string): SentLines {
  const kept = line.trim() === "" || lines.at(-1) === line ? lines : [...lines.slice(1 - KEPT), line];
  return { lines: kept, at: kept.length, waiting: "" };
}

/** Undefined: there is none in this direction. */
export function sentLine(
  sent: SentLines,
  by: -1 | 1,
  writing: string,
): { readonly sent: SentLines; readonly text: string } | undefined {
  const { lines, at } = sent;
  const to = at + by;
  if (to < 0 || to > lines.length) return undefined;
  const waiting = at === lines.length ? writing : sent.waiting;
  return { sent: { lines, at: to, waiting }, text: lines[to] ?? waiting };
}
