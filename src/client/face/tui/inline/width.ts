// A terminal that was made narrower may have broken the row in which the cursor rests, or have cut it: only the terminal knows.

/** Where the cursor is; and what every terminal answers. */
const QUESTION = "\x1b[6n\x1b[c";
/** Who has not said it by then is taken for one that breaks rows, as most do. */
const WAIT_MS = 100;

export class Width {
  #x = 0;
  #width = 0;
  #asked: { readonly width: number; readonly at: number } | undefined;
  #column: number | undefined;

  /** The cursor rests there. */
  rests(x: number, width: number): void {
    [this.#x, this.#width] = [x, width];
    [this.#asked, this.#column] = [undefined, undefined];
  }

  /** Undefined: nothing is to be asked before something is drawn. Empty: it is asked, and waited for. */
  question(width: number, now: number): string | undefined {
    if (width >= this.#width || this.#x < width) return undefined;
    const asked = this.#asked;
    if (asked?.width === width) return this.#column !== undefined || now - asked.at >= WAIT_MS ? undefined : "";
    this.#asked = { width, at: now };
    this.#column = undefined;
    return QUESTION;
  }

  /** Counted from 1. False: nobody has asked. */
  hears(column: number): boolean {
    if (this.#asked === undefined || this.#column !== undefined) return false;
    this.#column = column;
    return true;
  }

  /** How many rows above the cursor ours begins. */
  rowsAbove(width: number): number {
    if (width >= this.#width || this.#x < width) return 0;
    const isBroken = this.#column === undefined || this.#column === (this.#x % width) + 1;
    return isBroken ? Math.floor(this.#x / width) : 0;
  }
}
