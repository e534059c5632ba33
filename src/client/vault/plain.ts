// A vault of the version that sealed nothing becomes a sealed one, where it lies. The step is one transaction; what it leaves in
// the clear in unused parts of the file is wiped behind it, at the next start if this one is killed.
import type { DatabaseSync } from "node:sqlite";
import { type DeviceId, type Handle, hexOf, type LogId, type LogKind, type MessageId } from "../../model/ids.ts";
import { entryKindName } from "../../wire/entry-kind.ts";
import { createSchema } from "./migrations.ts";
import { type Parts, partsOf } from "./parts.ts";
import { writeDevice, writeLog, writeOutgoing } from "./values.ts";

type Row = Readonly<Record<string, unknown>>;

/** Entries that are sealed at once. */
const HANDFUL = 512;
const TABLES = ["meta", "logs", "entries", "outgoing", "devices"] as const;
const INDEXES = ["entries_seq", "entries_mid", "entries_lost"] as const;
/** In `meta`: the file may hold what was kept in the clear. */
const UNWIPED = "unwiped";

export function sealPlain(db: DatabaseSync, vaultKey: Uint8Array): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    for (const table of TABLES) db.exec(`ALTER TABLE ${table} RENAME TO plain_${table}`);
    for (const index of INDEXES) db.exec(`DROP INDEX ${index}`);
    createSchema(db);
    const parts = partsOf(db, vaultKey);
    parts.ledger.begin();
    copyCells(parts);
    copyEntries(parts);
    parts.ledger.save();
    for (const table of TABLES) db.exec(`DROP TABLE plain_${table}`);
    db.prepare("INSERT INTO meta (name, value) VALUES (?, x'')").run(UNWIPED);
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** Nothing of what was in the clear is left in the file. Repeats itself until it once came to its end. */
export function wipePlain(db: DatabaseSync): void {
  if (db.prepare("SELECT 1 FROM meta WHERE name = ?").get(UNWIPED) === undefined) return;
  // The dropped tables become zeros (secure_delete), in the file and not only in the journal; then the file is written anew.
  db.exec("PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  db.prepare("DELETE FROM meta WHERE name = ?").run(UNWIPED);
}

function copyCells({ db, cells }: Parts): void {
  for (const row of db.prepare("SELECT * FROM plain_logs ORDER BY id").iterate()) {
    const { seq, epoch, read, members } = numbers(row);
    const log = text(row, "log") as LogId;
    const kind = text(row, "kind") as LogKind;
    const value = { log, kind, seq, chain: bytes(row, "chain"), epoch, read, members };
    cells.put({ kind: "log", name: log }, writeLog(value));
  }
  for (const row of db.prepare("SELECT * FROM plain_devices").iterate()) {
    const user = text(row, "user");
    const device = text(row, "device") as DeviceId;
    const [name, problem] = [text(row, "name"), text(row, "problem")];
    const value = { device, user: user === "" ? undefined : (user as Handle), name, problem };
    cells.put({ kind: "device", name: device }, writeDevice(value));
  }
  for (const row of db.prepare("SELECT * FROM plain_outgoing ORDER BY id").iterate()) {
    const { since, stored } = numbers(row);
    const mid = hexOf(bytes(row, "mid")) as MessageId;
    const log = text(row, "log") as LogId;
    const value = { mid, log, since, payload: text(row, "payload"), storedAt: stored === 0 ? undefined : stored };
    cells.put({ kind: "outgoing", name: mid }, writeOutgoing(value));
  }
  for (const row of db.prepare("SELECT * FROM plain_meta").iterate())
    cells.put({ kind: "setting", name: text(row, "name") }, Buffer.from(text(row, "value")));
}

function copyEntries({ db, history, ledger }: Parts): void {
  const handful = db.prepare(
    "SELECT e.*, l.log AS name FROM plain_entries e JOIN plain_logs l ON l.id = e.log WHERE e.id > ? ORDER BY e.id LIMIT ?",
  );
  for (let rows = handful.all(0, HANDFUL); rows.length > 0; rows = handful.all(ledger.row, HANDFUL)) {
    for (const row of rows) {
      const { id, seq, at, kind, epoch, quiet, lost } = numbers(row);
      // Rows keep their numbers: what was shown stays shown.
      ledger.nextRows(id - ledger.row - 1);
      const log = text(row, "name") as LogId;
      const payload = text(row, "payload");
      const [mid, sender] = [hexOf(bytes(row, "mid")) as MessageId, hexOf(bytes(row, "sender")) as DeviceId];
      const base = { log, seq, at, sender, mid, kind: entryKindName(kind) ?? "app", epoch, payload };
      const marks = { chain: bytes(row, "chain"), quiet: quiet === 1, lost: lost === 1, text: textOf(payload) };
      history.put(log, [{ ...base, ...marks }]);
    }
    history.seal();
  }
}

/** The payload was the JSON of app/payload.ts. */
function textOf(payload: string): string | undefined {
  const { kind, text: found } = JSON.parse(payload) as Readonly<Record<string, unknown>>;
  return kind === "text" && typeof found === "string" ? found : undefined;
}

function text(row: Row, name: string): string {
  return String(row[name]);
}

function bytes(row: Row, name: string): Uint8Array {
  const value = row[name];
  if (value instanceof Uint8Array) return value;
  throw new TypeError("a column of the vault does not hold bytes");
}

function numbers(row: Row): Readonly<Record<string, number>> & Record<NumberName, number> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])) as Record<
    NumberName,
    number
  >;
}
type NumberName = "id" | "seq" | "at" | "kind" | "epoch" | "read" | "members" | "since" | "stored" | "quiet" | "lost";
