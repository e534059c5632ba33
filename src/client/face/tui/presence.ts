// What the model must know of the person: that somebody is there, and what they can have seen.
import type { Clock } from "../../port/clock.ts";
import type { Intent, Screens } from "../../port/screens.ts";
import type { Ui } from "./scene/state.ts";

/** The model locks by itself, and is told that somebody is there no more often than this. */
const AWAKE_MS = 5_000;

export class Presence {
  readonly #world: { readonly screens: Pick<Screens, "view">; readonly clock: Clock };
  readonly #tell: (intent: Intent) => void;
  #awakeAt = Number.NEGATIVE_INFINITY;
  #looked = "";

  constructor(world: { readonly screens: Pick<Screens, "view">; readonly clock: Clock }, tell: (want: Intent) => void) {
    this.#world = world;
    this.#tell = tell;
  }

  /** The model marks as read; what it must know is whether a person can have seen the end. */
  look({ isFocused, scroll, layer, seen }: Ui): void {
    const { view } = this.#world.screens;
    const atEnd =
      !seen.isFresh &&
      scroll.at === "end" &&
      !view.open.timeline.hasNewer &&
      (layer.layer === "none" || layer.layer === "select");
    const looks = `${view.open.conversation} ${isFocused} ${atEnd}`;
    if (looks === this.#looked || view.locked) return;
    this.#looked = looks;
    this.#tell({ want: "look", focused: isFocused, atEnd });
  }

  awake(): void {
    const now = this.#world.clock.now();
    if (now - this.#awakeAt < AWAKE_MS || this.#world.screens.view.locked) return;
    this.#awakeAt = now;
    this.#tell({ want: "awake" });
  }
}
