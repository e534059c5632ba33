// Notices that are no alarms go by themselves after a while.
import type { Clock } from "../../port/clock.ts";
import type { Screens } from "../../port/screens.ts";

export interface DismissingWorld {
  readonly screens: Pick<Screens, "view">;
  readonly clock: Clock;
  readonly dismiss: (notice: number) => void;
}

const NOTICE_MS = 10_000;

export class Dismissing {
  readonly #world: DismissingWorld;
  readonly #waiting = new Map<number, () => void>();

  constructor(world: DismissingWorld) {
    this.#world = world;
  }

  /** Those that are shown now, each once. */
  later(): void {
    const { screens, clock, dismiss } = this.#world;
    for (const { id, kind } of screens.view.notices) {
      if (kind === "alarm" || this.#waiting.has(id)) continue;
      const cancel = clock.after(NOTICE_MS, () => {
        this.#waiting.delete(id);
        if (screens.view.notices.some((notice) => notice.id === id)) dismiss(id);
      });
      this.#waiting.set(id, cancel);
    }
  }

  end(): void {
    for (const cancel of this.#waiting.values()) cancel();
  }
}
