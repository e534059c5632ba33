// One after the other for each key; different keys do not wait for each other.

export class Turns<K> {
  /** The last one for each key: the next one waits for it, however it ends. */
  readonly #last = new Map<K, Promise<unknown>>();

  take<T>(key: K, run: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(run, run);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return turn;
  }
}
