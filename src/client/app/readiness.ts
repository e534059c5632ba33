// When the client is ready: once, when the first connection has brought everything and the face has it.
// When it is settled: ready, or certain that for now the vault is the best there is. And when it rests: nothing is under way.

import type { Clock } from "../port/clock.ts";

type State =
  | { readonly at: "waiting" }
  /** The server greeted; not everything is here. */
  | { readonly at: "catching-up" }
  | { readonly at: "ready" };

/** `trying`: the first attempt is not over. */
type Server = "trying" | "there" | "away";

interface Rester {
  readonly orAway: boolean;
  readonly resolve: () => void;
}

export interface ReadinessWorld {
  readonly clock: Pick<Clock, "after">;
  /** Everything that was missed is here, and the face has it. */
  readonly isCaughtUp: () => boolean;
  /** Nothing that was written here is on its way to the server or back. */
  readonly isSent: () => boolean;
  readonly onReady: () => void;
}

/** A server that does not answer keeps nobody from what is here for longer. */
const SOON_MS = 1_000;

export class Readiness {
  readonly #world: ReadinessWorld;
  readonly #settled = Promise.withResolvers<void>();
  #soon: Promise<void> | undefined;
  readonly #resters = new Set<Rester>();
  #state: State = { at: "waiting" };
  #server: Server = "trying";

  constructor(world: ReadinessWorld) {
    this.#world = world;
  }

  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Settled, or a moment after this was asked for the first time. */
  get soon(): Promise<void> {
    this.#soon ??= new Promise((resolve) => {
      const cancel = this.#world.clock.after(SOON_MS, resolve);
      void this.settled.then(() => {
        cancel();
        resolve();
      });
    });
    return this.#soon;
  }

  /** See `rest` of port/client.ts. */
  rest(orAway: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#resters.add({ orAway, resolve });
      this.#lookAtRest();
    });
  }

  greeted(): void {
    this.#server = "there";
    if (this.#state.at === "waiting") this.#state = { at: "catching-up" };
  }

  /** The connection is gone, or was never there. */
  gone(): void {
    this.#server = "away";
    if (this.#state.at === "catching-up") this.#state = { at: "waiting" };
    this.#settled.resolve();
    this.#lookAtRest();
  }

  /** Something came to its end: perhaps that was the last. */
  look(): void {
    if (this.#state.at === "catching-up" && this.#world.isCaughtUp()) {
      this.#state = { at: "ready" };
      this.#world.onReady();
      this.#settled.resolve();
    }
    this.#lookAtRest();
  }

  #lookAtRest(): void {
    for (const rester of this.#resters) {
      if (!this.#mayRest(rester)) continue;
      this.#resters.delete(rester);
      rester.resolve();
    }
  }

  #mayRest({ orAway }: Rester): boolean {
    const wasReady = this.#state.at === "ready";
    if (this.#server === "there") return wasReady && this.#world.isCaughtUp() && this.#world.isSent();
    return this.#server === "away" && (orAway || wasReady);
  }
}
