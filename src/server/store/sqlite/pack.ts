// What crosses between the main thread and the storage thread in bulk: a batch of appends, its results, a page of a log.
// One buffer each, handed over and not copied. Private to this adapter: both ends are of the same version.
import { ID_BYTES } from "../../../model/ids.ts";
import type { DeviceId, LogId, MessageId } from "../../../model/ids.ts";
import { ENTRY_KIND, entryKindName } from "../../../wire/entry-kind.ts";
import type { AppendOp, AppendResult, CommitChange, Entry, InboxHead, PageOfLog } from "../../port/store.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

const BATCH_HEAD_BYTES = 8 + 4;
const OP_BYTES = 1 + 3 * ID_BYTES + 8 + 8 + 4;
const CHANGE_BYTES = 4 + 4 + 1 + 4;
const RESULT_BYTES = 1 + 3 * 8 + 4;
const ENTRY_BYTES = 8 + 8 + 2 * ID_BYTES + 1 + 8 + 4;
const FIRST_CAPACITY = 2 * 1024;
const RESULTS = ["ok", "dup", "stale", "ahead", "gone", "overload"] as const;
type ResultName = (typeof RESULTS)[number];

/** An op as the storage thread sees it: raw ids, all views of the batch. */
export interface PackedOp {
  readonly kind: number;
  readonly log: Buffer;
  readonly sender: Buffer;
  readonly mid: Buffer;
  readonly since: number;
  readonly epoch: number;
  readonly body: Buffer;
  readonly change: PackedChange | undefined;
}

export interface PackedChange {
  readonly add: readonly Buffer[];
  readonly remove: readonly Buffer[];
  readonly groupInfo: Buffer | undefined;
  readonly welcomes: readonly { readonly device: Buffer; readonly body: Buffer }[];
}

/** What an op came to. `seq` is the head for stale and ahead. */
export interface Outcome {
  readonly result: ResultName;
  readonly seq: number;
  readonly epoch: number;
  readonly at: number;
  readonly inboxes: readonly { readonly log: Uint8Array; readonly head: number }[];
}

/** The bytes an op takes in a batch, known before it is packed. */
export function packedBytes(op: AppendOp): number {
  const bytes = OP_BYTES + op.body.length;
  if (op.kind !== "commit") return bytes;
  const { add, remove, groupInfo, welcomes } = op.change;
  const lists = (add.length + remove.length) * ID_BYTES + (groupInfo === undefined ? 0 : 4 + groupInfo.length);
  return welcomes.reduce((sum, welcome) => sum + ID_BYTES + 4 + welcome.body.length, bytes + CHANGE_BYTES + lists);
}

/** A batch that is being filled; ops are copied in as they come, so that no caller's buffer is held. */
export class BatchWriter {
  readonly #bytes = new ByteWriter(FIRST_CAPACITY);
  #count = 0;

  constructor() {
    this.#bytes.number(0);
    this.#bytes.u32(0);
  }

