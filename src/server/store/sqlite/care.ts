// Care of a living database: an online copy, and a full examination that lets other work through between its steps.
// Runs on the writer's connection: a copy made from a second one never ends under writes.
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, backup } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Fault } from "../../../model/fault.ts";
import { hexOf } from "../../../model/ids.ts";
import { CHAIN_START, nextChain } from "../../../wire/chain.ts";
import type { StoreReport } from "../../port/records.ts";
import { integrityFindings, isFree } from "./database.ts";
import { sqliteCode, unwritableFault } from "./faults.ts";
import { blobOf, noteOf, numberOf } from "./sql.ts";

/** Pages copied before other work gets a turn: about 0.4 MB. */
const COPY_PAGES = 100;
const FIRST_STEP_TRIES = 1_000;
const MAX_FINDINGS = 100;
/** Entries checked before other work gets a turn: about 2 ms. */
const CHECK_ENTRIES = 200;

/** Copies, marks the copy as a copy (its opening raises the generation), syncs, then gives it its name. */
export async function backupTo(db: DatabaseSync, destination: string): Promise<void> {
  if (!isFree(destination)) {
    throw new Fault("backup-exists", `there is something at ${destination} already`, {
      hint: "name a file that does not exist",
    });
  }
  const part = `${destination}.tmp`;
  makeEmpty(part);
  try {
    await copyPages(db, part);
    markCopy(part);
    syncFile(part);
    renameSync(part, destination);
    syncFile(dirname(destination));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/**
 * Node ends a copy whose very first step met a write transaction with an error that is none (errcode 0);
 * later steps wait by themselves. Seen in Node 26.10 in two of ten copies under load.
 */
async function copyPages(db: DatabaseSync, part: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await backup(db, part, { rate: COPY_PAGES });
      return;
    } catch (error) {
      if (sqliteCode(error) !== 0 || tries >= FIRST_STEP_TRIES) throw error;
    }
    await nextTurn();
  }
}

function makeEmpty(path: string): void {
  try {
    rmSync(path, { force: true });
    closeSync(openSync(path, "wx", 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    throw unwritableFault(path, error);
  }
}

function markCopy(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    copy.exec("PRAGMA locking_mode = EXCLUSIVE");
    // One file that can be carried away; a copy of WAL mode would grow two more beside it.
    copy.exec("PRAGMA journal_mode = DELETE");
    // When it was made; that it is not 0 is what counts.
    copy.exec("UPDATE meta SET copied = CAST(unixepoch('subsec') * 1000 AS INTEGER)");
  } finally {
    copy.close();
  }
}

function syncFile(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** SQLite's own check, then every log's chain from its first entry to its head: no entry is missing, changed or moved. */
export async function examine(db: DatabaseSync): Promise<StoreReport> {
  const findings = integrityFindings(db, MAX_FINDINGS);
  if (db.prepare("PRAGMA foreign_key_check").get() !== undefined)
    findings.push("a row names a device or a log that is not there");
  const conversations = db.prepare("SELECT id FROM conv ORDER BY id").all();
  for (const row of conversations) {
    if (findings.length >= MAX_FINDINGS) break;
    const finding = await examineLog(db, numberOf(row, "id"));
    if (finding !== undefined) findings.push(finding);
  }
  return { ok: findings.length === 0, findings };
}

async function examineLog(db: DatabaseSync, id: number): Promise<string | undefined> {
  const conv = db.prepare("SELECT log, head, chain FROM conv WHERE id = ?").get(id);
  const page = db.prepare("SELECT * FROM log WHERE conv = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?");
  const [log, head] = [blobOf(conv, "log"), numberOf(conv, "head")];
  const beyond = db.prepare("SELECT 1 FROM log WHERE conv = ? AND seq > ?").get(id, head);
  if (beyond !== undefined) return `log ${hexOf(log)} has entries after its head ${head}`;
  let seq = 0;
  let chain = CHAIN_START;
  while (seq < head) {
    const rows = page.all(id, seq, head, CHECK_ENTRIES);
    if (rows.length === 0) return `log ${hexOf(log)} ends at ${seq} and not at ${head}`;
    for (const row of rows) {
      seq += 1;
      chain = chainOfRow(chain, log, row);
      if (numberOf(row, "seq") !== seq) return `log ${hexOf(log)} has no entry ${seq}`;
      if (Buffer.compare(chain, blobOf(row, "chain")) !== 0) return `log ${hexOf(log)} was changed at entry ${seq}`;
    }
    await nextTurn();
  }
  return Buffer.compare(chain, blobOf(conv, "chain")) === 0 ? undefined : `log ${hexOf(log)} was changed at its head`;
}

function chainOfRow(previous: Uint8Array, log: Uint8Array, row: Record<string, unknown>): Uint8Array {
  return nextChain(previous, {
    log,
    sender: blobOf(row, "sender"),
    mid: blobOf(row, "mid"),
    seq: numberOf(row, "seq"),
    at: numberOf(row, "at"),
    kind: numberOf(row, "kind"),
    epoch: numberOf(row, "epoch"),
    body: blobOf(row, "body"),
    note: noteOf(row),
  });
}
