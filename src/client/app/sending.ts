// The user's messages from the command to the reply: who waits for what, and how much may wait.
import { Fault } from "../../model/fault.ts";
import { hexOf, type LogId, type MessageId, type Seq } from "../../model/ids.ts";
import { QUEUE_BYTES, QUEUE_OPS } from "../../model/limits.ts";
import type { Command } from "../port/client.ts";
import type { Outgoing } from "../port/vault.ts";
import { checkText, writeOpened } from "./payload.ts";
import { Promises } from "./promises.ts";
import type { ClientEvent } from "../port/views.ts";

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

export class Sending {
  readonly #world: SendingWorld;
  readonly #replies = new Promises<MessageId, Stored>();
  /** Characters of everything that the server did not take yet. */
  readonly #sizes = new Map<MessageId, number>();
  #chars = 0;

  constructor(world: SendingWorld, queued: readonly Outgoing[]) {
    this.#world = world;
    for (const { mid, payload, storedAt } of queued) if (storedAt === undefined) this.#remember(mid, payload.length);
  }

  /** Messages that the server did not take yet. */
  get waiting(): number {
    return this.#sizes.size;
  }

  /** Resolves once the server has stored it. @throws Fault `queue-full`, or why it failed */
  send(log: LogId, { text, replyTo }: Extract<Command, { do: "send" }>): Promise<Stored> {
    checkText(text);
    const payload = writeOpened(replyTo === undefined ? { kind: "text", text } : { kind: "text", text, replyTo });
    if (this.#sizes.size >= QUEUE_OPS || this.#chars + payload.length > QUEUE_BYTES) {
      throw new Fault("queue-full", "too many messages wait to be sent", {
        hint: "wait for replies before sending more",
      });
    }
    const mid = hexOf(this.#world.random(16)) as MessageId;
    this.#remember(mid, payload.length);
    this.#world.send(log, mid, payload);
    return this.#replies.make(mid);
  }

  onQueued(mid: MessageId, chars: number): void {
    this.#remember(mid, chars);
    this.#world.tell({ event: "state", at: this.#world.now(), message: mid, state: "queued" });
  }

  onStored(mid: MessageId, { seq, at }: { readonly seq: Seq; readonly at: number }): void {
    // The answer and the entry itself both say so; the first one counts.
    if (!this.#forget(mid)) return;
    this.#world.tell({ event: "state", at: this.#world.now(), message: mid, state: "stored" });
    this.#replies.resolve(mid, { message: mid, seq, at: new Date(at).toISOString() });
  }

  onFailed(mid: MessageId, code: string): void {
    this.#forget(mid);
    const fault = sendFault(code);
    const reason = { code: fault.code, message: fault.message };
    this.#world.tell({ event: "state", at: this.#world.now(), message: mid, state: "failed", reason });
    this.#replies.reject(mid, fault);
  }

  stop(fault: Fault): void {
    this.#replies.rejectAll(fault);
  }

  #remember(mid: MessageId, chars: number): void {
    if (this.#sizes.has(mid)) return;
    this.#sizes.set(mid, chars);
    this.#chars += chars;
  }

  #forget(mid: MessageId): boolean {
    this.#chars -= this.#sizes.get(mid) ?? 0;
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
