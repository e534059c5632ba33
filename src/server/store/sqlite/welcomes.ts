// Welcomes that wait in an inbox: what they lead to is kept until the device has passed them.
// Every method runs in a transaction that the engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf } from "../../../model/ids.ts";
import type { DeviceId, LogId, Seq } from "../../../model/ids.ts";
import { WELCOME_WAITS_MS } from "../../port/records.ts";
import { WELCOME_EPOCHS } from "../../port/store.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import { numberOf } from "./sql.ts";

/** `seq`: in the inbox of the device. */
export interface Welcome {
  readonly device: Uint8Array;
  readonly epoch: number;
  readonly seq: Seq;
  readonly at: number;
}

export class Welcomes {
  readonly #conversations: Conversations;
  readonly #add: StatementSync;
  readonly #of: StatementSync;
  readonly #passed: StatementSync;
  readonly #dropMany: StatementSync;
  readonly #dropOld: StatementSync;

  constructor(db: DatabaseSync, conversations: Conversations) {
    this.#conversations = conversations;
    this.#add = db.prepare("INSERT INTO welcome (conv, epoch, device, seq, at) VALUES (?, ?, ?, ?, ?)");
    this.#of = db.prepare("SELECT epoch FROM welcome WHERE conv = ? AND device = ? ORDER BY epoch");
    this.#passed = db.prepare("DELETE FROM welcome WHERE device = ? AND seq <= ?");
    this.#dropMany = db.prepare(
      `DELETE FROM welcome WHERE conv = ?1 AND epoch <=
       (SELECT DISTINCT epoch FROM welcome WHERE conv = ?1 AND epoch <= ?2 ORDER BY epoch DESC LIMIT 1 OFFSET ${WELCOME_EPOCHS})`,
    );
    this.#dropOld = db.prepare("DELETE FROM welcome WHERE at <= ?");
  }

  add({ id }: Conversation, { device, epoch, seq, at }: Welcome): void {
    this.#add.run(id, epoch, device, seq, at);
  }

  of(log: LogId, device: DeviceId): number[] {
    const conv = this.#conversations.find(bytesOf(log));
    if (conv === undefined) return [];
    return this.#of.all(conv.id, bytesOf(device)).map((row) => numberOf(row, "epoch"));
  }

  /** The device has kept its inbox up to there. */
  passed(device: Uint8Array, seq: Seq): void {
    this.#passed.run(device, seq);
  }

  /** Of epochs up to `last`, no more than the newest few wait. */
  dropMany({ id }: Conversation, last: number): void {
    this.#dropMany.run(id, last);
  }

  dropOld(now: number): void {
    this.#dropOld.run(now - WELCOME_WAITS_MS);
  }
}