  get count(): number {
    return this.#count;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** All of the ops or, when one is malformed (RangeError), none. */
  put(ops: readonly AppendOp[]): void {
    const before = this.#bytes.length;
    try {
      for (const op of ops) putOp(this.#bytes, op);
    } catch (error) {
      this.#bytes.rewind(before);
      throw error;
    }
    this.#count += ops.length;
  }

  /** `at`: the time stamped on every entry of the batch. */
  finish(at: number): Uint8Array<ArrayBuffer> {
    this.#bytes.setNumber(0, at);
    this.#bytes.setU32(8, this.#count);
    return this.#bytes.finish();
  }
}

function putOp(bytes: ByteWriter, op: AppendOp): void {
  bytes.u8(ENTRY_KIND[op.kind]);
  bytes.hex(op.log, ID_BYTES);
  bytes.hex(op.sender, ID_BYTES);
  bytes.hex(op.mid, ID_BYTES);
  bytes.number(op.since);
  bytes.number(op.kind === "inbox" ? 0 : op.epoch);
  bytes.block(op.body);
  if (op.kind === "commit") putChange(bytes, op.change);
}

function putChange(bytes: ByteWriter, change: CommitChange): void {
  for (const devices of [change.add, change.remove]) {
    bytes.u32(devices.length);
    for (const device of devices) bytes.hex(device, ID_BYTES);
  }
  bytes.u8(change.groupInfo === undefined ? 0 : 1);
  if (change.groupInfo !== undefined) bytes.block(change.groupInfo);
  bytes.u32(change.welcomes.length);
  for (const welcome of change.welcomes) {
    bytes.hex(welcome.device, ID_BYTES);
    bytes.block(welcome.body);
  }
}

/** Throws RangeError for anything but a whole batch. */
export function unpackBatch(packed: Uint8Array): { readonly at: number; readonly ops: readonly PackedOp[] } {
  if (packed.length < BATCH_HEAD_BYTES) throw new RangeError("a packed batch is shorter than its head");
  const bytes = new ByteReader(packed);
  const at = bytes.number();
  const ops = takeList(bytes, OP_BYTES, takeOp);
  bytes.end();
  return { at, ops };
}

function takeOp(bytes: ByteReader): PackedOp {
  const kind = bytes.u8();
  if (entryKindName(kind) === undefined) throw new RangeError(`no entry kind ${kind}`);
  return {
    kind,
    log: bytes.raw(ID_BYTES),
    sender: bytes.raw(ID_BYTES),
    mid: bytes.raw(ID_BYTES),
    since: bytes.number(),
    epoch: bytes.number(),
    body: bytes.block(),
    change: kind === ENTRY_KIND.commit ? takeChange(bytes) : undefined,
  };
}

function takeChange(bytes: ByteReader): PackedChange {
  const add = takeList(bytes, ID_BYTES, takeId);
  const remove = takeList(bytes, ID_BYTES, takeId);
  const flag = bytes.u8();
  if (flag > 1) throw new RangeError("a packed flag is neither 0 nor 1");
  const groupInfo = flag === 1 ? bytes.block() : undefined;
  const welcomes = takeList(bytes, ID_BYTES + 4, () => ({ device: takeId(bytes), body: bytes.block() }));
  return { add, remove, groupInfo, welcomes };
}

function takeId(bytes: ByteReader): Buffer {
  return bytes.raw(ID_BYTES);
}

function takeList<T>(bytes: ByteReader, itemBytes: number, take: (bytes: ByteReader) => T): T[] {
  const list: T[] = [];
  for (let left = bytes.count(itemBytes); left > 0; left -= 1) list.push(take(bytes));
  return list;
}

export function packResults(outcomes: readonly Outcome[]): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter(4 + outcomes.length * RESULT_BYTES);
  bytes.u32(outcomes.length);
  for (const outcome of outcomes) {
    bytes.u8(RESULTS.indexOf(outcome.result));
    bytes.number(outcome.seq);
    bytes.number(outcome.epoch);
    bytes.number(outcome.at);
    bytes.u32(outcome.inboxes.length);
    for (const inbox of outcome.inboxes) {
      bytes.raw(inbox.log);
      bytes.number(inbox.head);
    }
  }
  return bytes.finish();
}

export function unpackResults(packed: Uint8Array): AppendResult[] {
  const bytes = new ByteReader(packed);
  const results = takeList(bytes, RESULT_BYTES, takeResult);
  bytes.end();
  return results;
}

function takeResult(bytes: ByteReader): AppendResult {
  const result = RESULTS[bytes.u8()];
  const [seq, epoch, at] = [bytes.number(), bytes.number(), bytes.number()];
  const inboxes = takeList(bytes, ID_BYTES + 8, takeInboxHead);
  if (result === undefined) throw new RangeError("no such result");
  if (result === "ok" || result === "dup") return { result, seq, epoch, at, inboxes };
  if (result === "stale" || result === "ahead") return { result, head: seq, epoch };
  return { result };
}

function takeInboxHead(bytes: ByteReader): InboxHead {
  return { log: bytes.hex(ID_BYTES) as LogId, head: bytes.number() };
}

/** An entry as the database gives it. */
export interface StoredEntry {
  readonly seq: number;
  readonly at: number;
  readonly sender: Uint8Array;
  readonly mid: Uint8Array;
  readonly kind: number;
  readonly epoch: number;
  readonly body: Uint8Array;
}

export interface StoredPage {
  readonly head: number;
  readonly first: number;
  readonly chain: Uint8Array;
  readonly entries: readonly StoredEntry[];
}

export function packPage(page: StoredPage): Uint8Array<ArrayBuffer> {
  const bodies = page.entries.reduce((sum, entry) => sum + ENTRY_BYTES + entry.body.length, 0);
  const bytes = new ByteWriter(8 + 8 + 4 + page.chain.length + 4 + bodies);
  bytes.number(page.head);
  bytes.number(page.first);
  bytes.block(page.chain);
  bytes.u32(page.entries.length);
  for (const entry of page.entries) {
    bytes.number(entry.seq);
    bytes.number(entry.at);
    bytes.raw(entry.sender);
    bytes.raw(entry.mid);
    bytes.u8(entry.kind);
    bytes.number(entry.epoch);
    bytes.block(entry.body);
  }
  return bytes.finish();
}

export function unpackPage(packed: Uint8Array): PageOfLog {
  const bytes = new ByteReader(packed);
  const [head, first, chain] = [bytes.number(), bytes.number(), bytes.block()];
  const entries = takeList(bytes, ENTRY_BYTES, takeEntry);
  bytes.end();
  return { entries, head, first, chain };
}

function takeEntry(bytes: ByteReader): Entry {
  const [seq, at] = [bytes.number(), bytes.number()];
  const [sender, mid] = [bytes.hex(ID_BYTES) as DeviceId, bytes.hex(ID_BYTES) as MessageId];
  const kind = entryKindName(bytes.u8());
  if (kind === undefined) throw new RangeError("a stored entry has a kind that this version does not know");
  return { seq, at, sender, mid, kind, epoch: bytes.number(), body: bytes.block() };
}
