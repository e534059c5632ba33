// The clock of one client: nothing runs by it after the client has ended, and its vault is closed.
import type { Clock } from "./port/clock.ts";

export class EndingClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<() => void>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, run: () => void): () => void {
    if (this.#isOver) return () => undefined;
    const stop = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      run();
    });
    const cancel = (): void => {
      this.#timers.delete(cancel);
      stop();
    };
    this.#timers.add(cancel);
    return cancel;
  }

  end(): void {
    this.#isOver = true;
    for (const cancel of this.#timers) cancel();
  }
}
