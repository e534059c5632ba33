// The messages a server reads and writes all day, straight between bytes and values. Reading takes only what is written
// exactly as encoders write it, fields in order; everything else is undefined and goes the long way through codec.ts, which
// alone decides what is refused. test/unit/wire/hot.test.ts holds the two ways equal, byte for byte.
import { ID_BYTES } from "../model/ids.ts";
import type { LogId, MessageId } from "../model/ids.ts";
import { BODY_BYTES } from "../model/limits.ts";
import { ENTRY_KIND, entryKindName } from "./entry-kind.ts";
import { malformed } from "./field.ts";
import { LENGTH_BYTES } from "./frames.ts";
import {
  APPEND_RESULTS,
  type ClientMessageOf,
  type Entry,
  type ServerMessage,
  type ServerMessageOf,
} from "./messages.ts";

const UINT32 = 0xffff_ffff;
/** Wire types of protobuf: the low three bits of a tag. */
const VARINT = 0;
const BLOCK = 2;
const ID_HEX = 2 * ID_BYTES;
/** An id as a field: tag, length, bytes. */
const ID_FIELD = 2 + ID_BYTES;

const tag = (field: number, type: typeof VARINT | typeof BLOCK): number => (field << 3) | type;

// ---- reading --------------------------------------------------------------------------------------------------

/** A number that is not there or not short: no comparison with it is true. */
const LONG_WAY = Number.NaN;
/** Seven bytes hold 2^49 - 1: what a count or a time in milliseconds needs. */
const SHORT_VARINT = 7;

class Source {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < SHORT_VARINT; count += 1) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return LONG_WAY;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    return LONG_WAY;
  }

  /** The field's value if it comes next, otherwise 0, the default of every field. */
  number(field: number): number {
    if (this.bytes[this.at] !== tag(field, VARINT)) return 0;
    this.at += 1;
    return this.varint();
  }

  id(field: number): string | undefined {
    if (this.bytes[this.at] !== tag(field, BLOCK) || this.bytes[this.at + 1] !== ID_BYTES) return undefined;
    const from = this.at + 2;
    this.at = from + ID_BYTES;
    return this.at <= this.bytes.length ? this.bytes.toString("hex", from, this.at) : undefined;
  }

  block(field: number): Buffer | undefined {
    if (this.bytes[this.at] !== tag(field, BLOCK)) return this.bytes.subarray(this.at, this.at);
    this.at += 1;
    const length = this.varint();
    const from = this.at;
    this.at += length;
    return this.at <= this.bytes.length ? this.bytes.subarray(from, this.at) : undefined;
  }
}

export interface AppendFrame {
  readonly request: number;
  readonly message: ClientMessageOf<"append">;
}

/** An append without a commit, or undefined: the long way decides. A plain Uint8Array always goes the long way. */
export function readAppend(bytes: Uint8Array): AppendFrame | undefined {
  if (!Buffer.isBuffer(bytes)) return undefined;
  const source = new Source(bytes);
  const request = source.number(1);
  if (!(request <= UINT32) || bytes[source.at++] !== tag(3, BLOCK)) return undefined;
  const length = source.varint();
  if (source.at + length !== bytes.length) return undefined;
  const log = source.id(1);
  const mid = source.id(2);
  if (log === undefined || mid === undefined) return undefined;
  const since = source.number(3);
  const kind = entryKindName(source.number(4));
  const epoch = source.number(5);
  const body = source.block(6);
  const whole = since >= 0 && epoch >= 0 && source.at === bytes.length;
  if (!whole || kind === undefined || body === undefined || body.length > BODY_BYTES) return undefined;
  const message = {
    type: "append",
    log: log as LogId,
    mid: mid as MessageId,
    since,
    kind,
    epoch,
    body,
    commit: undefined,
  } as const;
  return { request, message };
}

// ---- writing --------------------------------------------------------------------------------------------------

class Sink {
  readonly bytes: Buffer;
  #at = LENGTH_BYTES;

  constructor(bodyBytes: number) {
    this.bytes = Buffer.allocUnsafe(LENGTH_BYTES + bodyBytes);
    this.bytes.writeUInt32BE(bodyBytes, 0);
  }

