// The course of one transfer, whatever it moves: reading, moving, held, over. Pause and a lost connection hold it, each by
// itself; cancelling and the end of the client end it at once.
import { Fault } from "../../model/fault.ts";

/** `user`: paused. `link`: there is no connection. */
export type HeldBy = "user" | "link";

export type TransferState =
  | { readonly at: "reading" | "moving" | "done" }
  | { readonly at: "held"; readonly by: readonly HeldBy[] }
  | { readonly at: "failed"; readonly error: unknown };

export interface Transfer<T> {
  readonly state: TransferState;
  /** Rejects with the Fault that ended it; `transfer-cancelled` and `transfer-stopped` are among them. */
  readonly done: Promise<T>;
  /** What is under way is finished, nothing new is begun. */
  pause(): void;
  resume(): void;
  /** There is a connection again: a transfer that waited for it asks the server how far it came and goes on. */
  reconnected(): void;
  /** Ends it and leaves nothing of it here. */
  cancel(): void;
}

export class Course {
  readonly #abort = new AbortController();
  readonly #holds = new Set<HeldBy>();
  #wake: PromiseWithResolvers<void> | undefined;
  #phase: Exclude<TransferState, { at: "held" }> = { at: "reading" };
  #connections = 0;
  readonly #onHeld: () => void;

  constructor(onHeld: () => void = () => {}) {
    this.#onHeld = onHeld;
  }

  get state(): TransferState {
    const phase = this.#phase;
    const isOver = phase.at === "done" || phase.at === "failed";
    return isOver || this.#holds.size === 0 ? phase : { at: "held", by: [...this.#holds] };
  }

  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  enter(phase: Exclude<TransferState, { at: "held" }>): void {
    this.#phase = phase;
  }

  hold(by: HeldBy): void {
    this.#holds.add(by);
    this.#onHeld();
  }

  release(by: HeldBy): void {
    if (by === "link") this.#connections += 1;
    this.#holds.delete(by);
    this.#wake?.resolve();
    this.#wake = undefined;
  }

  /** The first reason counts. */
  end(why: Fault): void {
    this.#abort.abort(why);
  }

  /** Throws why the transfer was ended, if it was. */
  check(): void {
    this.#abort.signal.throwIfAborted();
  }

  /** Resolves when nothing holds the transfer; throws like `check`. */
  async clear(): Promise<void> {
    this.check();
    while (this.isHeld) {
      this.#wake ??= Promise.withResolvers();
      await this.until(this.#wake.promise);
    }
  }

  /** The outcome of `work`, or the end of the transfer if that comes first. */
  until<V>(work: Promise<V>): Promise<V> {
    const { signal } = this.#abort;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    });
  }

  /** Runs `go` until it has come to the end. A lost connection holds the transfer until the next one. */
  async drive(go: () => Promise<"through" | "again">): Promise<void> {
    this.enter({ at: "moving" });
    for (;;) {
      await this.clear();
      const connection = this.#connections;
      try {
        if ((await go()) === "through") return;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== "offline") throw error;
        // The next connection may have come before this one was missed.
        if (connection === this.#connections) this.hold("link");
      }
    }
  }
}

export interface Surroundings {
  /** The end of the program: the next start goes on. */
  readonly signal?: AbortSignal;
  /** Something holds the transfer since now: see its state. */
  readonly onHeld?: () => void;
}

/** `signal` ends it without a trace of failure: the client stops, the next start goes on. */
export function startTransfer<T>({ signal, onHeld }: Surroundings, run: (course: Course) => Promise<T>): Transfer<T> {
  const course = new Course(onHeld);
  const stop = (): void => course.end(stopped());
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const done = run(course).finally(() => signal?.removeEventListener("abort", stop));
  done.then(
    () => course.enter({ at: "done" }),
    (error: unknown) => course.enter({ at: "failed", error }),
  );
  return {
    get state() {
      return course.state;
    },
    done,
    pause: () => course.hold("user"),
    resume: () => course.release("user"),
    reconnected: () => course.release("link"),
    cancel: () => course.end(cancelled()),
  };
}

/** How one ends that had not begun, too. */
export function cancelled(): Fault {
  return new Fault("transfer-cancelled", "the transfer was cancelled");
}

export function stopped(): Fault {
  return new Fault("transfer-stopped", "the program ended before the file was through", { hint: "start it again" });
}
