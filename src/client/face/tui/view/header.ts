// The first row of a conversation: what it is called and about, who is in it, what holds there. And the rule above the composer.
import type { ConversationRow, NoticeView, ScreenView } from "../../../port/screens.ts";
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import type { Area, Cells } from "../ground/cells.ts";
import { BOLD, type Style } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import type { Saying } from "../scene/state.ts";
import { spanIn } from "../words/amounts.ts";
import type { Look } from "./look.ts";
import { drawRow, drawRight, type Row, rowWidth, span } from "./rows.ts";

const TYPING_MOST = 3;

export function drawHeader(cells: Cells, area: Area, { view, look }: { view: ScreenView; look: Look }): void {
  const { x, y, width } = area;
  const { theme, ruler } = look;
  const row = view.conversations.find(({ conversation }) => conversation === view.open.conversation);
  cells.cover(area, theme.bar);
  const title = sanitizeLine(row?.title ?? view.open.conversation);
  const facts = ruler.cut(words`${factsOf(row, view, look.say).join(", ")}`, Math.floor(width / 2));
  const used = ruler.width(facts) + 1;
  const left = ruler.cut(title, Math.max(Math.floor(width / 2) - 2, width - used - 4));
  const topic = row?.topic === undefined || row.topic === "" ? words`` : words`  ${sanitizeLine(row.topic, 200)}`;
  const room = width - used - ruler.width(left) - 3;
  const shown: Row = [span(left, theme.bar | BOLD), span(ruler.cut(topic, Math.max(0, room)), theme.bar)];
  drawRow(cells, { x: x + 1, y }, { row: shown, most: width - 1 });
  if (room >= 0) drawRight(cells, { x, y }, { row: [span(facts, theme.bar)], most: width - 1 });
}

function factsOf(row: ConversationRow | undefined, { open }: ScreenView, say: Look["say"]): readonly string[] {
  if (row === undefined || row.past !== undefined) return [];
  const { kind, online, muted, expire = 0, closed, isNotes } = row;
  const here = open.members.filter((one) => one.online).length;
  return [
    ...(closed === true ? [say("ended")] : []),
    ...(expire === 0 ? [] : [say("gone-after", { time: spanIn(say, expire) })]),
    ...(muted === undefined ? [] : [say("muted")]),
    ...(isNotes ? [say("only-you")] : []),
    ...(kind === "direct" && !isNotes ? [row.conversation, say(online === true ? "online" : "offline")] : []),
    ...(kind !== "direct" ? [say.count("members", open.members.length), say("online-count", { n: here })] : []),
  ];
}

/** Who is writing, what is below, and what this face has just said. */
export function drawRule(
  cells: Cells,
  area: Area,
  { view, saying, look }: { view: ScreenView; saying: Saying | undefined; look: Look },
): void {
  const { x, y, width } = area;
  if (area.height === 0) return;
  const { theme, ruler, say } = look;
  drawRow(cells, { x, y }, { row: [span(words`${"─".repeat(width)}`, theme.line)], most: width });
  const below = belowOf(view, say);
  const right: Row = below === "" ? [] : [span(words` ${below} `, theme.mention)];
  const used = rowWidth(right, ruler);
  drawRight(cells, { x, y }, { row: right, most: width - 1 });
  const [text, style] = saying === undefined ? [typingOf(view, say), theme.quiet] : sayingOf(saying, look);
  if (text !== "")
    drawRow(
      cells,
      { x: x + 1, y },
      { row: [span(ruler.cut(words` ${text} `, width - used - 3), style)], most: width - 1 },
    );
}

export function sayingOf({ text, hint, isFault }: Saying, { theme, say }: Look): readonly [string, Style] {
  const told = isFault ? say("error", { text: sanitizeLine(text, 300) }) : sanitizeLine(text, 300);
  const says = hint === undefined ? told : `${told}; ${sanitizeLine(hint, 300)}`;
  return [says, isFault ? theme.bad | BOLD : theme.strong];
}

function belowOf({ open: { timeline } }: ScreenView, say: Look["say"]): string {
  if (timeline.isLoading) return say("loading");
  if (timeline.below > 0) return say.count("below-new", timeline.below);
  return timeline.hasNewer ? say("below-newer") : "";
}

export function typingOf({ conversations, open }: ScreenView, say: Look["say"]): string {
  const names = conversations.find(({ conversation }) => conversation === open.conversation)?.typing ?? [];
  if (names.length === 0) return "";
  if (names.length > TYPING_MOST) return say("typing-count", { n: names.length });
  return say.count("typing", names.length, { names: names.map((name) => sanitizeLine(name, 24)).join(", ") });
}

/** The newest ones, each in full as far as two rows go, and as many as `most` rows have room for. No notice hides an alarm. */
export function noticeRows(
  notices: readonly NoticeView[],
  { width, most }: { readonly width: number; readonly most: number },
  look: Look,
): readonly Row[] {
  const alarms = notices.filter(({ kind }) => kind === "alarm");
  const others = notices.filter(({ kind }) => kind !== "alarm");
  const shown: (readonly Row[])[] = [];
  let free = most;
  for (const notice of [...alarms.toReversed(), ...others.toReversed()]) {
    const rows = noticeOf(notice, width, look);
    if (shown.length > 0 && rows.length > free) break;
    shown.push(rows);
    free -= rows.length;
  }
  return shown.toReversed().flat().slice(0, most);
}

/** An alarm is what it is without colours, too, and its rows are filled. */
function noticeOf(notice: NoticeView, width: number, { theme, ruler, say }: Look): readonly Row[] {
  const { kind, code } = notice;
  const { message, hint } = say.told(notice);
  const style = kind === "alarm" ? theme.badBar : kind === "fault" ? theme.bad : theme.strong;
  const text = sanitizeLine(message, 300);
  const told = toldAs(kind, { code: sanitizeLine(code), text }, say);
  const says = hint === undefined ? told : words`${told}; ${sanitizeLine(hint, 300)}`;
  const room = width - 2;
  const [top = says, ...rest] = ruler.wrap(says, room);
  const second = rest.length === 0 ? [] : [ruler.cut(words`  ${rest.join(" ")}`, room)];
  return [top, ...second].map((row) => [span(words` ${kind === "alarm" ? ruler.fit(row, width - 1) : row}`, style)]);
}

function toldAs(kind: NoticeView["kind"], values: { code: string; text: SafeText }, say: Look["say"]): SafeText {
  if (kind === "alarm") return words`! ${say("alarm", values)}`;
  return kind === "fault" ? say("error", values) : words`* ${values.text}`;
}

export function drawNotices(
  cells: Cells,
  area: Area,
  { notices, look }: { notices: readonly NoticeView[]; look: Look },
): void {
  const rows = noticeRows(notices, { width: area.width, most: area.height }, look);
  for (const [at, row] of rows.entries()) drawRow(cells, { x: area.x, y: area.y + at }, { row, most: area.width });
}
