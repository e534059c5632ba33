// A text that is being written, as a value: each key gives the next one. Several lines, clusters, words, what was cut, undo.
// Knows no screen: how it is laid out in rows is in editor-rows.ts.
import { sanitize, type SafeText } from "../../sanitize.ts";
import type { Ruler } from "./text.ts";

export interface Editor {
  /** Clusters; a newline is one of them. */
  readonly clusters: readonly SafeText[];
  /** Before which of them the cursor stands. */
  readonly at: number;
  /** What was cut last stands last. */
  readonly cuts: readonly (readonly SafeText[])[];
  readonly undo: readonly Past[];
  /** Letters typed one after the other are undone together, and cuts one after the other come back together. */
  readonly last: "typed" | "cut" | "other";
}

type Past = Pick<Editor, "clusters" | "at">;

/** docs/protocol.md: a message has at most so many bytes; whoever writes a longer one is told when it is sent. */
const CLUSTERS_MOST = 64 * 1024;
const UNDO_MOST = 200;
const CUTS_MOST = 20;

export const EMPTY: Editor = { clusters: [], at: 0, cuts: [], undo: [], last: "other" };

export function textOf({ clusters }: Pick<Editor, "clusters">): SafeText {
  return clusters.join("") as SafeText;
}

/** Another text in its place; what was cut stays, and what was before can be had back. */
export function replaced(editor: Editor, text: string, ruler: Ruler): Editor {
  const clusters = ruler.clusters(sanitize(text));
  return { ...remembered(editor), clusters, at: clusters.length, last: "other" };
}

/** Sent, or another conversation: nothing of it can be had back here. */
export function emptied({ cuts }: Editor): Editor {
  return { ...EMPTY, cuts };
}

export function inserted(editor: Editor, text: string, ruler: Ruler): Editor {
  const isLetter = text.length <= 2 && text !== "\n" && text !== " ";
  const from = isLetter && editor.last === "typed" ? editor : remembered(editor);
  // A mark joins what stands before it.
  const before = ruler.clusters(sanitize(`${editor.clusters.slice(0, editor.at).join("")}${sanitize(lineEnds(text))}`));
  const clusters = [...before, ...editor.clusters.slice(editor.at)];
  if (clusters.length > CLUSTERS_MOST) return editor;
  return { ...from, clusters, at: before.length, last: isLetter ? "typed" : "other" };
}

/** Terminals paste lines with a carriage return. */
export function lineEnds(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
}

export type Stroke =
  | "left"
  | "right"
  | "word-left"
  | "word-right"
  | "line-start"
  | "line-end"
  | "erase"
  | "delete"
  | "cut-word"
  | "cut-word-right"
  | "cut-start"
  | "cut-end"
  | "yank"
  | "yank-before"
  | "swap"
  | "undo";

export function struck(editor: Editor, stroke: Stroke): Editor {
  const { clusters, at } = editor;
  switch (stroke) {
    case "left":
      return moved(editor, at - 1);
    case "right":
      return moved(editor, at + 1);
    case "word-left":
      return moved(editor, wordLeft(editor));
    case "word-right":
      return moved(editor, wordRight(editor));
    case "line-start":
      return moved(editor, lineStart(editor));
    case "line-end":
      return moved(editor, lineEnd(editor));
    case "erase":
      return at === 0 ? editor : without(editor, at - 1, at);
    case "delete":
      return at === clusters.length ? editor : without(editor, at, at + 1);
    case "swap":
      return swapped(editor);
    case "undo":
      return undone(editor);
    default:
      return cutOrYanked(editor, stroke);
  }
}

function cutOrYanked(
  editor: Editor,
  stroke: "cut-word" | "cut-word-right" | "cut-start" | "cut-end" | "yank" | "yank-before",
): Editor {
  const { at } = editor;
  switch (stroke) {
    case "cut-word":
      return cut(editor, wordLeft(editor), at);
    case "cut-word-right":
      return cut(editor, at, wordRight(editor));
    case "cut-start":
      return cut(editor, lineStart(editor), at);
    case "cut-end":
      // At the end of a line it is the line's end that goes.
      return cut(editor, at, Math.max(lineEnd(editor), Math.min(editor.clusters.length, at + 1)));
    case "yank":
      return yanked(editor, editor.cuts);
    case "yank-before": {
      const [last, ...others] = editor.cuts.toReversed();
      return last === undefined ? editor : yanked(editor, [last, ...others.toReversed()]);
    }
  }
}

export function moved(editor: Editor, to: number): Editor {
  return { ...editor, at: Math.max(0, Math.min(editor.clusters.length, to)), last: "other" };
}

function remembered(editor: Editor): Editor {
  const { clusters, at, undo } = editor;
  return { ...editor, undo: [...undo.slice(1 - UNDO_MOST), { clusters, at }] };
}

function without(editor: Editor, from: number, to: number): Editor {
  const { clusters } = editor;
  return { ...remembered(editor), clusters: clusters.toSpliced(from, to - from), at: from, last: "other" };
}

function cut(editor: Editor, from: number, to: number): Editor {
  if (from === to) return editor;
  const piece = editor.clusters.slice(from, to);
  const grown = editor.last === "cut" ? grownBy(editor, piece, from) : [...editor.cuts.slice(1 - CUTS_MOST), piece];
  return { ...without(editor, from, to), cuts: grown, last: "cut" };
}

function grownBy({ cuts, at }: Editor, piece: readonly SafeText[], from: number): Editor["cuts"] {
  const last = cuts.at(-1) ?? [];
  return [...cuts.slice(0, -1), from < at ? [...piece, ...last] : [...last, ...piece]];
}

function yanked(editor: Editor, cuts: Editor["cuts"]): Editor {
  const piece = cuts.at(-1) ?? [];
  const { clusters, at } = editor;
  return {
    ...remembered(editor),
    clusters: clusters.toSpliced(at, 0, ...piece),
    at: at + piece.length,
    cuts,
    last: "other",
  };
}

/** The one before the cursor and the one behind it change places. */
function swapped(editor: Editor): Editor {
  const { clusters } = editor;
  const at = Math.min(editor.at, clusters.length - 1);
  const [left, right] = [clusters[at - 1], clusters[at]];
  if (left === undefined || right === undefined) return editor;
  return { ...remembered(editor), clusters: clusters.toSpliced(at - 1, 2, right, left), at: at + 1, last: "other" };
}

function undone(editor: Editor): Editor {
  const last = editor.undo.at(-1);
  if (last === undefined) return editor;
  return { ...editor, ...last, undo: editor.undo.slice(0, -1), last: "other" };
}

function wordLeft({ clusters, at }: Editor): number {
  let to = at;
  while (to > 0 && isGap(clusters[to - 1])) to -= 1;
  while (to > 0 && !isGap(clusters[to - 1])) to -= 1;
  return to;
}

function wordRight({ clusters, at }: Editor): number {
  let to = at;
  while (to < clusters.length && isGap(clusters[to])) to += 1;
  while (to < clusters.length && !isGap(clusters[to])) to += 1;
  return to;
}

function isGap(cluster: string | undefined): boolean {
  return cluster === " " || cluster === "\n";
}

function lineStart({ clusters, at }: Editor): number {
  return at === 0 ? 0 : clusters.lastIndexOf("\n" as SafeText, at - 1) + 1;
}

function lineEnd({ clusters, at }: Editor): number {
  const end = clusters.indexOf("\n" as SafeText, at);
  return end < 0 ? clusters.length : end;
}
