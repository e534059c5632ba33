// Opening the file of a vault: locked first, then looked at, then unlocked with its key; made new or brought up to date.
import { chmodSync, closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../../model/fault.ts";
import type { Stretched } from "../../sealing/passphrase.ts";
import { vaultFault } from "./faults.ts";
import { type HeldKey, newVaultKey, readVaultKey, removeKeyLeftover, writeVaultKey } from "./key-file.ts";
import { Line, type Outside } from "./lineage.ts";
import { checkOwner, createSchema, type Found } from "./migrations.ts";
import { type Parts, partsOf } from "./parts.ts";
import { sealPlain, wipePlain } from "./plain.ts";

export interface VaultOptions {
  /** What `chat-client passwd` has set. */
  readonly passphrase?: string | undefined;
  /** What has become of it already. */
  readonly stretched?: Stretched | undefined;
  /** Without it the outside part is kept inside, where a copy of the whole folder is not noticed. */
  readonly outside?: Outside | undefined;
}

export interface OpenVault {
  readonly parts: Parts;
  readonly line: Line;
  readonly held: HeldKey;
  readonly place: { readonly folder: string; readonly file: string };
}

/** In the folder of the device. */
export const FILE = "vault.db";

/** @throws Fault `vault-*`, `no-passphrase`, `wrong-passphrase` */
export function openParts(folder: string, { passphrase, stretched, outside }: VaultOptions): OpenVault {
  const file = join(folder, FILE);
  try {
    // Made here and not by SQLite: it would take the umask's permissions.
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
    const db = lockDatabase(file);
    try {
      // Before anything is written: a file of somebody else stays as it is.
      const found = checkOwner(db);
      db.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000",
      );
      removeKeyLeftover(folder);
      const held = vaultKeyOf(folder, found, { passphrase, stretched });
      const parts = open(db, held.key, found);
      const line = new Line(parts, outside ?? { folder: join(folder, "lineage"), machine: undefined });
      return { parts, line, held, place: { folder, file } };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw vaultFault(error, file);
  }
}

/** Nobody else has it for as long as it is open. The lock is taken with the first question. */
export function lockDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 0 });
  // EXCLUSIVE before WAL: no shared-memory file, and the lock goes with the process, kill -9 included.
  db.exec("PRAGMA locking_mode = EXCLUSIVE");
  return db;
}

export function closeParts({ db }: Parts, line: Line): void {
  try {
    line.close();
  } finally {
    db.close();
  }
}

/** A new one is on the disk before anything is sealed under it. */
function vaultKeyOf(
  folder: string,
  found: Found,
  { passphrase, stretched }: Pick<VaultOptions, "passphrase" | "stretched">,
): HeldKey {
  const held = readVaultKey(folder, passphrase, stretched);
  if (held !== undefined) return held;
  if (found === "sealed")
    throw new Fault("vault-key-missing", "the key of this vault is not there", {
      hint: `put vault.key back into ${folder}; without it nobody can read the vault, and all that is left is to move the folder away`,
    });
  const key = newVaultKey();
  writeVaultKey(folder, key);
  return { key, guard: "permissions" };
}

function open(db: DatabaseSync, vaultKey: Uint8Array, found: Found): Parts {
  if (found === "plain") sealPlain(db, vaultKey);
  if (found === "new") create(db, vaultKey);
  wipePlain(db);
  const parts = partsOf(db, vaultKey);
  parts.ledger.load();
  parts.ledger.verify(parts.history.lastRow());
  return parts;
}

function create(db: DatabaseSync, vaultKey: Uint8Array): void {
  db.exec("BEGIN IMMEDIATE");
  createSchema(db);
  const { ledger } = partsOf(db, vaultKey);
  ledger.begin();
  ledger.save();
  db.exec("COMMIT");
}
