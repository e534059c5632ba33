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

/** How much of a stream there is by now. */
interface Pace {
  /** When the last handful was begun. */
  readonly began: number;
  readonly handfuls: number;
}

/**
 * Twenty at once cost little more than one. The longer others go on, the larger the handfuls are: each waits this much longer than the one
 * before it, up to what nobody sees. An answer and the answer to it wait for nothing.
 */
const STEP_MS = 10;
const REST_MOST_MS = 100;
/** After as long it is a new stream. */
const CALM_MS = 250;
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

  /** Entries of a log, in their order. Who is in the group, what this device said itself, and much at once, is not waited with. */
  apply(held: Held, applied: readonly Applied[]): void {
    const { self } = this.#world;
    const handful = this.#gathering.get(held) ?? this.#gather(held);
    handful.applied.push(...applied);
    const isUrgent = applied.some(({ entry }) => entry.sender === self || entry.kind === "commit");
    if (isUrgent || held.kind === "inbox" || handful.applied.length >= ENOUGH) handful.begin();
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
      this.#paces.set(held, { began: now(), handfuls: handfuls + 1 });
      await apply(held, handful.applied);
    });
    this.#gathering.set(held, handful);
    const { began, handfuls } = this.#pace(held);
    const rest = began + Math.min(REST_MOST_MS, STEP_MS * handfuls) - now();
    if (rest <= 0) resolve();
    else after(rest, resolve);
    return handful;
  }

  #pace(held: Held): Pace {
    const pace = this.#paces.get(held);
    const since = pace === undefined ? CALM_MS : this.#world.now() - pace.began;
    // A clock that was put back must not make it wait.
    return pace === undefined || since < 0 || since >= CALM_MS ? { began: 0, handfuls: 0 } : pace;
  }
}
