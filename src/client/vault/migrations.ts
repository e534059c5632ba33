// The schema of the vault in numbered steps. A step is never changed after a release; the number is `user_version`.
import type { DatabaseSync } from "node:sqlite";
import { Fault } from "../../model/fault.ts";

/** "MuVa": a file of ours and of nobody else. */
const APPLICATION_ID = 0x4d755661;
/** Version 1 kept everything in the clear; see plain.ts. */
const PLAIN = 1;
const SEALED = 2;

/** Everything that can be read in the file by somebody without the vault key; docs/threat-model.md says what it tells. */
const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  -- What is kept by name: cells.ts. owner, tag: pseudonyms.
  CREATE TABLE cells (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, owner INTEGER NOT NULL, tag BLOB NOT NULL, version INTEGER NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX cells_tag ON cells (tag);
  CREATE INDEX cells_owner ON cells (kind, owner);
  -- Of the cells that are spent when they are written over: row-keys.ts.
  CREATE TABLE row_keys (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, wrapped BLOB NOT NULL) STRICT;
  -- id: the order in which entries came in, over all logs. log, sender, mid: pseudonyms. lost: the server no longer has it.
  CREATE TABLE entries (
    id INTEGER PRIMARY KEY, log INTEGER NOT NULL, seq INTEGER NOT NULL, sender INTEGER NOT NULL, mid INTEGER NOT NULL,
    kind INTEGER NOT NULL, quiet INTEGER NOT NULL, lost INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entries_seq ON entries (log, seq) WHERE lost = 0;
  CREATE INDEX entries_mid ON entries (mid);
  CREATE INDEX entries_lost ON entries (log, seq) WHERE lost = 1;
  -- What entries say, and what a search looks through: blocks.ts. first: the first entry of the block.
  CREATE TABLE blocks (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, level INTEGER NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX blocks_level ON blocks (level, version);
  CREATE TABLE texts (first INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
`;

/** `plain`: of the version that sealed nothing. */
export type Found = "new" | "plain" | "sealed";

/** Whose file it is. Reads only. @throws Fault `vault-newer`, `vault-corrupt` */
export function checkOwner(db: DatabaseSync): Found {
  const version = pragma(db, "user_version");
  const id = pragma(db, "application_id");
  if (version > SEALED) throw newer();
  if (id !== APPLICATION_ID && (id !== 0 || version !== 0 || hasTables(db))) {
    throw new Fault("vault-corrupt", "the file is not a vault of this program", {
      hint: "it was left untouched; choose another --home",
    });
  }
  if (version === 0) return "new";
  return version === PLAIN ? "plain" : "sealed";
}

export function newer(): Fault {
  return new Fault("vault-newer", "the vault was written by a newer version of this program", {
    hint: "use that version, or another --home",
  });
}

/** Inside of a transaction. */
export function createSchema(db: DatabaseSync): void {
  db.exec(`${SCHEMA}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SEALED}`);
}

function hasTables(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
}

function pragma(db: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
