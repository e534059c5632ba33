// Commits that nobody asked for: whoever must be out is taken out before the next message, and a commit that everybody refused is
// made forgotten by one that is good.
import type { DeviceId } from "../../../model/ids.ts";
import type { CircleWorld } from "./circle-world.ts";
import { turnOf, waitMs } from "./turn.ts";
import { isOutgrown, mustClean, type Position } from "./position.ts";

export interface CleaningWorld {
  readonly at: Position;
  readonly isLive: () => boolean;
  readonly renew: () => Promise<void>;
  readonly move: () => Promise<void>;
}

type CleaningCircle = Pick<CircleWorld, "after" | "chance" | "self" | "ask" | "log">;

/** After a commit that was refused: one of the members is the first. */
const OUTDO_MS = 2_000;
/** More may be coming in: all at once costs as much as one. */
const MOVE_MS = 2_000;
/** Whoever made it grow is gone: the others come one after the other. */
const OTHERS_MOVE_MS = 60_000;
const OTHERS_SPREAD = 9;
/** A list of this device may say more than the server's: the server reads its own again when it is told to. */
const AGAIN_MS = 5_000;

export class Cleaning {
  readonly #circle: CleaningCircle;
  readonly #world: CleaningWorld;
  #running = false;
  #moves = false;
  /** Counts commits that were refused, and those that were believed. */
  #commits = 0;

  constructor(circle: CleaningCircle, world: CleaningWorld) {
    this.#circle = circle;
    this.#world = world;
  }

  /** New keys, and out with who must go, in turn. Another member may be faster: that is as good. */
  clean(): void {
    if (this.#running) return;
    const { view } = this.#world.at;
    const { device } = this.#circle.self;
    // Who must be out has no say in it.
    if (view?.members.some((one) => one.device === device && one.suspect !== undefined) === true) return;
    this.#running = true;
    const { ms, others } = view === undefined ? { ms: 0, others: [] } : turnOf(view, device);
    if (ms === 0) return this.#clean();
    this.#wait(ms, others.length === 0 ? () => this.#clean() : () => void this.#letThrough(others));
  }

  #wait(ms: number, next: () => void): void {
    this.#circle.after(ms, () => {
      if (this.#world.isLive() && mustClean(this.#world.at)) next();
      else this.#running = false;
    });
  }

  /** Who is not there is not waited for. It is the server's word: at worst several commit at once, or all wait for all. */
  async #letThrough(before: readonly DeviceId[]): Promise<void> {
    const online = await this.#online().catch(() => new Set(before));
    this.#wait(waitMs(before.filter((device) => online.has(device)).length), () => this.#clean());
  }

  async #online(): Promise<ReadonlySet<DeviceId>> {
    const { ask, log } = this.#circle;
    const { members } = await ask({ type: "listMembers", log }, "memberList");
    return new Set(members.filter(({ online }) => online).map(({ device }) => device));
  }

  #clean(): void {
    this.#world
      .renew()
      .catch(() => undefined)
      .finally(() => {
        this.#running = false;
        this.#circle.after(AGAIN_MS, () => {
          if (this.#world.isLive() && mustClean(this.#world.at)) this.clean();
        });
      });
  }

  /** The group goes on in one with lighter keys, when it is too large for those that it has. */
  moveOn(hasGrownIt: boolean): void {
    if (this.#moves || !isOutgrown(this.#world.at)) return;
    this.#moves = true;
    const ms = hasGrownIt ? MOVE_MS : OTHERS_MOVE_MS * (1 + OTHERS_SPREAD * this.#circle.chance());
    this.#circle.after(ms, () => {
      if (!this.#world.isLive() || !isOutgrown(this.#world.at)) return this.#moved();
      this.#world
        .move()
        .catch(() => undefined)
        .finally(() => this.#moved());
    });
  }

  /** If it did not come about, because somebody has no key package for it, it is tried again. */
  #moved(): void {
    this.#moves = false;
    if (this.#world.isLive()) this.moveOn(false);
  }

  /** Who comes in next would come in by the commit that was refused. */
  outdo(): void {
    this.#commits += 1;
    const commits = this.#commits;
    this.#circle.after(OUTDO_MS * this.#circle.chance(), () => {
      if (this.#commits !== commits || !this.#world.isLive() || this.#running) return;
      this.#running = true;
      this.#clean();
    });
  }

  outdone(): void {
    this.#commits += 1;
  }
}
