// What crosses between the main thread and the storage thread in bulk: a batch of appends and its results.
// One buffer each, handed over and not copied. Private to this adapter: both ends are of the same version.
import { HASH_BYTES, ID_BYTES } from "../../../model/ids.ts";
import type { Handle, LogId } from "../../../model/ids.ts";
import { ENTRY_KIND, entryKindName } from "../../../wire/entry-kind.ts";
import type { TermsRecord } from "../../port/records.ts";
import type { AppendOp, AppendResult, CommitChange, InboxHead } from "../../port/store.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

const BATCH_HEAD_BYTES = 8 + 4;
const OP_BYTES = 1 + 3 * ID_BYTES + 8 + 8 + 4;
const CHANGE_BYTES = 8 + 4 + 4 + 1 + 4 + 1 + 4 + 1;
const RESULT_BYTES = 1 + 3 * 8 + 4 + 4;
const FIRST_CAPACITY = 2 * 1024;
const RESULTS = ["ok", "dup", "stale", "ahead", "gone", "overload", "denied", "moved", "no-part"] as const;
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
  readonly version: number | undefined;
  readonly add: readonly Buffer[];
  readonly remove: readonly Buffer[];
  readonly terms: TermsRecord | undefined;
  readonly note: Buffer;
  readonly groupInfo: PackedGroupInfo | undefined;
  readonly welcomes: readonly { readonly devices: readonly Buffer[]; readonly body: Buffer }[];
  readonly fence: boolean;
}

export interface PackedGroupInfo {
  readonly body: Buffer;
  readonly tree: readonly Buffer[];
}

/** What an op came to. `seq` is the head for stale and ahead. */
export interface Outcome {
  readonly result: ResultName;
  readonly seq: number;
  readonly epoch: number;
  readonly at: number;
  readonly inboxes: readonly { readonly log: Uint8Array; readonly head: number }[];
  readonly approved: readonly Handle[];
}

/** The bytes an op takes in a batch, known before it is packed. */
export function packedBytes(op: AppendOp): number {
  const bytes = OP_BYTES + op.body.length;
  if (op.kind !== "commit") return bytes;
  const { add, remove, terms, note, groupInfo, welcomes } = op.change;
  let more = CHANGE_BYTES + (add.length + remove.length) * ID_BYTES + note.length;
  if (terms !== undefined) more += terms.named.reduce((sum, user) => sum + 4 + user.length, 1 + 8 + terms.bytes.length);
  if (groupInfo !== undefined) more += 8 + groupInfo.body.length + groupInfo.tree.length * HASH_BYTES;
  for (const { devices, body } of welcomes) more += 8 + devices.length * ID_BYTES + body.length;
  return bytes + more;
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
  const { version, terms, groupInfo, welcomes } = change;
  // Zero stands for none.
  bytes.number(version === undefined ? 0 : version + 1);
  putIds(bytes, change.add, ID_BYTES);
  putIds(bytes, change.remove, ID_BYTES);
  bytes.u8(terms === undefined ? 0 : 1);
  if (terms !== undefined) {
    bytes.u8(terms.closed ? 1 : 0);
    bytes.block(terms.bytes);
    putTexts(bytes, terms.named);
  }
  bytes.block(change.note);
  bytes.u8(groupInfo === undefined ? 0 : 1);
  if (groupInfo !== undefined) {
    bytes.block(groupInfo.body);
    putIds(bytes, groupInfo.tree, HASH_BYTES);
  }
  bytes.u32(welcomes.length);
  for (const { devices, body } of welcomes) {
    putIds(bytes, devices, ID_BYTES);
    bytes.block(body);
  }
  bytes.u8(change.fence ? 1 : 0);
}

function putIds(bytes: ByteWriter, ids: readonly string[], length: number): void {
  bytes.u32(ids.length);
  for (const id of ids) bytes.hex(id, length);
}

/** Handles: ASCII. */
function putTexts(bytes: ByteWriter, texts: readonly string[]): void {
  bytes.u32(texts.length);
  for (const text of texts) bytes.block(Buffer.from(text, "latin1"));
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
  const version = bytes.number();
  const add = takeList(bytes, ID_BYTES, takeId);
  const remove = takeList(bytes, ID_BYTES, takeId);
  const terms = takeFlag(bytes) ? takeTerms(bytes) : undefined;
  const note = bytes.block();
  const groupInfo = takeFlag(bytes) ? { body: bytes.block(), tree: takeList(bytes, HASH_BYTES, takeHash) } : undefined;
  const welcomes = takeList(bytes, 8, () => ({ devices: takeList(bytes, ID_BYTES, takeId), body: bytes.block() }));
  const judged = version === 0 ? undefined : version - 1;
  return { version: judged, add, remove, terms, note, groupInfo, welcomes, fence: takeFlag(bytes) };
}

function takeTerms(bytes: ByteReader): TermsRecord {
  const closed = takeFlag(bytes);
  return { closed, bytes: bytes.block(), named: takeList(bytes, 4, takeHandle) };
}

function takeFlag(bytes: ByteReader): boolean {
  const flag = bytes.u8();
  if (flag > 1) throw new RangeError("a packed flag is neither 0 nor 1");
  return flag === 1;
}

function takeHash(bytes: ByteReader): Buffer {
  return bytes.raw(HASH_BYTES);
}

function takeHandle(bytes: ByteReader): Handle {
  return bytes.block().toString("latin1") as Handle;
}

function takeId(bytes: ByteReader): Buffer {
  return bytes.raw(ID_BYTES);
}

export function takeList<T>(bytes: ByteReader, itemBytes: number, take: (bytes: ByteReader) => T): T[] {
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
    putTexts(bytes, outcome.approved);
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
  const approved = takeList(bytes, 4, takeHandle);
  if (result === undefined) throw new RangeError("no such result");
  if (result === "ok" || result === "dup") return { result, seq, epoch, at, inboxes, approved };
  if (result === "stale" || result === "ahead") return { result, head: seq, epoch };
  return { result };
}

function takeInboxHead(bytes: ByteReader): InboxHead {
  return { log: bytes.hex(ID_BYTES) as LogId, head: bytes.number() };
}
