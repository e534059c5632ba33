// Who is in which log, and how far each device has read. Every method runs in a transaction that the engine has opened.
// Knows nothing of entries.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Fault } from "../../../model/fault.ts";
import { bytesOf, hexOf, logKind } from "../../../model/ids.ts";
import type { DeviceId, Handle, LogId, Seq } from "../../../model/ids.ts";
import type { MemberRecord } from "../../port/records.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import type { Departure, Departures } from "./departures.ts";
import { blobOf, textOf } from "./sql.ts";
import type { Welcomes } from "./welcomes.ts";

export type CursorUpdate = readonly [device: DeviceId, log: LogId, seq: Seq];

/** What waits until a cursor has passed it. */
export interface Waiting {
  readonly departures: Departures;
  readonly welcomes: Welcomes;
}

export class Roster {
  readonly #conversations: Conversations;
  readonly #waiting: Waiting;
  readonly #enrolled: StatementSync;
  readonly #add: StatementSync;
  readonly #remove: StatementSync;
  readonly #members: StatementSync;
  readonly #writer: StatementSync;
  readonly #cursor: StatementSync;

  constructor(db: DatabaseSync, conversations: Conversations, waiting: Waiting) {
    this.#conversations = conversations;
    this.#waiting = waiting;
    this.#enrolled = db.prepare("SELECT 1 FROM device WHERE device = ?");
    this.#add = db.prepare("INSERT INTO member (conv, device, after) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    this.#remove = db.prepare("DELETE FROM member WHERE conv = ? AND device = ?");
    this.#members = db.prepare(
      "SELECT m.device, d.handle FROM member m JOIN device d ON d.device = m.device WHERE m.conv = ? ORDER BY m.device",
    );
    this.#writer = db.prepare(
      `SELECT 1 FROM member m JOIN device d ON d.device = m.device WHERE m.conv = ? AND m.device = ?
       AND NOT EXISTS (SELECT 1 FROM leaving l WHERE l.conv = m.conv AND l.handle = d.handle)`,
    );
    // C8: only upward, and only for a log that the device is in or may still read, so that nobody can fill the table.
    this.#cursor = db.prepare(
      `INSERT INTO cursor (device, conv, seq) SELECT device, conv, ?1 FROM member WHERE conv = ?2 AND device = ?3
       UNION SELECT device, conv, ?1 FROM departed WHERE conv = ?2 AND device = ?3
       ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)`,
    );
  }

  isEnrolled(device: Uint8Array): boolean {
    return this.#enrolled.get(device) !== undefined;
  }

  /** False if it was a member; its start then stays what it was. */
  add(conv: Conversation, device: Uint8Array, from: Seq): boolean {
    const isNew = this.#add.run(conv.id, device, from).changes === 1;
    if (isNew) this.#conversations.touch(conv);
    return isNew;
  }

  remove(conv: Conversation, device: Uint8Array): boolean {
    const wasThere = this.#remove.run(conv.id, device).changes === 1;
    if (wasThere) this.#conversations.touch(conv);
    return wasThere;
  }

  /** By a commit: what the device has not read yet stays open to it. */
  takeOut(conv: Conversation, device: Uint8Array, departure: Departure): void {
    this.#waiting.departures.add(conv, device, departure);
    this.remove(conv, device);
  }

  /** Who leaves gets nothing more. */
  forgetDepartures(conv: Conversation, user: Handle): void {
    this.#waiting.departures.forgetUser(conv, user);
  }

  /** In the roster of a log that is open, and its user is not leaving. */
  mayWrite(conv: Conversation, device: Uint8Array): boolean {
    if (conv.closed) return false;
    if (this.#conversations.isWriter(conv, device)) return true;
    if (this.#writer.get(conv.id, device) === undefined) return false;
    this.#conversations.addWriter(conv, device);
    return true;
  }

  createLog(log: LogId, members: readonly DeviceId[]): boolean {
    const raw = bytesOf(log);
    if (!this.#conversations.create(raw)) return false;
    const conv = this.existing(log);
    for (const member of members) this.add(conv, this.#known(member), 0);
    return true;
  }

  addMember(log: LogId, device: DeviceId, from: Seq): boolean {
    return this.add(this.existing(log), this.#known(device), from);
  }

  removeMember(log: LogId, device: DeviceId): boolean {
    const conv = this.#conversations.find(bytesOf(log));
    return conv !== undefined && this.remove(conv, bytesOf(device));
  }

  membersOf(log: LogId): MemberRecord[] {
    const conv = this.#conversations.find(bytesOf(log));
    if (conv === undefined) return [];
    const rows = this.#members.all(conv.id);
    return rows.map((row) => ({
      device: hexOf(blobOf(row, "device")) as DeviceId,
      user: textOf(row, "handle") as Handle,
    }));
  }

  /** A cursor past the head would hide entries that are still to come: it is cut to the head. */
  saveCursors(updates: readonly CursorUpdate[]): void {
    for (const [device, log, seq] of updates) {
      const conv = this.#conversations.find(bytesOf(log));
      if (conv !== undefined) this.#saveCursor(conv, bytesOf(device), Math.min(seq, conv.head));
    }
  }

  #saveCursor(conv: Conversation, device: Uint8Array, seq: Seq): void {
    if (this.#cursor.run(seq, conv.id, device).changes === 0) return;
    if (logKind(hexOf(conv.log) as LogId) === "inbox") this.#waiting.welcomes.passed(device, seq);
    else this.#waiting.departures.passed(conv, device, seq);
  }

  /** Throws Fault `no-such-log`. */
  existing(log: LogId): Conversation {
    const conv = this.#conversations.find(bytesOf(log));
    if (conv === undefined) throw new Fault("no-such-log", "there is no such log");
    return conv;
  }

  #known(device: DeviceId): Uint8Array {
    const raw = bytesOf(device);
    if (!this.isEnrolled(raw)) throw new Fault("no-such-device", "the device was never enrolled");
    return raw;
  }
}
