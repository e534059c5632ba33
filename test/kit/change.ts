// Waiting for something to change, for a bounded time.

export class Change {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `happened`, or when the time is up. */
  next(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.#waiting.add(done);
    });
  }

  happened(): void {
    for (const done of this.#waiting) done();
  }
}
