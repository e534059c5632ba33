// A signed head of the transparency log: how many entries it had at some time, and their root. Whose key signs, log-key.ts says;
// whether one head fits another, history.ts.

import { sign, verify, type KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { bytesOf, HASH_BYTES, hexOf, isSha256, type Sha256 } from "../model/ids.ts";
import { isTime } from "./entry-fields.ts";
import { isCount, isHash } from "./merkle.ts";

/** What a head says. A log signs no head of fewer entries after one of more, and its time never runs backwards. */
export type Head = {
  /** The realm's fingerprint: a head of one realm says nothing in another. */
  readonly realm: Sha256;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Milliseconds since 1970. */
  readonly at: number;
};

export type SignedHead = Head & { readonly signature: Uint8Array };

/** Ed25519 (RFC 8032 §5.1.6). */
const SIGNATURE_BYTES = 64;
const NUMBER_BYTES = 8;
/** Realm, size, root, time: each of a fixed length, so that no two heads have the same bytes. */
const BODY_BYTES = HASH_BYTES + NUMBER_BYTES + HASH_BYTES + NUMBER_BYTES;
/** The first byte of an encoded head; another version is another form. */
const VERSION = 1;
/** A head in bytes. */
export const HEAD_BYTES = 1 + BODY_BYTES + SIGNATURE_BYTES;
/** In front of what is signed: no signature of this key for anything else is one of a head. */
const LABEL = Buffer.from("mutual-chat log head v1\0", "latin1");

/** `key`: the private log key. @throws Fault `log-malformed` for a head that could not be read */
export function signHead(key: KeyObject, head: Head): SignedHead {
  if (!isHead(head) || !isLogKey(key)) throw malformed("cannot be signed");
  const { realm, size, root, at } = head;
  return { realm, size, root, at, signature: new Uint8Array(sign(null, signedBytes(head), key)) };
}

/** Whether the log key signed it. False for everything else, whatever it is. */
export function verifyHead(head: SignedHead, publicKey: KeyObject): boolean {
  if (!isHead(head) || head.signature.length !== SIGNATURE_BYTES || !isLogKey(publicKey)) return false;
  return verify(null, signedBytes(head), publicKey, head.signature);
}

/** 145 bytes: version, realm, size, root, time, signature. @throws Fault `log-malformed` */
export function encodeHead(head: SignedHead): Uint8Array {
  if (!isHead(head) || head.signature.length !== SIGNATURE_BYTES) throw malformed("cannot be written");
  return new Uint8Array(Buffer.concat([Buffer.of(VERSION), bodyOf(head), head.signature]));
}

/** Nothing is believed before `verifyHead`. @throws Fault `log-malformed` */
export function decodeHead(bytes: Uint8Array): SignedHead {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length !== HEAD_BYTES || buffer[0] !== VERSION) throw malformed("cannot be read");
  const body = buffer.subarray(1, 1 + BODY_BYTES);
  // Copies: the frame that it came in is not kept alive for it.
  const head = {
    realm: hexOf(body.subarray(0, HASH_BYTES)) as Sha256,
    size: Number(body.readBigUInt64BE(HASH_BYTES)),
    root: new Uint8Array(body.subarray(HASH_BYTES + NUMBER_BYTES, -NUMBER_BYTES)),
    at: Number(body.readBigUInt64BE(BODY_BYTES - NUMBER_BYTES)),
    signature: new Uint8Array(buffer.subarray(1 + BODY_BYTES)),
  };
  // A number too large to be exact is no safe integer, whatever it was rounded to.
  if (!isHead(head)) throw malformed("cannot be read");
  return head;
}

function isHead({ realm, size, root, at }: Head): boolean {
  return isSha256(realm) && isCount(size) && isHash(root) && isTime(at);
}

/** No other algorithm: what a signature of the log is must not be up to whoever presents a key. @internal */
export function isLogKey(key: KeyObject): boolean {
  return key.asymmetricKeyType === "ed25519";
}

function bodyOf({ realm, size, root, at }: Head): Buffer {
  const numbers = Buffer.alloc(2 * NUMBER_BYTES);
  numbers.writeBigUInt64BE(BigInt(size));
  numbers.writeBigUInt64BE(BigInt(at), NUMBER_BYTES);
  return Buffer.concat([bytesOf(realm), numbers.subarray(0, NUMBER_BYTES), root, numbers.subarray(NUMBER_BYTES)]);
}

function signedBytes(head: Head): Buffer {
  return Buffer.concat([LABEL, bodyOf(head)]);
}

function malformed(why: string): Fault {
  return new Fault("log-malformed", `a head of the transparency log ${why}`, {
    hint: "update this program; if it is up to date, tell the administrator of this realm",
  });
}
