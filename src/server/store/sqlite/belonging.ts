// Who belongs to a log and on which terms: terms, the users they name, those who leave, those who ask to come in.
// Every method runs in a transaction that the engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf, hexOf } from "../../../model/ids.ts";
import type { DeviceId, Handle, LogId } from "../../../model/ids.ts";
import { ASKS_OF_ROOM, ASKS_OF_USER } from "../../../model/limits.ts";
import { ASK_MS } from "../../port/records.ts";
import type { AskRecord, TermsRecord } from "../../port/records.ts";
import type { StandingRecord } from "../../port/store.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import type { Roster } from "./roster.ts";
import { blobOf, numberOf, textOf } from "./sql.ts";

/** What a leave was judged by. */
export interface Judged {
  readonly version: number;
  readonly closing: TermsRecord | undefined;
}

const NO_TERMS = new Uint8Array(0);
/** The user of the row `x` has a device in, or is named in, its conversation. */
const BELONGS = `(EXISTS (SELECT 1 FROM named n WHERE n.conv = x.conv AND n.handle = x.handle) OR EXISTS
  (SELECT 1 FROM device d JOIN member m ON m.device = d.device WHERE d.handle = x.handle AND m.conv = x.conv))`;

export class Belonging {
  readonly #conversations: Conversations;
  readonly #roster: Roster;
  readonly #terms: StatementSync;
  readonly #setTerms: StatementSync;
  readonly #forgetNames: StatementSync;
  readonly #name: StatementSync;
  readonly #leaving: StatementSync;
  readonly #leave: StatementSync;
  readonly #comeBack: StatementSync;
  readonly #readmit: StatementSync;
  readonly #forgetLeft: StatementSync;
  readonly #revoked: StatementSync;
  readonly #approved: StatementSync;
  readonly #ask: StatementSync;
  readonly #asked: StatementSync;
  readonly #asksOfRoom: StatementSync;
  readonly #asksOfUser: StatementSync;
  readonly #asks: StatementSync;
  readonly #dropAsk: StatementSync;
  readonly #dropOldAsks: StatementSync;

