// The members of a room beside what is said there: who is here first, each with what is known of them.
import type { ScreenView, ShownMember } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import type { Area, Cells } from "../ground/cells.ts";
import { words } from "../ground/text.ts";
import { personStyle } from "../ground/theme.ts";
import type { Look } from "./look.ts";
import { drawRow, type Row, span } from "./rows.ts";

/** The line before it stands in the column on its left. */
export function drawColumn(cells: Cells, area: Area, { view, look }: { view: ScreenView; look: Look }): void {
  const { x, y, width, height } = area;
  const { theme, ruler, say } = look;
  for (let row = 0; row < height; row += 1)
    drawRow(cells, { x: x - 1, y: y + row }, { row: [span(words`│`, theme.line)], most: 1 });
  const members = view.open.members.toSorted((a, b) => Number(b.online) - Number(a.online));
  const here = members.filter(({ online }) => online).length;
  const title = say("column-title", {
    members: say.count("members", members.length),
    here: say("online-count", { n: here }),
  });
  cells.cover({ ...area, height: 1 }, theme.bar);
  drawRow(cells, { x, y }, { row: [span(ruler.cut(title, width), theme.bar)], most: width });
  const room = height - 1;
  const shown = members.length <= room ? members : members.slice(0, Math.max(0, room - 1));
  for (const [at, one] of shown.entries())
    drawRow(cells, { x, y: y + 1 + at }, { row: memberRow(one, width, look), most: width });
  const hidden = members.length - shown.length;
  if (hidden > 0)
    drawRow(
      cells,
      { x, y: y + height - 1 },
      { row: [span(say.count("column-more", hidden), theme.quiet)], most: width },
    );
}

/** Online or not, compared or not: by the same signs as everywhere. */
export function presenceSign({ online, trusted }: Pick<ShownMember, "online" | "trusted">): string {
  if (online) return trusted === true ? "◆" : "●";
  return trusted === true ? "◇" : "○";
}

/** One's own name for somebody; in brackets one that nobody has proved. */
export function calledIn({ nickname, name, verified }: ShownMember): string {
  return nickname ?? (verified ? name : `[${name}]`);
}

function memberRow(one: ShownMember, width: number, { theme, ruler, say }: Look): Row {
  const name = calledIn(one);
  const role = one.role === "member" ? words`` : words` ${say(`role-${one.role}`)}`;
  const room = Math.max(4, width - 3 - ruler.width(role));
  return [
    span(words` ${presenceSign(one)} `, one.online ? theme.good : theme.quiet),
    span(ruler.cut(sanitizeLine(name), room), one.online ? personStyle(theme, one.user) : theme.quiet),
    span(role, theme.quiet),
  ];
}
