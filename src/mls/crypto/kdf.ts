// HKDF (RFC 5869) and the labelled form that HPKE puts on it (RFC 9180 §4).
import { createHmac } from "node:crypto";
import { bytes, concat, uint16, utf8, wipe } from "./octets.ts";

export type HashName = "sha256" | "sha384" | "sha512";

export interface Hkdf {
  readonly hash: HashName;
  /** Nh: the length of what extract gives, and of the hash. */
  readonly size: number;
  /** RFC 9180 §7.2. */
  readonly id: number;
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
}

export function hmac(hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(hash, key);
  for (const part of parts) mac.update(part);
  return bytes(mac.digest());
}

const SHAPES = { sha256: [32, 1], sha384: [48, 2], sha512: [64, 3] } as const;

export function hkdf(hash: HashName): Hkdf {
  const [size, id] = SHAPES[hash];
  return {
    hash,
    size,
    id,
    // RFC 5869 §2.2: no salt is a salt of zeros, which HMAC makes of an empty key by itself.
    extract: (salt, ikm) => hmac(hash, salt, ikm),
    expand: (prk, info, length) => expand(hash, prk, { info, length, size }),
  };
}

interface Wanted {
  readonly info: Uint8Array;
  readonly length: number;
  readonly size: number;
}

// RFC 5869 §2.3
function expand(hash: HashName, prk: Uint8Array, { info, length, size }: Wanted): Uint8Array {
  if (length > 255 * size) throw new RangeError(`HKDF gives no more than ${255 * size} bytes`);
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array();
  for (let at = 0, counter = 1; at < length; at += size, counter += 1) {
    const next = hmac(hash, prk, block, info, Uint8Array.of(counter));
    wipe(block);
    block = next;
    output.set(block.subarray(0, length - at), at);
  }
  wipe(block);
  return output;
}

/** LabeledExtract and LabeledExpand of one suite. */
export interface Labelled {
  extract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array;
  expand(prk: Uint8Array, label: string, wanted: { readonly info: Uint8Array; readonly length: number }): Uint8Array;
}

const VERSION = utf8("HPKE-v1");

// RFC 9180 §4
export function labelled(kdf: Hkdf, suiteId: Uint8Array): Labelled {
  return {
    extract: (salt, label, ikm) => {
      const labelledIkm = concat(VERSION, suiteId, utf8(label), ikm);
      const prk = kdf.extract(salt, labelledIkm);
      wipe(labelledIkm);
      return prk;
    },
    expand: (prk, label, { info, length }) =>
      kdf.expand(prk, concat(uint16(length), VERSION, suiteId, utf8(label), info), length),
  };
}
