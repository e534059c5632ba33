// Safe text in columns: clusters, how wide this terminal draws them, cutting, wrapping. Takes SafeText only, so that the compiler
// is the guard of the screen. Knows no colour and no cell.
import { eastAsianWidth } from "get-east-asian-width";
import { sanitize, type SafeText } from "../../sanitize.ts";

/** How wide this terminal draws what terminals disagree about: columns of one sign of each kind. */
export interface TerminalWidths {
  /** 😀 */
  readonly emoji: 1 | 2;
  /** ❤ with a variation selector behind it. */
  readonly variation: 1 | 2;
  /** Joined people, and skin tones, are drawn as one. */
  readonly joins: boolean;
  /** Two letters are one flag. */
  readonly flags: boolean;
}

export const USUAL_WIDTHS: TerminalWidths = { emoji: 2, variation: 2, joins: true, flags: true };

const ASCII = /^[\x20-\x7e]*$/;
// Each code unit stands for itself: no marks, no joiners, no surrogates. Saves the segmenter, which takes 12 ms to be there.
const SINGLES =
  /^[\x20-\x7e\u00a0-\u02ff\u0391-\u03ff\u0410-\u044f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2319\u2400-\u27bf\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\ufffd]*$/;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;
const JOINED = /(?<=.)\u200d(?=.)|(?<=.)[\u{1f3fb}-\u{1f3ff}]/u;
/** Behind these only the variation selector asks for an emoji, which is wide. */
const VARIED = /^[\p{ExtPict}0-9#*]\ufe0f/u;
/** A break is allowed before and behind each of these. */
const WIDE_LETTERS = "\\u2e80-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\uff00-\\uff60";
const TOKENS = new RegExp(`[${WIDE_LETTERS}] *|[^ ${WIDE_LETTERS}]+ *| +`, "gu");
/** The longest emoji in use has 14 units; a longer chain of joiners is somebody playing. */
const CLUSTER_UNITS = 32;
const WIDTHS_KEPT = 20_000;
const ALONE = "◌";
const ELLIPSIS = "…";
const NEWLINE = "␊";

/** Parts of safe text in one row are safe text: what cuts and joins here does so between clusters. */
export function joined(...parts: readonly SafeText[]): SafeText {
  return parts.join("") as SafeText;
}

export class Ruler {
  readonly terminal: TerminalWidths;
  readonly #widths = new Map<string, number>();
  #segmenter: Intl.Segmenter | undefined;

  constructor(terminal: TerminalWidths = USUAL_WIDTHS) {
    this.terminal = terminal;
  }

  /** What people call characters, each with something to see: marks without a base get one. */
  clusters(text: SafeText): readonly SafeText[] {
    if (SINGLES.test(text)) return text.split("") as unknown as readonly SafeText[];
    this.#segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
    const clusters: string[] = [];
    for (const { segment } of this.#segmenter.segment(text)) {
      if (segment.length <= CLUSTER_UNITS) clusters.push(this.#seen(segment));
      else for (const point of segment) clusters.push(this.#seen(point));
    }
    return clusters as unknown as readonly SafeText[];
  }

  width(text: SafeText): number {
    if (ASCII.test(text)) return text.length;
    let columns = 0;
    for (const cluster of this.clusters(text)) columns += this.clusterWidth(cluster);
    return columns;
  }

  /** Of one cluster of `clusters`. */
  clusterWidth(cluster: string): number {
    if (cluster.length === 1 && cluster.charCodeAt(0) < 0x300) return cluster === "\n" ? 0 : 1;
    const known = this.#widths.get(cluster);
    if (known !== undefined) return known;
    const width = this.#measure(cluster);
    if (this.#widths.size >= WIDTHS_KEPT) this.#widths.clear();
    this.#widths.set(cluster, width);
    return width;
  }

  /** At most so many columns; what is missing is an ellipsis. A newline is a picture. */
  cut(text: SafeText, columns: number): SafeText {
    const line = this.#oneLine(text);
    if (this.width(line) <= columns) return line;
    if (columns < 1) return "" as SafeText;
    return `${this.#head(line, columns - 1)}${ELLIPSIS}` as SafeText;
  }

  /** Exactly so many columns. */
  fit(text: SafeText, columns: number): SafeText {
    const line = this.cut(text, columns);
    return `${line}${" ".repeat(Math.max(0, columns - this.width(line)))}` as SafeText;
  }

  /** Rows of at most so many columns, broken between words, or within one that is longer than a row. At least one. */
  wrap(text: SafeText, columns: number): readonly SafeText[] {
    const most = Math.max(1, columns);
    const rows: string[] = [];
    for (const line of text.split("\n")) {
      if (ASCII.test(line) && line.length <= most) rows.push(line);
      else rows.push(...this.#wrapLine(line, most));
    }
    return rows as unknown as readonly SafeText[];
  }

  #wrapLine(line: string, columns: number): readonly string[] {
    const rows: string[] = [];
    let [row, used] = ["", 0];
    const next = (): void => {
      rows.push(row.trimEnd());
      [row, used] = ["", 0];
    };
    for (const [token] of line.matchAll(TOKENS)) {
      const width = this.width(token as SafeText);
      const inked = this.width(token.trimEnd() as SafeText);
      if (used > 0 && used + inked > columns) next();
      const pieces = used + inked <= columns ? [token] : this.clusters(token as SafeText);
      for (const piece of pieces) {
        const more = pieces.length === 1 ? width : this.clusterWidth(piece);
        if (used > 0 && pieces.length > 1 && used + more > columns) next();
        [row, used] = [row + piece, used + more];
      }
    }
    next();
    return rows;
  }

  #head(text: SafeText, columns: number): string {
    let [head, used] = ["", 0];
    for (const cluster of this.clusters(text)) {
      used += this.clusterWidth(cluster);
      if (used > columns) break;
      head += cluster;
    }
    return head;
  }

  #oneLine(text: SafeText): SafeText {
    return text.includes("\n") ? (text.replaceAll("\n", NEWLINE) as SafeText) : text;
  }

  /** A mark alone would be drawn on the neighbour. */
  #seen(cluster: string): string {
    if (cluster === "\n" || this.clusterWidth(cluster) > 0) return cluster;
    return /^\p{M}/u.test(cluster) ? `${ALONE}${cluster}` : ALONE;
  }

  #measure(cluster: string): number {
    const { emoji, variation, joins, flags } = this.terminal;
    const first = cluster.codePointAt(0) ?? 0;
    if (first >= 0x1f1e6 && first <= 0x1f1ff && cluster.length === 4) return flags ? 2 : 2 * this.#pointWidth(first);
    if (first > 0x2000 && JOINED.test(cluster) && joins && emoji === 2) return 2;
    let columns = 0;
    for (const sign of cluster) columns += ZERO.test(sign) ? 0 : this.#pointWidth(sign.codePointAt(0) ?? 0);
    return columns === 1 && VARIED.test(cluster) ? variation : columns;
  }

  #pointWidth(point: number): number {
    const width = eastAsianWidth(point);
    return width === 2 && point >= 0x1f000 && point < 0x20000 ? this.terminal.emoji : width;
  }
}

/** Words of our own around safe text; what else is in it is made safe as one line. */
export function words(parts: TemplateStringsArray, ...values: readonly (string | number)[]): SafeText {
  const all = parts.map(
    (part, at) => `${part}${at < values.length ? String(values[at]).replaceAll("\n", NEWLINE) : ""}`,
  );
  return sanitize(all.join(""));
}
