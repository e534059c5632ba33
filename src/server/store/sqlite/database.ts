// Opens and closes the one connection to the database file: lock, inspection after an unclean stop, migrations, identity.
// Nothing in this process may open and close the file by other means while it is open: that would drop SQLite's lock (POSIX).
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { errno } from "../../../model/fault.ts";
import type { StoreId } from "../../../model/ids.ts";
import { hexOf } from "../../../model/ids.ts";
import { corruptFault, isFull, storeFault, unwritableFault } from "./faults.ts";
import { APPLICATION_ID, migrate, refuseNewer } from "./migrations.ts";
import { blobOf, numberOf, pragma, textOf, transaction } from "./sql.ts";

/** What happened while opening, for the server's log. */
export interface OpenReport {
  readonly created: boolean;
  readonly fromVersion: number;
  /** The last run did not close the database: it was examined before anything was written. */
  readonly unclean: boolean;
  readonly checkMs: number;
  /** The file is a restored backup: its generation was raised now. */
  readonly restored: boolean;
}

export interface Opened {
  readonly db: DatabaseSync;
  readonly storeId: StoreId;
  readonly generation: number;
  readonly report: OpenReport;
}

/** 16 MiB of WAL: least CPU and the lowest p99 of 4, 8, 16 and 32 MiB; when it is idle the storage thread makes checkpoints itself. */
const AUTOCHECKPOINT_PAGES = 4_000;
/** Negative: in KiB (64 MiB). No mmap: a failing disk must give an error and not end the process. */
const CACHE_SIZE = -65_536;
const FINDINGS = 5;
/** The setting that says of when the backup was, until the realm's log says so. */
const RESTORED = "restored";

/** `now`: milliseconds since 1970. Throws Fault store-locked, -corrupt, -too-new, -unwritable, -full or -failed; the file is then as it was. */
export function openDatabase(file: string, now: number): Opened {
  try {
    const empty = makeFile(file);
    return openForWriting(file, { found: empty ? NEW_FILE : inspect(file), now });
  } catch (error) {
    throw storeFault(error, file);
  }
}

/**
 * Checkpoints everything into the database file, sets the clean flag and closes. On a full disk neither may be possible,
 * and nothing is lost: the WAL stays, and the next opening examines it.
 */
export function closeDatabase(db: DatabaseSync): void {
  try {
    db.exec("UPDATE meta SET clean = 1");
    checkpoint(db);
  } catch (error) {
    if (!isFull(error)) throw error;
  } finally {
    db.close();
  }
}

/** Moves the whole WAL into the file, as far as there is room. */
function checkpoint(db: DatabaseSync): void {
  try {
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

function makeFile(file: string): boolean {
  try {
    makeFolder(dirname(file));
    if (existsSync(file)) {
      const { size } = regularFile(file);
      chmodSync(file, 0o600);
      return size === 0;
    }
    // SQLite gives its -wal file the mode of the database file.
    closeSync(openSync(file, "wx", 0o600));
    return true;
  } catch (error) {
    throw unwritableFault(file, error);
  }
}

/** Not `recursive`: see pki/folders.ts. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errno(error) !== "EEXIST") throw error;
  }
}

function regularFile(file: string): Stats {
  const found = statSync(file);
  if (!found.isFile()) throw Object.assign(new Error("not a file"), { code: "EISDIR" });
  return found;
}

type Found = Pick<OpenReport, "created" | "unclean" | "checkMs">;

const NEW_FILE: Found = { created: true, unclean: false, checkMs: 0 };
const CLEAN_FILE: Found = { created: false, unclean: false, checkMs: 0 };

/** Looks before anything is written: a connection that can write would move the WAL into the file even when it is refused. */
function inspect(file: string): Found {
  const hadShm = existsSync(`${file}-shm`);
  const db = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    // The first start may have been killed before its first migration.
    if (hasNoTables(db)) return NEW_FILE;
    if (pragma(db, "application_id") !== APPLICATION_ID)
      throw corruptFault(file, "it is a database of another program");
    refuseNewer(pragma(db, "user_version"));
    const unclean = numberOf(db.prepare("SELECT clean FROM meta").get(), "clean") !== 1;
    if (!unclean) return CLEAN_FILE;
    const start = performance.now();
    const findings = integrityFindings(db, FINDINGS);
    if (findings.length > 0) throw corruptFault(file, findings.join("; "));
    return { created: false, unclean, checkMs: Math.round(performance.now() - start) };
  } finally {
    db.close();
    // A read-only connection leaves its index of the WAL behind; the writer keeps its own in memory.
    if (!hadShm) rmSync(`${file}-shm`, { force: true });
  }
}

function hasNoTables(db: DatabaseSync): boolean {
  return (
    pragma(db, "application_id") === 0 &&
    numberOf(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get(), "n") === 0
  );
}

/** Empty when SQLite finds the file in order. */
export function integrityFindings(db: DatabaseSync, max: number): string[] {
  const rows = db.prepare(`PRAGMA integrity_check(${max})`).all();
  return rows.map((row) => textOf(row, "integrity_check")).filter((line) => line !== "ok");
}

function openForWriting(file: string, { found, now }: { readonly found: Found; readonly now: number }): Opened {
  const db = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
  try {
    // Before the first look at the WAL: with EXCLUSIVE its index is in memory and the lock lasts until the process ends.
    db.exec("PRAGMA locking_mode = EXCLUSIVE");
    db.exec("PRAGMA journal_mode = WAL");
    db.exec("PRAGMA synchronous = FULL");
    db.exec(`PRAGMA cache_size = ${CACHE_SIZE}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`);
    const fromVersion = migrate(db);
    const restored = numberOf(db.prepare("SELECT copied FROM meta").get(), "copied") !== 0;
    // The time, because the same backup may be restored again: each restore is another generation, and a later one is higher.
    const raised = db.prepare("UPDATE meta SET generation = max(generation + 1, ?), copied = 0 WHERE copied <> 0");
    const told = db.prepare("INSERT OR REPLACE INTO setting SELECT ?, copied FROM meta WHERE copied <> 0");
    transaction(db, () => {
      told.run(RESTORED);
      raised.run(now);
      db.exec("UPDATE meta SET clean = 0");
    });
    // Identity and clean flag are in the file itself from now on: a WAL that is lost later takes entries with it,
    // but the store stays the same one and knows that it was not closed.
    checkpoint(db);
    const meta = db.prepare("SELECT store_id, generation FROM meta").get();
    const storeId = hexOf(blobOf(meta, "store_id")) as StoreId;
    return { db, storeId, generation: numberOf(meta, "generation"), report: { ...found, fromVersion, restored } };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** True when the path is free; anything else at it must not be overwritten. */
export function isFree(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    if (errno(error) === "ENOENT") return true;
    throw unwritableFault(path, error);
  }
}
