// What is sent to one conversation in quick succession is said in that order, whichever of the files is through first.
import type { LogId } from "../../../model/ids.ts";

export interface OrderedPlace {
  /** Those before it are said, or are not waited for any more. Undefined: there are none. */
  readonly before: Promise<void> | undefined;
  /** It is said, or is not to be waited for. */
  leave(): void;
}

/** Who has waited longer before sending the next does not mean one row of things. */
const TOGETHER_MS = 5_000;

interface Last {
  readonly at: number;
  /** This one, and all before it. */
  readonly over: Promise<unknown>;
}

export class SentOrder {
  readonly #now: () => number;
  readonly #last = new Map<LogId, Last>();

  constructor(now: () => number) {
    this.#now = now;
  }

  join(log: LogId): OrderedPlace {
    const at = this.#now();
    const last = this.#last.get(log);
    const isTogether = last !== undefined && Math.abs(at - last.at) <= TOGETHER_MS;
    const before = isTogether ? last.over.then(() => undefined) : undefined;
    const left = Promise.withResolvers<void>();
    const own: Last = { at, over: Promise.all([left.promise, before]) };
    this.#last.set(log, own);
    void own.over.then(() => {
      if (this.#last.get(log) === own) this.#last.delete(log);
    });
    return { before, leave: left.resolve };
  }
}
