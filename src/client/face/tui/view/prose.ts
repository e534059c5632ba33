// A row of what somebody wrote, with what it means to say: code, bold, italic, struck out, quoted, links, names. Nothing is taken away from it.
// Which marks mean what: the same as on the page (web/page/markdown.ts).
import type { SafeText } from "../../sanitize.ts";
import { BOLD, ITALIC, over, STRIKE, type Style, UNDERLINE } from "../ground/style.ts";
import { type Link, linksIn } from "../ground/links.ts";
import type { Theme } from "../ground/theme.ts";
import { type Row, type Span, span } from "./rows.ts";

const MEANT =
  /(?<code>`[^`]+`)|(?<bold>\*\*[^*\s](?:[^*]*[^*\s])?\*\*)|(?<strike>~~[^~\s](?:[^~]*[^~\s])?~~)|(?<![\p{L}\p{N}_*])(?<italic>_[^_\s](?:[^_]*[^_\s])?_(?![\p{L}\p{N}_])|\*[^*\s](?:[^*]*[^*\s])?\*(?!\*))|(?<link>https?:\/\/[^\s<>"'`]+)|(?<=^|\s)(?<name>@[a-z0-9][a-z0-9._-]*)/gu;
const FENCE = /^\s*```/;
const QUOTE = /^> ?/;

export interface Wrapped {
  readonly rows: readonly SafeText[];
  /** What was wrapped. */
  readonly text: SafeText;
}

/** Rows of one text, in order: a fence of three backticks begins and ends code. */
export function proseRows({ rows, text }: Wrapped, theme: Theme, style: Style): readonly Row[] {
  let [isCode, behind] = [false, 0];
  const links = linksIn(text);
  return rows.map((row) => {
    const isFence = FENCE.test(row);
    if (isFence) isCode = !isCode;
    // Where it stands in the text: a link that goes on in the next row leads there as a whole. Not found: signs were put in.
    const found = text.indexOf(row, behind);
    if (found >= 0) behind = found + row.length;
    if (isCode || isFence) return [span(row, over(style, theme.code))];
    const spans = proseRow(row, theme, QUOTE.test(row) ? over(style, theme.quote) : style);
    return found < 0 ? spans : spans.reduce(leading({ links, theme, style }), { row: [], at: found }).row;
  });
}

interface Leading {
  readonly links: readonly Link[];
  readonly theme: Theme;
  readonly style: Style;
}

interface Led {
  readonly row: Row;
  /** In the text, behind this row. */
  readonly at: number;
}

/** Pieces of a row, each with where it leads. */
function leading({ links, theme, style }: Leading): (led: Led, next: Row[number]) => Led {
  const code = over(style, theme.code);
  return ({ row, at }, next) => {
    const end = at + next.text.length;
    const here = next.style === code ? [] : links.filter(({ from, to }) => from < end && to > at);
    const pieces: Span[] = [];
    let done = at;
    const upTo = (to: number, more: Partial<Span>): void => {
      if (to > done) pieces.push({ ...next, ...more, text: next.text.slice(done - at, to - at) as SafeText });
      done = Math.max(done, to);
    };
    for (const { from, to, url } of here) {
      upTo(Math.max(from, at), {});
      upTo(Math.min(to, end), { style: over(style, theme.link) | UNDERLINE, link: url });
    }
    upTo(end, {});
    return { row: [...row, ...pieces], at: end };
  };
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
  if (groups?.["italic"] !== undefined) return style | ITALIC;
  if (groups?.["strike"] !== undefined) return style | STRIKE;
  return style | BOLD;
}
