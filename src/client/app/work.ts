// What came, one handful after the other for each log: opening takes its time. Nothing is done for a connection that is gone.
import { Fault } from "../../model/fault.ts";
import type { ConversationsWorld, Held } from "./held.ts";
import type { Applied } from "./sync.ts";

export interface WorkWorld extends Pick<ConversationsWorld, "batch" | "onBroken" | "self" | "now" | "after"> {
  /** Opens them, and puts them into the vault. */
  readonly apply: (held: Held, applied: readonly Applied[]) => Promise<void>;
}

interface Handful {
  readonly applied: Applied[];
  readonly begin: () => void;
}

/** What others say again so soon waits for this long since the last, as a screen would: many at once cost little more than one. */
const REST_MS = 33;
/** Nothing more is waited for. */
const ENOUGH = 16;

export class Work {
  readonly #world: WorkWorld;
  /** Counts connections: what was fetched on one that is gone is fetched again. */
  #connection = 0;
  /** Not begun with yet, and nothing is behind it. */
  readonly #gathering = new Map<Held, Handful>();
  readonly #begun = new Map<Held, number>();

  constructor(world: WorkWorld) {
    this.#world = world;
  }

  run(held: Held, work: () => Promise<void>): void {
    this.#gathering.get(held)?.begin();
    this.#gathering.delete(held);
    const connection = this.#connection;
    held.work = held.work
      .then(() => (connection === this.#connection ? work() : undefined))
      .catch((error: unknown) => {
        if (!(error instanceof Fault && (error.code === "offline" || error.code === "stopped")))
          this.#world.onBroken(error);
      });
  }

  /** When everything that came before is in the vault. */
  after(held: Held, run: () => void): void {
    this.run(held, async () => {
      this.#world.batch.flush();
      run();
    });
  }

  /** Entries of a log, in their order. What this device said itself, and much at once, is not waited with. */
  apply(held: Held, applied: readonly Applied[]): void {
    const { self } = this.#world;
    const handful = this.#gathering.get(held) ?? this.#gather(held);
    handful.applied.push(...applied);
    const isOwn = applied.some(({ entry }) => entry.sender === self);
    if (isOwn || held.kind === "inbox" || handful.applied.length >= ENOUGH) handful.begin();
  }

  disconnected(): void {
    this.#connection += 1;
    this.#gathering.clear();
  }

  #gather(held: Held): Handful {
    const { now, after, apply } = this.#world;
    const { promise, resolve } = Promise.withResolvers<void>();
    const handful: Handful = { applied: [], begin: resolve };
    const connection = this.#connection;
    this.run(held, async () => {
      await promise;
      if (this.#gathering.get(held) === handful) this.#gathering.delete(held);
      if (connection !== this.#connection) return;
      this.#begun.set(held, now());
      await apply(held, handful.applied);
    });
    this.#gathering.set(held, handful);
    const since = now() - (this.#begun.get(held) ?? Number.NEGATIVE_INFINITY);
    // A clock that was put back must not make it wait.
    if (since < 0 || since >= REST_MS) resolve();
    else after(REST_MS - since, resolve);
    return handful;
  }
}
