// The prose of a Markdown text: its paragraphs without code, near enough to CommonMark 0.31. In time that grows with the text alone.

interface Fence {
  readonly mark: string;
  readonly length: number;
  /** How many quotes it stands in: it ends where they do. */
  readonly quotes: number;
}

/** Where the reading of the lines stands. */
interface State {
  fence: Fence | undefined;
  /** An indented line goes on with an item, and is no code. */
  isList: boolean;
  lines: string[];
  readonly paragraphs: string[];
}

const QUOTES = /^(?: {0,3}>[ \t]?)*/;
const ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;
// CommonMark §4.5. However far it is indented: what is indented too far is code as well.
const FENCE = /^[ \t]*(?<marks>`{3,}(?=[^`]*$)|~{3,})/;
const FENCE_END = /^[ \t]*(?<marks>`{3,}|~{3,})[ \t]*$/;
const INDENTED = /^(?: {4}| {0,3}\t)/;
const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;

export function proseOf(text: string): readonly string[] {
  const state: State = { fence: undefined, isList: false, lines: [], paragraphs: [] };
  for (const line of text.split(/\r\n?|\n/)) read(line, state);
  endParagraph(state);
  return state.paragraphs.map(withoutSpans);
}

function read(line: string, state: State): void {
  const [prefix = ""] = QUOTES.exec(line) ?? [];
  const quotes = prefix.split(">").length - 1;
  const rest = line.slice(prefix.length);
  if (state.fence !== undefined && quotes >= state.fence.quotes) {
    if (isEnd(rest, state.fence)) state.fence = undefined;
    return;
  }
  state.fence = undefined;
  const [item = ""] = ITEM.exec(rest) ?? [];
  const marks = FENCE.exec(rest.slice(item.length))?.groups?.["marks"];
  if (marks === undefined) return readProse(rest, item, state);
  endParagraph(state);
  state.fence = { mark: marks.charAt(0), length: marks.length, quotes };
}

function readProse(line: string, item: string, state: State): void {
  const isIndented = INDENTED.test(line);
  if (line.trim() === "") return endParagraph(state);
  // CommonMark §4.4: no paragraph goes before it.
  if (isIndented && state.lines.length === 0 && !state.isList) return;
  if (item !== "" || HEADING.test(line)) endParagraph(state);
  if (!isIndented && state.lines.length === 0) state.isList = item !== "";
  state.lines.push(line);
  if (HEADING.test(line)) endParagraph(state);
}

function isEnd(line: string, { mark, length }: Fence): boolean {
  const marks = FENCE_END.exec(line)?.groups?.["marks"] ?? "";
  return marks.startsWith(mark) && marks.length >= length;
}

function endParagraph(state: State): void {
  if (state.lines.length > 0) state.paragraphs.push(state.lines.join("\n"));
  state.lines = [];
}

/** CommonMark §6.1: a string of backticks opens code that the next string of as many closes. */
function withoutSpans(paragraph: string): string {
  const closers = backticksOf(paragraph);
  const token = /\\.|`+/gsu;
  let prose = "";
  let from = 0;
  for (let found = token.exec(paragraph); found !== null; found = token.exec(paragraph)) {
    const [run] = found;
    const end = run.startsWith("`") ? nextOf(closers.get(run.length), token.lastIndex) : undefined;
    if (end === undefined) continue;
    prose += `${paragraph.slice(from, found.index)} `;
    from = end + run.length;
    token.lastIndex = from;
  }
  return prose + paragraph.slice(from);
}

/** Where each string of backticks stands, by its length; the last one first. */
function backticksOf(paragraph: string): ReadonlyMap<number, number[]> {
  const places = new Map<number, number[]>();
  for (const { 0: run, index } of [...paragraph.matchAll(/`+/g)].toReversed()) {
    const same = places.get(run.length);
    if (same === undefined) places.set(run.length, [index]);
    else same.push(index);
  }
  return places;
}

/** The first one from `at` on. Those before it are never asked for again. */
function nextOf(runs: number[] = [], at: number): number | undefined {
  while ((runs.at(-1) ?? at) < at) runs.pop();
  return runs.at(-1);
}
