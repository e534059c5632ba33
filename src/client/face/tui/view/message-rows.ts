// A message as rows. The column of the time, the name and the gutter is ours on every row: no text can look like another message.
import type { TimelineMessage, TransferView } from "../../../port/screens.ts";
import { sanitize, sanitizeLine, type SafeText } from "../../sanitize.ts";
import { BOLD, type Style } from "../ground/style.ts";
import { joined, words } from "../ground/text.ts";
import { personStyle } from "../ground/theme.ts";
import { sizeIn } from "../words/amounts.ts";
import { authorOf, hourOf, type Look, momentOf } from "./look.ts";
import { proseRows } from "./prose.ts";
import { type Row, type Span, span } from "./rows.ts";

/** Columns of a row: time, name, state, gutter, text. */
export interface Columns {
  readonly name: number;
  readonly text: number;
}

const TIME = 5;
const STATE = 2;
const GUTTER = 2;
const REACTION_CHARS = 8;
const FILE_CHARS = 60;
const EXCERPT_CHARS = 80;
const BAR = 12;

export function columnsOf(width: number): Columns {
  const name = width < 60 ? 8 : width < 100 ? 12 : 16;
  // A column is left blank at the right margin.
  return { name, text: Math.max(8, width - TIME - 1 - name - 1 - STATE - GUTTER - 1) };
}

/** What stands before the text of a row, in columns. */
export function leftOf({ name }: Columns): number {
  return TIME + 1 + name + 1 + STATE + GUTTER;
}

export interface MessageShown {
  readonly message: TimelineMessage;
  readonly transfer: TransferView | undefined;
  readonly self: string;
}

export function messageRows(shown: MessageShown, columns: Columns, look: Look): readonly Row[] {
  const { message } = shown;
  const { theme } = look;
  const body = bodyRows(shown, columns, look);
  const gutter = message.mentioned === true ? span(words`┃ `, theme.mention) : span(words`│ `, theme.line);
  const blank = span(words`${" ".repeat(leftOf(columns) - GUTTER)}`, theme.base);
  const head = [...headOf(message, columns, look), gutter];
  return body.map((row, at) => (at === 0 ? head : [blank, gutter]).concat(row));
}

function headOf(message: TimelineMessage, { name }: Columns, { theme, ruler, say }: Look): readonly Span[] {
  const time = span(words`${hourOf(message.at)} `, theme.quiet);
  const state = stateSpan(message, theme);
  if (message.isGrouped) return [time, span(words`${" ".repeat(name + 1)}`, theme.base), state];
  const author = ruler.cut(message.mine ? say("you") : authorOf(message), name);
  const before = words`${" ".repeat(Math.max(0, name - ruler.width(author)))}`;
  const style = personStyle(theme, message.from.user) | BOLD;
  return [time, span(before, theme.base), span(joined(author, words` `), style), state];
}

/** Of one's own: how far it has come. Of others: ◆ says that the numbers were compared. */
function stateSpan({ state, trusted, mine, isGrouped }: TimelineMessage, theme: Look["theme"]): Span {
  switch (state) {
    case "queued":
      return span(words`… `, theme.quiet);
    case "stored":
      return span(words`✓ `, theme.quiet);
    case "delivered":
      return span(words`✓✓`, theme.quiet);
    case "read":
      return span(words`✓✓`, theme.good | BOLD);
    case "failed":
      return span(words`✗ `, theme.bad);
    default:
      return trusted && !mine && !isGrouped ? span(words`◆ `, theme.good) : span(words`  `, theme.base);
  }
}

function bodyRows(shown: MessageShown, columns: Columns, look: Look): readonly Row[] {
  const { message } = shown;
  const rows = [
    ...quoteRows(message, columns, look),
    ...textRows(message, columns, look),
    ...fileRows(shown, columns, look),
    ...reactionRows(shown, columns, look),
    ...failureRows(message, columns, look),
  ];
  return rows.length === 0 ? [[]] : rows;
}

function quoteRows(
  { replyTo, quoted }: TimelineMessage,
  { text }: Columns,
  { theme, ruler, say }: Look,
): readonly Row[] {
  if (replyTo === undefined) return [];
  const says =
    quoted === undefined
      ? say("quoted-older")
      : words`↳ ${sanitizeLine(quoted.from.name)}: ${sanitizeLine(quoted.excerpt, EXCERPT_CHARS)}`;
  return [[span(ruler.cut(says, text), theme.quote)]];
}

