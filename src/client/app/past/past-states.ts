// How far each conversation is with what it is missing: in memory as in the vault.
import type { LogId } from "../../../model/ids.ts";
import type { Change, Vault } from "../../port/vault.ts";
import { droppedHanded } from "./handed.ts";
import type { Segments } from "./segments.ts";
import { keptPast, pastFrom, type PastState, SECRET_ROW } from "./state.ts";

export interface PastStatesWorld {
  readonly vault: Pick<Vault, "pending">;
  readonly segments: Segments;
  readonly put: (changes: readonly Change[]) => void;
  readonly flush: () => void;
}

export class PastStates {
  readonly #world: PastStatesWorld;
  readonly #logs = new Map<LogId, PastState>();

  constructor(world: PastStatesWorld) {
    this.#world = world;
  }

  of(log: LogId): PastState {
    const known = this.#logs.get(log) ?? pastFrom(this.#world.vault.pending(log));
    this.#logs.set(log, known);
    return known;
  }

  /** Together with `changes`, at once: what comes next must find it in the vault. */
  keep(log: LogId, past: PastState, changes: readonly Change[] = []): void {
    this.#logs.set(log, past);
    this.#world.put([...changes, keptPast(log, past), ...(past.gap === undefined ? this.#unneeded(log) : [])]);
    this.#world.flush();
  }

  /** The group is given up, and its rows with it. */
  forget(log: LogId): void {
    this.#logs.delete(log);
    this.#world.segments.forget(log);
  }

  /** Nothing is missing any more. */
  #unneeded(log: LogId): readonly Change[] {
    const { vault, segments } = this.#world;
    const handed = [...droppedHanded(vault.pending(log), log), ...segments.drop(log)];
    return [...handed, { drop: "pending", log, name: SECRET_ROW }];
  }
}
