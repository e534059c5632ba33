// The owner's end of a worker thread: a bounded number of calls, a time for each, and a new thread after one that died.
// Knows nothing of what is asked, and puts none of it into its faults.
import type { Worker } from "node:worker_threads";
import { Fault, faultOf } from "../../model/fault.ts";
import type { Answer, Call, CallTable } from "./calls.ts";

export interface Plan {
  readonly spawn: () => Worker;
  /** From the asking to the answer, the waiting for others included. */
  readonly timeoutMs: number;
  /** Calls without an answer; one more is refused. */
  readonly waitingMost: number;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: Fault) => void;
  readonly timer: NodeJS.Timeout;
}

/** One life of the thread: what an earlier one still says does not reach the calls of a later one. */
interface Run {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

export class CallThread<C extends CallTable<C>> {
  readonly #plan: Plan;
  #run: Run | undefined;
  #nextId = 1;
  #isEnded = false;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** @throws Fault of the call; `overload`, `password-timeout`, `password-failed`, `stopped` */
  ask<K extends keyof C & string>(call: K, input: C[K]["input"]): Promise<C[K]["output"]> {
    const answer = new Promise((resolve, reject) => {
      if (this.#isEnded) throw stopped();
      const run = (this.#run ??= this.#start());
      if (run.waiting.size >= this.#plan.waitingMost)
        throw new Fault("overload", "too many passwords are being checked", { hint: "try again in a moment" });
      const id = this.#nextId;
      this.#nextId += 1;
      run.worker.postMessage({ id, call, input } satisfies Call);
      const timer = setTimeout(() => this.#late(run, id), this.#plan.timeoutMs);
      run.waiting.set(id, { resolve, reject, timer });
    });
    // The worker answers each call with what the table says of it.
    return answer;
  }

  /** Ends the thread and, with it, whatever secrets are in its memory; what waits is refused. Not a failure. */
  async end(): Promise<void> {
    this.#isEnded = true;
    if (this.#run !== undefined) await this.#drop(this.#run, stopped());
  }

  #start(): Run {
    const run: Run = { worker: this.#plan.spawn(), waiting: new Map() };
    const died = (error?: unknown): void => {
      void this.#drop(run, failed(error));
    };
    run.worker.on("message", (answer: Answer) => settle(run, answer));
    run.worker.on("error", died);
    run.worker.on("messageerror", died);
    run.worker.on("exit", () => died());
    return run;
  }

  #late(run: Run, id: number): void {
    take(run, id)?.reject(new Fault("password-timeout", "a password took too long to check", { hint: "try again" }));
    // A thread that is stuck answers nobody any more, and only its end frees it.
    void this.#drop(run, failed());
  }

  async #drop(run: Run, fault: Fault): Promise<void> {
    if (this.#run === run) this.#run = undefined;
    for (const id of run.waiting.keys()) take(run, id)?.reject(fault);
    await run.worker.terminate();
  }
}

function settle(run: Run, answer: Answer): void {
  const waiting = take(run, answer.id);
  if (answer.ok) waiting?.resolve(answer.value);
  else waiting?.reject(faultOf(answer.fault));
}

function take(run: Run, id: number): Waiting | undefined {
  const waiting = run.waiting.get(id);
  run.waiting.delete(id);
  clearTimeout(waiting?.timer);
  return waiting;
}

function failed(cause?: unknown): Fault {
  return new Fault("password-failed", "the thread that checks passwords failed", { hint: "try again", cause });
}

function stopped(): Fault {
  return new Fault("stopped", "the thread that checks passwords was stopped");
}
