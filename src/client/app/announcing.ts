// Whoever comes in by themselves knows nothing of before, the name of the room neither: one of those who are there tells it.
// All compute the same order; each waits a little longer than the one before, and says nothing when somebody has said it.
import type { DeviceId, LogId } from "../../model/ids.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { Abouts } from "./abouts.ts";
import type { Circles } from "./circle/circles.ts";
import type { Listings } from "./listings.ts";
import type { Payload } from "./payload/payload.ts";

export interface AnnouncingWorld {
  readonly abouts: Abouts;
  readonly listings: Listings;
  readonly circles: Circles;
  readonly lobby: LogId;
  readonly self: DeviceId;
  /** 0 to 1. */
  readonly chance: () => number;
  readonly after: (ms: number, run: () => void) => void;
  readonly say: (log: LogId, payload: Payload) => Promise<unknown>;
}

const FIRST_MS = 200;
const NEXT_MS = 1_500;
/** Ranks that wait one behind the other; when so many are silent, the others do not wait for each other. */
const RANKS = 20;
const REST_MS = 60_000;
/** Rooms told of at once. */
const LISTED_MOST = 50;

export class Announcing {
  readonly #world: AnnouncingWorld;
  /** Counts what was said of each: what waits is of no use when it has changed. */
  readonly #said = new Map<LogId, number>();

  constructor(world: AnnouncingWorld) {
    this.#world = world;
  }

  /** Somebody said what the conversation is called, or told of rooms. */
  heard(log: LogId): void {
    this.#said.set(log, this.#count(log) + 1);
  }

  commit(log: LogId, outcome: Extract<Outcome, { kind: "commit" }>): void {
    if (!outcome.isExternal || outcome.by.device === this.#world.self || !this.#hasNews(log)) return;
    const rank = this.#rank(log, outcome.by.device);
    if (rank === -1) return;
    const count = this.#count(log);
    const spread = rank < RANKS ? 0 : this.#world.chance() * REST_MS;
    this.#world.after(FIRST_MS + Math.min(rank, RANKS) * NEXT_MS + spread, () => {
      if (this.#count(log) === count) this.#tell(log);
    });
  }

  #hasNews(log: LogId): boolean {
    const { lobby, listings, abouts } = this.#world;
    return log === lobby ? listings.all().length > 0 : abouts.of(log).name !== undefined;
  }

  #tell(log: LogId): void {
    const { lobby, listings, abouts, circles } = this.#world;
    if (log === lobby) {
      const open = listings.all().filter((one) => circles.get(one.log)?.view?.terms.closed !== true);
      for (const { at: _at, ...listed } of open.slice(-LISTED_MOST))
        this.#say(log, { kind: "listing", ...listed, on: true });
      return;
    }
    const { name, topic } = abouts.of(log);
    if (name !== undefined) this.#say(log, { kind: "about", name, ...(topic === undefined ? {} : { topic }) });
  }

  #say(log: LogId, payload: Payload): void {
    this.#world.say(log, payload).catch(() => undefined);
  }

  /** The same for all: members in the order of their ids, beginning behind the newcomer. -1: not one of them. */
  #rank(log: LogId, newcomer: DeviceId): number {
    const members = this.#world.circles.get(log)?.view?.members.map(({ device }) => device) ?? [];
    const others = members.filter((device) => device !== newcomer).toSorted();
    const start = others.findIndex((device) => device > newcomer);
    const own = others.indexOf(this.#world.self);
    return own === -1 ? -1 : (own - Math.max(start, 0) + others.length) % others.length;
  }

  #count(log: LogId): number {
    return this.#said.get(log) ?? 0;
  }
}
