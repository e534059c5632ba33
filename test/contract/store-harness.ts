// What the store's contract suite needs of an adapter, and the small things its tests say often.
// Knows no adapter.
import { hash } from "node:crypto";
import type { DeviceId, Handle, LogId, MessageId, Sha256 } from "../../src/model/ids.ts";
import { hexOf } from "../../src/model/ids.ts";
import type { Clock } from "../../src/server/port/clock.ts";
import type { DeviceRecord } from "../../src/server/port/records.ts";
import type { AppendOp, AppendResult, CommitChange, Entry, Store } from "../../src/server/port/store.ts";
import { CHAIN_START, nextChain } from "../../src/wire/chain.ts";
import { ENTRY_KIND } from "../../src/wire/entry-kind.ts";
import { newRoomLog } from "../../src/wire/log-id.ts";

/** One database in a folder of its own. */
export interface StoreHarness {
  /** Opens the database, which stays the same from one opening to the next. */
  open(): Promise<Store>;
  /** Opens a database that a backup made. */
  openBackup(path: string): Promise<Store>;
  /** A path in the harness's own folder. */
  path(name: string): string;
  /** Opens with a storage that can be stopped from working, and goes on when released. */
  openBlockable(): Promise<{ readonly store: Store; readonly block: () => void; readonly release: () => void }>;
  /** A process of its own with the database open (./store-writer.ts), to be killed. */
  startWriter(scenario: "stream" | "commits", round: number): StoreWriter;
  remove(): Promise<void>;
}

/** The store and the harness of the running test. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly harness: StoreHarness;
  /** Closes and opens again; `store` is then the new one. */
  reopen(): Promise<void>;
}

export interface StoreWriter {
  /** Kills with SIGKILL once it has told of so many acks; returns all it told of until it was dead. */
  killAfter(acks: number): Promise<readonly Ack[]>;
}

/** What a writer prints: one line of JSON for each acknowledged append. */
export interface Ack {
  readonly mid: MessageId;
  readonly seq: number;
}

/** The real clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  soon: (run) => process.nextTick(run),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** 16 bytes of hex that a name stands for: the same in every process. */
function idOf(name: string): string {
  return hash("sha256", name, "hex").slice(0, 32);
}

export function deviceOf(name: string): DeviceId {
  return idOf(`device ${name}`) as DeviceId;
}

export function midOf(name: string | number): MessageId {
  return idOf(`mid ${name}`) as MessageId;
}

export function roomOf(name: string): LogId {
  return newRoomLog(Buffer.from(idOf(`room ${name}`), "hex"));
}

export function sha256Of(bytes: Uint8Array | string): Sha256 {
  return hash("sha256", bytes, "hex") as Sha256;
}

export function recordOf(name: string, over: Partial<DeviceRecord> = {}): DeviceRecord {
  const serial = idOf(`serial ${name}`);
  return {
    device: deviceOf(name),
    user: name as Handle,
    name: `Name of ${name}`,
    serial,
    certificates: [Buffer.from(`der of ${name}`)],
    ...over,
  };
}

/** Enrols devices by name and makes a room with them. */
export async function roomWith(store: Store, names: readonly string[], room = "room"): Promise<LogId> {
  for (const name of names) await store.enrol(recordOf(name));
  const log = roomOf(room);
  await store.createLog(log, names.map(deviceOf));
  return log;
}

export interface OpOver {
  readonly since?: number;
  readonly epoch?: number;
  readonly body?: Uint8Array;
  readonly sender?: string;
}

export function appOp(log: LogId, mid: string | number, over: OpOver = {}): AppendOp {
  return { kind: "app", ...baseOp(log, mid, over), epoch: over.epoch ?? 0 };
}

export function proposalOp(log: LogId, mid: string | number, over: OpOver = {}): AppendOp {
  return { kind: "proposal", ...baseOp(log, mid, over), epoch: over.epoch ?? 0 };
}

export function inboxOp(log: LogId, mid: string | number, over: OpOver = {}): AppendOp {
  return { kind: "inbox", ...baseOp(log, mid, over) };
}

export function commitOp(
  log: LogId,
  mid: string | number,
  over: OpOver & { readonly change?: Partial<CommitChange> } = {},
): AppendOp {
  const nothing = { version: undefined, add: [], remove: [], terms: undefined, groupInfo: undefined, welcomes: [] };
  const change = { ...nothing, fence: false, note: Buffer.from(`note ${mid}`), ...over.change };
  return { kind: "commit", ...baseOp(log, mid, over), epoch: over.epoch ?? 0, change };
}

function baseOp(log: LogId, mid: string | number, over: OpOver) {
  return {
    log,
    sender: deviceOf(over.sender ?? "ann"),
    mid: midOf(mid),
    since: over.since ?? 0,
    body: over.body ?? Buffer.from(`body ${mid}`),
  };
}

export async function appendOne(store: Store, op: AppendOp): Promise<AppendResult> {
  const [result] = await store.append([op]);
  if (result === undefined) throw new Error("an append had no result");
  return result;
}

/** Every entry of a log, read page by page, after checking that there is no hole and that the chain holds. */
export async function readAll(store: Store, log: LogId): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let chain = CHAIN_START;
  for (;;) {
    const page = await store.readFrom(log, entries.length, { maxCount: 500, maxBytes: 768 * 1024 });
    if (page === undefined) throw new Error("there is no such log");
    if (hexOf(page.chain) !== hexOf(chain)) throw new Error(`the chain does not hold at ${entries.length}`);
    if (page.entries.length === 0 && page.head !== entries.length)
      throw new Error(`the log ends at ${entries.length} and not at ${page.head}`);
    if (page.entries.length === 0) return entries;
    for (const entry of page.entries) {
      entries.push(entry);
      if (entry.seq !== entries.length) throw new Error(`there is ${entry.seq} where ${entries.length} belongs`);
      chain = chainAfter(chain, log, entry);
    }
  }
}

function chainAfter(previous: Uint8Array, log: LogId, entry: Entry): Uint8Array {
  const raw = (hex: string): Buffer => Buffer.from(hex, "hex");
  const { seq, at, epoch, body, note } = entry;
  return nextChain(previous, {
    log: raw(log),
    sender: raw(entry.sender),
    mid: raw(entry.mid),
    seq,
    at,
    kind: ENTRY_KIND[entry.kind],
    epoch,
    body,
    note,
  });
}
