// What is inside a grant, as bytes: archive keys, and segments of what was said, each one record. Strict on the way in.
import { Fault } from "../model/fault.ts";
import { HASH_BYTES, type Seq, type Sha256, bytesOf, hexOf } from "../model/ids.ts";
import type { ArchivePlace } from "./archive.ts";

/** Of an epoch from `day` on, or of this day of it alone. Secret. */
export interface KeyRecord extends ArchivePlace {
  readonly isWhole: boolean;
  readonly key: Uint8Array;
}

/** A blob of the server with what one device hands over to another one of its user. */
export interface Segment {
  readonly first: Seq;
  readonly last: Seq;
  readonly blob: Sha256;
  readonly size: number;
  /** Secret, and of this segment alone. */
  readonly key: Uint8Array;
}

const VERSION = 1;
const WHOLE = 0;
const ONE_DAY = 1;
const SEGMENT = 2;
const KEY_BYTES = 32;
/** Kind, founding, epoch, day, key. */
const KEY_RECORD_BYTES = 1 + 4 + 8 + 4 + KEY_BYTES;
/** Kind, first, last, blob, size, key. */
const SEGMENT_RECORD_BYTES = 1 + 8 + 8 + HASH_BYTES + 4 + KEY_BYTES;
/** Keys that are handed over in one part: what one message has room for (payload.ts of the client: SEALED_BYTES). */
export const GRANT_MOST = 3_000;
/** Segments of one grant: they are on the server's disk, and nothing takes them off it. */
export const SEGMENTS_MOST = 256;
/** The blob of one segment: what a client holds in memory at once. */
export const SEGMENT_BYTES = 1024 * 1024;

export function encodeGrant(keys: readonly KeyRecord[], segments: readonly Segment[]): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.of(VERSION), ...keys.map(keyRecord), ...segments.map(segmentRecord)]));
}

export interface Granted {
  readonly keys: readonly KeyRecord[];
  readonly segments: readonly Segment[];
}

/** @throws Fault `grant-malformed` */
export function decodeGrant(grant: Uint8Array): Granted {
  const bytes = Buffer.from(grant.buffer, grant.byteOffset, grant.length);
  if (bytes[0] !== VERSION) throw malformed();
  const keys: KeyRecord[] = [];
  const segments: Segment[] = [];
  for (let at = 1; at < bytes.length;) {
    const length = bytes[at] === SEGMENT ? SEGMENT_RECORD_BYTES : KEY_RECORD_BYTES;
    const record = bytes.subarray(at, at + length);
    if (record.length !== length) throw malformed();
    if (record[0] === SEGMENT) segments.push(readSegment(record));
    else keys.push(readKey(record));
    if (keys.length > GRANT_MOST || segments.length > SEGMENTS_MOST) throw malformed();
    at += length;
  }
  return { keys, segments };
}

function keyRecord({ isWhole, founding, epoch, day, key }: KeyRecord): Buffer {
  const record = Buffer.alloc(KEY_RECORD_BYTES);
  record[0] = isWhole ? WHOLE : ONE_DAY;
  record.writeUInt32BE(founding, 1);
  record.writeBigUInt64BE(BigInt(epoch), 5);
  record.writeUInt32BE(day, 13);
  record.set(key, 17);
  return record;
}

function readKey(record: Buffer): KeyRecord {
  if (record[0] !== WHOLE && record[0] !== ONE_DAY) throw malformed();
  const place = { founding: record.readUInt32BE(1), epoch: numberAt(record, 5), day: record.readUInt32BE(13) };
  return { ...place, key: new Uint8Array(record.subarray(17)), isWhole: record[0] === WHOLE };
}

function segmentRecord({ first, last, blob, size, key }: Segment): Buffer {
  const record = Buffer.alloc(SEGMENT_RECORD_BYTES);
  record[0] = SEGMENT;
  record.writeBigUInt64BE(BigInt(first), 1);
  record.writeBigUInt64BE(BigInt(last), 9);
  record.set(bytesOf(blob), 17);
  record.writeUInt32BE(size, 49);
  record.set(key, 53);
  return record;
}

function readSegment(record: Buffer): Segment {
  const [first, last, size] = [numberAt(record, 1), numberAt(record, 9), record.readUInt32BE(49)];
  if (first < 1 || last < first || size < 1 || size > SEGMENT_BYTES) throw malformed();
  const blob = hexOf(record.subarray(17, 49)) as Sha256;
  return { first, last, blob, size, key: new Uint8Array(record.subarray(53)) };
}

function numberAt(record: Buffer, at: number): number {
  const number = record.readBigUInt64BE(at);
  if (number > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed();
  return Number(number);
}

function malformed(): Fault {
  return new Fault("grant-malformed", "the archive keys that were handed over cannot be read");
}
