// Whose blobs are whose, for quotas: what was begun counts until it is whole or given up. Every method runs in a transaction that the
// engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf, type Handle, type Sha256 } from "../../../model/ids.ts";
import type { BlobClaim } from "../../port/realm-store.ts";
import { numberOf } from "./sql.ts";

/** An upload that nobody went on with is removed after a week (stores.ts): its claim ends behind it. */
const UNFINISHED_MS = 14 * 24 * 3600 * 1000;

export class BlobClaims {
  readonly #begun: StatementSync;
  readonly #sum: StatementSync;
  readonly #put: StatementSync;
  readonly #touch: StatementSync;
  readonly #keep: StatementSync;
  readonly #dropOld: StatementSync;

  constructor(db: DatabaseSync) {
    this.#begun = db.prepare("SELECT 1 FROM blob WHERE digest = ?");
    this.#sum = db.prepare("SELECT coalesce(sum(bytes), 0) AS bytes FROM blob WHERE handle = ?");
    this.#put = db.prepare("INSERT INTO blob (digest, handle, bytes, whole, at) VALUES (?, ?, ?, 0, ?)");
    this.#touch = db.prepare("UPDATE blob SET at = ? WHERE digest = ?");
    this.#keep = db.prepare("UPDATE blob SET whole = 1 WHERE digest = ?");
    this.#dropOld = db.prepare("DELETE FROM blob WHERE whole = 0 AND at < ?");
  }

  claim({ id, user, bytes, most, at }: BlobClaim): "ok" | "over" {
    if (this.#begun.get(bytesOf(id)) !== undefined) {
      this.#touch.run(at, bytesOf(id));
      return "ok";
    }
    if (most > 0 && this.bytesOf(user) + bytes > most) return "over";
    this.#put.run(bytesOf(id), user, bytes, at);
    return "ok";
  }

  keep(id: Sha256): void {
    this.#keep.run(bytesOf(id));
  }

  bytesOf(user: Handle): number {
    return numberOf(this.#sum.get(user), "bytes");
  }

  dropOld(now: number): void {
    this.#dropOld.run(now - UNFINISHED_MS);
  }
}
