// Changes of one tick in one transaction: they are gathered, committed together, and only then is anything done about them.
import type { Clock } from "../port/clock.ts";
import type { Change, Vault } from "../port/vault.ts";

export interface BatchWorld {
  readonly vault: Pick<Vault, "commit">;
  readonly clock: Pick<Clock, "after">;
  /** Runs `run` after everything that is ready now. */
  readonly defer: (run: () => void) => void;
  /** The vault failed: nothing of the batch happened, and the client cannot go on. */
  readonly onFailed: (error: unknown) => void;
}

/** A change that may be late goes by itself after this long. */
const LATE_MS = 250;

type State = { readonly at: "open" } | { readonly at: "stopped" } | { readonly at: "failed" };

export class Batch {
  readonly #world: BatchWorld;
  #changes: Change[] = [];
  #afterwards: (() => void)[] = [];
  #durable = false;
  #planned = false;
  #late: { readonly change: Change; readonly cancel: () => void } | undefined;
  #state: State = { at: "open" };

  constructor(world: BatchWorld) {
    this.#world = world;
  }

  /** `durable`: the commit must survive a power cut. */
  put(change: Change, { durable }: { readonly durable: boolean }): void {
    this.#changes.push(change);
    this.#durable ||= durable;
    this.#plan();
  }

  /** With whatever is committed next, or a moment later by itself; of several the last. Lost with a crash. */
  late(change: Change): void {
    const cancel = this.#late?.cancel ?? this.#world.clock.after(LATE_MS, () => this.#flushLate());
    this.#late = { change, cancel };
  }

  /** Durably. */
  putAll(changes: readonly Change[]): void {
    for (const change of changes) this.put(change, { durable: true });
  }

  /** Resolves once everything put so far is in the vault; never if that fails. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.afterwards(resolve));
  }

  /** Runs once everything put so far is in the vault; in order. */
  afterwards(run: () => void): void {
    this.#afterwards.push(run);
    this.#plan();
  }

  /** Commits now: for those who must read what was put. */
  flush(): void {
    if (this.#state.at !== "open") return;
    const [changes, afterwards, durable] = [this.#changes, this.#afterwards, this.#durable];
    this.#changes = [];
    this.#afterwards = [];
    this.#durable = false;
    if (changes.length > 0) changes.push(...this.#takeLate());
    try {
      if (changes.length > 0) this.#world.vault.commit(changes, { durable });
    } catch (error) {
      this.#state = { at: "failed" };
      this.#world.onFailed(error);
      return;
    }
    for (const run of afterwards) run();
  }

  /** Commits what there is, and nothing after that. */
  stop(): void {
    this.#flushLate();
    this.flush();
    this.#state = { at: "stopped" };
  }

  #flushLate(): void {
    this.#changes.push(...this.#takeLate());
    this.flush();
  }

  #takeLate(): readonly Change[] {
    if (this.#late === undefined) return [];
    const { change, cancel } = this.#late;
    cancel();
    this.#late = undefined;
    return [change];
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    this.#world.defer(() => {
      this.#planned = false;
      this.flush();
    });
  }
}
