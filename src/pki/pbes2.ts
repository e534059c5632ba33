// Opening what a passphrase protects: PBES2 (RFC 8018 §6.2) and the PKCS#12 key derivation (RFC 7292 appendix B).
// Reads only. Iteration counts come from strangers' files and are limited.

import { createDecipheriv, hash, pbkdf2Sync } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { algorithm } from "./der-values.ts";
import { Fields, malformed, octets, smallNumber, TAG, type Der } from "./der.ts";

/** Ten million SHA-256 rounds are some seconds; a file that asks for more is meant to hang us. */
const ITERATIONS_MOST = 10_000_000;
const SALT_BYTES = 1024;

export const PBES2 = "1.2.840.113549.1.5.13";
export const PBKDF2 = "1.2.840.113549.1.5.12";
export const HMAC_SHA256 = "1.2.840.113549.2.9";
export const AES_256_CBC = "2.16.840.1.101.3.4.1.42";

const PRF: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.2.7", "sha1"],
  [HMAC_SHA256, "sha256"],
  ["1.2.840.113549.2.10", "sha384"],
  ["1.2.840.113549.2.11", "sha512"],
]);
type Cipher = { readonly name: string; readonly keyBytes: number };
const CIPHERS: ReadonlyMap<string, Cipher> = new Map([
  ["2.16.840.1.101.3.4.1.2", { name: "aes-128-cbc", keyBytes: 16 }],
  ["2.16.840.1.101.3.4.1.22", { name: "aes-192-cbc", keyBytes: 24 }],
  [AES_256_CBC, { name: "aes-256-cbc", keyBytes: 32 }],
  ["1.2.840.113549.3.7", { name: "des-ede3-cbc", keyBytes: 24 }],
]);

export function iterationsOf(item: Der): number {
  const count = smallNumber(item);
  if (count < 1 || count > ITERATIONS_MOST) throw malformed(`an iteration count of ${count}`);
  return count;
}

/** The plain bytes. @throws Fault `passphrase-wrong`, `der-malformed` */
export function openPbes2(parameters: Der | undefined, sealed: Buffer, passphrase: string): Buffer {
  if (parameters === undefined) throw malformed("PBES2 without parameters");
  const fields = new Fields(parameters);
  const derivation = algorithm(fields.take(TAG.sequence));
  const encryption = algorithm(fields.take(TAG.sequence));
  fields.end();
  const cipher = CIPHERS.get(encryption.oid);
  if (cipher === undefined || encryption.parameters === undefined) throw malformed(`cipher ${encryption.oid}`);
  if (derivation.oid !== PBKDF2 || derivation.parameters === undefined)
    throw malformed(`key derivation ${derivation.oid}`);
  const key = pbkdf2(derivation.parameters, cipher, passphrase);
  const iv = octets(encryption.parameters);
  try {
    const decipher = createDecipheriv(cipher.name, key, iv);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch (error) {
    throw wrongPassphrase(error);
  }
}

// RFC 8018 appendix A.2
function pbkdf2(parameters: Der, cipher: Cipher, passphrase: string): Buffer {
  const fields = new Fields(parameters);
  const salt = octets(fields.take(TAG.octets));
  const iterations = iterationsOf(fields.take(TAG.integer));
  const keyBytes = fields.optional(TAG.integer);
  const prf = fields.optional(TAG.sequence);
  fields.end();
  if (salt.length > SALT_BYTES) throw malformed("a salt too large");
  if (keyBytes !== undefined && smallNumber(keyBytes) !== cipher.keyBytes) throw malformed("a key length");
  const digest = prf === undefined ? "sha1" : PRF.get(algorithm(prf).oid);
  if (digest === undefined) throw malformed("an unknown pseudo-random function");
  return pbkdf2Sync(passphrase, salt, iterations, cipher.keyBytes, digest);
}

export function wrongPassphrase(cause?: unknown): Fault {
  return new Fault("passphrase-wrong", "the passphrase does not open the bundle", {
    hint: "check the passphrase; it is the one given when the bundle was made",
    ...(cause === undefined ? {} : { cause }),
  });
}

export type MacDigest = "sha1" | "sha256" | "sha384" | "sha512";
const BLOCK_BYTES = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 } as const;
const HASH_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
/** The diversifier that makes a MAC key (RFC 7292 appendix B.3). */
const MAC_KEY = 3;

/** The MAC key of a PKCS#12 file: one hash long, so that the derivation needs its first round only. */
export function macKey(passphrase: string, options: { salt: Buffer; iterations: number; digest: MacDigest }): Buffer {
  const block = BLOCK_BYTES[options.digest];
  const salt = fill(options.salt, block);
  const secret = fill(Buffer.from(`${passphrase}\0`, "utf16le").swap16(), block);
  let result = Buffer.concat([Buffer.alloc(block, MAC_KEY), salt, secret]);
  for (let round = 0; round < options.iterations; round += 1) result = hash(options.digest, result, "buffer");
  return result.subarray(0, HASH_BYTES[options.digest]);
}

/** Repeats the bytes up to the next whole number of blocks. */
function fill(bytes: Buffer, block: number): Buffer {
  if (bytes.length > SALT_BYTES * 4) throw malformed("a salt or passphrase too large");
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}
