// That this user is writing, told to whoever is there: seldom, and that they have stopped. It is lost without harm.
import type { Ask } from "./world.ts";

export interface TypingToldWorld {
  readonly ask: Ask;
  readonly now: () => number;
}

/** As often as a signal leaves this device. */
const AGAIN_MS = 3_000;

export class TypingTold {
  readonly #world: TypingToldWorld;
  #told: { readonly to: string; readonly at: number } | undefined;

  constructor(world: TypingToldWorld) {
    this.#world = world;
  }

  wrote(to: string, isSomething: boolean): void {
    if (!isSomething) return this.stopped();
    const at = this.#world.now();
    const told = this.#told;
    if (told?.to === to && at >= told.at && at - told.at < AGAIN_MS) return;
    if (told !== undefined && told.to !== to) this.stopped();
    this.#told = { to, at };
    this.#say(to, true);
  }

  stopped(): void {
    const told = this.#told;
    this.#told = undefined;
    if (told !== undefined) this.#say(told.to, false);
  }

  #say(to: string, on: boolean): void {
    this.#world.ask({ do: "typing", to, on }).catch(() => {});
  }
}
