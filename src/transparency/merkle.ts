// The Merkle tree of the transparency log (RFC 9162 §2.1): hashing, and the whole tree in memory as the server needs it for
// roots and proofs. Knows hashes only: what the entries say, who signs, and where anything is stored is told elsewhere.

import { hash, timingSafeEqual } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { HASH_BYTES } from "../model/ids.ts";

/** The first byte of what is hashed (RFC 9162 §2.1.1): an entry can never pass for two nodes. */
const LEAF_PREFIX = Buffer.of(0);
const NODE_PREFIX = Buffer.of(1);

/** 32 bytes: the place of an entry in the tree. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return hash("sha256", Buffer.concat([LEAF_PREFIX, entry]), "buffer");
}

/** 32 bytes from twice 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash("sha256", Buffer.concat([NODE_PREFIX, left, right]), "buffer");
}

/** The root of a log without entries. */
export function emptyRoot(): Uint8Array {
  return hash("sha256", "", "buffer");
}

export function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

/** In constant time; false also for what is no hash. */
export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return isHash(one) && isHash(other) && timingSafeEqual(one, other);
}

/** A number of entries, or the place of one: counted without 32-bit operators, which would wrap. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** @throws Fault `log-range` */
export function rangeFault(what: string): Fault {
  return new Fault("log-range", `the transparency log has no ${what}`, {
    hint: "ask for entries and sizes that the newest head of the log covers",
  });
}

/** The largest power of two that is smaller than `size`, which is at least 2 (RFC 9162 §2.1.1: k < n <= 2k). */
function splitOf(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

/** Leaves `from` to before `to`. */
type Span = { readonly from: number; readonly to: number };

/** Hashes side by side in one buffer: an object for each would take more memory than the hashes. */
class HashRow {
  #bytes = Buffer.alloc(HASH_BYTES);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(one: Uint8Array): void {
    const end = this.#count * HASH_BYTES;
    if (end === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(end)]);
    this.#bytes.set(one, end);
    this.#count += 1;
  }

  /** A copy: what a caller does with it must not reach the tree. */
  at(index: number): Uint8Array {
    if (index >= this.#count) throw rangeFault(`hash at ${index}`);
    return new Uint8Array(this.#bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
  }
}

/**
 * A log's tree: 64 bytes for each entry, an append is two hashes on average, a root or a proof O(log² size) hashes.
 * Sizes and places that the log does not have are Fault `log-range`.
 */
export class MerkleTree {
  /** `#rows[k]` has the hash of every complete subtree of 2^k leaves, from left to right. */
  readonly #rows: HashRow[] = [new HashRow()];

  get size(): number {
    return this.#row(0).count;
  }

  /** The 32 bytes of `leafHash`. */
  append(leaf: Uint8Array): void {
    if (!isHash(leaf)) throw rangeFault(`leaf of ${leaf.length} bytes`);
    let node = leaf;
    for (let level = 0; ; level += 1) {
      const row = this.#row(level);
      row.push(node);
      if (row.count % 2 === 1) return;
      node = nodeHash(row.at(row.count - 2), node);
    }
  }

  /** As the log was when it had `size` entries. */
  root(size: number = this.size): Uint8Array {
    this.#checkSize(size);
    return size === 0 ? emptyRoot() : this.#hashOf({ from: 0, to: size });
  }

  /** The path from entry `index` to the root of `size`, lowest first (RFC 9162 §2.1.3.1). */
  inclusion(index: number, size: number = this.size): Uint8Array[] {
    this.#checkSize(size);
    if (!isCount(index) || index >= size) throw rangeFault(`entry ${index} among its first ${size}`);
    const path: Uint8Array[] = [];
    let [from, to] = [0, size];
    while (to - from > 1) {
      const middle = from + splitOf(to - from);
      if (index < middle) {
        path.push(this.#hashOf({ from: middle, to }));
        to = middle;
      } else {
        path.push(this.#hashOf({ from, to: middle }));
        from = middle;
      }
    }
    return path.toReversed();
  }

  /** That the log of `second` entries begins with the log of `first` (RFC 9162 §2.1.4.1); empty where there is nothing to show. */
  consistency(first: number, second: number = this.size): Uint8Array[] {
    this.#checkSize(second);
    if (!isCount(first) || first > second) throw rangeFault(`${first} entries among its first ${second}`);
    if (first === 0) return [];
    const path: Uint8Array[] = [];
    let [from, to] = [0, second];
    // SUBPROOF of the RFC without its recursion: the first log ends at `first`; what it has whole is left of `from`.
    while (first < to) {
      const middle = from + splitOf(to - from);
      if (first <= middle) {
        path.push(this.#hashOf({ from: middle, to }));
        to = middle;
      } else {
        path.push(this.#hashOf({ from, to: middle }));
        from = middle;
      }
    }
    // The verifier knows the first root itself where that root is a node of the second tree.
    if (from > 0) path.push(this.#hashOf({ from, to }));
    return path.toReversed();
  }

  #checkSize(size: number): void {
    if (!isCount(size) || size > this.size) throw rangeFault(`first ${size} entries: it has ${this.size}`);
  }

  #row(level: number): HashRow {
    const row = this.#rows[level] ?? new HashRow();
    this.#rows[level] = row;
    return row;
  }

  /** A span that the tree has as a node: complete subtrees are kept, others are put together from their halves. */
  #hashOf({ from, to }: Span): Uint8Array {
    let [level, width] = [0, 1];
    while (width < to - from) [level, width] = [level + 1, width * 2];
    if (width === to - from) return this.#row(level).at(from / width);
    const middle = from + splitOf(to - from);
    return nodeHash(this.#hashOf({ from, to: middle }), this.#hashOf({ from: middle, to }));
  }
}
