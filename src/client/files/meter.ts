// Progress for people: a few times a second, and always the first and the last word.
import type { Clock } from "../port/clock.ts";
import type { Progress } from "./contract.ts";

/** Four times a second moves smoothly enough, and a 1 GB transfer does not flood a pipe of JSON lines. @internal */
export const PROGRESS_MS = 250;

export interface MeterWorld {
  readonly clock: Pick<Clock, "now">;
  readonly onProgress: (progress: Progress) => void;
}

export class Meter {
  readonly #world: MeterWorld;
  readonly #total: number;
  #stage: Progress["stage"] | undefined;
  #bytes = -1;
  #toldMs = 0;

  constructor(world: MeterWorld, total: number) {
    this.#world = world;
    this.#total = total;
  }

  /** `bytes` may count padding; what is told does not. It may go back when the server lost something. */
  at(stage: Progress["stage"], reached: number): void {
    const bytes = Math.min(reached, this.#total);
    if (stage === this.#stage && bytes === this.#bytes) return;
    const nowMs = this.#world.clock.now();
    const early = Math.abs(nowMs - this.#toldMs) < PROGRESS_MS;
    if (stage === this.#stage && bytes < this.#total && early) return;
    this.#stage = stage;
    this.#bytes = bytes;
    this.#toldMs = nowMs;
    this.#world.onProgress({ stage, bytes, total: this.#total });
  }
}
