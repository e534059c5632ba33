// Memberships that a commit of another has ended: what the device has not read of them stays open to it for a while.
// Every method runs in a transaction that the engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Handle, Seq } from "../../../model/ids.ts";
import { DEPARTED_MS } from "../../port/records.ts";
import type { Conversation } from "./conversations.ts";

/** Where a membership ended. `epoch`: of the log, before the commit. */
export interface Departure {
  readonly until: Seq;
  readonly epoch: number;
  readonly at: number;
}

export class Departures {
  readonly #add: StatementSync;
  readonly #forget: StatementSync;
  readonly #forgetUser: StatementSync;
  readonly #passed: StatementSync;
  readonly #dropOld: StatementSync;

  constructor(db: DatabaseSync) {
    this.#add = db.prepare(
      `INSERT INTO departed (conv, device, until, after, epoch, at)
       SELECT m.conv, m.device, ?1, m.after, ?2, ?3 FROM member m JOIN device d ON d.device = m.device
       LEFT JOIN cursor r ON r.device = m.device AND r.conv = m.conv
       WHERE m.conv = ?4 AND m.device = ?5 AND ?1 > max(m.after, coalesce(r.seq, 0))
       AND NOT EXISTS (SELECT 1 FROM leaving l WHERE l.conv = m.conv AND l.handle = d.handle)`,
    );
    this.#forget = db.prepare("DELETE FROM departed WHERE device = ? AND conv = ?");
    this.#forgetUser = db.prepare(
      "DELETE FROM departed WHERE conv = ? AND device IN (SELECT device FROM device WHERE handle = ?)",
    );
    this.#passed = db.prepare("DELETE FROM departed WHERE device = ? AND conv = ? AND until <= ?");
    this.#dropOld = db.prepare("DELETE FROM departed WHERE at <= ?");
  }

  /** Before the member goes. Nothing for who has read all, or is leaving. */
  add({ id }: Conversation, device: Uint8Array, { until, epoch, at }: Departure): void {
    this.#add.run(until, epoch, at, id, device);
  }

  forget({ id }: Conversation, device: Uint8Array): void {
    this.#forget.run(device, id);
  }

  /** Of all devices of the user. */
  forgetUser({ id }: Conversation, user: Handle): void {
    this.#forgetUser.run(id, user);
  }

  /** The device has kept the log up to there. */
  passed({ id }: Conversation, device: Uint8Array, seq: Seq): void {
    this.#passed.run(device, id, seq);
  }

  dropOld(now: number): void {
    this.#dropOld.run(now - DEPARTED_MS);
  }
}
