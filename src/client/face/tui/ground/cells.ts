// A picture of the screen as cells: what stands in each, and how it looks. A wide cluster has its head, and empty cells behind it.
// Knows no terminal: painter.ts makes one look like this.
import type { SafeText } from "../../sanitize.ts";
import type { Style } from "./style.ts";
import type { Ruler } from "./text.ts";

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Area extends Spot {
  readonly width: number;
  readonly height: number;
}

interface Inked {
  readonly style: Style;
  readonly link: string;
}

export interface Put extends Partial<Inked> {
  readonly style: Style;
  readonly most?: number;
}

const BLANK = " ";
const NEWLINE = "␊";

export class Cells {
  readonly width: number;
  readonly height: number;
  readonly ruler: Ruler;
  /** Row by row; empty: covered by the wide one before it. */
  readonly texts: string[];
  readonly styles: Int32Array;
  /** Where a click on it leads; empty: nowhere. Only links.ts makes one. */
  readonly links: string[];
  /** Which rows, of ASCII from margin to margin, go on in the next one: whoever selects both has one line. */
  readonly goesOn: boolean[];

  constructor(size: Pick<Area, "width" | "height">, ruler: Ruler) {
    this.width = Math.max(1, size.width);
    this.height = Math.max(1, size.height);
    this.ruler = ruler;
    this.texts = Array.from({ length: this.width * this.height }, () => BLANK);
    this.styles = new Int32Array(this.width * this.height);
    this.links = Array.from({ length: this.width * this.height }, () => "");
    this.goesOn = Array.from({ length: this.height }, () => false);
  }

  clear(style: Style): void {
    this.texts.fill(BLANK);
    this.styles.fill(style);
    this.links.fill("");
    this.goesOn.fill(false);
  }

  cover({ x, y, width, height }: Area, style: Style): void {
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row += 1)
      for (let column = Math.max(0, x); column < Math.min(this.width, x + width); column += 1)
        this.#set(row * this.width + column, BLANK, { style, link: "" });
  }

  /** Draws at most `most` columns, and never beyond the row. Returns the columns used. */
  put({ x, y }: Spot, text: SafeText, { style, link = "", most = this.width }: Put): number {
    if (y < 0 || y >= this.height || x < 0) return 0;
    const room = Math.min(most, this.width - x);
    let used = 0;
    for (const cluster of this.ruler.clusters(text)) {
      const columns = cluster === "\n" ? 1 : this.ruler.clusterWidth(cluster);
      if (used + columns > room) break;
      this.#place(y * this.width + x + used, { cluster: cluster === "\n" ? NEWLINE : cluster, columns, style, link });
      used += columns;
    }
    return used;
  }

  /** Changes how an area looks, not what stands there. */
  restyle({ x, y, width, height }: Area, change: (style: Style) => Style): void {
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row += 1)
      for (let at = row * this.width + x; at < row * this.width + Math.min(this.width, x + width); at += 1)
        this.styles[at] = change(this.styles[at] ?? 0);
  }

  #place(at: number, { cluster, columns, ...look }: Inked & { cluster: string; columns: number }): void {
    for (let behind = 0; behind < columns; behind += 1) this.#set(at + behind, behind === 0 ? cluster : "", look);
  }

  /** Half of a wide cluster is none: the rest of one that is written over is blank. */
  #set(at: number, text: string, { style, link }: Inked): void {
    const rowEnd = (Math.floor(at / this.width) + 1) * this.width;
    if (this.texts[at] === "" && text !== "") this.#blankHead(at);
    if (text === "" && this.texts[at] !== "") this.#blankTail(at + 1, rowEnd);
    else if (text !== "") this.#blankTail(at + 1, rowEnd);
    this.texts[at] = text;
    this.styles[at] = style;
    this.links[at] = link;
  }

  #blankHead(at: number): void {
    let head = at;
    while (head > 0 && this.texts[head] === "") {
      this.texts[head] = BLANK;
      head -= 1;
    }
    this.texts[head] = BLANK;
  }

  #blankTail(from: number, end: number): void {
    for (let at = from; at < end && this.texts[at] === ""; at += 1) this.texts[at] = BLANK;
  }
}
