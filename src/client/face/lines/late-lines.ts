// Lines that a person typed and the server could not take at once: told once, when it has them after all.
import { sanitizeLine } from "../sanitize.ts";

/** Enough to know which line it was. */
const SHOWN_CHARS = 60;

interface OnItsWay {
  readonly text: string;
  isLate: boolean;
}

export class LateLines {
  readonly #tell: (sentence: string) => void;
  readonly #onTheirWay = new Set<OnItsWay>();
  /** Late ones that are with the server now, since it was last told. */
  #sent: { readonly first: string; readonly count: number } | undefined;

  constructor(tell: (sentence: string) => void) {
    this.#tell = tell;
  }

  /** Call what comes back when the server has it, or will never have it. `isLate`: there is no connection now. */
  add(text: string, isLate: boolean): (isSent: boolean) => void {
    const line = { text, isLate };
    this.#onTheirWay.add(line);
    return (isSent) => {
      this.#onTheirWay.delete(line);
      if (line.isLate && isSent) this.#sent = { first: this.#sent?.first ?? text, count: (this.#sent?.count ?? 0) + 1 };
      this.#look();
    };
  }

  /** The connection is gone: whatever is on its way now comes late. */
  disconnected(): void {
    const caught = [...this.#onTheirWay].filter(({ isLate }) => !isLate);
    for (const line of caught) line.isLate = true;
    if (caught.length > 0) this.#tell(`${waits(caught.length)} to be sent`);
  }

  #look(): void {
    if (this.#sent === undefined || [...this.#onTheirWay].some(({ isLate }) => isLate)) return;
    const { first, count } = this.#sent;
    this.#sent = undefined;
    this.#tell(count === 1 ? `sent: ${sanitizeLine(first, SHOWN_CHARS)}` : `sent: the ${count} lines that waited`);
  }
}

/** For the end of a run. */
export function laterSentence(waiting: number): string {
  return `${waits(waiting)}; ${waiting === 1 ? "it is" : "they are"} sent the next time you start`;
}

function waits(count: number): string {
  return count === 1 ? "1 line waits" : `${count} lines wait`;
}
