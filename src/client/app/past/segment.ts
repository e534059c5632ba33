// A segment: what one device of a user holds of a conversation, as it stands now, sealed for another one. Pure.
// What the log itself proves (kind, time, epoch) is not in it, so it cannot say anything else there.
import { createCipheriv, createDecipheriv } from "node:crypto";
import { Fault } from "../../../model/fault.ts";
import { bytesOf, type DeviceId, hexOf, ID_BYTES, type LogId, type MessageId, type Seq } from "../../../model/ids.ts";
import { SEGMENT_BYTES, type Segment } from "../../../mls/grant-records.ts";
import { bucketOf } from "../../../mls/padding.ts";
import { decodeStanding, encodeStanding, type Standing } from "../payload/standing.ts";

export interface HandedEntry {
  readonly seq: Seq;
  readonly mid: MessageId;
  readonly sender: DeviceId;
  readonly said: Standing;
}

/** Where a segment belongs: of which log, from where to where. */
export type SegmentPlace = Pick<Segment, "first" | "last"> & { readonly log: LogId };

const LABEL = "mutual segment 1";
const VERSION = 1;
const TAG_BYTES = 16;
/** Version, length of the entries. */
const HEAD_BYTES = 1 + 4;
const LENGTH_BYTES = 4;
/** Seq, mid, sender. */
const PLACE_BYTES = 8 + 2 * ID_BYTES;
/** A key seals one segment and nothing else: the nonce need not differ. */
const NONCE = Buffer.alloc(12);
/** The largest size bucket that fits into a blob with its tag. */
const ENTRIES_BYTES = (SEGMENT_BYTES * 15) / 16 - HEAD_BYTES;
/** Entries of one segment: what is opened, and held in memory, at once. */
const ENTRIES_MOST = 2_000;

/** Entries on their way into one segment, from the newest down. */
export class Filling {
  readonly #entries: Buffer[] = [];
  #bytes = 0;
  #first = 0;
  #last = 0;

  get count(): number {
    return this.#entries.length;
  }

  /** False: it is full, and the entry goes into the next one. */
  add(entry: HandedEntry): boolean {
    const bytes = encodeEntry(entry);
    if (this.#entries.length >= ENTRIES_MOST || this.#bytes + bytes.length > ENTRIES_BYTES) return false;
    this.#entries.push(bytes);
    this.#bytes += bytes.length;
    this.#first = entry.seq;
    if (this.#last === 0) this.#last = entry.seq;
    return true;
  }

  sealed(log: LogId, key: Uint8Array): SegmentPlace & { readonly blob: Uint8Array } {
    const place = { log, first: this.#first, last: this.#last };
    return { ...place, blob: sealed(Buffer.concat(this.#entries.toReversed()), place, key) };
  }
}

/** In the order of the log. @throws Fault `segment-malformed` */
export function openSegment(blob: Uint8Array, place: SegmentPlace, key: Uint8Array): readonly HandedEntry[] {
  const inner = opened(blob, place, key);
  const end = HEAD_BYTES + (inner.length < HEAD_BYTES ? 0 : inner.readUInt32BE(1));
  if (inner[0] !== VERSION || end > inner.length || inner.subarray(end).some((byte) => byte !== 0)) throw malformed();
  const entries = [...entriesIn(inner.subarray(HEAD_BYTES, end))];
  const seqs = entries.map(({ seq }) => seq);
  const isInOrder = seqs.every((seq, at) => seq > (seqs[at - 1] ?? 0));
  if (!isInOrder || seqs[0] !== place.first || seqs.at(-1) !== place.last) throw malformed();
  return entries;
}

function sealed(entries: Buffer, place: SegmentPlace, key: Uint8Array): Uint8Array {
  const inner = Buffer.alloc(bucketOf(HEAD_BYTES + entries.length));
  inner[0] = VERSION;
  inner.writeUInt32BE(entries.length, 1);
  entries.copy(inner, HEAD_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, NONCE).setAAD(boundTo(place));
  return Buffer.concat([cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
}

function opened(blob: Uint8Array, place: SegmentPlace, key: Uint8Array): Buffer {
  if (blob.length < TAG_BYTES) throw malformed();
  const decipher = createDecipheriv("aes-256-gcm", key, NONCE, { authTagLength: TAG_BYTES }).setAAD(boundTo(place));
  decipher.setAuthTag(blob.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(blob.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw malformed(error);
  }
}

function boundTo({ log, first, last }: SegmentPlace): Buffer {
  const range = Buffer.alloc(16);
  range.writeBigUInt64BE(BigInt(first));
  range.writeBigUInt64BE(BigInt(last), 8);
  return Buffer.concat([Buffer.from(LABEL), bytesOf(log), range]);
}

function encodeEntry({ seq, mid, sender, said }: HandedEntry): Buffer {
  const bytes = encodeStanding(said);
  const head = Buffer.alloc(LENGTH_BYTES + 8);
  head.writeUInt32BE(PLACE_BYTES + bytes.length);
  head.writeBigUInt64BE(BigInt(seq), LENGTH_BYTES);
  return Buffer.concat([head, bytesOf(mid), bytesOf(sender), bytes]);
}

function* entriesIn(bytes: Buffer): Generator<HandedEntry> {
  for (let at = 0; at < bytes.length;) {
    const length = bytes.length - at < LENGTH_BYTES ? 0 : bytes.readUInt32BE(at);
    const end = at + LENGTH_BYTES + length;
    if (length < PLACE_BYTES || end > bytes.length) throw malformed();
    yield readEntry(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
}

function readEntry(bytes: Buffer): HandedEntry {
  const seq = bytes.readBigUInt64BE(0);
  const said = decodeStanding(bytes.subarray(PLACE_BYTES));
  if (seq > BigInt(Number.MAX_SAFE_INTEGER) || said.kind === "unreadable" || said.kind === "newer") throw malformed();
  const id = (at: number): string => hexOf(bytes.subarray(at, at + ID_BYTES));
  return { seq: Number(seq), mid: id(8) as MessageId, sender: id(8 + ID_BYTES) as DeviceId, said };
}

function malformed(cause?: unknown): Fault {
  return new Fault("segment-malformed", "what was handed over does not open, or is not of its form", { cause });
}
