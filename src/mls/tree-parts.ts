// A ratchet tree in parts (RFC 9420 §12.4.3.3 leaves open how a tree travels): a commit changes the nodes of one path, so most
// parts of the next tree are those of the last, and only the others have to be sent and stored.
import { hash } from "node:crypto";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { optionalEncoder } from "ts-mls/codec/optional.js";
import { nodeEncoder, stripBlankNodes, type RatchetTree } from "ts-mls/ratchetTree.js";
import { Fault } from "../model/fault.ts";
import { TREE_PART_BYTES, TREE_PARTS } from "../model/limits.ts";
import { decodeTree } from "./bytes.ts";

/** Nodes in a part: small, so that little is sent; not too small, so that there are few names. */
const NODES = 16;

const encodeNode = encode(optionalEncoder(nodeEncoder));

/** In order. @throws Fault `mls-too-large` */
export function partsOf(tree: RatchetTree): readonly Uint8Array[] {
  const nodes = stripBlankNodes(tree);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < nodes.length; at += NODES) {
    const part = Buffer.concat(nodes.slice(at, at + NODES).map((node) => encodeNode(node)));
    parts.push(new Uint8Array(part));
  }
  checkParts(parts);
  return parts;
}

/** @throws Fault `mls-too-large`, `mls-malformed` */
export function treeOf(parts: readonly Uint8Array[]): RatchetTree {
  checkParts(parts);
  return decodeTree(Buffer.concat([lengthOf(parts), ...parts]));
}

/** Places of the parts of `next` that are not in `old`. */
export function freshParts(next: readonly Uint8Array[], old: readonly Uint8Array[]): readonly number[] {
  const known = new Set(old.map(hashed));
  return next.flatMap((part, at) => (known.has(hashed(part)) ? [] : [at]));
}

function hashed(part: Uint8Array): string {
  return hash("sha256", part);
}

function checkParts(parts: readonly Uint8Array[]): void {
  if (parts.length > TREE_PARTS || parts.some(({ length }) => length > TREE_PART_BYTES))
    throw new Fault("mls-too-large", `a ratchet tree has at most ${TREE_PARTS} parts of ${TREE_PART_BYTES} bytes`);
}

/** The length of a vector in its shortest form (RFC 9420 §2.1.2). */
function lengthOf(parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  if (bytes < 2 ** 6) return Buffer.of(bytes);
  if (bytes < 2 ** 14) return Buffer.of(0x40 | (bytes >> 8), bytes & 0xff);
  const length = Buffer.alloc(4);
  length.writeUInt32BE((0x80000000 | bytes) >>> 0);
  return length;
}
