// A row of what somebody wrote, with what it means to say: code, bold, links, names. Nothing is taken away from it.
import type { SafeText } from "../../sanitize.ts";
import { BOLD, over, type Style, UNDERLINE } from "../ground/style.ts";
import type { Theme } from "../ground/theme.ts";
import { type Row, span } from "./rows.ts";

const MEANT =
  /(?<code>`[^`]+`)|(?<bold>\*\*[^*\s](?:[^*]*[^*\s])?\*\*)|(?<link>https?:\/\/[^\s<>"'`]+)|(?<=^|\s)(?<name>@[a-z0-9][a-z0-9._-]*)/gu;
const FENCE = /^\s*```/;

/** Rows of one text, in order: a fence of three backticks begins and ends code. */
export function proseRows(rows: readonly SafeText[], theme: Theme, style: Style): readonly Row[] {
  let isCode = false;
  return rows.map((row) => {
    const isFence = FENCE.test(row);
    if (isFence) isCode = !isCode;
    return isCode || isFence ? [span(row, over(style, theme.code))] : proseRow(row, theme, style);
  });
}

function proseRow(row: SafeText, theme: Theme, style: Style): Row {
  const spans: { text: SafeText; style: Style }[] = [];
  let done = 0;
  for (const found of row.matchAll(MEANT)) {
    const [text] = found;
    if (found.index > done) spans.push(span(row.slice(done, found.index) as SafeText, style));
    spans.push(span(text as SafeText, styleOf(found.groups, theme, style)));
    done = found.index + text.length;
  }
  if (done < row.length || spans.length === 0) spans.push(span(row.slice(done) as SafeText, style));
  return spans;
}

function styleOf(groups: RegExpExecArray["groups"], theme: Theme, style: Style): Style {
  if (groups?.["code"] !== undefined) return over(style, theme.code);
  if (groups?.["link"] !== undefined) return over(style, theme.link) | UNDERLINE;
  return style | BOLD;
}
