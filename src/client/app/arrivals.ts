// From what the server tells of a log to reading it: a log of a group is read once this device is in the group, and the inbox
// before the others, because it holds the Welcomes by which it comes in.
import type { LogId } from "../../model/ids.ts";
import type { LogState } from "../../wire/messages.ts";
import type { Circle } from "./circle/circle.ts";
import type { Circles } from "./circle/circles.ts";
import { isLeft } from "./departures.ts";
import type { Held } from "./held.ts";
import { awaiting } from "./sync.ts";

export interface ArrivalsWorld {
  readonly circles: Circles;
  readonly begin: (held: Held, state: LogState) => void;
  /** What was said before it was taken out. */
  readonly depart: (held: Held) => void;
  readonly onBroken: (error: unknown) => void;
  /** Another device of this user is there now, and in it. */
  readonly hasHelper: (log: LogId) => Promise<boolean>;
}

export class Arrivals {
  readonly #world: ArrivalsWorld;
  /** Told of, and not begun with. */
  readonly #coming = new Set<LogId>();
  /** Those that wait for the inbox. */
  #queue: readonly Held[] = [];
  /** On their way in already, and in by the greeting's word: if it was not by that way, it was by a Welcome that lies in the inbox. */
  #welcomed: readonly Held[] = [];
  #connection = 0;
  #opening = 0;

  constructor(world: ArrivalsWorld) {
    this.#world = world;
  }

  /** Nothing is about to be begun with. */
  get idle(): boolean {
    return this.#queue.length === 0 && this.#opening === 0;
  }

  greeted(all: readonly Held[]): void {
    for (const held of all) if (held.told !== undefined) held.sync = awaiting(held.sync, held.told);
    const inbox = all.find(({ kind }) => kind === "inbox");
    const others = all.filter((held) => held !== inbox);
    // Whether the server has taken its way in decides what a Welcome is good for.
    const isUndecided = ({ log }: Held): boolean => this.#world.circles.get(log)?.isUndecided === true;
    const undecided = others.filter(isUndecided);
    this.#welcomed = undecided.filter(({ told }) => told?.member === true);
    for (const held of undecided) this.arrive(held, held.told?.member === true);
    this.#queue = others.filter((held) => !undecided.includes(held));
    if (inbox?.told === undefined) this.#release();
    else this.#world.begin(inbox, inbox.told);
  }

  /** `hoped`: somebody brings this device in, or is about to. */
  arrive(held: Held, hoped: boolean): void {
    const connection = this.#connection;
    if (hoped && held.told?.member === true) this.#world.circles.get(held.log)?.expect(held.told);
    this.#opening += 1;
    this.#met(held, hoped)
      .then(({ circle, hopes }) => {
        if (connection !== this.#connection) return;
        this.#opening -= 1;
        if (held.told === undefined || held.sync.phase.at !== "offline") return;
        this.#coming.add(held.log);
        if (circle.isIn) this.cameIn(held);
        if (this.#coming.has(held.log)) this.#wait(held, circle, hopes);
      })
      .catch((error: unknown) => this.#world.onBroken(error));
  }

  /** The log was read to its head. */
  inStep(held: Held): void {
    if (held.kind === "inbox") return this.#release();
    const { told } = held;
    if (told !== undefined) this.#world.circles.get(held.log)?.live(told);
  }

  /** The device is in the group since now. */
  cameIn(held: Held): void {
    const { told } = held;
    if (!this.#coming.has(held.log) || told === undefined || !(told.member || isLeft(told))) return;
    if (this.#world.circles.get(held.log)?.isIn !== true) return;
    this.#coming.delete(held.log);
    if (isLeft(told)) this.#world.depart(held);
    else this.#world.begin(held, told);
  }

  over(log: LogId): void {
    this.#coming.delete(log);
  }

  disconnected(): void {
    this.#connection += 1;
    [this.#queue, this.#welcomed] = [[], []];
    this.#coming.clear();
    this.#opening = 0;
  }

  #release(): void {
    const [queue, welcomed] = [this.#queue, this.#welcomed];
    [this.#queue, this.#welcomed] = [[], []];
    // There was no Welcome. Whom somebody has brought in since the greeting, theirs is still to come.
    for (const { log } of welcomed) this.#world.circles.get(log)?.hopeless();
    for (const held of queue) this.arrive(held, false);
  }

  #wait(held: Held, circle: Circle, hopes: boolean): void {
    // In by what this device knows, and not by what the server does, or the other way: it comes in anew.
    if (held.told !== undefined && (!isLeft(held.told) || circle.isUndecided)) circle.live(held.told, hopes);
    // Out again, and no Welcome is on its way that leads to what was said.
    else if (!hopes) this.#world.depart(held);
  }

  /** A device that is new in a conversation of its user waits for another one to bring it in, where there is one. */
  async #met(held: Held, hopes: boolean): Promise<{ readonly circle: Circle; readonly hopes: boolean }> {
    const circle = await this.#world.circles.meet(held.log);
    // It may have been put out just before, and is in again: the old group is given up first.
    await held.work;
    const isNew = !circle.isIn && held.told?.member === false && held.told.kind !== "lobby" && held.told.epoch > 0;
    return { circle, hopes: hopes || (isNew && (await this.#world.hasHelper(held.log))) };
  }
}
