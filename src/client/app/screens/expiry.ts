// Messages that disappear: no event says so, so that whoever shows them takes them away when their time has come.
import type { Clock } from "../../port/clock.ts";
import type { MessageView } from "../../port/views.ts";

export interface ExpiryWorld {
  readonly clock: Clock;
}

/** A timer of Node takes no more; it is planned again then. */
const WAIT_MOST_MS = 86_400_000;
/** A moment late rather than a moment early. */
const AFTER_MS = 10;

export class Expiry {
  readonly #world: ExpiryWorld;
  #onDue: (now: number) => void = () => {};
  /** Times that something ends at. */
  readonly #times = new Set<number>();
  #planned: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(world: ExpiryWorld) {
    this.#world = world;
  }

  /** Called when something has ended. */
  due(run: (now: number) => void): void {
    this.#onDue = run;
  }

  want(messages: readonly Pick<MessageView, "expires">[]): void {
    for (const { expires } of messages) if (expires !== undefined) this.#times.add(expires);
    this.#plan();
  }

  stop(): void {
    this.#planned?.cancel();
    this.#planned = undefined;
    this.#times.clear();
  }

  #plan(): void {
    if (this.#times.size === 0) return;
    const at = Math.min(...this.#times);
    if (this.#planned !== undefined && this.#planned.at <= at) return;
    this.#planned?.cancel();
    const { clock } = this.#world;
    const ms = Math.min(WAIT_MOST_MS, Math.max(0, at - clock.now()) + AFTER_MS);
    this.#planned = { at, cancel: clock.after(ms, () => this.#run()) };
  }

  #run(): void {
    const now = this.#world.clock.now();
    this.#planned = undefined;
    let isOver = false;
    for (const at of this.#times) if (at <= now) isOver = this.#times.delete(at) || isOver;
    if (isOver) this.#onDue(now);
    this.#plan();
  }
}
