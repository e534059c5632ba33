// The vault on node:sqlite: one file, WAL, locked against a second process for as long as it is open.
import { chmodSync, closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  bytesOf,
  type DeviceId,
  type Handle,
  hexOf,
  LOG_KIND,
  type LogId,
  type LogKind,
  type MessageId,
  type Seq,
} from "../../model/ids.ts";
import { CHAIN_START } from "../../wire/chain.ts";
import { entryKindName } from "../../wire/entry-kind.ts";
import type { Change, HeldDevice, HeldEntry, HeldLog, Outgoing, ServerStore, Vault } from "../port/vault.ts";
import { applyChange, type Writer, writer } from "./changes.ts";
import { vaultFault } from "./faults.ts";
import { checkOwner, migrate } from "./migrations.ts";

type Row = Readonly<Record<string, unknown>>;
type Statement = ReturnType<DatabaseSync["prepare"]>;

const FILE = "vault.db";

/** `folder`: of this device, see home.ts. Throws Fault `vault-*`. */
export function openVault(folder: string): Vault {
  const file = join(folder, FILE);
  try {
    // Made here and not by SQLite: it would take the umask's permissions.
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
    const db = new DatabaseSync(file, { timeout: 0 });
    try {
      // EXCLUSIVE before WAL: no shared-memory file, and the lock goes with the process, kill -9 included.
      db.exec("PRAGMA locking_mode = EXCLUSIVE");
      // Before anything is written: a file of somebody else stays as it is.
      checkOwner(db);
      db.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000",
      );
      migrate(db);
      return new SqliteVault(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw vaultFault(error, file);
  }
}

class SqliteVault implements Vault {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #writer: Writer;
  readonly #read: ReturnType<typeof readers>;
  #durable = true;

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.#file = file;
    this.#writer = writer(db);
    this.#read = readers(db);
  }

  commit(changes: readonly Change[], { durable }: { readonly durable: boolean }): void {
    this.#guard(() => {
      if (durable !== this.#durable) this.#db.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
      this.#durable = durable;
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        for (const change of changes) applyChange(this.#writer, change);
        this.#db.exec("COMMIT");
      } catch (error) {
        // SQLite may have rolled back by itself (disk full): then there is nothing left to undo.
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  logs(): readonly HeldLog[] {
    return this.#all(this.#read.logs, [], (row) => ({
      log: String(row["log"]) as LogId,
      kind: kindOf(row["kind"]),
      seq: Number(row["seq"]),
      chain: bytes(row["chain"]),
      epoch: Number(row["epoch"]),
      read: Number(row["read"]),
      members: Number(row["members"]),
    }));
  }

  server(): ServerStore | undefined {
    const rows = this.#all(this.#read.meta, ["server"], (row) => JSON.parse(String(row["value"])) as ServerStore);
    return rows[0] === undefined ? undefined : { storeId: rows[0].storeId, generation: rows[0].generation };
  }

  outgoing(): readonly Outgoing[] {
    return this.#all(this.#read.outgoing, [], (row) => ({
      mid: hexOf(bytes(row["mid"])) as MessageId,
      log: String(row["log"]) as LogId,
      since: Number(row["since"]),
      payload: String(row["payload"]),
      storedAt: row["stored"] === 0 ? undefined : Number(row["stored"]),
    }));
  }

  devices(): readonly HeldDevice[] {
    return this.#all(this.#read.devices, [], (row) => ({
      device: String(row["device"]) as DeviceId,
      user: row["user"] === "" ? undefined : (String(row["user"]) as Handle),
      name: String(row["name"]),
      problem: String(row["problem"]),
    }));
  }

  chainAt(log: LogId, seq: Seq): Uint8Array | undefined {
    if (seq === 0) return CHAIN_START;
    const [held] = this.#all(this.#read.position, [log], (row) => ({
      seq: Number(row["seq"]),
      chain: bytes(row["chain"]),
    }));
    if (held?.seq === seq) return held.chain;
    return this.#all(this.#read.chain, [log, seq], (row) => bytes(row["chain"]))[0];
  }

  find(log: LogId, mid: MessageId, sender: DeviceId) {
    // Asked for every entry that comes in, and nearly always there is none: the rest is looked at here.
    const rows = this.#all(this.#read.find, [bytesOf(mid)], (row) => row);
    const found = rows.find((row) => row["name"] === log && hexOf(bytes(row["sender"])) === sender);
    return found === undefined ? undefined : { seq: Number(found["seq"]), lost: found["lost"] === 1 };
  }

  lostOf(log: LogId, sender: DeviceId): readonly HeldEntry[] {
    return this.#all(this.#read.lost, [log, bytesOf(sender)], heldEntry);
  }

  after(row: number, maxCount: number): readonly HeldEntry[] {
    return this.#all(this.#read.after, [row, maxCount], heldEntry);
  }

  shown(): number {
    return this.#all(this.#read.meta, ["shown"], (row) => Number(row["value"]))[0] ?? 0;
  }

  history(log: LogId, before: Seq, limit: number): readonly HeldEntry[] {
    return this.#all(this.#read.history, [log, before, limit], heldEntry).toReversed();
  }

  unread(log: LogId, self: DeviceId): number {
    return this.#all(this.#read.unread, [log, bytesOf(self)], (row) => Number(row["count"]))[0] ?? 0;
  }

  close(): void {
    if (this.#db.isOpen) this.#guard(() => this.#db.close());
  }

  #all<T>(statement: Statement, values: readonly (string | number | Uint8Array)[], read: (row: Row) => T): T[] {
    return this.#guard(() => statement.all(...values).map(read));
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw vaultFault(error, this.#file);
    }
  }
}

