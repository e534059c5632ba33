// Cursor acks: how far the vault holds each log, told to the server a few times a second at most.
import type { LogId, Seq } from "../../model/ids.ts";
import type { Clock } from "../port/clock.ts";

const GATHER_MS = 200;

export class Cursors {
  readonly #clock: Clock;
  readonly #send: (cursors: readonly { readonly log: LogId; readonly seq: Seq }[]) => void;
  readonly #noted = new Map<LogId, Seq>();

  constructor(clock: Clock, send: (cursors: readonly { readonly log: LogId; readonly seq: Seq }[]) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  note(log: LogId, seq: Seq): void {
    if (this.#noted.size === 0) this.#clock.after(GATHER_MS, () => this.flush());
    this.#noted.set(log, seq);
  }

  flush(): void {
    if (this.#noted.size === 0) return;
    const cursors = [...this.#noted].map(([log, seq]) => ({ log, seq }));
    this.#noted.clear();
    this.#send(cursors);
  }
}
