// Archive keys that a device of this user had laid by for those that come later: they are here without anybody having been asked. What is
// asked goes on: somebody may have more, and newer ones.
import type { LogId, MessageId } from "../../../model/ids.ts";
import type { PastStates } from "./past-states.ts";
import { answered } from "./state.ts";

export class LaidBy {
  readonly #states: PastStates;
  /** No walk has begun with them. */
  readonly #logs = new Set<LogId>();

  constructor(states: PastStates) {
    this.#states = states;
  }

  came(log: LogId): void {
    this.#logs.add(log);
  }

  has(log: LogId): boolean {
    return this.#logs.has(log);
  }

  forget(log: LogId): void {
    this.#logs.delete(log);
  }

  /** True: a walk begins. `hasOwn`: another device of this user is in the group, and may hand over more. */
  walk(log: LogId, { ask, hasOwn }: { readonly ask: MessageId; readonly hasOwn: boolean }): boolean {
    if (!this.#logs.delete(log)) return false;
    const waited = hasOwn ? { ask, laid: ask } : { laid: ask };
    this.#states.keep(log, answered(this.#states.of(log), waited));
    return true;
  }
}
