// Answers that are waited for, by key. Each is answered once.

interface Waiter<V> {
  readonly resolve: (value: V) => void;
  readonly reject: (error: unknown) => void;
}

export class Promises<K, V> {
  readonly #waiting = new Map<K, Waiter<V>>();

  get size(): number {
    return this.#waiting.size;
  }

  make(key: K): Promise<V> {
    return new Promise<V>((resolve, reject) => {
      this.#waiting.set(key, { resolve, reject });
    });
  }

  resolve(key: K, value: V): void {
    this.#take(key)?.resolve(value);
  }

  reject(key: K, error: unknown): void {
    this.#take(key)?.reject(error);
  }

  resolveAll(value: V): void {
    for (const key of this.#waiting.keys()) this.resolve(key, value);
  }

  rejectAll(error: unknown): void {
    for (const key of this.#waiting.keys()) this.reject(key, error);
  }

  #take(key: K): Waiter<V> | undefined {
    const waiter = this.#waiting.get(key);
    this.#waiting.delete(key);
    return waiter;
  }
}
