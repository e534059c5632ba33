// Time that a test turns by hand.
import type { Clock } from "../../src/client/port/clock.ts";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Stands still until it is turned. */
export class HandClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Runs what is due on the way, in its order; also what that asks for. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = until;
  }

  /** The clock is put to another time; no timer has waited for less long. */
  put(now: number): void {
    const shift = now - this.#now;
    this.#now = now;
    const timers = [...this.#timers];
    this.#timers.clear();
    for (const { at, run } of timers) this.#timers.add({ at: at + shift, run });
  }
}

/** The time of this machine, that can be turned forward: what was to happen until then happens at once. */
export class TurnedClock implements Clock {
  readonly #timers = new Map<Timer, NodeJS.Timeout>();
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now() + ms, run };
    const done = (): void => {
      this.#timers.delete(timer);
      run();
    };
    this.#timers.set(timer, setTimeout(done, ms).unref());
    return () => this.#cancel(timer);
  }

  turn(ms: number): void {
    this.#ahead += ms;
    const now = this.now();
    for (const timer of [...this.#timers.keys()].filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at)) {
      if (!this.#timers.has(timer)) continue;
      this.#cancel(timer);
      timer.run();
    }
  }

  #cancel(timer: Timer): void {
    clearTimeout(this.#timers.get(timer));
    this.#timers.delete(timer);
  }
}
