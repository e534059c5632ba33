// The chain of a log: each entry's hash covers the whole log before it, so that a restored or rewritten log is noticed.
// docs/protocol.md, "The chain of a log", says the same for other languages.
import { hash } from "node:crypto";
import { HASH_BYTES, ID_BYTES } from "../model/ids.ts";

/** The chain hash before the first entry. */
export const CHAIN_START: Uint8Array = new Uint8Array(HASH_BYTES);

export interface ChainLink {
  /** Raw ids, 16 bytes each. */
  readonly log: Uint8Array;
  readonly sender: Uint8Array;
  readonly mid: Uint8Array;
  readonly seq: number;
  readonly at: number;
  /** The number of EntryKind on the wire. */
  readonly kind: number;
  readonly epoch: number;
  readonly body: Uint8Array;
  /** `Entry.note` as it came; empty for most entries, which then have no hash of it. */
  readonly note?: Uint8Array | undefined;
}

const LINK_BYTES = HASH_BYTES + ID_BYTES + 8 + 8 + ID_BYTES + ID_BYTES + 1 + 8 + HASH_BYTES;

/**
 * SHA-256(previous ‖ log ‖ seq ‖ at ‖ sender ‖ mid ‖ kind ‖ epoch ‖ SHA-256(body)), numbers as 8 bytes big-endian, kind as one;
 * followed by SHA-256(note) where there is a note.
 * `previous`: 32 bytes; the answer is 32 bytes.
 */
export function nextChain(previous: Uint8Array, link: ChainLink): Uint8Array {
  const { note } = link;
  const length = note === undefined || note.length === 0 ? LINK_BYTES : LINK_BYTES + HASH_BYTES;
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  const put = (part: Uint8Array): void => {
    bytes.set(part, at);
    at += part.length;
  };
  put(previous);
  put(link.log);
  at = bytes.writeBigUInt64BE(BigInt(link.seq), at);
  at = bytes.writeBigUInt64BE(BigInt(link.at), at);
  put(link.sender);
  put(link.mid);
  at = bytes.writeUInt8(link.kind, at);
  at = bytes.writeBigUInt64BE(BigInt(link.epoch), at);
  put(sha256(link.body));
  if (note !== undefined && note.length > 0) put(sha256(note));
  if (at !== length) throw new RangeError("chain link has a part of the wrong length");
  return sha256(bytes);
}

function sha256(bytes: Uint8Array): Buffer {
  // By way of a latin1 text: half the time of asking for a buffer (Node 26).
  return Buffer.from(hash("sha256", bytes, "latin1"), "latin1");
}
