// The whole screen: the model and the person's part of it as cells, and where the cursor is.
import type { NoticeView, ScreenView, TimelineItem } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import type { Area, Cells, Spot } from "../ground/cells.ts";
import { laidOut } from "../ground/editor-rows.ts";
import { BOLD } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import { shownRows } from "../scene/actions.ts";
import type { WantedPicture } from "../pictures/on-screen.ts";
import type { Bindings } from "../scene/bindings.ts";
import { bottomOf } from "../scene/scrolling.ts";
import type { Saying, Space, Ui } from "../scene/state.ts";
import { drawColumn } from "./column.ts";
import { drawAbout, drawComposer, drawOffer } from "./composing.ts";
import { drawHeader, drawNotices, drawRule, noticeRows } from "./header.ts";
import { COMPOSER_MOST, type Layout, layoutOf, PROMPT_COLUMNS } from "./layout.ts";
import type { Look } from "./look.ts";
import { drawEmptyPaper, drawPaper, insideOf, type Paper, paperSpan } from "./paper.ts";
import { paperOf } from "./papers.ts";
import { drawRow, type Row, span } from "./rows.ts";
import { drawSidebar, firstListed } from "./sidebar.ts";
import { drawStatus } from "./status.ts";
import type { Timeline } from "./timeline.ts";

export interface Scene {
  readonly ui: Ui;
  readonly view: ScreenView;
  readonly look: Look;
  readonly bindings: Bindings;
}

const NOTICES_MOST = 4;
/** Columns of the rule that a saying leaves to what stands around it. */
const RULE_EXTRA = 24;
const PAPER_MARGIN = 6;

/** What a fault has said already is not said twice. What this face has to say stands there where the rule has no room for it. */
function noticesOf({ ui, view, look }: Omit<Scene, "bindings">, width: number): readonly NoticeView[] {
  const { saying } = ui;
  const others = view.notices.filter((one) => one.kind !== "fault" || look.say.told(one).message !== saying?.text);
  if (saying === undefined || fitsRule(saying, width, look)) return others;
  const { text: message, isFault, hint } = saying;
  const told = { id: -1, at: look.now, kind: isFault ? "fault" : "done", code: "", message } as const;
  return [...others, hint === undefined ? told : { ...told, hint }];
}

function fitsRule({ text, hint = "" }: Saying, width: number, { ruler }: Look): boolean {
  return ruler.width(sanitizeLine(text, 300)) + ruler.width(sanitizeLine(hint, 300)) + RULE_EXTRA <= width;
}

export function layoutFor(
  { ui, view, look }: Omit<Scene, "bindings">,
  size: { width: number; height: number },
): Layout {
  const { replyTo, editing } = view.open.composer;
  const isRoom = view.conversations.some(
    ({ conversation, kind }) => conversation === view.open.conversation && kind !== "direct",
  );
  // Of two, both are known.
  const hasColumn = isRoom ? ui.hasColumn : false;
  const base = { ...size, hasSidebar: ui.hasSidebar, hasColumn, notices: 0, about: 0 };
  const { width } = layoutOf({ ...base, composer: 1 }).composer;
  const columns = width - PROMPT_COLUMNS;
  const rows = ui.layer.layer === "select" ? 1 : laidOut(ui.editor, columns, look.ruler).rows.length;
  return layoutOf({
    ...base,
    notices: noticeRows(noticesOf({ ui, view, look }, width), { width, most: NOTICES_MOST }, look).length,
    about: replyTo === undefined && editing === undefined ? 0 : 1,
    composer: Math.min(COMPOSER_MOST, rows),
  });
}

export function spaceOf(layout: Layout, timeline: Timeline, scene: Scene): Space {
  const { ui, view } = scene;
  const rows = shownRows(ui, { view });
  const { sidebar, status } = layout;
  const first = sidebar === undefined ? 0 : firstListed({ rows, view }, sidebar.height);
  return {
    width: status.width,
    height: status.y + 1,
    rows: layout.timeline.height,
    columns: layout.composer.width - PROMPT_COLUMNS,
    sidebar: sidebar?.width ?? 0,
    column: layout.column?.width ?? 0,
    rowsOf: (item) => timeline.rowsOf(item).length,
    listed: (y) => (sidebar === undefined || y >= sidebar.height ? -1 : first + y),
    paper: () => paperSpanIn(layout, scene),
  };
}

/** Returns where the cursor is; undefined: nowhere. */
export function drawScene(
  cells: Cells,
  layout: Layout,
  { scene, timeline }: { scene: Scene; timeline: Timeline },
): Spot | undefined {
  const { ui, view, look } = scene;
  cells.clear(look.theme.base);
  drawStatus(cells, layout.status, { view, look });
  const whole = { x: 0, y: 0, width: layout.status.width, height: layout.status.y };
  if (view.locked) return drawLocked(cells, whole, scene);
  if (layout.sidebar !== undefined)
    drawSidebar(cells, layout.sidebar, { listed: { rows: shownRows(ui, { view }), view }, look });
  if (layout.column !== undefined) drawColumn(cells, layout.column, { view, look });
  drawHeader(cells, layout.header, { view, look });
  drawTimeline(cells, layout.timeline, { scene, timeline });
  drawNotices(cells, layout.notices, { notices: noticesOf(scene, layout.notices.width), look });
  const saying = ui.saying !== undefined && fitsRule(ui.saying, layout.rule.width, look) ? ui.saying : undefined;
  drawRule(cells, layout.rule, { view, saying, look });
  drawAbout(cells, layout.about, { view, look });
  const cursor = drawComposer(cells, layout.composer, { ui, view, look });
  if (ui.offer !== undefined) drawOffer(cells, layout.composer, { offer: ui.offer, look });
  const { paper, room } = paperIn(layout, scene);
  if (paper === undefined) return cursor;
  if (ui.layer.layer !== "picture" || ui.layer.picture === undefined) return drawPaper(cells, room, { paper, look });
  drawEmptyPaper(cells, roomOf(layout), { paper, look });
  return undefined;
}

