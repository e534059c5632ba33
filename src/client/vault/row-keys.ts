// Keys of rows that are spent: each secret of a group is sealed under a key of its own, and these keys under a secret that changes
// (lineage.ts). When the secret has changed, rows that were written over or dropped before cannot be opened any more, not even by
// somebody who has the vault key and an old copy of their pages.
import type { DatabaseSync } from "node:sqlite";
import { Damage } from "./faults.ts";
import type { Place, Seals } from "./seals.ts";

/** The row whose key it is. */
type Of = Pick<Place, "id" | "version">;

export class RowKeys {
  readonly #seals: Seals;
  readonly #sql: ReturnType<typeof statements>;
  #wrapKey: Buffer | undefined;
  #spent = 0;

  constructor(db: DatabaseSync, seals: Seals) {
    this.#seals = seals;
    this.#sql = statements(db);
  }

  /** Rows written over or dropped since the secret changed. */
  get spent(): number {
    return this.#spent;
  }

  /** The secret under which the keys are; undefined: it is not here, and no row can be read or written. */
  use(secret: Uint8Array | undefined): void {
    this.#wrapKey = secret === undefined ? undefined : this.#wrapKeyOf(secret);
  }

  get isUsable(): boolean {
    return this.#wrapKey !== undefined;
  }

  /** A new key for a row, in place of the one it had. */
  renew({ id, version }: Of): Buffer {
    const key = this.#seals.newKey();
    if (this.#sql.drop.run(id).changes > 0) this.#spent += 1;
    this.#sql.add.run(id, version, this.#seals.sealWith(this.#usable(), placeOf({ id, version }), key));
    return key;
  }

  /** @throws Damage */
  keyOf(row: Of): Buffer {
    const wrapped = this.#sql.at.get(row.id)?.["wrapped"];
    if (!(wrapped instanceof Uint8Array)) throw new Damage("the key of a row is missing");
    return this.#seals.openWith(this.#usable(), placeOf(row), wrapped);
  }

  drop(id: number): void {
    this.#sql.drop.run(id);
    this.#spent += 1;
  }

  /** All of them, without looking. */
  dropAll(): void {
    this.#sql.dropAll.run();
  }

  /** Inside of a transaction: everything under another secret. It is used once the transaction is over. */
  rewrap(secret: Uint8Array): void {
    const next = this.#wrapKeyOf(secret);
    for (const { id, version, wrapped } of this.#sql.all.all()) {
      if (!(wrapped instanceof Uint8Array)) throw new Damage("the key of a row is missing");
      const place = placeOf({ id: Number(id), version: Number(version) });
      const key = this.#seals.openWith(this.#usable(), place, wrapped);
      this.#sql.set.run(this.#seals.sealWith(next, place, key), id ?? 0);
    }
  }

  /** The secret has changed. */
  renewed(secret: Uint8Array): void {
    this.use(secret);
    this.#spent = 0;
  }

  #wrapKeyOf(secret: Uint8Array): Buffer {
    return this.#seals.derive("row keys", secret);
  }

  #usable(): Buffer {
    if (this.#wrapKey === undefined)
      throw new Error("the groups of this vault must be dropped first: it is a copy, or an older one");
    return this.#wrapKey;
  }
}

function placeOf({ id, version }: Of): Place {
  return { purpose: "row-key", id, version };
}

function statements(db: DatabaseSync) {
  return {
    at: db.prepare("SELECT wrapped FROM row_keys WHERE id = ?"),
    all: db.prepare("SELECT id, version, wrapped FROM row_keys"),
    add: db.prepare("INSERT INTO row_keys (id, version, wrapped) VALUES (?, ?, ?)"),
    set: db.prepare("UPDATE row_keys SET wrapped = ? WHERE id = ?"),
    drop: db.prepare("DELETE FROM row_keys WHERE id = ?"),
    dropAll: db.prepare("DELETE FROM row_keys"),
  };
}
