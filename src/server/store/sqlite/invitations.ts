// Invitations by the hash of their code, and who has used which. Every method runs in a transaction that the engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf, hexOf } from "../../../model/ids.ts";
import type { Handle, Sha256 } from "../../../model/ids.ts";
import type { RealmRole } from "../../../model/realm-role.ts";
import type { InvitationRecord } from "../../port/realm-store.ts";
import { blobOf, maybeNumber, maybeText, numberOf, textOf } from "./sql.ts";

const COLUMNS = "id, hash, handle, name, email, openpgp, role, uses, expires_at, lease_until, author, created_at";

export class Invitations {
  readonly #put: StatementSync;
  readonly #good: StatementSync;
  readonly #one: StatementSync;
  readonly #withdraw: StatementSync;
  readonly #take: StatementSync;
  readonly #redeem: StatementSync;
  readonly #redeemed: StatementSync;
  readonly #dropOld: StatementSync;
  readonly #dropRedemptions: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`INSERT INTO invitation (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#good = db.prepare(
      `SELECT ${COLUMNS} FROM invitation WHERE uses > 0 AND expires_at > ? ORDER BY created_at, id`,
    );
    this.#one = db.prepare(`SELECT ${COLUMNS} FROM invitation WHERE hash = ? AND uses > 0 AND expires_at > ?`);
    this.#withdraw = db.prepare("UPDATE invitation SET uses = 0 WHERE id = ?");
    this.#take = db.prepare("UPDATE invitation SET uses = uses - 1 WHERE hash = ? AND uses > 0 AND expires_at > ?");
    this.#redeem = db.prepare("INSERT INTO redemption (hash, key, serial) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    this.#redeemed = db.prepare("SELECT serial FROM redemption WHERE hash = ? AND key = ?");
    this.#dropOld = db.prepare("DELETE FROM invitation WHERE expires_at <= ?");
    this.#dropRedemptions = db.prepare("DELETE FROM redemption WHERE hash NOT IN (SELECT hash FROM invitation)");
  }

  put(record: InvitationRecord): void {
    const { user, name, email, openpgp, leaseUntil } = record;
    this.#put.run(
      record.id,
      bytesOf(record.hash),
      user ?? null,
      name ?? null,
      email ?? null,
      openpgp ?? null,
      record.role,
      record.uses,
      record.expiresAt,
      leaseUntil ?? null,
      record.by,
      record.createdAt,
    );
  }

  good(now: number): InvitationRecord[] {
    return this.#good.all(now).map(recordIn);
  }

  one(hash: Sha256, now: number): InvitationRecord | undefined {
    const row = this.#one.get(bytesOf(hash), now);
    return row === undefined ? undefined : recordIn(row);
  }

  withdraw(id: string): void {
    this.#withdraw.run(id);
  }

  /** False: none is left. */
  take(hash: Sha256, now: number): boolean {
    return this.#take.run(bytesOf(hash), now).changes === 1;
  }

  redeemed(redemption: { readonly hash: Sha256; readonly key: Sha256 }, serial: string): void {
    this.#redeem.run(bytesOf(redemption.hash), bytesOf(redemption.key), serial);
  }

  /** The serial that this key was given for this code. */
  redemption(hash: Sha256, key: Sha256): string | undefined {
    const row = this.#redeemed.get(bytesOf(hash), bytesOf(key));
    return row === undefined ? undefined : textOf(row, "serial");
  }

  /** What ended before, and what is remembered of who used it. */
  dropOld(before: number): void {
    this.#dropOld.run(before);
    this.#dropRedemptions.run();
  }
}

function recordIn(row: Record<string, unknown>): InvitationRecord {
  return {
    id: textOf(row, "id"),
    hash: hexOf(blobOf(row, "hash")) as Sha256,
    user: maybeText(row, "handle") as Handle | undefined,
    name: maybeText(row, "name"),
    email: maybeText(row, "email"),
    openpgp: maybeText(row, "openpgp"),
    role: textOf(row, "role") as RealmRole,
    uses: numberOf(row, "uses"),
    expiresAt: numberOf(row, "expires_at"),
    leaseUntil: maybeNumber(row, "lease_until"),
    by: textOf(row, "author"),
    createdAt: numberOf(row, "created_at"),
  };
}
