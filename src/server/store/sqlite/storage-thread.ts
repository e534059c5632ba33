// The main thread's end of the storage thread: one promise for each request, and a single place where its death is noticed.
// Knows nothing of what is asked.
import type { Worker } from "node:worker_threads";
import { Fault, faultOf, reason } from "../../../model/fault.ts";
import { QUEUE_OPS } from "../../../model/limits.ts";
import { IN_LANE, LANE_ID, NUDGE } from "./calls.ts";
import type { CallArguments, CallResult, EngineCall, OpenedInfo, Reply, Request } from "./calls.ts";
import { Lane, fitsLane, laneMemory } from "./lane.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: Fault) => void;
}

export class StorageThread {
  readonly #worker: Worker;
  readonly #onFailed: (fault: Fault) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #memory = laneMemory();
  readonly #lane = new Lane(this.#memory, "main");
  #nextId = 1;
  #ended: Fault | undefined;

  /** `onFailed` is called at most once, when the thread dies or can no longer be trusted. */
  constructor(worker: Worker, onFailed: (fault: Fault) => void) {
    this.#worker = worker;
    this.#onFailed = onFailed;
    worker.on("message", (reply: Reply | typeof IN_LANE) => this.#settle(reply));
    worker.on("error", (error) => this.#fail(failedFault(reason(error))));
    worker.on("messageerror", (error) => this.#fail(failedFault(reason(error))));
    worker.on("exit", (code) => this.#fail(failedFault(`its thread ended with code ${code}`)));
  }

  open(file: string, now: number): Promise<OpenedInfo> {
    return this.#ask({ call: "open", args: [file, this.#memory, now] }, []) as Promise<OpenedInfo>;
  }

  /** Rejects with the engine's Fault, `store-failed` once the thread is gone, or `store-overload` when too much is waiting. */
  call<K extends EngineCall>(call: K, ...args: CallArguments<K>): Promise<CallResult<K>> {
    return this.#ask({ call, args }, []) as Promise<CallResult<K>>;
  }

  /** `batch` is handed over and unusable afterwards. The lane holds one batch: a second one at a time goes by message. */
  append(batch: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (!fitsLane(batch) || this.#waiting.has(LANE_ID))
      return this.#ask({ call: "append", args: [batch] }, [batch.buffer]) as Promise<Uint8Array>;
    return new Promise((resolve, reject) => {
      this.#waiting.set(LANE_ID, { resolve: resolve as Waiting["resolve"], reject });
      this.#lane.put(batch);
      this.#wake();
    });
  }

  /** Ends the thread; whatever was still waiting is rejected. Not a failure. */
  async end(): Promise<void> {
    this.#refuseAll(closedFault());
    await this.#worker.terminate();
  }

  #ask(
    request:
      | { call: "open"; args: readonly [string, SharedArrayBuffer, number] }
      | { call: EngineCall; args: readonly unknown[] },
    transfer: ArrayBuffer[],
  ): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    // Appends have a queue of their own with one request in flight; this bounds all the rest.
    if (this.#waiting.size >= QUEUE_OPS)
      return Promise.reject(new Fault("store-overload", "the message store has too much to do"));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...request } satisfies Request, transfer);
      this.#lane.wake();
    });
  }

  #wake(): void {
    if (this.#lane.wake()) this.#worker.postMessage(NUDGE);
  }

  #settle(reply: Reply | typeof IN_LANE): void {
    if (reply === IN_LANE) {
      this.#settle({ id: LANE_ID, ok: true, value: this.#lane.take() });
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    if (reply.ok) {
      waiting.resolve(reply.value);
      return;
    }
    const fault = faultOf(reply.fault);
    waiting.reject(fault);
    if (reply.fatal) this.#fail(fault);
  }

  #fail(fault: Fault): void {
    if (this.#ended !== undefined) return;
    this.#refuseAll(fault);
    void this.#worker.terminate();
    this.#onFailed(fault);
  }

  #refuseAll(fault: Fault): void {
    this.#ended ??= fault;
    for (const waiting of this.#waiting.values()) waiting.reject(fault);
    this.#waiting.clear();
  }
}

function failedFault(what: string): Fault {
  return new Fault("store-failed", `the message store failed: ${what}`, {
    hint: "see the server's log, then start it again",
  });
}

export function closedFault(): Fault {
  return new Fault("store-failed", "the message store is closed");
}
