// What sealing costs: `node test/bench/vault.ts`. Batches of received messages are committed to the vault and, turn by turn in the
// same run, to bare tables that hold the same in the clear. CPU and wall per batch, and the ratio of the medians.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openVault } from "../../src/client/vault/sqlite.ts";
import type { NewEntry } from "../../src/client/port/vault.ts";
import { bytesOf, type DeviceId, hexOf, type LogId, type MessageId } from "../../src/model/ids.ts";
import { median, printTable, spread } from "./table.ts";

const LOG = "00020000000000000000000000000000" as LogId;
const SENDERS = Array.from({ length: 20 }, () => hexOf(randomBytes(16)) as DeviceId);
const ROUNDS = 300;
const WARM = 30;

interface Kept {
  /** As the app does with every batch: is it here already? Then in, in one transaction. */
  take(entries: readonly NewEntry[], durable: boolean): void;
  close(): void;
}

function entryOf(seq: number): NewEntry {
  const text = `Message ${seq} of the usual length, with a few more words in it, as people write them in a chat`;
  const sender = SENDERS[seq % SENDERS.length] ?? ("" as DeviceId);
  const mid = hexOf(randomBytes(16)) as MessageId;
  const base = { log: LOG, seq, at: 1.7e12 + seq, sender, mid, kind: "app", epoch: 3, quiet: false } as const;
  return { ...base, payload: JSON.stringify({ kind: "text", text }), text, chain: randomBytes(32) };
}

function sealed(folder: string): Kept {
  const vault = openVault(folder);
  vault.commit([{ put: "log", log: LOG, kind: "lobby", epoch: 0 }], { durable: true });
  return {
    take: (entries, durable) => {
      for (const { mid, sender } of entries) vault.find(LOG, mid, sender);
      vault.commit([{ put: "entries", log: LOG, entries, own: [] }], { durable });
    },
    close: () => vault.close(),
  };
}

/** As 0.1 kept it: every column as it is. */
function plain(folder: string): Kept {
  const db = new DatabaseSync(join(folder, "plain.db"));
  db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000;
    CREATE TABLE logs (id INTEGER PRIMARY KEY, log TEXT NOT NULL UNIQUE, seq INTEGER, chain BLOB) STRICT;
    CREATE TABLE entries (id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
      sender BLOB NOT NULL, mid BLOB NOT NULL, kind INTEGER NOT NULL, epoch INTEGER NOT NULL, payload TEXT NOT NULL,
      chain BLOB NOT NULL, quiet INTEGER NOT NULL, lost INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE UNIQUE INDEX entries_seq ON entries (log, seq) WHERE lost = 0;
    CREATE INDEX entries_mid ON entries (mid);
    CREATE INDEX entries_lost ON entries (log, seq) WHERE lost = 1;
    INSERT INTO logs (id, log) VALUES (1, '${LOG}')`);
  const find = db.prepare("SELECT e.*, l.log AS name FROM entries e JOIN logs l ON l.id = e.log WHERE e.mid = ?");
  const add = db.prepare(
    "INSERT INTO entries (log, seq, at, sender, mid, kind, epoch, payload, chain, quiet) VALUES (1, ?, ?, ?, ?, 0, ?, ?, ?, 0)",
  );
  const move = db.prepare("UPDATE logs SET seq = ?, chain = ? WHERE id = 1");
  return {
    take: (entries, durable) => {
      for (const { mid } of entries) find.all(bytesOf(mid));
      db.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}; BEGIN IMMEDIATE`);
      for (const { seq, at, sender, mid, epoch, payload, chain } of entries)
        add.run(seq, at, bytesOf(sender), bytesOf(mid), epoch, payload, chain);
      move.run(entries.at(-1)?.seq ?? 0, entries.at(-1)?.chain ?? null);
      db.exec("COMMIT");
    },
    close: () => db.close(),
  };
}

interface Times {
  readonly cpuMs: number[];
  readonly wallMs: number[];
}

function timed(run: () => void, { cpuMs, wallMs }: Times): void {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  run();
  wallMs.push(performance.now() - wall);
  const { user, system } = process.cpuUsage(cpu);
  cpuMs.push((user + system) / 1_000);
}

function compare(size: number): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "mutual-bench-vault-"));
  const [a, b] = [plain(folder), sealed(folder)];
  const [before, after]: [Times, Times] = [
    { cpuMs: [], wallMs: [] },
    { cpuMs: [], wallMs: [] },
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    const entries = Array.from({ length: size }, (_, at) => entryOf(round * size + at + 1));
    timed(() => a.take(entries, round % 2 === 0), before);
    timed(() => b.take(entries, round % 2 === 0), after);
  }
  a.close();
  b.close();
  rmSync(folder, { recursive: true });
  for (const times of [before.cpuMs, before.wallMs, after.cpuMs, after.wallMs]) times.splice(0, WARM);
  const row = ([of, to]: readonly [number[], number[]]): string[] => [
    `${median(of).toFixed(2)} ${spread(of)}`,
    `${median(to).toFixed(2)} ${spread(to)}`,
    (median(to) / median(of)).toFixed(2),
  ];
  return [`${size}`, ...row([before.cpuMs, after.cpuMs]), ...row([before.wallMs, after.wallMs])];
}

printTable(
  ["messages", "plain, CPU ms", "sealed, CPU ms", "ratio", "plain, wall ms", "sealed, wall ms", "ratio"],
  [100, 1, 500].map((size) => compare(size)),
);
