// Changes of one tick in one transaction: they are gathered, committed together, and only then is anything done about them.
import type { Change, Vault } from "../port/vault.ts";

export interface BatchWorld {
  readonly vault: Vault;
  /** Runs `run` after everything that is ready now. */
  readonly defer: (run: () => void) => void;
  /** The vault failed: nothing of the batch happened, and the client cannot go on. */
  readonly onFailed: (error: unknown) => void;
}

type State = { readonly at: "open" } | { readonly at: "stopped" } | { readonly at: "failed" };

export class Batch {
  readonly #world: BatchWorld;
  #changes: Change[] = [];
  #afterwards: (() => void)[] = [];
  #durable = false;
  #planned = false;
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
    this.flush();
    this.#state = { at: "stopped" };
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
