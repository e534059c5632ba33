// The days of many times: asked once for each quarter of an hour, since no time zone begins a day within one.
import type { LocalTime } from "./world.ts";

const QUARTER_MS = 15 * 60_000;
/** A month of them. */
const HELD_MOST = 3_000;

export class Days {
  readonly #local: (at: number) => LocalTime;
  readonly #days = new Map<number, string>();

  constructor(local: (at: number) => LocalTime) {
    this.#local = local;
  }

  of(at: number): string {
    const quarter = Math.floor(at / QUARTER_MS);
    const known = this.#days.get(quarter);
    if (known !== undefined) return known;
    const { day } = this.#local(at);
    if (this.#days.size >= HELD_MOST) this.#days.clear();
    this.#days.set(quarter, day);
    return day;
  }
}
