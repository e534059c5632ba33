// A compact range: all that a monitor keeps of a log that it has read from the first entry on. From it the root of the next
// size can be made, but nothing be proved. Knows hashes only.

import { Fault } from "../model/fault.ts";
import { HASH_BYTES } from "../model/ids.ts";
import { emptyRoot, isHash, nodeHash, rangeFault } from "./merkle.ts";

const SIZE_BYTES = 8;

/** The hashes of the complete subtrees that make up the log, the largest first: as many as the size has binary ones. */
export class CompactRange {
  #size = 0;
  #nodes: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  /** The 32 bytes of `leafHash`. @throws Fault `log-range` */
  append(leaf: Uint8Array): void {
    if (!isHash(leaf)) throw rangeFault(`leaf of ${leaf.length} bytes`);
    if (this.#size === Number.MAX_SAFE_INTEGER) throw rangeFault("place for more entries");
    let node: Uint8Array = new Uint8Array(leaf);
    // Like a one that is carried when the size is counted up in binary.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#nodes.pop();
      if (left !== undefined) node = nodeHash(left, node);
    }
    this.#nodes.push(node);
    this.#size += 1;
  }

  root(): Uint8Array {
    const root = this.#nodes.reduceRight<Uint8Array | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    );
    return root === undefined ? emptyRoot() : new Uint8Array(root);
  }

  /** To try a page of entries before it is believed. The hashes are shared: nobody changes one. */
  clone(): CompactRange {
    const copy = new CompactRange();
    copy.#size = this.#size;
    copy.#nodes = [...this.#nodes];
    return copy;
  }

  /** The size in 8 bytes, big-endian, and the hashes. */
  toBytes(): Uint8Array {
    const size = Buffer.alloc(SIZE_BYTES);
    size.writeBigUInt64BE(BigInt(this.#size));
    return new Uint8Array(Buffer.concat([size, ...this.#nodes]));
  }

  /** @throws Fault `log-malformed` */
  static fromBytes(bytes: Uint8Array): CompactRange {
    const buffer = Buffer.from(bytes);
    if (buffer.length < SIZE_BYTES) throw malformed();
    const size = buffer.readBigUInt64BE();
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed();
    const count = size.toString(2).replaceAll("0", "").length;
    if (buffer.length !== SIZE_BYTES + count * HASH_BYTES) throw malformed();
    const range = new CompactRange();
    range.#size = Number(size);
    for (let at = SIZE_BYTES; at < buffer.length; at += HASH_BYTES)
      range.#nodes.push(new Uint8Array(buffer.subarray(at, at + HASH_BYTES)));
    return range;
  }
}

function malformed(): Fault {
  return new Fault("log-malformed", "what was kept of the transparency log cannot be read", {
    hint: "read the log again from its first entry",
  });
}
