// Changes of the vault as SQL. Runs inside the transaction of `commit`.
import type { DatabaseSync } from "node:sqlite";
import { bytesOf, type LogId } from "../../model/ids.ts";
import { CHAIN_START } from "../../wire/chain.ts";
import { ENTRY_KIND } from "../../wire/entry-kind.ts";
import type { Change } from "../port/vault.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the table below is the type
export function writer(db: DatabaseSync) {
  return {
    log: db.prepare(
      "INSERT INTO logs (log, kind, epoch, chain) VALUES (?, ?, ?, ?) ON CONFLICT (log) DO UPDATE SET epoch = excluded.epoch",
    ),
    logId: db.prepare("SELECT id FROM logs WHERE log = ?"),
    position: db.prepare("UPDATE logs SET seq = ?, chain = ? WHERE id = ?"),
    entry: db.prepare(
      "INSERT INTO entries (log, seq, at, sender, mid, kind, epoch, payload, chain, quiet) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    lose: db.prepare("UPDATE entries SET lost = 1 WHERE log = ? AND seq > ? AND lost = 0"),
    refound: db.prepare("DELETE FROM entries WHERE mid = ? AND log = ? AND sender = ? AND lost = 1"),
    outgoing: db.prepare("INSERT OR IGNORE INTO outgoing (mid, log, since, payload) VALUES (?, ?, ?, ?)"),
    stored: db.prepare("UPDATE outgoing SET stored = ? WHERE mid = ?"),
    requeued: db.prepare("UPDATE outgoing SET stored = 0, since = ? WHERE mid = ?"),
    done: db.prepare("DELETE FROM outgoing WHERE mid = ?"),
    read: db.prepare("UPDATE logs SET read = max(read, ?) WHERE log = ?"),
    members: db.prepare("UPDATE logs SET members = ? WHERE log = ?"),
    meta: db.prepare(
      "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    device: db.prepare(
      "INSERT INTO devices (device, user, name, problem) VALUES (?, ?, ?, ?) ON CONFLICT (device) DO UPDATE SET user = excluded.user, name = excluded.name, problem = excluded.problem",
    ),
  };
}
export type Writer = ReturnType<typeof writer>;

export function applyChange(to: Writer, change: Change): void {
  switch (change.put) {
    case "log":
      to.log.run(change.log, change.kind, change.epoch, CHAIN_START);
      return;
    case "entries":
      putEntries(to, change);
      return;
    case "position":
      putPosition(to, change);
      return;
    case "read":
      to.read.run(change.seq, change.log);
      return;
    case "members":
      to.members.run(change.members, change.log);
      return;
    case "shown":
      to.meta.run("shown", String(change.row));
      return;
    case "server":
      to.meta.run("server", JSON.stringify(change.server));
      return;
    case "device":
      to.device.run(change.device.device, change.device.user ?? "", change.device.name, change.device.problem);
      return;
    default:
      putOutgoing(to, change);
  }
}

function putOutgoing(
  to: Writer,
  change: Extract<Change, { put: "outgoing" | "stored" | "requeued" | "failed" }>,
): void {
  switch (change.put) {
    case "outgoing":
      to.outgoing.run(bytesOf(change.message.mid), change.message.log, change.message.since, change.message.payload);
      return;
    case "stored":
      to.stored.run(change.seq, bytesOf(change.mid));
      return;
    case "requeued":
      to.requeued.run(change.since, bytesOf(change.mid));
      return;
    case "failed":
      to.done.run(bytesOf(change.mid));
  }
}

function putEntries(to: Writer, { log, entries, own }: Extract<Change, { put: "entries" }>): void {
  const last = entries.at(-1);
  if (last === undefined) return;
  const id = logId(to, log);
  for (const entry of entries) {
    const [mid, sender] = [bytesOf(entry.mid), bytesOf(entry.sender)];
    // The row it had before the server lost it gives way: one message, one row.
    if (entry.quiet) to.refound.run(mid, id, sender);
    const { seq, at, epoch, payload, chain, quiet } = entry;
    to.entry.run(id, seq, at, sender, mid, ENTRY_KIND[entry.kind], epoch, payload, chain, quiet ? 1 : 0);
  }
  for (const mid of own) to.done.run(bytesOf(mid));
  to.position.run(last.seq, last.chain, id);
}

function putPosition(to: Writer, { log, seq, chain }: Extract<Change, { put: "position" }>): void {
  const id = logId(to, log);
  to.lose.run(id, seq);
  to.position.run(seq, chain, id);
}

function logId(to: Writer, log: LogId): number {
  const row = to.logId.get(log);
  if (row === undefined) throw new Error("the log is not in the vault");
  return Number(row["id"]);
}
