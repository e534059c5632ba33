// The circles of all conversations: each is taken from the vault once, before anything is done with it.
import { Fault } from "../../../model/fault.ts";
import type { LogId } from "../../../model/ids.ts";
import type { WelcomeNote } from "../../../wire/messages.ts";
import type { HeldLog } from "../../port/vault.ts";
import type { CircleNews, CircleWorld } from "./circle-world.ts";
import { Circle } from "./circle.ts";

export interface CirclesWorld extends Omit<CircleWorld, "log" | "onNews"> {
  readonly onNews: (log: LogId, news: CircleNews) => void;
  /** The connection is of no use: another one, after a while. */
  readonly giveUp: (fault: Fault) => void;
  /** A group that cannot be read from the vault: the client cannot go on. */
  readonly onFailed: (error: unknown) => void;
}

/** What is the server's trouble of the moment, and says nothing of what was asked for. */
const PASSING = new Set(["internal", "store-failed", "store-full", "store-overload"]);

type Place = Pick<HeldLog, "epoch" | "seq">;

export class Circles {
  readonly #world: CirclesWorld;
  readonly #circles = new Map<LogId, Circle>();
  readonly #starting = new Map<LogId, Promise<Circle>>();

  constructor(world: CirclesWorld) {
    this.#world = world;
  }

  /** Undefined: none, or not taken from the vault yet. */
  get(log: LogId): Circle | undefined {
    return this.#circles.get(log);
  }

  /** Those of the vault are there: who is in them is known without a server. */
  async ready(): Promise<void> {
    await Promise.all(this.#starting.values());
  }

  meet(log: LogId, place?: Place): Promise<Circle> {
    const known = this.#circles.get(log);
    if (known !== undefined) return Promise.resolve(known);
    const starting = this.#starting.get(log) ?? this.#start(log, place ?? { epoch: 0, seq: 0 });
    this.#starting.set(log, starting);
    return starting;
  }

  /** False: the Welcome leads nowhere any more. */
  async welcomed(note: WelcomeNote, welcome: Uint8Array): Promise<boolean> {
    const circle = await this.meet(note.log);
    try {
      if (await circle.welcomed(note, welcome)) return true;
    } catch (error) {
      if (!(error instanceof Fault) || error.code === "offline" || error.code === "stopped") throw error;
      // The server could not say: the Welcome stays where it is until it can.
      if (PASSING.has(error.code)) {
        this.#world.giveUp(error);
        throw new Fault("offline", "the server did not give what a Welcome leads to");
      }
      if (error.code === "no-group-info") this.#world.onNews(note.log, { news: "too-late" });
    }
    circle.hopeless();
    return false;
  }

  /** What is known of certificates is more than it was. */
  judge(): void {
    for (const circle of this.#circles.values()) circle.judge();
  }

  all(): ReadonlyMap<LogId, Circle> {
    return this.#circles;
  }

  gone(): void {
    for (const circle of this.#circles.values()) circle.gone();
  }

  stop(fault: Fault): void {
    for (const circle of this.#circles.values()) circle.stop(fault);
  }

  async #start(log: LogId, place: Place): Promise<Circle> {
    const { onNews } = this.#world;
    const circle = new Circle({ ...this.#world, log, onNews: (news) => onNews(log, news) });
    try {
      await circle.start(place);
    } catch (error) {
      this.#world.onFailed(error);
      throw error;
    }
    this.#circles.set(log, circle);
    this.#starting.delete(log);
    return circle;
  }
}
