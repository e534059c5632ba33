// The whole screen: the model and the person's part of it as cells, and where the cursor is.
import type { NoticeView, ScreenView, TimelineItem } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import type { Area, Cells, Spot } from "../ground/cells.ts";
import { laidOut } from "../ground/editor-rows.ts";
import { BOLD } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import { shownRows } from "../scene/actions.ts";
import type { Bindings } from "../scene/bindings.ts";
import { bottomOf } from "../scene/scrolling.ts";
import type { Space, Ui } from "../scene/state.ts";
import { drawAbout, drawComposer, drawOffer } from "./composing.ts";
import { drawHeader, drawNotices, drawRule, noticeRows } from "./header.ts";
import { COMPOSER_MOST, type Layout, layoutOf, PROMPT_COLUMNS } from "./layout.ts";
import type { Look } from "./look.ts";
import { drawPaper } from "./paper.ts";
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
const PAPER_MARGIN = 6;

/** What a fault has said already is not said twice. */
function noticesOf({ ui, view, look }: Pick<Scene, "ui" | "view" | "look">): readonly NoticeView[] {
  const said = ui.saying?.text;
  return view.notices.filter((one) => one.kind !== "fault" || look.say.told(one).message !== said);
}

export function layoutFor(
  { ui, view, look }: Omit<Scene, "bindings">,
  size: { width: number; height: number },
): Layout {
  const { replyTo, editing } = view.open.composer;
  const base = { ...size, hasSidebar: ui.hasSidebar, notices: 0, about: 0 };
  const { width } = layoutOf({ ...base, composer: 1 }).composer;
  const columns = width - PROMPT_COLUMNS;
  const rows = ui.layer.layer === "select" ? 1 : laidOut(ui.editor, columns, look.ruler).rows.length;
  return layoutOf({
    ...base,
    notices: noticeRows(noticesOf({ ui, view, look }), { width, most: NOTICES_MOST }, look).length,
    about: replyTo === undefined && editing === undefined ? 0 : 1,
    composer: Math.min(COMPOSER_MOST, rows),
  });
}

export function spaceOf(layout: Layout, timeline: Timeline, { ui, view }: Pick<Scene, "ui" | "view">): Space {
  const rows = shownRows(ui, { view });
  const { sidebar, status } = layout;
  const first = sidebar === undefined ? 0 : firstListed({ rows, view }, sidebar.height);
  return {
    width: status.width,
    height: status.y + 1,
    rows: layout.timeline.height,
    columns: layout.composer.width - PROMPT_COLUMNS,
    sidebar: sidebar?.width ?? 0,
    rowsOf: (item) => timeline.rowsOf(item).length,
    listed: (y) => (sidebar === undefined || y >= sidebar.height ? -1 : first + y),
  };
}

/** Returns where the cursor is; undefined: nowhere. */
export function drawScene(
  cells: Cells,
  layout: Layout,
  { scene, timeline }: { scene: Scene; timeline: Timeline },
): Spot | undefined {
  const { ui, view, look, bindings } = scene;
  cells.clear(look.theme.base);
  drawStatus(cells, layout.status, { view, look });
  const whole = { x: 0, y: 0, width: layout.status.width, height: layout.status.y };
  if (view.locked) return drawLocked(cells, whole, scene);
  if (layout.sidebar !== undefined)
    drawSidebar(cells, layout.sidebar, { listed: { rows: shownRows(ui, { view }), view }, look });
  drawHeader(cells, layout.header, { view, look });
  drawTimeline(cells, layout.timeline, { scene, timeline });
  drawNotices(cells, layout.notices, { notices: noticesOf(scene), look });
  drawRule(cells, layout.rule, { view, saying: ui.saying, look });
  drawAbout(cells, layout.about, { view, look });
  const cursor = drawComposer(cells, layout.composer, { ui, view, look });
  if (ui.offer !== undefined) drawOffer(cells, layout.composer, { offer: ui.offer, look });
  const room = { x: layout.header.x, y: 1, width: layout.header.width, height: layout.rule.y - 1 };
  const over60 = room.width < 60 && whole.width >= 60 ? { ...whole, y: 1, height: room.height } : room;
  const paper = paperOf(ui.layer, { view, look, bindings, room: Math.min(over60.width, 92) - PAPER_MARGIN });
  return paper === undefined ? cursor : drawPaper(cells, over60, { paper, look });
}

function drawLocked(cells: Cells, area: Area, { ui, view, look, bindings }: Scene): Spot | undefined {
  const paper = paperOf(ui.layer, { view, look, bindings, room: area.width - PAPER_MARGIN });
  const cursor = paper === undefined ? undefined : drawPaper(cells, area, { paper, look });
  const { saying } = ui;
  if (saying === undefined) return cursor;
  const says = look.ruler.cut(words` ${sanitizeLine(saying.text, 200)}`, area.width);
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
