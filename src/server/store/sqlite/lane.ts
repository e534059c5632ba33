// The fast lane between the two threads: one batch at a time through shared memory, and the storage thread asleep on a futex.
// Structured clones and two event loops cost 30 µs of CPU for each transaction, this way costs 9. Both ends are of one version.

/** A full batch (./append-queue.ts) with room to spare; what is larger goes by message. */
const CAPACITY = 1024 * 1024 + 64 * 1024;
const HEAD_BYTES = 16;
/** Positions in the head. */
const SIGNAL = 0;
/** Bytes on their way to the storage thread, and back; 0: none. Both use the same body: never at the same time. */
const THERE = 1;
const BACK = 3;
/** 1 while the storage thread is in its event loop and not asleep here. */
const LOOPING = 2;

export type LaneMemory = SharedArrayBuffer;

export function laneMemory(): LaneMemory {
  return new SharedArrayBuffer(HEAD_BYTES + CAPACITY);
}

export function fitsLane(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.length <= CAPACITY;
}

/** Either end. Who puts something in must know that the other end has taken what was there before. */
export class Lane {
  readonly #head: Int32Array;
  readonly #body: Uint8Array;
  readonly #out: number;
  readonly #in: number;

  constructor(memory: LaneMemory, end: "main" | "storage") {
    [this.#out, this.#in] = end === "main" ? [THERE, BACK] : [BACK, THERE];
    this.#head = new Int32Array(memory, 0, HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#body = new Uint8Array(memory, HEAD_BYTES);
  }

  put(bytes: Uint8Array): void {
    this.#body.set(bytes);
    Atomics.store(this.#head, this.#out, bytes.length);
  }

  /** A copy that is the caller's own, or undefined. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const length = Atomics.load(this.#head, this.#in);
    if (length === 0) return undefined;
    const bytes = Uint8Array.from(this.#body.subarray(0, length));
    Atomics.store(this.#head, this.#in, 0);
    return bytes;
  }

  // ---- the main thread's end

  /** Something is in the lane or was posted. True: the storage thread is in its event loop and needs a message to look. */
  wake(): boolean {
    Atomics.add(this.#head, SIGNAL, 1);
    Atomics.notify(this.#head, SIGNAL);
    return Atomics.load(this.#head, LOOPING) === 1;
  }

  // ---- the storage thread's end

  /** The number to hand to `sleep`: read it before looking for work, so that no signal is slept through. */
  get signal(): number {
    return Atomics.load(this.#head, SIGNAL);
  }

  /** False when nothing came for `ms`. */
  sleep(signal: number, ms: number): boolean {
    return Atomics.wait(this.#head, SIGNAL, signal, ms) !== "timed-out";
  }

  setLooping(value: boolean): void {
    Atomics.store(this.#head, LOOPING, value ? 1 : 0);
  }
}