function textRows(message: TimelineMessage, { text }: Columns, look: Look): readonly Row[] {
  const { theme, ruler, say } = look;
  const { placeholder } = message;
  const notes = notesOf(message, look);
  if (message.text === "" && message.file !== undefined && notes === "") return [];
  const said = placeholder === undefined ? sanitize(message.text) : words`[${say(`gone-${placeholder}`)}]`;
  const style: Style = placeholder === undefined ? theme.base : theme.system;
  const rows = proseRows({ rows: ruler.wrap(said, text), text: said }, theme, style);
  return notes === "" ? rows : noted(rows, words` (${notes})`, { room: text, look: { theme, ruler } });
}

function notesOf({ bot, edited, expires, lost }: TimelineMessage, { say, now }: Look): string {
  return [
    ...(bot === true ? [say("bot")] : []),
    ...(edited === undefined ? [] : [say("edited")]),
    ...(expires === undefined ? [] : [say("until", { time: momentOf(expires, now) })]),
    ...(lost === true ? [say("lost")] : []),
  ].join(", ");
}

/** Behind the text where there is room, else below it. */
function noted(
  rows: readonly Row[],
  note: SafeText,
  { room, look: { theme, ruler } }: { room: number; look: Pick<Look, "theme" | "ruler"> },
): readonly Row[] {
  const last = rows.at(-1) ?? [];
  const used = last.reduce((columns, { text }) => columns + ruler.width(text), 0);
  const mark = span(note, theme.quiet);
  if (used + ruler.width(note) <= room) return [...rows.slice(0, -1), [...last, mark]];
  return [...rows, [span(ruler.cut(note.trimStart() as SafeText, room), theme.quiet)]];
}

function fileRows({ message, transfer }: MessageShown, { text }: Columns, { theme, ruler, say }: Look): readonly Row[] {
  if (message.file === undefined) return [];
  const { name, bytes } = message.file;
  const what = ruler.cut(words`▤ ${sanitizeLine(name, FILE_CHARS)}  ${sizeIn(say, bytes)}`, text);
  const file: Row = [span(what, theme.link)];
  return transfer === undefined ? [file] : [file, transferRow(transfer, text, { theme, ruler, say })];
}

function transferRow(transfer: TransferView, room: number, look: Pick<Look, "theme" | "ruler" | "say">): Row {
  const { stage, bytes, total } = transfer;
  const { theme, ruler, say } = look;
  const part = total === 0 ? 1 : Math.min(1, bytes / total);
  const full = Math.round(part * BAR);
  const bar = words`${"█".repeat(full)}${"░".repeat(BAR - full)}`;
  const says = words` ${Math.floor(part * 100)} %  ${stageOf(transfer, say)}`;
  const style = stage === "failed" ? theme.bad : theme.quiet;
  return [span(bar, theme.good), span(ruler.cut(says, room - BAR), style)];
}

function stageOf({ stage, way, reason }: TransferView, say: Look["say"]): SafeText {
  if (stage === "moving") return say(way === "up" ? "stage-sending" : "stage-saving");
  if (stage === "failed" && reason !== undefined) return say("stage-failed-why", { why: say.told(reason).message });
  return say(`stage-${stage}`);
}

function reactionRows({ message, self }: MessageShown, { text }: Columns, { theme, ruler }: Look): readonly Row[] {
  const { reactions = [] } = message;
  const rows: Span[][] = [[]];
  let used = 0;
  for (const { emoji, users } of reactions) {
    const mark = words`${sanitizeLine(emoji, REACTION_CHARS)} ${users.length}  `;
    const columns = ruler.width(mark);
    if (used > 0 && used + columns > text) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(span(mark, users.includes(self) ? theme.strong : theme.quiet));
    used += columns;
  }
  return reactions.length === 0 ? [] : rows;
}

function failureRows(
  { state, reason }: TimelineMessage,
  { text }: Columns,
  { theme, ruler, say }: Look,
): readonly Row[] {
  if (state !== "failed") return [];
  const why = reason === undefined ? say("no-reason") : say.told(reason).message;
  return ruler.wrap(say("not-sent", { why }), text).map((row) => [span(row, theme.bad)]);
}
