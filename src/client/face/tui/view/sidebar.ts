// The list of conversations: which is open, what is new in each, who is there. Signs and attributes say what colours say.
import type { ConversationRow, ScreenView } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import type { Area, Cells } from "../ground/cells.ts";
import { BOLD, over, type Style } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import type { Look } from "./look.ts";
import { drawRow, drawRight, type Row, rowWidth, span } from "./rows.ts";

const COUNT_MOST = 999;

export interface Listed {
  readonly rows: readonly ConversationRow[];
  readonly view: ScreenView;
}

/** The first one that is drawn, so that the open one is in sight. */
export function firstListed({ rows, view }: Listed, height: number): number {
  const open = rows.findIndex(({ conversation }) => conversation === view.open.conversation);
  return Math.max(0, Math.min(open - Math.floor(height / 2), rows.length - height));
}

export function drawSidebar(cells: Cells, area: Area, { listed, look }: { listed: Listed; look: Look }): void {
  const { x, y, width, height } = area;
  const { theme } = look;
  for (let row = 0; row < height; row += 1)
    drawRow(cells, { x: x + width, y: y + row }, { row: [span(words`│`, theme.line)], most: 1 });
  const first = firstListed(listed, height);
  for (const [at, one] of listed.rows.slice(first, first + height).entries()) {
    const isOpen = one.conversation === listed.view.open.conversation;
    const spot = { x, y: y + at };
    const base = isOpen ? theme.chosen : theme.base;
    if (isOpen) cells.cover({ ...spot, width, height: 1 }, base);
    drawOne(cells, { ...spot, width, height: 1 }, { one, base, look });
  }
  // Which there are is known in a moment.
  if (listed.rows.length === 0 && listed.view.link.state === "connecting") return;
  if (listed.rows.length === 0) drawEmpty(cells, area, look);
  else if (first + height > listed.rows.length) drawPutAway(cells, area, { listed, look });
}

function drawEmpty(cells: Cells, { x, y, width }: Area, { theme, ruler, say }: Look): void {
  const says = ruler.wrap(say("no-conversations"), width - 2);
  for (const [at, text] of says.entries())
    drawRow(cells, { x: x + 1, y: y + at }, { row: [span(text, theme.quiet)], most: width - 1 });
}

/** Below the list, where there is room: that there are others. */
function drawPutAway(
  cells: Cells,
  { x, y, width, height }: Area,
  { listed, look }: { listed: Listed; look: Look },
): void {
  const hidden = listed.view.conversations.length - listed.rows.length;
  if (hidden <= 0 || listed.rows.length >= height) return;
  const says = look.ruler.cut(look.say.count("put-away", hidden), width - 2);
  drawRow(cells, { x: x + 2, y: y + listed.rows.length }, { row: [span(says, look.theme.quiet)], most: width - 2 });
}

interface Drawn {
  readonly one: ConversationRow;
  readonly base: Style;
  readonly look: Look;
}

function drawOne(cells: Cells, { x, y, width }: Area, { one, base, look }: Drawn): void {
  const { theme, ruler } = look;
  const badges = badgesOf(one, base, look);
  const room = width - 1;
  const used = drawRight(cells, { x, y }, { row: badges, most: room });
  const isNew = one.unread > 0 && one.muted === undefined;
  const style = one.mentions > 0 ? lay(base, theme.mention, look) : isNew ? base | BOLD : base;
  const quiet = one.archived || one.muted !== undefined ? lay(base, theme.quiet, look) : style;
  const title = ruler.cut(sanitizeLine(one.title), room - 2 - used - (used > 0 ? 1 : 0));
  const row: Row = [signOf(one, base, look), span(words` `, base), span(title, quiet)];
  drawRow(cells, { x, y }, { row, most: room });
}

/** Colours of its own only where the row has no background of its own. */
function lay(base: Style, more: Style, { theme }: Look): Style {
  return base === theme.base ? over(base, more) : base | (more & ~0x3ffff);
}

/** Who is there, and whether the numbers were compared; of rooms nothing. */
function signOf({ kind, online, trusted, isNotes }: ConversationRow, base: Style, look: Look): Row[number] {
  const { theme } = look;
  if (kind !== "direct" || isNotes) return span(words` `, base);
  const sign = online === true ? (trusted === true ? "◆" : "●") : trusted === true ? "◇" : "○";
  return span(words`${sign}`, lay(base, online === true ? theme.good : theme.quiet, look));
}

function badgesOf(one: ConversationRow, base: Style, look: Look): Row {
  const { theme } = look;
  const { typing, hasDraft, pinned, archived, muted, unread, mentions } = one;
  const quiet = lay(base, theme.quiet, look);
  const marks = [
    typing.length > 0 ? "…" : "",
    hasDraft ? "✎" : "",
    pinned ? "▴" : "",
    archived ? "▾" : "",
    muted === undefined ? "" : "z",
  ].join("");
  const count = unread > COUNT_MOST ? `${COUNT_MOST}+` : String(unread);
  const row: Row = [
    span(words`${marks}`, quiet),
    ...(mentions > 0 ? [span(words` @${mentions}`, lay(base, theme.mention, look))] : []),
    ...(unread > 0 ? [span(words` ${count}`, muted === undefined ? base | BOLD : quiet)] : []),
  ];
  return rowWidth(row, look.ruler) === 0 ? [] : row;
}
