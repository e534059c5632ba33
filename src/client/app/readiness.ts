// When the client is ready: once, when the first connection has brought everything and the face has it.
// And when it is settled: ready, or certain that for now the vault is the best there is.

type State =
  | { readonly at: "waiting" }
  /** The server greeted; not everything is here. */
  | { readonly at: "catching-up" }
  | { readonly at: "ready" };

export class Readiness {
  readonly #isDone: () => boolean;
  readonly #onReady: () => void;
  readonly #settled = Promise.withResolvers<void>();
  #state: State = { at: "waiting" };

  constructor(isDone: () => boolean, onReady: () => void) {
    this.#isDone = isDone;
    this.#onReady = onReady;
  }

  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  greeted(): void {
    if (this.#state.at === "waiting") this.#state = { at: "catching-up" };
  }

  /** The connection is gone, or was never there. */
  gone(): void {
    if (this.#state.at === "catching-up") this.#state = { at: "waiting" };
    this.#settled.resolve();
  }

  /** Something came to its end: perhaps that was the last. */
  look(): void {
    if (this.#state.at !== "catching-up" || !this.#isDone()) return;
    this.#state = { at: "ready" };
    this.#onReady();
    this.#settled.resolve();
  }
}
