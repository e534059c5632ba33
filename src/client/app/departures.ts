// The end of a membership: what was said before a commit took this device out is read first, and only then it is out, or is in
// again. Nothing is sent there meanwhile.
import { Fault } from "../../model/fault.ts";
import type { LogState } from "../../wire/messages.ts";
import type { ConversationsWorld, Departure, Held } from "./held.ts";
import { disconnected } from "./sync.ts";

export interface DeparturesWorld extends Pick<ConversationsWorld, "circles" | "standing" | "shown" | "out"> {
  readonly begin: (held: Held, state: LogState) => void;
  /** After everything that came before. */
  readonly run: (held: Held, work: () => Promise<void>) => void;
  readonly closeLane: (held: Held) => void;
  /** It stands so now. */
  readonly told: (state: LogState) => void;
}

export class Departures {
  readonly #world: DeparturesWorld;
  /** Of this connection. */
  readonly #departing = new Set<Held>();

  constructor(world: DeparturesWorld) {
    this.#world = world;
  }

  get idle(): boolean {
    return this.#departing.size === 0;
  }

  /** A commit took it out just now: what is left to be read is the server's to say. */
  putOut(held: Held): void {
    if (held.departure === undefined) this.#ask(held, this.#start(held));
    else held.departure.isStale = true;
  }

  /** The server has said up to where it may read. Resolves once it is known what comes after that. @throws Fault `offline` */
  read(held: Held): Promise<void> {
    const { told } = held;
    if (held.departure === undefined && told !== undefined) this.#readTo(held, this.#start(held), told);
    return held.departure?.over.promise ?? Promise.resolve();
  }

  /** What was said in the group that a Welcome takes the place of. @throws Fault `offline` */
  async readBefore(held: Held | undefined): Promise<void> {
    const isLeaving = held?.told !== undefined && isLeft(held.told) && this.#isIn(held);
    if (held !== undefined && (held.departure !== undefined || isLeaving)) await this.read(held);
  }

  /** Everything up to the head that the server tells is held. */
  inStep(held: Held): void {
    const { departure, sync } = held;
    if (departure?.until !== undefined && sync.seq >= departure.until) this.#ask(held, departure);
  }

  /** It is over, whatever is left of it. */
  end(held: Held): void {
    held.departure?.over.resolve();
    held.departure = undefined;
    this.#departing.delete(held);
  }

  disconnected(): void {
    for (const held of this.#departing) {
      held.departure?.over.reject(new Fault("offline", "the connection is gone"));
      held.departure = undefined;
    }
    this.#departing.clear();
  }

  #start(held: Held): Departure {
    const over = Promise.withResolvers<void>();
    // Whoever waits hears of it.
    over.promise.catch(() => undefined);
    const departure: Departure = { over, until: undefined, isStale: false };
    held.departure = departure;
    this.#departing.add(held);
    this.#world.closeLane(held);
    return departure;
  }

  #readTo(held: Held, departure: Departure, state: LogState): void {
    held.told = state;
    departure.until = state.until;
    if (this.#isIn(held) && held.sync.seq < state.until) this.#world.begin(held, state);
    // Without the group there is nothing that it could read.
    else this.#ask(held, departure);
  }

  #ask(held: Held, departure: Departure): void {
    const { run, standing, shown } = this.#world;
    run(held, async () => {
      if (held.departure !== departure) return;
      departure.isStale = false;
      const state = await standing(held.log, Math.max(held.settled, departure.until ?? 0));
      if (state === undefined) await shown();
      if (held.departure === departure) await this.#answered(held, departure, state);
    });
  }

  #isIn({ log }: Held): boolean {
    return this.#world.circles.get(log)?.isIn === true;
  }

  async #answered(held: Held, departure: Departure, state: LogState | undefined): Promise<void> {
    const { circles, told, out } = this.#world;
    const circle = circles.get(held.log);
    const isIn = circle?.isIn === true;
    const mayRead = isIn && departure.until === undefined;
    if (state !== undefined && isLeft(state) && mayRead) return this.#readTo(held, departure, state);
    // A server that says the same again is not asked for ever.
    const isOut = state === undefined || (isLeft(state) && state.until <= (departure.until ?? 0));
    if (!isOut) await circle?.since(state.first);
    if (held.departure !== departure) return;
    if (departure.isStale) return this.#ask(held, departure);
    [held.told, held.sync] = [state, disconnected(held.sync)];
    this.end(held);
    if (isOut) out(held.log, isIn);
    else told(state);
  }
}

/** Of a membership that is over. */
export function isLeft({ until }: LogState): boolean {
  return until > 0;
}
