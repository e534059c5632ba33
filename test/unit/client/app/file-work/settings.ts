// The settings of a vault, in memory.
import type { KeptWorld } from "../../../../../src/client/app/file-work/kept.ts";
import type { Change } from "../../../../../src/client/port/vault.ts";

export class MemorySettings implements KeptWorld {
  readonly #rows: Map<string, string>;
  readonly vault = { setting: (name: string): string | undefined => this.#rows.get(name) };

  constructor(rows: ReadonlyMap<string, string> = new Map()) {
    this.#rows = new Map(rows);
  }

  readonly put = (changes: readonly Change[]): void => {
    for (const change of changes) {
      if ("drop" in change && change.drop === "setting") this.#rows.delete(change.name);
      else if ("put" in change && change.put === "setting") this.#rows.set(change.name, change.value);
      else throw new Error("files on their way are kept as settings");
    }
  };

  write(name: string, value: string): void {
    this.#rows.set(name, value);
  }

  keys(): string[] {
    return [...this.#rows.keys()];
  }

  copy(): Map<string, string> {
    return new Map(this.#rows);
  }
}
