// What is being written, with its cursor; what it answers; what may be meant; and the keys of select mode.
import type { ScreenView } from "../../../port/screens.ts";
import { LOBBY } from "../../lines/scene.ts";
import { sanitizeLine } from "../../sanitize.ts";
import type { Area, Cells, Spot } from "../ground/cells.ts";
import { laidOut } from "../ground/editor-rows.ts";
import { onto } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import { closedWords } from "../scene/composing.ts";
import { selectedMessage, selectKeys } from "../scene/selecting.ts";
import type { Offer, Ui } from "../scene/state.ts";
import { spanIn } from "../words/amounts.ts";
import { PROMPT_COLUMNS } from "./layout.ts";
import type { Look } from "./look.ts";
import { drawBox } from "./paper.ts";
import { drawRow, type Row, rowWidth, span } from "./rows.ts";

const OFFERS = 8;
const KEY_GAP = 2;
/** Rows above the composer. */
const FRAMED_FROM = 5;

interface Writing {
  readonly ui: Ui;
  readonly view: ScreenView;
  readonly look: Look;
}

/** Returns where the cursor is. */
export function drawComposer(cells: Cells, area: Area, { ui, view, look }: Writing): Spot | undefined {
  const { theme, ruler } = look;
  const { x, y, width, height } = area;
  if (ui.layer.layer === "select") return drawSelectKeys(cells, area, { ui, view, look });
  const { rows, cursor } = laidOut(ui.editor, width - PROMPT_COLUMNS, ruler);
  const first = Math.max(0, Math.min(cursor.y - height + 1, rows.length - height));
  drawRow(cells, { x, y }, { row: [span(words`> `, theme.strong)], most: width });
  for (const [at, text] of rows.slice(first, first + height).entries())
    drawRow(
      cells,
      { x: x + PROMPT_COLUMNS, y: y + at },
      { row: [span(text, theme.base)], most: width - PROMPT_COLUMNS },
    );
  const hint = rows.length === 1 && rows[0] === "" ? emptyHint(view, look.say) : "";
  const room = width - PROMPT_COLUMNS - 2;
  drawRow(
    cells,
    { x: x + PROMPT_COLUMNS + 1, y },
    { row: [span(ruler.cut(words`${hint}`, room), theme.quiet)], most: room },
  );
  return { x: x + PROMPT_COLUMNS + cursor.x, y: y + cursor.y - first };
}

function emptyHint({ open, self }: ScreenView, say: Look["say"]): string {
  const { expire } = open.composer;
  const closed = closedWords(open.composer, say);
  if (closed !== undefined) return closed;
  // Whoever has made a realm a moment ago asks what is next.
  const isAlone = open.conversation === LOBBY && open.members.length === 1 && open.members[0]?.user === self.user;
  if (isAlone) return say("write-alone");
  return expire > 0 ? say("write-expiring", { time: spanIn(say, expire) }) : say("write");
}

function drawSelectKeys(cells: Cells, { x, y, width }: Area, { ui, view, look }: Writing): undefined {
  const { theme, say } = look;
  const message = ui.layer.layer === "select" ? selectedMessage(ui.layer, view) : undefined;
  const keys = message === undefined ? [] : selectKeys(message);
  const pieces = keys.map(([key, does]): Row => [
    span(words`${key}`, theme.mention),
    span(words` ${say(does)}  `, theme.base),
  ]);
  drawRow(cells, { x: x + 1, y }, { row: fitting(pieces, width - 1, look), most: width - 1 });
}

/** The last one, which is the way out, is always there; before it as many as there is room for. */
function fitting(pieces: readonly Row[], room: number, { theme, ruler }: Look): Row {
  const last = pieces.at(-1) ?? [];
  const more: Row = [span(words`…  `, theme.quiet)];
  const width = (row: Row): number => rowWidth(row, ruler);
  const row = pieces.flat();
  // Behind the last word nothing need follow.
  if (width(row) <= room + KEY_GAP) return row;
  const most = room + KEY_GAP - width(more) - width(last);
  let used = 0;
  const shown = pieces.slice(0, -1).filter((piece) => (used += width(piece)) <= most);
  return [...shown.flat(), ...more, ...last];
}

export function drawAbout(cells: Cells, area: Area, { view, look: { theme, ruler, say } }: Omit<Writing, "ui">): void {
  if (area.height === 0) return;
  const { replyTo, editing } = view.open.composer;
  const says =
    replyTo === undefined
      ? editing === undefined
        ? words``
        : say("editing")
      : say("replying", { name: sanitizeLine(replyTo.from.name), excerpt: sanitizeLine(replyTo.excerpt, 200) });
  drawRow(cells, area, { row: [span(ruler.cut(words` ${says}`, area.width), theme.quote)], most: area.width });
}

/** Above the composer, over the conversation; in a frame where there is room for one. */
export function drawOffer(cells: Cells, composer: Area, { offer, look }: { offer: Offer; look: Look }): void {
  const { theme, ruler, say } = look;
  const frame = composer.y > FRAMED_FROM ? 1 : 0;
  const { choices, at } = offer;
  const count = Math.min(OFFERS, choices.length, composer.y - 1 - 2 * frame);
  const first = Math.max(0, Math.min(at - Math.floor(count / 2), choices.length - count));
  const shown = choices.slice(first, first + count);
  const place =
    count < choices.length
      ? words` ${say("rows-of", { first: first + 1, last: first + count, all: choices.length })} `
      : words``;
  const widest = Math.max(ruler.width(place), ...shown.map(({ label }) => ruler.width(sanitizeLine(label))));
  const width = Math.min(composer.width - PROMPT_COLUMNS - 2 * frame, 2 + widest);
  const x = composer.x + PROMPT_COLUMNS - frame;
  const y = composer.y - count - 2 * frame;
  if (frame > 0) {
    drawBox(cells, { x, y, width: width + 2, height: count + 2 }, look);
    cells.put({ x: x + 1, y: composer.y - 1 }, place, { style: onto(theme.panel, theme.quiet), most: width });
  }
  for (const [row, { label }] of shown.entries()) {
    const style = first + row === at ? theme.chosen : frame > 0 ? onto(theme.panel, theme.base) : theme.bar;
    const text = ruler.fit(words` ${sanitizeLine(label)}`, width);
    drawRow(cells, { x: x + frame, y: y + frame + row }, { row: [span(text, style)], most: width });
  }
}
