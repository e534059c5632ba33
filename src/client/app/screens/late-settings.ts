// Settings of the screens in the vault, written a moment after they changed: what changes together is one transaction. What cannot be
// understood is ignored: nothing here is worth a program that does not start.
import type { Clock } from "../../port/clock.ts";
import type { Change } from "../../port/vault.ts";

export interface LateSettingsWorld {
  readonly clock: Pick<Clock, "after">;
  readonly setting: (name: string) => string | undefined;
  readonly commit: (changes: readonly Change[]) => void;
  /** It could not be kept: told once to whoever looks. */
  readonly onFailed: (error: unknown) => void;
}

const PREFIX = "screens/";
/** After the last key: a crash loses no more of a draft. */
const WRITE_MS = 300;

export class LateSettings {
  readonly #world: LateSettingsWorld;
  /** What each of them is by then. */
  readonly #changed = new Map<string, () => unknown>();
  #cancel: (() => void) | undefined;

  constructor(world: LateSettingsWorld) {
    this.#world = world;
  }

  /** JSON, as it was written last; undefined: never, or it is none. */
  read(name: string): unknown {
    try {
      return JSON.parse(this.#world.setting(PREFIX + name) ?? "null") ?? undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** It is another one now. */
  touched(name: string, value: () => unknown): void {
    this.#changed.set(name, value);
    this.#cancel ??= this.#world.clock.after(WRITE_MS, () => this.flush());
  }

  /** Writes what is not written yet. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const changes = [...this.#changed].map(([name, value]): Change => {
      return { put: "setting", name: PREFIX + name, value: JSON.stringify(value()) };
    });
    this.#changed.clear();
    if (changes.length === 0) return;
    try {
      this.#world.commit(changes);
    } catch (error) {
      this.#world.onFailed(error);
    }
  }
}
