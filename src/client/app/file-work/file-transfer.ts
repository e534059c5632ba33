// The file of one message on its way: it waits for its turn, is held, goes on, and people are told how far it is.
import { Fault, reason } from "../../../model/fault.ts";
import type { MessageId } from "../../../model/ids.ts";
import type { Progress } from "../../files/contract.ts";
import { type Surroundings, type Transfer, cancelled, stopped } from "../../files/course.ts";
import type { ClientEvent, LinkReason } from "../../port/views.ts";
import type { Place, Turns } from "./turns.ts";

export interface FileTransferWorld {
  readonly turns: Turns;
  readonly now: () => number;
  readonly tell: (event: ClientEvent) => void;
}

export interface MessageFile {
  /** Of the message that it belongs to. */
  readonly id: MessageId;
  readonly way: "up" | "down";
  readonly name: string;
  /** Bytes of it. */
  readonly total: number;
}

/** What a transfer is begun with. */
export interface Aboard extends Required<Surroundings> {
  readonly onProgress: (progress: Progress) => void;
}

/** Known from then on. @throws Fault `transfer-running`, `too-many-transfers` */
export type OpenTransfer = (file: MessageFile, isPaused: boolean) => FileTransfer;

type Stage = Extract<ClientEvent, { event: "progress" }>["stage"];

/** `waiting`: for its turn. A paused one has none: others may go on. */
type State = "waiting" | "going" | "paused" | "over";

export class FileTransfer {
  readonly file: MessageFile;
  readonly #world: FileTransferWorld;
  readonly #stop = new AbortController();
  readonly #turn = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<boolean>();
  #state: State;
  #place: Place | undefined;
  #transfer: Transfer<unknown> | undefined;
  #isCancelled = false;
  #progress: Progress | undefined;
  #told: { readonly stage: Stage; readonly bytes: number } | undefined;

  constructor(world: FileTransferWorld, file: MessageFile, isPaused: boolean) {
    this.#world = world;
    this.file = file;
    this.#state = isPaused ? "paused" : "waiting";
  }

  get isPaused(): boolean {
    return this.#state === "paused";
  }

  /** True: it was through. */
  get ended(): Promise<boolean> {
    return this.#ended.promise;
  }

  /** Once. Calls `begin` when it is its turn, and `arrived` before it is told that it is done: it may still fail there. */
  async run<T>(begin: (aboard: Aboard) => Promise<Transfer<T>>, arrived: (got: T) => void = () => {}): Promise<T> {
    try {
      if (!this.isPaused) this.#join();
      this.#look();
      await this.#turn.promise;
      const transfer = await begin(this.#aboard());
      this.#begun(transfer);
      const got = await transfer.done;
      arrived(got);
      this.#over("done");
      return got;
    } catch (error) {
      this.#over("failed", error);
      throw error;
    } finally {
      this.#place?.leave();
    }
  }

  pause(): void {
    if (this.#state === "over") return;
    this.#state = "paused";
    this.#transfer?.pause();
    this.#place?.leave();
    this.#look();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.#state = "waiting";
    this.#join();
    this.#look();
  }

  reconnected(): void {
    this.#transfer?.reconnected();
    this.#look();
  }

  /** Ends it and leaves nothing of it here, unless it is through before. */
  cancel(): void {
    this.#isCancelled = true;
    this.#transfer?.cancel();
    this.#turn.reject(cancelled());
  }

  /** The program ends, and the next start goes on. */
  stop(): void {
    this.#stop.abort();
    this.#turn.reject(stopped());
  }

  #join(): void {
    this.#place = this.#world.turns.join(() => {
      this.#state = "going";
      this.#turn.resolve();
      this.#transfer?.resume();
      this.#look();
    });
  }

  #aboard(): Aboard {
    return {
      signal: this.#stop.signal,
      onHeld: () => this.#look(),
      onProgress: (progress) => {
        this.#progress = progress;
        const { stage, bytes } = progress;
        // What is under way when it is held comes to its end in silence.
        if (this.#stage() !== stage || (this.#told?.stage === stage && this.#told.bytes === bytes)) return;
        this.#tell(stage);
      },
    };
  }

  #begun(transfer: Transfer<unknown>): void {
    this.#transfer = transfer;
    // Between its turn and now.
    if (this.#isCancelled) transfer.cancel();
    else if (this.isPaused) transfer.pause();
  }

  /** Undefined: it is just being begun. */
  #stage(): Stage | undefined {
    if (this.#state === "waiting" || this.#state === "paused") return this.#state;
    return this.#transfer?.state.at === "held" ? "waiting" : this.#progress?.stage;
  }

  #look(): void {
    if (this.#state === "over") return;
    const stage = this.#stage();
    if (stage !== undefined && stage !== this.#told?.stage) this.#tell(stage);
  }

  #over(stage: "done" | "failed", error?: unknown): void {
    this.#state = "over";
    this.#ended.resolve(stage === "done");
    if (stage === "done") this.#tell(stage);
    // What goes on at the next start has not failed.
    else if (!this.#stop.signal.aborted) this.#tell(stage, reasonOf(error));
  }

  #tell(stage: Stage, why?: LinkReason): void {
    const { now, tell } = this.#world;
    const { id, way, name, total } = this.file;
    const bytes = stage === "done" ? total : (this.#progress?.bytes ?? 0);
    this.#told = { stage, bytes };
    const progress = { id, way, name, stage, bytes, total };
    tell({ event: "progress", at: now(), ...progress, ...(why === undefined ? {} : { reason: why }) });
  }
}

/** The next start goes on with it. */
export function isStopped(error: unknown): boolean {
  return error instanceof Fault && error.code === "transfer-stopped";
}

function reasonOf(error: unknown): LinkReason {
  if (!(error instanceof Fault)) return { code: "internal", message: reason(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
