// Entries and ids for tests of the vault, and a vault as version 0.1 wrote it: in the clear.
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { NewEntry, Vault } from "../../src/client/port/vault.ts";
import { Fault } from "../../src/model/fault.ts";
import { bytesOf, type DeviceId, type LogId, type MessageId } from "../../src/model/ids.ts";

export const LOG = "00020000000000000000000000000000" as LogId;
export const OTHER = "00030000000000000000000000000000" as LogId;
export const ME = "aa".repeat(16) as DeviceId;
export const BOB = "bb".repeat(16) as DeviceId;
export const LASTING = { durable: true };

export function mid(number: number): MessageId {
  return number.toString(16).padStart(32, "0") as MessageId;
}

export function chain(number: number): Uint8Array {
  return Uint8Array.from(Buffer.alloc(32, number));
}

export function entry(seq: number, more: Partial<NewEntry> = {}): NewEntry {
  const text = more.text ?? `${seq}`;
  const base = { log: LOG, seq, at: 1000 + seq, sender: BOB, mid: mid(seq), kind: "app", epoch: 0 } as const;
  return { ...base, payload: JSON.stringify({ kind: "text", text }), text, chain: chain(seq), quiet: false, ...more };
}

export function entries(from: number, to: number, more: Partial<NewEntry> = {}): NewEntry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, more));
}

export function withLog<V extends Vault>(vault: V, log = LOG): V {
  vault.commit([{ put: "log", log, kind: "lobby", epoch: 0 }], LASTING);
  return vault;
}

/** Puts entries into the log they name; all of one log. */
export function keep(vault: Vault, ...list: readonly NewEntry[]): void {
  vault.commit([{ put: "entries", log: list[0]?.log ?? LOG, entries: list, own: [] }], LASTING);
}

export function fault(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** The files in which one of these texts or bytes can be found: by name and what was found. */
export function foundIn(folder: string, wanted: readonly (string | Uint8Array)[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    return wanted.filter((one) => bytes.includes(one)).map((one) => `${name}: ${String(one)}`);
  });
}

/** As 0.1 made it, with its one step of the schema. The connection is the caller's to close. */
export function plainVault(folder: string): DatabaseSync {
  const db = new DatabaseSync(join(folder, "vault.db"));
  db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE logs (
      id INTEGER PRIMARY KEY, log TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
      seq INTEGER NOT NULL DEFAULT 0, chain BLOB NOT NULL, epoch INTEGER NOT NULL,
      read INTEGER NOT NULL DEFAULT 0, members INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE entries (
      id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
      sender BLOB NOT NULL, mid BLOB NOT NULL, kind INTEGER NOT NULL, epoch INTEGER NOT NULL,
      payload TEXT NOT NULL, chain BLOB NOT NULL, quiet INTEGER NOT NULL, lost INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE UNIQUE INDEX entries_seq ON entries (log, seq) WHERE lost = 0;
    CREATE INDEX entries_mid ON entries (mid);
    CREATE INDEX entries_lost ON entries (log, seq) WHERE lost = 1;
    CREATE TABLE outgoing (
      id INTEGER PRIMARY KEY AUTOINCREMENT, mid BLOB NOT NULL UNIQUE, log TEXT NOT NULL,
      since INTEGER NOT NULL, payload TEXT NOT NULL, stored INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE devices (device TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, problem TEXT NOT NULL) STRICT, WITHOUT ROWID;
    PRAGMA application_id = 1299535457; PRAGMA user_version = 1; COMMIT`);
  return db;
}

/** So many entries of LOG with these texts, and one of everything else. */
export function fillPlain(db: DatabaseSync, texts: readonly string[]): void {
  db.exec("BEGIN");
  db.prepare(
    "INSERT INTO logs (id, log, kind, seq, chain, epoch, read, members) VALUES (1, ?, 'lobby', ?, ?, 2, 3, 5)",
  ).run(LOG, texts.length, chain(texts.length % 256));
  const add = db.prepare(
    "INSERT INTO entries (id, log, seq, at, sender, mid, kind, epoch, payload, chain, quiet) VALUES (?, 1, ?, ?, ?, ?, 0, 0, ?, ?, 0)",
  );
  // A hole in the rows, as a message leaves one that was found again.
  texts.forEach((text, index) => {
    const seq = index + 1;
    const payload = JSON.stringify({ kind: "text", text });
    add.run(index < 2 ? seq : seq + 3, seq, 1000 + seq, bytesOf(BOB), bytesOf(mid(seq)), payload, chain(seq % 256));
  });
  db.prepare("INSERT INTO outgoing (mid, log, since, payload, stored) VALUES (?, ?, 1, 'waiting secretly', 0)").run(
    randomBytes(16),
    LOG,
  );
  db.prepare("INSERT INTO devices (device, user, name, problem) VALUES (?, 'bob', 'Bob of the Plains', '')").run(BOB);
  db.exec(
    `INSERT INTO meta (name, value) VALUES ('shown', '2'), ('server', '{"storeId":"${"cd".repeat(16)}","generation":4}')`,
  );
  db.exec("COMMIT");
}
