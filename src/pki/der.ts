// A strict DER reader (X.690): definite minimal lengths, one-byte tags, every byte accounted for.
// It reads what strangers send (certificates, CRLs, PKCS#12), so it refuses rather than guesses. It never writes.

import { Fault } from "../model/fault.ts";

/** One element. `tag` is the whole identifier byte (class, constructed bit, number). `raw` includes tag and length. */
export type Der = { readonly tag: number; readonly body: Buffer; readonly raw: Buffer };

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const LONGEST_OID = 32;

export function malformed(what: string): Fault {
  return new Fault("der-malformed", `malformed DER: ${what}`);
}

/** The identifier byte of a context-specific element. */
export function contextTag(number: number, form: "primitive" | "constructed"): number {
  return (form === "constructed" ? 0xa0 : 0x80) | number;
}

/** The single element that `bytes` holds; anything after it is refused. */
export function readDer(bytes: Uint8Array): Der {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = elementAt(buffer, 0);
  if (first.raw.length !== buffer.length) throw malformed("bytes after the end");
  return first;
}

/** The elements inside a constructed element, one by one (a CRL may hold very many). */
export function* elements(parent: Der): Generator<Der, void, undefined> {
  if ((parent.tag & 0x20) === 0) throw malformed("a primitive element holds no elements");
  let offset = 0;
  while (offset < parent.body.length) {
    const next = elementAt(parent.body, offset);
    offset += next.raw.length;
    yield next;
  }
}

function elementAt(buffer: Buffer, offset: number): Der {
  const tag = buffer[offset];
  const first = buffer[offset + 1];
  if (tag === undefined || first === undefined) throw malformed("cut short");
  if ((tag & 0x1f) === 0x1f) throw malformed("a tag of several bytes");
  if (tag === 0) throw malformed("tag zero");
  const { length, size } = lengthAt(buffer, offset + 1);
  const start = offset + 1 + size;
  const end = start + length;
  if (end > buffer.length) throw malformed("cut short");
  return { tag, body: buffer.subarray(start, end), raw: buffer.subarray(offset, end) };
}

// X.690 §10.1: the definite form, in the fewest bytes.
function lengthAt(buffer: Buffer, offset: number): { length: number; size: number } {
  const first = buffer[offset] ?? 0;
  if (first < 0x80) return { length: first, size: 1 };
  const count = first & 0x7f;
  if (count === 0) throw malformed("an indefinite length");
  if (count > 4) throw malformed("a length of more than four bytes");
  if (offset + 1 + count > buffer.length) throw malformed("cut short");
  const length = buffer.readUIntBE(offset + 1, count);
  if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw malformed("a length in too many bytes");
  return { length, size: 1 + count };
}

/** Walks the fields of a SEQUENCE in order; `end()` refuses what is left over. */
export class Fields {
  readonly #items: readonly Der[];
  #at = 0;

  constructor(parent: Der, tag: number = TAG.sequence) {
    expectTag(parent, tag);
    this.#items = [...elements(parent)];
  }

  /** The next field, whatever it is. */
  any(): Der {
    const item = this.#items[this.#at];
    if (item === undefined) throw malformed("a field is missing");
    this.#at += 1;
    return item;
  }

  take(tag: number): Der {
    return expectTag(this.any(), tag);
  }

  /** The next field if it carries this tag. */
  optional(tag: number): Der | undefined {
    return this.#items[this.#at]?.tag === tag ? this.any() : undefined;
  }

  /** True while fields are left. */
  more(): boolean {
    return this.#at < this.#items.length;
  }

  end(): void {
    if (this.#at !== this.#items.length) throw malformed("a field too many");
  }
}

export function expectTag(item: Der, tag: number): Der {
  if (item.tag !== tag) throw malformed(`tag ${hexByte(item.tag)} where ${hexByte(tag)} belongs`);
  return item;
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** DER has one true and one false (X.690 §11.1). */
export function boolean(item: Der): boolean {
  expectTag(item, TAG.boolean);
  const value = item.body[0];
  if (item.body.length !== 1 || (value !== 0 && value !== 0xff)) throw malformed("a boolean");
  return value === 0xff;
}

/** A non-negative INTEGER as lower-case hex of whole bytes, without the sign byte: "00", "7f", "80", … */
export function unsignedHex(item: Der): string {
  expectTag(item, TAG.integer);
  const [first, second] = item.body;
  if (first === undefined) throw malformed("an empty integer");
  if (first >= 0x80) throw malformed("a negative integer");
  if (first === 0 && second !== undefined && second < 0x80) throw malformed("an integer in too many bytes");
  return item.body.subarray(first === 0 && second !== undefined ? 1 : 0).toString("hex");
}

/** A small non-negative INTEGER (versions, path lengths, iteration counts). */
export function smallNumber(item: Der): number {
  const hex = unsignedHex(item);
  if (hex.length > 8) throw malformed("a number too large");
  return Number.parseInt(hex, 16);
}

export function octets(item: Der): Buffer {
  return expectTag(item, TAG.octets).body;
}

/** The bytes of a BIT STRING that has no unused bits: keys and signatures. */
export function wholeBits(item: Der): Buffer {
  expectTag(item, TAG.bits);
  if (item.body[0] !== 0) throw malformed("a bit string with unused bits");
  return item.body.subarray(1);
}

/** The set bits of a named BIT STRING, by number (X.690 §11.2). */
export function namedBits(item: Der): Set<number> {
  expectTag(item, TAG.bits);
  const unused = item.body[0];
  if (unused === undefined || unused > 7) throw malformed("a bit string");
  const bytes = item.body.subarray(1);
  if (bytes.length === 0 && unused !== 0) throw malformed("a bit string");
  const found = new Set<number>();
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const byte = bytes[bit >> 3] ?? 0;
    if ((byte & (0x80 >> (bit & 7))) === 0) continue;
    if (bit >= bytes.length * 8 - unused) throw malformed("an unused bit that is set");
    found.add(bit);
  }
  return found;
}

/** Dotted notation. */
export function oid(item: Der): string {
  expectTag(item, TAG.oid);
  if (item.body.length === 0 || item.body.length > LONGEST_OID) throw malformed("an object identifier");
  const parts: number[] = [];
  let value = 0;
  let fresh = true;
  for (const byte of item.body) {
    if (fresh && byte === 0x80) throw malformed("an object identifier in too many bytes");
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER / 128) throw malformed("an object identifier too large");
    fresh = byte < 0x80;
    if (!fresh) continue;
    parts.push(value);
    value = 0;
  }
  if (!fresh) throw malformed("an object identifier cut short");
  const [head = 0, ...rest] = parts;
  const arc = Math.min(Math.floor(head / 40), 2);
  return [arc, head - arc * 40, ...rest].join(".");
}
