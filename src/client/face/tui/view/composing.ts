// What is being written, with its cursor; what it answers; what may be meant; and the keys of select mode.
import type { ComposerView, ScreenView } from "../../../port/screens.ts";
import { spanOf } from "../../lines/quantities.ts";
import { sanitizeLine } from "../../sanitize.ts";
import type { Area, Cells, Spot } from "../ground/cells.ts";
import { laidOut } from "../ground/editor-rows.ts";
import { words } from "../ground/text.ts";
import { CLOSED } from "../scene/composing.ts";
import { selectedMessage, selectKeys } from "../scene/selecting.ts";
import type { Offer, Ui } from "../scene/state.ts";
import { PROMPT_COLUMNS } from "./layout.ts";
import type { Look } from "./look.ts";
import { drawRow, type Row, span } from "./rows.ts";

const OFFERS = 8;

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
  const hint = rows.length === 1 && rows[0] === "" ? emptyHint(view.open.composer) : "";
  const room = width - PROMPT_COLUMNS - 2;
  drawRow(
    cells,
    { x: x + PROMPT_COLUMNS + 1, y },
    { row: [span(ruler.cut(words`${hint}`, room), theme.quiet)], most: room },
  );
  return { x: x + PROMPT_COLUMNS + cursor.x, y: y + cursor.y - first };
}

function emptyHint({ closed, expire }: ComposerView): string {
  if (closed !== undefined) return CLOSED[closed];
  return expire > 0 ? `write a message; it is gone after ${spanOf(expire)}` : "write a message, F1 for help";
}

function drawSelectKeys(cells: Cells, { x, y, width }: Area, { ui, view, look: { theme } }: Writing): undefined {
  const message = ui.layer.layer === "select" ? selectedMessage(ui.layer, view) : undefined;
  const keys = message === undefined ? [] : selectKeys(message);
  const row: Row = keys.flatMap(([key, does]) => [
    span(words`${key}`, theme.mention),
    span(words` ${does}  `, theme.base),
  ]);
  drawRow(cells, { x: x + 1, y }, { row, most: width - 1 });
}

export function drawAbout(cells: Cells, area: Area, { view, look: { theme, ruler } }: Omit<Writing, "ui">): void {
  if (area.height === 0) return;
  const { replyTo, editing } = view.open.composer;
  const says =
    replyTo === undefined
      ? editing === undefined
        ? words``
        : words`✎ you write it anew; Esc leaves it as it was`
      : words`↳ answers ${sanitizeLine(replyTo.from.name)}: ${sanitizeLine(replyTo.excerpt, 200)}`;
  drawRow(cells, area, { row: [span(ruler.cut(words` ${says}`, area.width), theme.quote)], most: area.width });
}

/** Above the composer, over the conversation. */
export function drawOffer(cells: Cells, composer: Area, { offer, look }: { offer: Offer; look: Look }): void {
  const { theme, ruler } = look;
  const count = Math.min(OFFERS, offer.choices.length, composer.y - 1);
  const first = Math.max(0, Math.min(offer.at - Math.floor(count / 2), offer.choices.length - count));
  const shown = offer.choices.slice(first, first + count);
  const width = Math.min(
    composer.width - 2,
    2 + Math.max(...shown.map(({ label }) => ruler.width(sanitizeLine(label)))),
  );
  for (const [at, { label }] of shown.entries()) {
    const style = first + at === offer.at ? theme.chosen : theme.bar;
    const text = ruler.fit(words` ${sanitizeLine(label)}`, width);
    drawRow(
      cells,
      { x: composer.x + PROMPT_COLUMNS, y: composer.y - count + at },
      { row: [span(text, style)], most: width },
    );
  }
}
