// MLS structures to bytes and back. Strict: within a size, all the bytes, in the one form that their encoding has.
// What the structures say is judged elsewhere.
import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import type { KeyPackage } from "ts-mls/keyPackage.js";
import { decodeMlsMessage, encodeMlsMessage, type MLSMessage } from "ts-mls/message.js";
import { decodeRatchetTree, encodeRatchetTree, type RatchetTree } from "ts-mls/ratchetTree.js";
import type { Welcome } from "ts-mls/welcome.js";
import { Fault } from "../model/fault.ts";
import { BODY_BYTES, GROUP_INFO_BYTES, KEY_PACKAGE_BYTES, MEMBERS } from "../model/limits.ts";

type Wireformat = MLSMessage["wireformat"];
type MessageOf<W extends Wireformat> = Extract<MLSMessage, { readonly wireformat: W }>;

const KiB = 1024;
const MiB = 1024 * KiB;

/** What is one body for the server is at most one body long. */
const MESSAGE_BYTES: Readonly<Record<Wireformat, number>> = {
  mls_private_message: BODY_BYTES,
  mls_public_message: BODY_BYTES,
  mls_welcome: BODY_BYTES,
  /** Without the tree, which travels apart: keys, a hash, a signature, and extensions of the group. */
  mls_group_info: GROUP_INFO_BYTES,
  mls_key_package: KEY_PACKAGE_BYTES,
};
/** `MEMBERS` X-Wing leaves with certificate chains (5 kB) and as many parent nodes (1.3 kB). */
const TREE_BYTES = 32 * MiB;
/** The leaves of the smallest full tree for `MEMBERS`, and the nodes above them. A blank node costs one byte here and a hash later. */
const TREE_NODES = 2 * 2 ** Math.ceil(Math.log2(MEMBERS)) - 1;

const WIREFORMATS: ReadonlyMap<number, Wireformat> = new Map([
  [1, "mls_public_message"],
  [2, "mls_private_message"],
  [3, "mls_welcome"],
  [4, "mls_group_info"],
  [5, "mls_key_package"],
]);
/** RFC 9420 §6: MLSMessage begins with the version and the wire format, two bytes each. */
const HEADER_BYTES = 4;
const MLS10 = 1;

/** Throws Fault `mls-too-large` when others would refuse it. */
export function encodeMessage(message: MLSMessage): Uint8Array {
  const encoded = encodeMlsMessage(message);
  checkSize(encoded, MESSAGE_BYTES[message.wireformat], message.wireformat);
  return encoded;
}

/** Any MLSMessage. Throws Fault `mls-too-large` or `mls-malformed`, as all that follow. */
export function decodeMessage(encoded: Uint8Array): MLSMessage {
  const wireformat = wireformatOf(encoded);
  if (wireformat === undefined) throw malformed("this is no MLS message");
  checkSize(encoded, MESSAGE_BYTES[wireformat], wireformat);
  const message = decodeWhole(decodeMlsMessage, encoded, wireformat);
  checkForm(encodeMlsMessage(message), encoded, wireformat);
  return message;
}

export function encodeWelcome(welcome: Welcome): Uint8Array {
  return encodeMessage({ version: "mls10", wireformat: "mls_welcome", welcome });
}

export function decodeWelcome(encoded: Uint8Array): Welcome {
  return decodeOnly("mls_welcome", encoded).welcome;
}

export function encodeGroupInfo(groupInfo: GroupInfo): Uint8Array {
  return encodeMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
}

export function decodeGroupInfo(encoded: Uint8Array): GroupInfo {
  return decodeOnly("mls_group_info", encoded).groupInfo;
}

export function encodeKeyPackage(keyPackage: KeyPackage): Uint8Array {
  return encodeMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage });
}

export function decodeKeyPackage(encoded: Uint8Array): KeyPackage {
  return decodeOnly("mls_key_package", encoded).keyPackage;
}

/** @internal Trees travel in parts (tree-parts.ts); this is the whole, for tests. */
export function encodeTree(tree: RatchetTree): Uint8Array {
  const encoded = encodeRatchetTree(tree);
  checkSize(encoded, TREE_BYTES, "ratchet tree");
  return encoded;
}

/** Leaves and parents are where they belong; the library checks what they say. */
export function decodeTree(encoded: Uint8Array): RatchetTree {
  checkSize(encoded, TREE_BYTES, "ratchet tree");
  const tree = decodeWhole(decodeRatchetTree, encoded, "ratchet tree");
  if (tree.length > TREE_NODES) throw new Fault("mls-too-large", `a ratchet tree has at most ${TREE_NODES} nodes`);
  for (const [index, node] of tree.entries()) {
    if (node !== undefined && (node.nodeType === "leaf") !== (index % 2 === 0)) {
      throw malformed(`ratchet tree: node ${index} is a ${node.nodeType}`);
    }
  }
  checkForm(encodeRatchetTree(tree), encoded, "ratchet tree");
  return tree;
}

function decodeOnly<W extends Wireformat>(wanted: W, encoded: Uint8Array): MessageOf<W> {
  const found = wireformatOf(encoded);
  // Before the rest is read: the limits of the kinds are different.
  if (found !== wanted) throw malformed(`${found ?? "something else"} came where ${wanted} was expected`);
  return decodeMessage(encoded) as MessageOf<W>;
}

function wireformatOf(encoded: Uint8Array): Wireformat | undefined {
  if (encoded.length < HEADER_BYTES) return undefined;
  const header = new DataView(encoded.buffer, encoded.byteOffset, HEADER_BYTES);
  return header.getUint16(0) === MLS10 ? WIREFORMATS.get(header.getUint16(2)) : undefined;
}

function checkSize({ length }: Uint8Array, limit: number, what: string): void {
  if (length > limit) throw new Fault("mls-too-large", `${what} of ${length} bytes, at most ${limit}`);
}

function decodeWhole<T>(decoder: Decoder<T>, encoded: Uint8Array, what: string): T {
  // A copy: what is decoded lives on in the state of the group, and as plain bytes, because a Buffer's slice() shares its memory.
  const decoded = attempt(() => decoder(new Uint8Array(encoded), 0), what);
  if (decoded === undefined) throw malformed(`${what} cannot be read`);
  const [value, length] = decoded;
  if (length !== encoded.length) throw malformed(`${what} ends after ${length} of ${encoded.length} bytes`);
  return value;
}

/** RFC 9420 §2.1: every structure has one encoding. What is signed or hashed is encoded anew, so another form must not pass. */
function checkForm(again: Uint8Array, encoded: Uint8Array, what: string): void {
  if (Buffer.compare(again, encoded) !== 0) throw malformed(`${what} is not in its one form`);
}

function attempt<T>(work: () => T, what: string): T {
  try {
    return work();
  } catch (error) {
    throw malformed(`${what} cannot be read`, error);
  }
}

function malformed(why: string, cause?: unknown): Fault {
  return new Fault("mls-malformed", why, { cause });
}
