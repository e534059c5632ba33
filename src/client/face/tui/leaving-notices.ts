// Notices that go by themselves after a while: all but alarms.
import type { Clock } from "../../port/clock.ts";
import type { Screens } from "../../port/screens.ts";

const NOTICE_MS = 10_000;

export interface LeavingWorld {
  readonly screens: Pick<Screens, "view">;
  readonly clock: Clock;
}

export class LeavingNotices {
  readonly #world: LeavingWorld;
  readonly #dismiss: (notice: number) => void;
  readonly #leaving = new Map<number, () => void>();

  constructor(world: LeavingWorld, dismiss: (notice: number) => void) {
    this.#world = world;
    this.#dismiss = dismiss;
  }

  /** They are on the screen now. */
  seen(): void {
    const { screens, clock } = this.#world;
    for (const { id, kind } of screens.view.notices)
      if (kind !== "alarm" && !this.#leaving.has(id))
        this.#leaving.set(
          id,
          clock.after(NOTICE_MS, () => this.#leave(id)),
        );
  }

  end(): void {
    for (const cancel of this.#leaving.values()) cancel();
  }

  #leave(id: number): void {
    this.#leaving.delete(id);
    if (this.#world.screens.view.notices.some((notice) => notice.id === id)) this.#dismiss(id);
  }
}
