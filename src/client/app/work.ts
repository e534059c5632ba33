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

/** How many handfuls of a conversation are begun without a rest. */
interface Pace {
  /** When the last was begun, and how many were left then. */
  readonly at: number;
  readonly left: number;
}

/** Twenty at once cost little more than one: so many for nothing, and in a stream one in so many milliseconds, which nobody sees. */
const FREE = 16;
const REST_MS = 100;
/** Nothing more is waited for. */
const ENOUGH = 64;

export class Work {
  readonly #world: WorkWorld;
  /** Counts connections: what was fetched on one that is gone is fetched again. */
  #connection = 0;
  /** Not begun with yet, and nothing is behind it. */
  readonly #gathering = new Map<Held, Handful>();
  readonly #paces = new WeakMap<Held, Pace>();

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

  /**
   * Entries of a log, in their order. Who is in the group, what this device said itself, and much at once, is not waited with, and nothing
   * that comes behind goes with it: it may be for another group, or not for this device.
   */
  apply(held: Held, applied: readonly Applied[]): void {
    const { self } = this.#world;
    const handful = this.#gathering.get(held) ?? this.#gather(held);
    handful.applied.push(...applied);
    const isUrgent = applied.some(({ entry }) => entry.sender === self || entry.kind === "commit");
    if (!isUrgent && held.kind !== "inbox" && handful.applied.length < ENOUGH) return;
    handful.begin();
    this.#gathering.delete(held);
  }

  /** Resolves when everything that came so far is in the vault. @throws Fault `offline`: it is not, and is fetched again */
  async done(held: Held): Promise<void> {
    const { seq } = held.sync;
    this.#gathering.get(held)?.begin();
    await held.work;
    this.#world.batch.flush();
    if (held.settled < seq) throw new Fault("offline", "what came before was not opened");
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
      this.#paces.set(held, { at: now(), left: Math.max(0, this.#left(held) - 1) });
      await apply(held, handful.applied);
    });
    this.#gathering.set(held, handful);
    const rest = (1 - this.#left(held)) * REST_MS;
    if (rest <= 0) resolve();
    else after(rest, resolve);
    return handful;
  }

  #left(held: Held): number {
    const { now } = this.#world;
    const { at, left } = this.#paces.get(held) ?? { at: now(), left: FREE };
    // A clock that was put back gives none.
    return Math.min(FREE, left + Math.max(0, now() - at) / REST_MS);
  }
}
