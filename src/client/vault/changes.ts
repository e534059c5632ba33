// Changes of the vault, one by one. Runs inside the transaction of `commit`.
import type { LogId } from "../../model/ids.ts";
import { CHAIN_START } from "../../wire/chain.ts";
import type { Change, HeldLog, Outgoing } from "../port/vault.ts";
import type { Address } from "./cells.ts";
import { applyGroupChange, isGroupChange } from "./groups.ts";
import type { Parts } from "./parts.ts";
import { readLog, readOutgoing, writeDevice, writeLog, writeOutgoing } from "./values.ts";

export const SHOWN: Address = { kind: "setting", name: "shown" };
export const IDENTITY: Address = { kind: "identity", name: "own" };
export const SERVER: Address = { kind: "setting", name: "server" };

/** Settings of the app have names of their own. */
export function settingOf(name: string): Address {
  return { kind: "setting", name: `app/${name}` };
}

export function applyChange(parts: Parts, change: Change): void {
  if (isGroupChange(change)) return applyGroupChange(parts, change);
  if ("drop" in change) {
    parts.cells.drop(settingOf(change.name));
    return;
  }
  switch (change.put) {
    case "log":
      return putLog(parts, change);
    case "entries":
      return putEntries(parts, change);
    case "past":
      return putPast(parts, change);
    case "position":
      return putPosition(parts, change);
    case "rewritten":
      return parts.history.rewrite(change.row, change.payload, change.text);
    case "read":
      return changeLog(parts, change.log, (log) => ({ ...log, read: Math.max(log.read, change.seq) }));
    case "members":
      return changeLog(parts, change.log, (log) => ({ ...log, members: change.members }));
    case "shown":
      return parts.cells.put(SHOWN, Buffer.from(String(change.row)));
    case "server":
      return parts.cells.put(SERVER, Buffer.from(JSON.stringify(change.server)));
    case "identity":
      return parts.cells.put(IDENTITY, change.identity);
    case "setting":
      return parts.cells.put(settingOf(change.name), Buffer.from(change.value));
    case "device":
      return parts.cells.put({ kind: "device", name: change.device.device }, writeDevice(change.device));
    default:
      return putOutgoing(parts, change);
  }
}

export function logOf({ cells }: Parts, log: LogId): HeldLog | undefined {
  const cell = cells.get({ kind: "log", name: log });
  return cell === undefined ? undefined : readLog(cell);
}

function putLog(parts: Parts, { log, kind, epoch }: Extract<Change, { put: "log" }>): void {
  const held = logOf(parts, log) ?? { log, kind, seq: 0, chain: CHAIN_START, epoch, read: 0, members: 0 };
  parts.cells.put({ kind: "log", name: log }, writeLog({ ...held, epoch }));
}

/** Nothing happens to a log that is not there. */
function changeLog(parts: Parts, log: LogId, change: (held: HeldLog) => HeldLog): void {
  const held = logOf(parts, log);
  if (held !== undefined) parts.cells.put({ kind: "log", name: log }, writeLog(change(held)));
}

function putOutgoing(
  parts: Parts,
  change: Extract<Change, { put: "outgoing" | "stored" | "requeued" | "failed" }>,
): void {
  const { cells } = parts;
  switch (change.put) {
    case "outgoing": {
      const name = change.message.mid;
      if (cells.get({ kind: "outgoing", name }) === undefined)
        cells.put({ kind: "outgoing", name }, writeOutgoing(change.message));
      return;
    }
    case "stored":
      changeOutgoing(parts, change.mid, (held) => ({ ...held, storedAt: change.seq }));
      return;
    case "requeued":
      changeOutgoing(parts, change.mid, (held) => ({ ...held, since: change.since, storedAt: undefined }));
      return;
    case "failed":
      cells.drop({ kind: "outgoing", name: change.mid });
  }
}

function changeOutgoing({ cells }: Parts, mid: Outgoing["mid"], change: (held: Outgoing) => Outgoing): void {
  const cell = cells.get({ kind: "outgoing", name: mid });
  if (cell !== undefined) cells.put({ kind: "outgoing", name: mid }, writeOutgoing(change(readOutgoing(cell))));
}

function putEntries(parts: Parts, { log, entries, own }: Extract<Change, { put: "entries" }>): void {
  const last = entries.at(-1);
  if (last === undefined) return;
  const held = heldLog(parts, log);
  parts.history.put(log, entries);
  for (const mid of own) parts.cells.drop({ kind: "outgoing", name: mid });
  parts.cells.put({ kind: "log", name: log }, writeLog({ ...held, seq: last.seq, chain: last.chain }));
}

function putPast(parts: Parts, { log, entries }: Extract<Change, { put: "past" }>): void {
  const { seq: last } = heldLog(parts, log);
  parts.history.putPast(
    log,
    entries.filter(({ seq }) => seq <= last),
  );
}

function putPosition(parts: Parts, { log, seq, chain }: Extract<Change, { put: "position" }>): void {
  const held = heldLog(parts, log);
  parts.history.lose(log, seq);
  parts.cells.put({ kind: "log", name: log }, writeLog({ ...held, seq, chain }));
}

function heldLog(parts: Parts, log: LogId): HeldLog {
  const held = logOf(parts, log);
  if (held === undefined) throw new Error("the log is not in the vault");
  return held;
}
