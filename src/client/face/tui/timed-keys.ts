// Keys as they come, and those that are known only when nothing follows them: Esc alone, the end of a paste.
import type { Clock } from "../../port/clock.ts";
import { KeyReader } from "./ground/keys.ts";
import type { Said } from "./ground/sequences.ts";

export class TimedKeys {
  readonly #clock: Clock;
  readonly #hear: (late: readonly Said[]) => void;
  readonly #reader = new KeyReader();
  #late: (() => void) | undefined;

  constructor(clock: Clock, hear: (late: readonly Said[]) => void) {
    this.#clock = clock;
    this.#hear = hear;
  }

  push(bytes: Uint8Array): readonly Said[] {
    const said = this.#reader.push(bytes, this.#clock.now());
    this.#await();
    return said;
  }

  end(): void {
    this.#late?.();
    this.#late = undefined;
  }

  #await(): void {
    this.end();
    const until = this.#reader.waitsUntil;
    if (until === undefined) return;
    this.#late = this.#clock.after(Math.max(0, until - this.#clock.now()), () => {
      const late = this.#reader.late(Math.max(until, this.#clock.now()));
      this.#await();
      this.#hear(late);
    });
  }
}
