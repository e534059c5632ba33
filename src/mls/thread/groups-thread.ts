// The client's end of the groups' thread: one promise for each call, and a single place where its death is noticed.
import type { Worker } from "node:worker_threads";
import { Fault, faultOf, reason } from "../../model/fault.ts";
import type { Groups } from "../groups.ts";
import type { Answer, Call, GroupCall } from "./calls.ts";

type Arguments<K extends GroupCall> = Parameters<Groups[K]>;
type Result<K extends GroupCall> = ReturnType<Groups[K]>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: Fault) => void;
}

/** Calls that wait for their answers: more than a client can have in hand at once. */
const WAITING_MOST = 10_000;

export class GroupsThread implements Groups {
  readonly #worker: Worker;
  readonly #onFailed: (fault: Fault) => void;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: Fault | undefined;

  /** `onFailed` is called at most once, when the thread dies by itself: the client cannot go on without it. */
  constructor(worker: Worker, onFailed: (fault: Fault) => void) {
    this.#worker = worker;
    this.#onFailed = onFailed;
    worker.on("message", (answer: Answer) => this.#settle(answer));
    worker.on("error", (error) => this.#fail(reason(error)));
    worker.on("messageerror", (error) => this.#fail(reason(error)));
    worker.on("exit", (code) => this.#fail(`its thread ended with code ${code}`));
  }

  keyPackages(...args: Arguments<"keyPackages">): Result<"keyPackages"> {
    return this.#ask("keyPackages", args);
  }

  open(...args: Arguments<"open">): Result<"open"> {
    return this.#ask("open", args);
  }

  close(...args: Arguments<"close">): Result<"close"> {
    return this.#ask("close", args);
  }

  found(...args: Arguments<"found">): Result<"found"> {
    return this.#ask("found", args);
  }

  commit(...args: Arguments<"commit">): Result<"commit"> {
    return this.#ask("commit", args);
  }

  move(...args: Arguments<"move">): Result<"move"> {
    return this.#ask("move", args);
  }

  joinExternally(...args: Arguments<"joinExternally">): Result<"joinExternally"> {
    return this.#ask("joinExternally", args);
  }

  accept(...args: Arguments<"accept">): Result<"accept"> {
    return this.#ask("accept", args);
  }

  withdraw(...args: Arguments<"withdraw">): Result<"withdraw"> {
    return this.#ask("withdraw", args);
  }

  welcomeRefs(...args: Arguments<"welcomeRefs">): Result<"welcomeRefs"> {
    return this.#ask("welcomeRefs", args);
  }

  join(...args: Arguments<"join">): Result<"join"> {
    return this.#ask("join", args);
  }

  receive(...args: Arguments<"receive">): Result<"receive"> {
    return this.#ask("receive", args);
  }

  seal(...args: Arguments<"seal">): Result<"seal"> {
    return this.#ask("seal", args);
  }

  openArchived(...args: Arguments<"openArchived">): Result<"openArchived"> {
    return this.#ask("openArchived", args);
  }

  askArchive(...args: Arguments<"askArchive">): Result<"askArchive"> {
    return this.#ask("askArchive", args);
  }

  grantArchive(...args: Arguments<"grantArchive">): Result<"grantArchive"> {
    return this.#ask("grantArchive", args);
  }

  grantSegments(...args: Arguments<"grantSegments">): Result<"grantSegments"> {
    return this.#ask("grantSegments", args);
  }

  takeArchive(...args: Arguments<"takeArchive">): Result<"takeArchive"> {
    return this.#ask("takeArchive", args);
  }

  renew(...args: Arguments<"renew">): Result<"renew"> {
    return this.#ask("renew", args);
  }

  exportSecret(...args: Arguments<"exportSecret">): Result<"exportSecret"> {
    return this.#ask("exportSecret", args);
  }

  /** Ends the thread; whatever waits is refused. Not a failure. */
  async end(): Promise<void> {
    this.#refuseAll(new Fault("stopped", "the client was stopped"));
    await this.#worker.terminate();
  }

  #ask<K extends GroupCall>(call: K, args: Arguments<K>): Result<K> {
    const answer = new Promise((resolve, reject) => {
      if (this.#ended !== undefined) throw this.#ended;
      if (this.#waiting.size >= WAITING_MOST) throw new Fault("mls-overload", "the groups have too much to do");
      const id = this.#nextId;
      this.#nextId += 1;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, args } satisfies Call);
    });
    // The worker runs the same method of the same interface.
    return answer as Result<K>;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(faultOf(answer.fault));
  }

  #fail(what: string): void {
    if (this.#ended !== undefined) return;
    const fault = new Fault("mls-failed", `the encrypted groups failed: ${what}`, { hint: "start the client again" });
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
