// A growing byte writer and a reader that refuses what is short or left over: the alphabet of ./pack.ts.
// Knows nothing of logs. Numbers are doubles (exact up to 2^53), lengths and counts 32 bits, all big-endian.

export class ByteWriter {
  #bytes: Buffer<ArrayBuffer>;
  #at = 0;

  constructor(capacity: number) {
    // A buffer of its own, never from Node's pool: the whole of it is handed to the other thread.
    this.#bytes = Buffer.from(new ArrayBuffer(capacity));
  }

  get length(): number {
    return this.#at;
  }

  /** Goes back to an earlier length: what was half written is forgotten. */
  rewind(length: number): void {
    if (length < this.#at) this.#at = length;
  }

  u8(value: number): void {
    this.#room(1);
    this.#at = this.#bytes.writeUInt8(value, this.#at);
  }

  u32(value: number): void {
    this.#room(4);
    this.#at = this.#bytes.writeUInt32BE(value, this.#at);
  }

  setU32(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  setNumber(at: number, value: number): void {
    this.#bytes.writeDoubleBE(value, at);
  }

  number(value: number): void {
    if (!isCount(value)) throw new RangeError(`not a whole number from 0 to 2^53: ${value}`);
    this.#room(8);
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }

  /** An id in hex, as `bytes` raw bytes. */
  hex(text: string, bytes: number): void {
    this.#room(bytes);
    if (text.length !== bytes * 2 || this.#bytes.write(text, this.#at, bytes, "hex") !== bytes) {
      throw new RangeError(`not ${bytes} bytes of hex`);
    }
    this.#at += bytes;
  }

  raw(part: Uint8Array): void {
    this.#room(part.length);
    this.#bytes.set(part, this.#at);
    this.#at += part.length;
  }

  /** Length, then bytes. */
  block(part: Uint8Array): void {
    this.u32(part.length);
    this.raw(part);
  }

  /** What was written; the writer must not be used any more. The view starts at 0 of a buffer nobody else holds. */
  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.buffer, 0, this.#at);
  }

  #room(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.from(new ArrayBuffer(Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

/** Throws RangeError for anything that is not there. Parts are views, not copies. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  number(): number {
    const value = this.#bytes.readDoubleBE(this.#take(8));
    if (!isCount(value)) throw new RangeError("a packed number is not a whole number from 0 to 2^53");
    return value;
  }

  hex(bytes: number): string {
    const at = this.#take(bytes);
    return this.#bytes.toString("hex", at, at + bytes);
  }

  raw(bytes: number): Buffer {
    const at = this.#take(bytes);
    return this.#bytes.subarray(at, at + bytes);
  }

  block(): Buffer {
    return this.raw(this.u32());
  }

  /** A count of items of at least `itemBytes` each: more than can be there is refused before a list is made. */
  count(itemBytes: number): number {
    const count = this.u32();
    if (count * itemBytes > this.#bytes.length - this.#at)
      throw new RangeError("a packed count is larger than its bytes");
    return count;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError("packed bytes are left over");
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (bytes > this.#bytes.length - at) throw new RangeError("packed bytes end too early");
    this.#at = at + bytes;
    return at;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
