// How often a passphrase may be tried: after a few wrong ones each next one has to wait, twice as long each time. Pure.
import { Fault } from "../../../model/fault.ts";

/** A hand that slips. */
const FREE = 3;
const FIRST_MS = 1_000;
/** Whoever knows it again is not kept out for the day. */
const MOST_MS = 60_000;

export class Tries {
  readonly #now: () => number;
  #wrong = 0;
  #wrongAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws Fault `too-many-tries` */
  check(): void {
    const since = this.#now() - this.#wrongAt;
    // A clock that was put back keeps nobody out for longer.
    const left = Math.min(this.#waitMs, this.#waitMs - Math.max(0, since));
    if (left <= 0) return;
    throw new Fault("too-many-tries", `it was wrong ${this.#wrong} times`, {
      hint: `wait ${Math.ceil(left / 1_000)} s, then try again`,
    });
  }

  wrong(): void {
    this.#wrong += 1;
    this.#wrongAt = this.#now();
  }

  right(): void {
    this.#wrong = 0;
  }

  get #waitMs(): number {
    return this.#wrong < FREE ? 0 : Math.min(MOST_MS, FIRST_MS * 2 ** (this.#wrong - FREE));
  }
}
