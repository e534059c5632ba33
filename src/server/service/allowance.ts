// So many a minute for each key, and then no more until the next one.

const WINDOW_MS = 60_000;
/** Keys in one minute, about 10 MB; who comes after them waits for the next minute. */
const KEYS = 100_000;

export class Allowance {
  readonly #perMinute: number;
  readonly #used = new Map<string, number>();
  #since = Number.NEGATIVE_INFINITY;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** False: not now. */
  take(key: string, nowMs: number): boolean {
    // A clock that was set back begins a new minute too.
    if (nowMs - this.#since >= WINDOW_MS || nowMs < this.#since) {
      this.#used.clear();
      this.#since = nowMs;
    }
    const used = this.#used.get(key) ?? 0;
    if (used >= this.#perMinute || (used === 0 && this.#used.size >= KEYS)) return false;
    this.#used.set(key, used + 1);
    return true;
  }
}
