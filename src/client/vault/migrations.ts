// The schema of the vault in numbered steps. A step is never changed after a release; the number is `user_version`.
import type { DatabaseSync } from "node:sqlite";
import { Fault } from "../../model/fault.ts";

/** "MuVa": a file of ours and of nobody else. */
const APPLICATION_ID = 0x4d755661;

const STEPS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- One row for each conversation and the inbox. seq and chain: the position held. read: the user's read marker.
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY, log TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0, chain BLOB NOT NULL, epoch INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0, members INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- id: the order in which entries came in, over all logs. lost: the server no longer has it.
  CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
    sender BLOB NOT NULL, mid BLOB NOT NULL, kind INTEGER NOT NULL, epoch INTEGER NOT NULL,
    payload TEXT NOT NULL, chain BLOB NOT NULL, quiet INTEGER NOT NULL, lost INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX entries_seq ON entries (log, seq) WHERE lost = 0;
  CREATE INDEX entries_mid ON entries (mid);
  CREATE INDEX entries_lost ON entries (log, seq) WHERE lost = 1;
  -- What the user sent and the server did not give back yet. stored: the seq of the ack, 0 before it.
  CREATE TABLE outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT, mid BLOB NOT NULL UNIQUE, log TEXT NOT NULL,
    since INTEGER NOT NULL, payload TEXT NOT NULL, stored INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE devices (device TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, problem TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

/** Reads only. @throws Fault `vault-newer`, `vault-corrupt` */
export function checkOwner(db: DatabaseSync): void {
  const version = pragma(db, "user_version");
  const id = pragma(db, "application_id");
  if (version > STEPS.length) {
    throw new Fault("vault-newer", "the vault was written by a newer version of this program", {
      hint: "use that version, or another --home",
    });
  }
  if (id !== APPLICATION_ID && (id !== 0 || version !== 0 || hasTables(db))) {
    throw new Fault("vault-corrupt", "the file is not a vault of this program", {
      hint: "it was left untouched; choose another --home",
    });
  }
}

/** Brings the schema up to date, one transaction a step. After `checkOwner`. */
export function migrate(db: DatabaseSync): void {
  const version = pragma(db, "user_version");
  STEPS.slice(version).forEach((step, index) => {
    db.exec(
      `BEGIN IMMEDIATE; ${step}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + index + 1}; COMMIT`,
    );
  });
}

function hasTables(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
}

function pragma(db: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
