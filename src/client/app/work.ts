// What came, one handful after the other for each log: opening takes its time. Nothing is done for a connection that is gone.
import { Fault } from "../../model/fault.ts";
import type { ConversationsWorld, Held } from "./held.ts";

export class Work {
  readonly #world: Pick<ConversationsWorld, "batch" | "onBroken">;
  /** Counts connections: what was fetched on one that is gone is fetched again. */
  #connection = 0;

  constructor(world: Pick<ConversationsWorld, "batch" | "onBroken">) {
    this.#world = world;
  }

  run(held: Held, work: () => Promise<void>): void {
    const connection = this.#connection;
    held.work = held.work
      .then(() => (connection === this.#connection ? work() : undefined))
      .catch((error: unknown) => {
        if (!(error instanceof Fault && (error.code === "offline" || error.code === "stopped")))
          this.#world.onBroken(error);
      });
  }

  /** When everything that came before is in the vault. */
  after(held: Held, run: () => void): void {
    this.run(held, async () => {
      this.#world.batch.flush();
      run();
    });
  }

  disconnected(): void {
    this.#connection += 1;
  }
}