function paperIn(layout: Layout, { ui, view, look, bindings }: Scene): { paper: Paper | undefined; room: Area } {
  const beside = roomOf(layout);
  const { width } = layout.status;
  const room = beside.width < 60 && width >= 60 ? { ...beside, x: 0, width } : beside;
  const columns = Math.min(room.width, 92) - PAPER_MARGIN;
  const paper = paperOf(ui.layer, { view, look, bindings, room: columns, whole: width });
  return { paper, room: paper?.isWhole === true ? { ...beside, x: 0, width } : room };
}

function paperSpanIn(layout: Layout, scene: Scene): { readonly page: number; readonly last: number } {
  const { paper, room } = paperIn(layout, scene);
  return paper === undefined ? { page: 1, last: 0 } : paperSpan(paper, room, scene.look);
}

/** Over the conversation. */
function roomOf(layout: Layout): Area {
  return { x: layout.header.x, y: 1, width: layout.header.width, height: Math.max(3, layout.rule.y - 1) };
}

/** Which picture is to be on the screen, and where. Undefined: none. */
export function pictureIn({ ui, view }: Pick<Scene, "ui" | "view">, layout: Layout): WantedPicture | undefined {
  if (ui.layer.layer !== "picture" || ui.layer.picture === undefined || view.locked) return undefined;
  return { picture: ui.layer.picture, room: insideOf(roomOf(layout)) };
}

function drawLocked(cells: Cells, area: Area, { ui, view, look, bindings }: Scene): Spot | undefined {
  const paper = paperOf(ui.layer, { view, look, bindings, room: area.width - PAPER_MARGIN });
  const cursor = paper === undefined ? undefined : drawPaper(cells, area, { paper, look });
  const { saying } = ui;
  if (saying === undefined) return cursor;
  const hint = saying.hint === undefined ? "" : `; ${sanitizeLine(saying.hint, 200)}`;
  const says = look.ruler.cut(words` ${sanitizeLine(saying.text, 200)}${hint}`, area.width);
  drawRow(cells, { x: 0, y: area.height - 1 }, { row: [span(says, look.theme.bad)], most: area.width });
  return cursor;
}

function drawTimeline(cells: Cells, area: Area, { scene, timeline }: { scene: Scene; timeline: Timeline }): void {
  const { ui, view, look } = scene;
  const { items } = view.open.timeline;
  if (items.length === 0) return drawNothing(cells, area, scene);
  const space = { items, height: area.height, rowsOf: (item: TimelineItem) => timeline.rowsOf(item).length };
  const bottom = bottomOf(ui.scroll, space);
  const total = totalRows(scene, timeline, area.height);
  // A conversation that is shorter than the screen begins at its top.
  let y = area.y + Math.min(area.height, total) + bottom.up;
  for (let at = bottom.index; at >= 0 && y > area.y; at -= 1) {
    const item = items[at];
    if (item === undefined) break;
    const rows = timeline.rowsOf(item);
    y -= rows.length;
    drawItem(cells, { ...area, y }, { rows, area });
    if (ui.layer.layer === "select" && ui.layer.key === item.key)
      choose(cells, { ...area, y, height: rows.length }, { area, look });
  }
}

function drawItem(cells: Cells, { x, y, width }: Area, { rows, area }: { rows: readonly Row[]; area: Area }): void {
  for (const [at, row] of rows.entries()) {
    const line = y + at;
    if (line >= area.y && line < area.y + area.height) drawRow(cells, { x, y: line }, { row, most: width });
  }
}

function choose(cells: Cells, item: Area, { area, look: { theme } }: { area: Area; look: Look }): void {
  const [top, end] = [Math.max(item.y, area.y), Math.min(item.y + item.height, area.y + area.height)];
  cells.restyle({ ...item, y: top, height: end - top }, (style) => theme.chosen | (style & BOLD));
}

/** Of all items, as far as it matters. */
function totalRows({ view }: Scene, timeline: Timeline, most: number): number {
  let rows = 0;
  for (const item of view.open.timeline.items) {
    rows += timeline.rowsOf(item).length;
    if (rows >= most) return most;
  }
  return rows;
}

function drawNothing(cells: Cells, area: Area, { view, look }: Scene): void {
  const { theme, ruler, say } = look;
  const says =
    view.open.conversation === ""
      ? say("nothing-open")
      : view.open.timeline.isLoading
        ? say("loading")
        : say("nothing-said");
  const text = ruler.cut(says, area.width);
  const spot = {
    x: area.x + Math.floor((area.width - ruler.width(text)) / 2),
    y: area.y + Math.floor(area.height / 2),
  };
  drawRow(cells, spot, { row: [span(text, theme.quiet)], most: area.width });
}
