// Group commit: at most one batch is with the storage thread, what comes meanwhile becomes the next one.
// Bounded in ops and bytes (C9); ops are copied in as they come, so the bytes counted are the bytes held.
import { QUEUE_BYTES, QUEUE_OPS } from "../../../model/limits.ts";
import type { AppendOp, AppendResult } from "../../port/store.ts";
import { BatchWriter, packedBytes, unpackResults } from "./pack.ts";

/** One transaction: larger ones make everybody wait longer and gain nothing. A single call may be larger, and is not split. */
const BATCH_OPS = 500;
const BATCH_BYTES = 1024 * 1024;

/** One call of `append`: its share of the batch's results. */
interface Share {
  readonly count: number;
  readonly resolve: (results: readonly AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

class Batch {
  readonly writer = new BatchWriter();
  readonly shares: Share[] = [];

  /** False once it holds so much that a further call belongs in the next batch. */
  takes(ops: number, bytes: number): boolean {
    return (
      this.shares.length === 0 || (this.writer.count + ops <= BATCH_OPS && this.writer.length + bytes <= BATCH_BYTES)
    );
  }
}

export interface AppendQueueOptions {
  readonly send: (batch: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  readonly now: () => number;
}

export class AppendQueue {
  readonly #options: AppendQueueOptions;
  readonly #batches: Batch[] = [];
  #ops = 0;
  #bytes = 0;
  #running = false;
  readonly #idle: (() => void)[] = [];

  constructor(options: AppendQueueOptions) {
    this.#options = options;
  }

  append(ops: readonly AppendOp[]): Promise<readonly AppendResult[]> {
    if (ops.length === 0) return Promise.resolve([]);
    const bytes = ops.reduce((sum, op) => sum + packedBytes(op), 0);
    if (this.#ops + ops.length > QUEUE_OPS || this.#bytes + bytes > QUEUE_BYTES) {
      return Promise.resolve(ops.map(() => ({ result: "overload" })));
    }
    return new Promise((resolve, reject) => {
      const batch = this.#batchFor(ops.length, bytes);
      batch.writer.put(ops);
      batch.shares.push({ count: ops.length, resolve, reject });
      this.#ops += ops.length;
      this.#bytes += bytes;
      this.#start();
    });
  }

  /** Resolves when nothing is queued or in flight. */
  drained(): Promise<void> {
    if (!this.#running && this.#batches.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  #batchFor(ops: number, bytes: number): Batch {
    const last = this.#batches.at(-1);
    if (last?.takes(ops, bytes) === true) return last;
    const batch = new Batch();
    this.#batches.push(batch);
    return batch;
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    // After every socket that has something now was read: what they brought goes as one batch.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      const { count, length } = batch.writer;
      await this.#commit(batch);
      this.#ops -= count;
      this.#bytes -= length;
    }
    this.#ops = 0;
    this.#bytes = 0;
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(batch: Batch): Promise<void> {
    if (batch.shares.length === 0) return;
    try {
      const results = unpackResults(await this.#options.send(batch.writer.finish(this.#options.now())));
      if (results.length !== batch.writer.count) throw new RangeError("the storage thread answered another batch");
      let at = 0;
      for (const { count, resolve } of batch.shares) {
        resolve(results.slice(at, at + count));
        at += count;
      }
    } catch (error) {
      for (const share of batch.shares) share.reject(error);
    }
  }
}