  /** Every field and its length was counted before: a frame that is not full is a mistake of this file. */
  finish(): Buffer {
    if (this.#at !== this.bytes.length) throw new RangeError("a frame is not as long as it was counted");
    return this.bytes;
  }

  varint(value: number): void {
    let left = value;
    while (left >= 0x8000_0000) {
      this.bytes[this.#at++] = (left % 0x80) | 0x80;
      left = Math.floor(left / 0x80);
    }
    while (left >= 0x80) {
      this.bytes[this.#at++] = (left & 0x7f) | 0x80;
      left >>>= 7;
    }
    this.bytes[this.#at++] = left;
  }

  /** Left out when it is 0, as proto3 does. */
  number(field: number, value: number): void {
    if (value === 0) return;
    this.bytes[this.#at++] = tag(field, VARINT);
    this.varint(value);
  }

  id(field: number, hex: string): void {
    this.bytes[this.#at++] = tag(field, BLOCK);
    this.bytes[this.#at++] = ID_BYTES;
    if (hex.length !== ID_HEX || this.bytes.write(hex, this.#at, ID_BYTES, "hex") !== ID_BYTES)
      throw malformed(`${field}`, "not an id");
    this.#at += ID_BYTES;
  }

  /** Left out when it is empty, as proto3 does. */
  block(field: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.open(field, bytes.length);
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** The head of a message inside this one. */
  open(field: number, length: number): void {
    this.bytes[this.#at++] = tag(field, BLOCK);
    this.varint(length);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let left = value; left >= 0x80; left /= 0x80) bytes += 1;
  return bytes;
}

const numberBytes = (value: number): number => (value === 0 ? 0 : 1 + varintBytes(value));
const blockBytes = (length: number): number => 1 + varintBytes(length) + length;

/** The bytes of one frame, length included; undefined for the messages that are not here. */
export function writeServerFrame(request: number, message: ServerMessage): Buffer | undefined {
  switch (message.type) {
    case "deliver":
      return writeDeliver(request, message);
    case "appended":
      return writeAppended(request, message);
    default:
      return undefined;
  }
}

function writeDeliver(request: number, { log, entries }: ServerMessageOf<"deliver">): Buffer {
  const sizes = entries.map(entryBytes);
  const length = sizes.reduce((sum, size) => sum + blockBytes(size), ID_FIELD);
  const sink = new Sink(numberBytes(request) + blockBytes(length));
  sink.number(1, request);
  sink.open(4, length);
  sink.id(1, log);
  for (const [at, entry] of entries.entries()) {
    sink.open(2, sizes[at] ?? 0);
    writeEntry(sink, entry);
  }
  return sink.finish();
}

function entryBytes({ seq, at, kind, epoch, body, note }: Entry): number {
  const numbers = numberBytes(seq) + numberBytes(at) + numberBytes(ENTRY_KIND[kind]) + numberBytes(epoch);
  return numbers + 2 * ID_FIELD + optionalBytes(body) + optionalBytes(note);
}

function optionalBytes({ length }: Uint8Array): number {
  return length === 0 ? 0 : blockBytes(length);
}

function writeEntry(sink: Sink, { seq, at, sender, mid, kind, epoch, body, note }: Entry): void {
  sink.number(1, seq);
  sink.number(2, at);
  sink.id(3, sender);
  sink.id(4, mid);
  sink.number(5, ENTRY_KIND[kind]);
  sink.number(6, epoch);
  sink.block(7, body);
  sink.block(8, note);
}

function writeAppended(request: number, message: ServerMessageOf<"appended">): Buffer | undefined {
  if (message.code !== "" || message.devices.length > 0) return undefined;
  const { seq, epoch, at, head } = message;
  const result = APPEND_RESULTS.indexOf(message.result);
  const length = numberBytes(result) + numberBytes(seq) + numberBytes(epoch) + numberBytes(at) + numberBytes(head);
  const sink = new Sink(numberBytes(request) + blockBytes(length));
  sink.number(1, request);
  sink.open(3, length);
  sink.number(1, result);
  sink.number(2, seq);
  sink.number(3, epoch);
  sink.number(4, at);
  sink.number(5, head);
  return sink.finish();
}
