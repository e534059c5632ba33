// Which keys bring back a line that was sent before, and which go on from there: the arrows at the edges of what is written, as in the
// terminal, and Ctrl+P and Ctrl+N where the browser leaves them to the page.
import type { SentLines } from "../../sent-lines.ts";

export type Step = -1 | 1;

export function isRecalling({ lines, at }: SentLines): boolean {
  return at < lines.length;
}

/** Undefined: the key means something else there. */
export function recallStep(event: KeyboardEvent, field: HTMLTextAreaElement | null): Step | undefined {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (field === null || altKey || shiftKey || metaKey) return undefined;
  if (ctrlKey) return CONTROLS[key.toLowerCase()];
  const { value, selectionStart: from, selectionEnd: to } = field;
  if (from !== to) return undefined;
  const [before, after] = [value.slice(0, from), value.slice(to)];
  // Where lines were broken to fit, an arrow moves among them, and only the edge of the whole is one.
  const isWhole = isBroken(field);
  const isClear = (part: string): boolean => (isWhole ? part === "" : !part.includes("\n"));
  if (key === "ArrowUp" && isClear(before)) return -1;
  return key === "ArrowDown" && isClear(after) ? 1 : undefined;
}

const CONTROLS: Readonly<Record<string, Step>> = { p: -1, n: 1 };

function isBroken(field: HTMLTextAreaElement): boolean {
  const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(field);
  const [line = 1, above = 0, below = 0] = [lineHeight, paddingTop, paddingBottom].map((size) =>
    Number(size.replace("px", "")),
  );
  const inside = field.scrollHeight - above - below;
  return Math.round(inside / line) > field.value.split("\n").length;
}
