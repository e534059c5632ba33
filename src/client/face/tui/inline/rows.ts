// What goes into the terminal's own history, as rows: where one is, what was said there, what is to be told once, what was asked for.
import type { NoticeView, ScreenView, TimelineItem } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { words } from "../ground/text.ts";
import type { Saying } from "../scene/state.ts";
import { noticeRows, sayingOf } from "../view/header.ts";
import type { Look } from "../view/look.ts";
import type { Paper } from "../view/paper.ts";
import { type Row, rowWidth, span } from "../view/rows.ts";
import type { Timeline } from "../view/timeline.ts";
import type { News } from "./told.ts";

/** Of a notice. */
const NOTICE_ROWS = 4;
const EXCERPT_CHARS = 40;

export interface Writing {
  readonly view: ScreenView;
  readonly look: Look;
  /** Columns. */
  readonly width: number;
}

/** Where one is from here on. */
export function placeRows({ view, look: { theme, ruler }, width }: Writing): readonly Row[] {
  const row = view.conversations.find(({ conversation }) => conversation === view.open.conversation);
  const title = sanitizeLine(row?.title ?? view.open.conversation);
  const topic = row?.topic === undefined || row.topic === "" ? words`` : words`  ${sanitizeLine(row.topic, 200)}`;
  const line = span(words`━━ `, theme.line);
  const head: Row = [line, span(ruler.cut(title, width - 4), theme.strong)];
  const rest = Math.max(0, width - rowWidth(head, ruler) - 4);
  const about = ruler.cut(topic, rest);
  const bar = words` ${"━".repeat(Math.max(0, rest - ruler.width(about)))}`;
  return [[], [...head, span(about, theme.quiet), span(bar, theme.line)]];
}

export interface Behind {
  readonly rows: readonly Row[];
  /** Who has said what stands last; empty: it is something else. */
  readonly last: string;
}

/** The name is said again where something else stands between. */
export function newsRows(
  news: readonly News[],
  timeline: Timeline,
  { look, before }: Writing & { before: string },
): Behind {
  let last = before;
  const all = news.flatMap((one) => {
    if (one.news === "reactions") {
      last = "";
      return [reactionsRow(one.message, look)];
    }
    const { item } = one;
    const by = item.item === "message" ? item.message.from.user : "";
    const rows = timeline.rowsOf(asTold(item, by !== "" && by === last));
    last = by;
    return rows;
  });
  return { rows: all, last };
}

/** How far one's own has come changes, and what stands there does not: only that it failed is said. */
function asTold(item: TimelineItem, isBehindTheSame: boolean): TimelineItem {
  if (item.item !== "message") return item;
  const { state, ...message } = item.message;
  const isGrouped = message.isGrouped && isBehindTheSame;
  return { ...item, message: { ...message, isGrouped, ...(state === "failed" ? { state } : {}) } };
}

function reactionsRow(
  { reactions = [], text, file, from }: Extract<News, { news: "reactions" }>["message"],
  { theme }: Look,
): Row {
  const marks = reactions.map(({ emoji, users }) => `${sanitizeLine(emoji, 8)} ${users.length}`).join("  ");
  const about = sanitizeLine(text === "" ? (file?.name ?? "") : text, EXCERPT_CHARS);
  return [span(words`* ${marks}  ${sanitizeLine(from.name)}: ${about}`, theme.system)];
}

export function noticesRows(notices: readonly NoticeView[], { look, width }: Writing): readonly Row[] {
  return notices.flatMap((notice) => noticeRows([notice], { width, most: NOTICE_ROWS }, look));
}

export function sayingRows(saying: Saying, { look, width }: Writing): readonly Row[] {
  const [text, style] = sayingOf(saying, look);
  return look.ruler.wrap(words`* ${text}`, width).map((row) => [span(row, style)]);
}

/** A list, or a page: as it would lie over the conversation, and as long as it is. */
export function paperRows(
  { title, rows }: Pick<Paper, "title" | "rows">,
  { look: { theme } }: Writing,
): readonly Row[] {
  return [[span(words`── ${title}`, theme.strong)], ...rows.map((row): Row => [span(words`   `, theme.base), ...row])];
}
