// Cursors on their way to the disk: the highest for each device and log, written together after a while (C8).
// A lost one costs a redelivery, nothing else; so nobody waits for them.
import type { DeviceId, LogId, Seq } from "../../../model/ids.ts";
import type { CursorUpdate } from "./roster.ts";

/** C8 allows a lag of 2 s; the rest is for the write itself. */
const FLUSH_MS = 1_500;
/** Pairs held at most: beyond it they are written at once. */
const HELD = 10_000;

export interface CursorBufferOptions {
  readonly after: (ms: number, run: () => void) => () => void;
  readonly save: (updates: readonly CursorUpdate[]) => Promise<void>;
}

export class CursorBuffer {
  readonly #options: CursorBufferOptions;
  #held = new Map<DeviceId, Map<LogId, Seq>>();
  #count = 0;
  #cancel: (() => void) | undefined;

  constructor(options: CursorBufferOptions) {
    this.#options = options;
  }

  ack(device: DeviceId, cursors: readonly (readonly [LogId, Seq])[]): void {
    for (const [log, seq] of cursors) this.#keep(device, log, seq);
    // A failed write is not tried at once again: that would spin on a full disk.
    if (this.#count >= HELD) void this.flush().catch(() => undefined);
    else if (this.#count > 0) this.#arm();
  }

  holds(device: DeviceId): boolean {
    return this.#held.has(device);
  }

  /** Writes what is held. What could not be written is held again, as far as there is room, and the error thrown. */
  async flush(): Promise<void> {
    this.stop();
    if (this.#count === 0) return;
    const held = this.#held;
    this.#held = new Map();
    this.#count = 0;
    const updates = [...held].flatMap(([device, logs]) =>
      [...logs].map(([log, seq]): CursorUpdate => [device, log, seq]),
    );
    try {
      await this.#options.save(updates);
    } catch (error) {
      for (const [device, log, seq] of updates.slice(0, Math.max(0, HELD - 1 - this.#count)))
        this.#keep(device, log, seq);
      this.#arm();
      throw error;
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #keep(device: DeviceId, log: LogId, seq: Seq): void {
    if (!Number.isSafeInteger(seq) || seq <= 0) return;
    const logs = this.#held.get(device) ?? new Map<LogId, Seq>();
    this.#held.set(device, logs);
    const before = logs.get(log);
    if (before === undefined) this.#count += 1;
    if (before === undefined || seq > before) logs.set(log, seq);
  }

  #arm(): void {
    this.#cancel ??= this.#options.after(FLUSH_MS, () => {
      this.#cancel = undefined;
      void this.flush().catch(() => undefined);
    });
  }
}
