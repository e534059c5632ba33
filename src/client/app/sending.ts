// The user's messages from the command to the reply: who waits for what, and how much may wait.
import { Fault } from "../../model/fault.ts";
import { hexOf, type LogId, type MessageId, type Seq } from "../../model/ids.ts";
import { QUEUE_BYTES, QUEUE_OPS } from "../../model/limits.ts";
import type { Outgoing } from "../port/vault.ts";
import { readOpened, writeOpened } from "./payload/opened.ts";
import { encodePayload, type Payload } from "./payload/payload.ts";
import { Promises } from "./promises.ts";
import type { ClientEvent, LinkReason } from "../port/views.ts";

export interface SendingWorld {
  readonly random: (bytes: number) => Uint8Array;
  readonly now: () => number;
  readonly tell: (event: ClientEvent) => void;
  readonly send: (log: LogId, mid: MessageId, payload: string) => void;
}

export interface Stored {
  readonly message: MessageId;
  readonly seq: Seq;
  /** ISO time of the server. */
  readonly at: string;
}

/** Nobody wrote these as a message: they are from program to program. */
const QUIET: ReadonlySet<string> = new Set(["receipt", "archive-ask", "archive-grant", "label"]);

export class Sending {
  readonly #world: SendingWorld;
  readonly #replies = new Promises<MessageId, Stored>();
  /** Characters of everything that the server did not take yet. */
  readonly #sizes = new Map<MessageId, number>();
  /** Said by the program: nobody waits for them, and no face is told. */
  readonly #quiet = new Set<MessageId>();
  readonly #logs = new Map<MessageId, LogId>();
  /** Where what is said waits for somebody who cannot be brought in. */
  readonly #stranded = new Set<LogId>();
  #chars = 0;

  constructor(world: SendingWorld, queued: readonly Outgoing[]) {
    this.#world = world;
    for (const { log, mid, payload, storedAt } of queued) {
      if (storedAt === undefined) this.#remember(mid, payload.length);
      if (storedAt === undefined) this.#logs.set(mid, log);
      if (QUIET.has(readOpened(payload).kind)) this.#quiet.add(mid);
    }
  }

  /** Messages that the server did not take yet. */
  get waiting(): number {
    return this.#sizes.size;
  }

  /** Nothing waits that could be stored before somebody else comes. */
  get isSent(): boolean {
    return [...this.#sizes.keys()].every((mid) => this.#stranded.has(this.#logs.get(mid) as LogId));
  }

  strand(log: LogId, is: boolean): void {
    if (is) this.#stranded.add(log);
    else this.#stranded.delete(log);
  }

  newMid(): MessageId {
    return hexOf(this.#world.random(16)) as MessageId;
  }

  /** What goes with it is on its way to the server: it counts as waiting until it is said, or called off. */
  announce(mid: MessageId): void {
    this.#remember(mid, 0);
  }

  callOff(mid: MessageId): void {
    this.#forget(mid);
  }

  /**
   * Resolves once the server has stored it. When it returns, the next commit of the vault keeps it.
   * @throws Fault `queue-full`, or why it failed
   */
  say(log: LogId, said: Payload, mid: MessageId = this.newMid()): Promise<Stored> {
    // What cannot be sent is refused now, and not when its turn comes.
    encodePayload(said);
    const payload = writeOpened(said);
    // What was announced has its place.
    if (!this.#forget(mid)) this.#refuseFull(payload.length);
    this.#remember(mid, payload.length);
    this.#logs.set(mid, log);
    if (QUIET.has(said.kind)) this.#quiet.add(mid);
    this.#world.send(log, mid, payload);
    return this.#replies.make(mid);
  }

  onQueued(mid: MessageId, chars: number): void {
    this.#remember(mid, chars);
    this.#tell(mid, { state: "queued" });
  }

  onStored(mid: MessageId, { seq, at }: { readonly seq: Seq; readonly at: number }): void {
    // The answer and the entry itself both say so; the first one counts.
    if (!this.#forget(mid)) return;
    this.#tell(mid, { state: "stored" });
    this.#quiet.delete(mid);
    this.#replies.resolve(mid, { message: mid, seq, at: new Date(at).toISOString() });
  }

  onFailed(mid: MessageId, code: string): void {
    this.#forget(mid);
    const fault = sendFault(code);
    const reason = { code: fault.code, message: fault.message };
    this.#tell(mid, { state: "failed", reason });
    this.#quiet.delete(mid);
    this.#replies.reject(mid, fault);
  }

  stop(fault: Fault): void {
    this.#replies.rejectAll(fault);
  }

  #tell(mid: MessageId, how: { readonly state: "queued" | "stored" | "failed"; readonly reason?: LinkReason }): void {
    if (!this.#quiet.has(mid)) this.#world.tell({ event: "state", at: this.#world.now(), message: mid, ...how });
  }

  #refuseFull(chars: number): void {
    if (this.#sizes.size < QUEUE_OPS && this.#chars + chars <= QUEUE_BYTES) return;
    throw new Fault("queue-full", "too many messages wait to be sent", {
      hint: "wait for replies before sending more",
    });
  }

  #remember(mid: MessageId, chars: number): void {
    if (this.#sizes.has(mid)) return;
    this.#sizes.set(mid, chars);
    this.#chars += chars;
  }

  #forget(mid: MessageId): boolean {
    this.#chars -= this.#sizes.get(mid) ?? 0;
    this.#logs.delete(mid);
    return this.#sizes.delete(mid);
  }
}

function sendFault(code: string): Fault {
  switch (code) {
    case "denied":
      return new Fault("denied", "the server did not take the message: you may not write here");
    case "gone":
      return new Fault("gone", "the server did not take the message: the conversation is gone");
    default:
      return new Fault(/^[a-z0-9-]{1,64}$/.test(code) ? code : "refused", "the server did not take the message");
  }
}