const ENTRY = "SELECT e.*, l.log AS name FROM entries e JOIN logs l ON l.id = e.log";

function readers(db: DatabaseSync) {
  return {
    logs: db.prepare("SELECT * FROM logs ORDER BY id"),
    position: db.prepare("SELECT seq, chain FROM logs WHERE log = ?"),
    meta: db.prepare("SELECT value FROM meta WHERE name = ?"),
    outgoing: db.prepare("SELECT * FROM outgoing ORDER BY id"),
    devices: db.prepare("SELECT * FROM devices"),
    chain: db.prepare(
      "SELECT chain FROM entries WHERE log = (SELECT id FROM logs WHERE log = ?) AND seq = ? AND lost = 0",
    ),
    find: db.prepare(`${ENTRY} WHERE e.mid = ? ORDER BY e.id DESC`),
    lost: db.prepare(
      `${ENTRY} WHERE e.log = (SELECT id FROM logs WHERE log = ?) AND e.lost = 1 AND e.sender = ? ORDER BY e.seq, e.id`,
    ),
    after: db.prepare(`${ENTRY} WHERE e.id > ? ORDER BY e.id LIMIT ?`),
    history: db.prepare(`${ENTRY} WHERE l.log = ? AND e.seq < ? AND e.kind = 0 ORDER BY e.seq DESC, e.id DESC LIMIT ?`),
    unread: db.prepare(
      "SELECT count(*) AS count FROM entries e JOIN logs l ON l.id = e.log WHERE l.log = ? AND e.lost = 0 AND e.kind = 0 AND e.seq > l.read AND e.sender <> ?",
    ),
  };
}

function heldEntry(row: Row): HeldEntry {
  return {
    row: Number(row["id"]),
    log: String(row["name"]) as LogId,
    seq: Number(row["seq"]),
    at: Number(row["at"]),
    sender: hexOf(bytes(row["sender"])) as DeviceId,
    mid: hexOf(bytes(row["mid"])) as MessageId,
    kind: entryKindName(Number(row["kind"])) ?? "app",
    epoch: Number(row["epoch"]),
    payload: String(row["payload"]),
    chain: bytes(row["chain"]),
    quiet: row["quiet"] === 1,
    lost: row["lost"] === 1,
  };
}

function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError("a column of the vault does not hold bytes");
}

function kindOf(value: unknown): LogKind {
  return typeof value === "string" && Object.hasOwn(LOG_KIND, value) ? (value as LogKind) : "room";
}
