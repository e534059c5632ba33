// From the vault to the face: every entry once, in the order in which it came, never before its sender is known.
// Nothing is held in memory but one handful; a face that has enough stops it, and the rest waits in the vault.
import type { HeldEntry, Vault } from "../port/vault.ts";
import type { Clock } from "../port/clock.ts";
import type { Face } from "../port/face.ts";
import type { Batch } from "./batch.ts";
import type { People } from "./people.ts";
import type { ClientEvent } from "../port/views.ts";
import type { DeviceId } from "../../model/ids.ts";

/** Entries read from the vault at once. */
const HANDFUL = 256;
const RETRY_MS = 2_000;

export interface PresenterWorld {
  readonly vault: Vault;
  readonly batch: Pick<Batch, "late">;
  readonly face: Face;
  readonly people: People;
  readonly clock: Pick<Clock, "after">;
  readonly events: (entry: HeldEntry) => readonly ClientEvent[];
  /** There was something to show, and now there is not. */
  readonly onIdle: () => void;
  readonly onFailed: (error: unknown) => void;
}

export class Presenter {
  readonly #world: PresenterWorld;
  #shown: number;
  #running = false;
  #rested: Promise<void> = Promise.resolve();
  #again = false;
  #stopped = false;
  #cancelRetry: (() => void) | undefined;

  constructor(world: PresenterWorld) {
    this.#world = world;
    this.#shown = world.vault.shown();
  }

  get idle(): boolean {
    return !this.#running;
  }

  /** Resolves once everything that is in the vault has been shown, or cannot be for now. */
  rested(): Promise<void> {
    return this.#rested;
  }

  /** The vault has something new, or senders can be asked for again. */
  poke(): void {
    this.#again = true;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    this.#rested = this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (await this.#handful());
      }
    } catch (error) {
      this.#world.onFailed(error);
    }
    // At once behind the last look: a poke in between would be nobody's.
    this.#running = false;
    if (!this.#stopped) this.#world.onIdle();
  }

  /** False: there is nothing more to show for now. */
  async #handful(): Promise<boolean> {
    const { vault, face, people } = this.#world;
    if (face.full) await face.drained();
    if (this.#stopped) return false;
    const entries = vault.after(this.#shown, HANDFUL);
    const strangers = new Set(
      entries
        .filter(isShown)
        .map(({ sender }) => sender)
        .filter((device) => !people.knows(device)),
    );
    if (strangers.size > 0 && !(await this.#learn([...strangers]))) return false;
    if (entries.length === 0 || this.#stopped) return false;
    this.#show(entries);
    return entries.length === HANDFUL;
  }

  #show(entries: readonly HeldEntry[]): void {
    const { batch, face, events } = this.#world;
    for (const entry of entries) {
      if (isShown(entry)) for (const event of events(entry)) face.show(event);
      this.#shown = entry.row;
    }
    // After they have left the process: a crash between the two shows them again rather than never.
    const row = this.#shown;
    void face.written().then(() => {
      if (!this.#stopped) batch.late({ put: "shown", row });
    });
  }

  /** False: nobody can be asked now. Without a connection the next one pokes again; with one, it is tried again soon. */
  async #learn(devices: readonly DeviceId[]): Promise<boolean> {
    try {
      await this.#world.people.learn(devices);
      return true;
    } catch {
      this.#cancelRetry?.();
      this.#cancelRetry = this.#world.clock.after(RETRY_MS, () => this.poke());
      return false;
    }
  }
}

function isShown({ kind, quiet }: HeldEntry): boolean {
  return kind !== "inbox" && !quiet;
}
