// What waits to be written: frames of one tick leave in one write for each socket. It bounds what a slow reader may hold.
import type { TLSSocket } from "node:tls";

/** Bytes not yet taken by the kernel before a reader counts as too slow: two pages and some. */
const OUTBOX_BYTES = 2 * 1024 * 1024;
/** Above this no further request of the device is worked on until it has read. */
const OUTBOX_BUSY_BYTES = 256 * 1024;

/** Flushes all outboxes that have something, once a tick. */
export class Flusher {
  #dirty: Outbox[] = [];

  mark(outbox: Outbox): void {
    this.#dirty.push(outbox);
    if (this.#dirty.length === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
  }
}

export class Outbox {
  readonly #socket: TLSSocket;
  readonly #flusher: Flusher;
  readonly #onSlow: () => void;
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;

  constructor(socket: TLSSocket, flusher: Flusher, onSlow: () => void) {
    this.#socket = socket;
    this.#flusher = flusher;
    this.#onSlow = onSlow;
  }

  push(frame: Buffer): void {
    if (this.#first === undefined) {
      this.#first = frame;
      this.#flusher.mark(this);
    } else if (this.#more === undefined) this.#more = [frame];
    else this.#more.push(frame);
  }

  flush(): void {
    const first = this.#first;
    const more = this.#more;
    if (first === undefined) return;
    this.#first = undefined;
    this.#more = undefined;
    if (!this.#socket.writable) return;
    this.#socket.write(more === undefined ? first : Buffer.concat([first, ...more]));
    if (this.#socket.writableLength > OUTBOX_BYTES) this.#onSlow();
  }

  get busy(): boolean {
    return this.#socket.writableLength > OUTBOX_BUSY_BYTES;
  }

  /** Resolves when the device has read enough, or is gone. */
  drained(): Promise<void> {
    if (!this.busy || this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off("drain", done);
        this.#socket.off("close", done);
        resolve();
      };
      this.#socket.on("drain", done);
      this.#socket.on("close", done);
    });
  }
}
