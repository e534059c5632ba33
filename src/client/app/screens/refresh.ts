// Something that is asked for again and again and is to run seldom: at once, and then not before a while after its end.
import type { Clock } from "../../port/clock.ts";

export interface RefreshWorld {
  readonly clock: Pick<Clock, "after">;
  /** Rejections are its own affair: it is simply over then. */
  readonly run: () => Promise<void>;
  readonly restMs: number;
}

export class Refresh {
  readonly #world: RefreshWorld;
  #state: "idle" | "running" | "again" | "resting" = "idle";

  constructor(world: RefreshWorld) {
    this.#world = world;
  }

  /** What is asked for while it runs or rests is one more run. */
  poke(): void {
    if (this.#state === "idle") void this.#run();
    else this.#state = "again";
  }

  async #run(): Promise<void> {
    this.#state = "running";
    try {
      await this.#world.run();
    } catch {
      // Without a connection, or at the end: whoever comes back pokes again.
    }
    const isWanted = this.#isWanted();
    this.#state = isWanted ? "again" : "resting";
    this.#world.clock.after(this.#world.restMs, () => {
      const again = this.#isWanted();
      this.#state = "idle";
      if (again) this.poke();
    });
  }

  #isWanted(): boolean {
    return this.#state === "again";
  }
}