  constructor(db: DatabaseSync, conversations: Conversations, roster: Roster) {
    this.#conversations = conversations;
    this.#roster = roster;
    this.#terms = db.prepare("SELECT terms FROM conv WHERE id = ?");
    this.#setTerms = db.prepare("UPDATE conv SET terms = ?, closed = ? WHERE id = ?");
    this.#forgetNames = db.prepare("DELETE FROM named WHERE conv = ?");
    this.#name = db.prepare("INSERT INTO named (conv, handle) VALUES (?, ?) ON CONFLICT DO NOTHING");
    this.#leaving = db.prepare("SELECT handle FROM leaving WHERE conv = ? ORDER BY handle");
    this.#leave = db.prepare("INSERT INTO leaving (conv, handle) VALUES (?, ?) ON CONFLICT DO NOTHING");
    this.#comeBack = db.prepare("DELETE FROM leaving WHERE conv = ? AND handle = ?");
    this.#readmit = db.prepare(
      "DELETE FROM leaving WHERE conv = ? AND handle IN (SELECT handle FROM device WHERE device = ?)",
    );
    this.#forgetLeft = db.prepare(`DELETE FROM leaving AS x WHERE x.conv = ? AND NOT ${BELONGS}`);
    this.#revoked = db.prepare(
      `SELECT m.device FROM member m JOIN device d ON d.device = m.device JOIN revocation r ON r.serial = d.serial
       WHERE m.conv = ?`,
    );
    this.#approved = db.prepare(`SELECT x.handle FROM ask x WHERE x.conv = ? AND ${BELONGS} ORDER BY x.handle`);
    this.#ask = db.prepare("INSERT INTO ask (conv, handle, at) VALUES (?, ?, ?)");
    this.#asked = db.prepare("SELECT 1 FROM ask WHERE conv = ? AND handle = ?");
    this.#asksOfRoom = db.prepare("SELECT count(*) AS n FROM ask WHERE conv = ?");
    this.#asksOfUser = db.prepare("SELECT count(*) AS n FROM ask WHERE handle = ?");
    this.#asks = db.prepare("SELECT handle, at FROM ask WHERE conv = ? AND at > ? ORDER BY at, handle");
    this.#dropAsk = db.prepare("DELETE FROM ask WHERE conv = ? AND handle = ?");
    this.#dropOldAsks = db.prepare("DELETE FROM ask WHERE at <= ?");
  }

  termsOf({ id }: Pick<Conversation, "id">): Uint8Array {
    const row = this.#terms.get(id);
    return row?.["terms"] instanceof Uint8Array ? blobOf(row, "terms") : NO_TERMS;
  }

  /** For a log without terms only; false if it has some. */
  giveTerms(log: LogId, terms: TermsRecord): void {
    const conv = this.#roster.existing(log);
    if (this.termsOf(conv).length > 0) return;
    this.setTerms(conv, terms);
  }

  setTerms(conv: Conversation, { bytes, named, closed }: TermsRecord): void {
    this.#setTerms.run(bytes, closed ? 1 : 0, conv.id);
    conv.closed = closed;
    this.#forgetNames.run(conv.id);
    for (const user of named) this.#name.run(conv.id, user);
    this.#conversations.touch(conv);
  }

  leavingIn({ id }: Pick<Conversation, "id">): Handle[] {
    return this.#leaving.all(id).map((row) => textOf(row, "handle") as Handle);
  }

  standing(log: LogId): StandingRecord | undefined {
    const conv = this.#conversations.find(bytesOf(log));
    if (conv === undefined) return undefined;
    const { head, first, epoch, version } = conv;
    const revoked = this.#revoked.all(conv.id).map((row) => hexOf(blobOf(row, "device")) as DeviceId);
    const roster = this.#roster.membersOf(log);
    return { head, first, epoch, version, terms: this.termsOf(conv), roster, leaving: this.leavingIn(conv), revoked };
  }

  leave(log: LogId, user: Handle, { version, closing }: Judged): boolean {
    const conv = this.#roster.existing(log);
    if (conv.version !== version) return false;
    this.#leave.run(conv.id, user);
    this.#roster.forgetDepartures(conv, user);
    this.#dropAsk.run(conv.id, user);
    if (closing !== undefined) this.setTerms(conv, closing);
    this.#conversations.touch(conv);
    return true;
  }

  comeBack(log: LogId, user: Handle): boolean {
    const conv = this.#roster.existing(log);
    const was = this.#comeBack.run(conv.id, user).changes === 1;
    if (was) this.#conversations.touch(conv);
    return was;
  }

  /** After a commit: who was let in again, or is all gone, no longer leaves; who was let in no longer asks. Returns the latter. */
  settle(conv: Conversation, added: readonly Uint8Array[]): Handle[] {
    if (this.#leaving.get(conv.id) !== undefined) {
      for (const device of added) this.#readmit.run(conv.id, device);
      this.#forgetLeft.run(conv.id);
    }
    const approved = this.#approved.all(conv.id).map((row) => textOf(row, "handle") as Handle);
    for (const user of approved) this.#dropAsk.run(conv.id, user);
    return approved;
  }

  ask({ log, user, at }: AskRecord): "stored" | "known" | "full" {
    const conv = this.#roster.existing(log);
    this.dropOldAsks(at);
    if (this.#asked.get(conv.id, user) !== undefined) return "known";
    const isFull =
      numberOf(this.#asksOfRoom.get(conv.id), "n") >= ASKS_OF_ROOM ||
      numberOf(this.#asksOfUser.get(user), "n") >= ASKS_OF_USER;
    if (isFull) return "full";
    this.#ask.run(conv.id, user, at);
    return "stored";
  }

  dropAsk(log: LogId, user: Handle): boolean {
    return this.#dropAsk.run(this.#roster.existing(log).id, user).changes === 1;
  }

  asks(logs: readonly LogId[], now: number): AskRecord[] {
    return logs.flatMap((log) => {
      const conv = this.#conversations.find(bytesOf(log));
      if (conv === undefined) return [];
      const rows = this.#asks.all(conv.id, now - ASK_MS);
      return rows.map((row) => ({ log, user: textOf(row, "handle") as Handle, at: numberOf(row, "at") }));
    });
  }

  dropOldAsks(now: number): void {
    this.#dropOldAsks.run(now - ASK_MS);
  }
}
