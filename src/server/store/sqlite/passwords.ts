// What is kept of passwords, and the identity vaults that they open. Every method runs in a transaction that the engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Handle } from "../../../model/ids.ts";
import type { NewPasswordRecord, PasswordRecord } from "../../port/realm-store.ts";
import { blobOf, numberOf, textOf } from "./sql.ts";

const COLUMNS = "handle, version, changed_at, record, recovery_key";

export class Passwords {
  readonly #put: StatementSync;
  readonly #version: StatementSync;
  readonly #one: StatementSync;
  readonly #vault: StatementSync;
  readonly #any: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(
      `INSERT INTO password (${COLUMNS}, vault) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (handle) DO UPDATE SET
         version = excluded.version, changed_at = excluded.changed_at, record = excluded.record,
         recovery_key = excluded.recovery_key, vault = excluded.vault`,
    );
    this.#version = db.prepare("SELECT version FROM password WHERE handle = ?");
    this.#one = db.prepare(`SELECT ${COLUMNS} FROM password WHERE handle = ?`);
    this.#vault = db.prepare("SELECT version, vault FROM password WHERE handle = ?");
    this.#any = db.prepare("SELECT EXISTS (SELECT 1 FROM password) AS found");
  }

  /** It follows on what is there. */
  isNext({ user, version }: PasswordRecord): boolean {
    const row = this.#version.get(user);
    return version === (row === undefined ? 0 : numberOf(row, "version")) + 1;
  }

  put({ user, version, changedAt, record, recoveryKey, vault }: NewPasswordRecord): void {
    this.#put.run(user, version, changedAt, record, recoveryKey, vault);
  }

  one(user: Handle): PasswordRecord | undefined {
    const row = this.#one.get(user);
    if (row === undefined) return undefined;
    return {
      user: textOf(row, "handle") as Handle,
      version: numberOf(row, "version"),
      changedAt: numberOf(row, "changed_at"),
      record: textOf(row, "record"),
      recoveryKey: blobOf(row, "recovery_key"),
    };
  }

  vault(user: Handle): Pick<NewPasswordRecord, "version" | "vault"> | undefined {
    const row = this.#vault.get(user);
    return row === undefined ? undefined : { version: numberOf(row, "version"), vault: blobOf(row, "vault") };
  }

  any(): boolean {
    return numberOf(this.#any.get(), "found") === 1;
  }
}
