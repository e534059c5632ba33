// The keys and signatures we accept, and how node:crypto is asked for them. One table for reading and writing.
// Anything not here (SHA-1, RSA-PSS, other curves) is refused everywhere.

import { createHash, sign, verify, type KeyObject } from "node:crypto";

export type KeyType = "ed25519" | "p256" | "rsa";
export const KEY_TYPES: readonly KeyType[] = ["ed25519", "p256", "rsa"];

/** NIST SP 800-57: below this RSA is broken in practice. */
const RSA_BITS_LEAST = 2048;

type Signature = { readonly key: KeyType; readonly digest: string | null };

const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ["1.3.101.112", { key: "ed25519", digest: null }],
  ["1.2.840.10045.4.3.2", { key: "p256", digest: "sha256" }],
  ["1.2.840.10045.4.3.3", { key: "p256", digest: "sha384" }],
  ["1.2.840.10045.4.3.4", { key: "p256", digest: "sha512" }],
  ["1.2.840.113549.1.1.11", { key: "rsa", digest: "sha256" }],
  ["1.2.840.113549.1.1.12", { key: "rsa", digest: "sha384" }],
  ["1.2.840.113549.1.1.13", { key: "rsa", digest: "sha512" }],
]);

/** The signature algorithm we write with a key of this type. */
export const SIGNATURE_OID: Readonly<Record<KeyType, string>> = {
  ed25519: "1.3.101.112",
  p256: "1.2.840.10045.4.3.2",
  rsa: "1.2.840.113549.1.1.11",
};

export function isSignatureAllowed(oid: string): boolean {
  return SIGNATURES.has(oid);
}

/** The type of a public or private key, or undefined if we do not accept it. */
export function keyTypeOf(key: KeyObject): KeyType | undefined {
  const details = key.asymmetricKeyDetails;
  switch (key.asymmetricKeyType) {
    case "ed25519":
      return "ed25519";
    case "ec":
      return details?.namedCurve === "prime256v1" ? "p256" : undefined;
    case "rsa":
      return (details?.modulusLength ?? 0) >= RSA_BITS_LEAST ? "rsa" : undefined;
    default:
      return undefined;
  }
}

/** A key in words, for a sentence: "ed25519", "rsa of 1024 bits". */
export function keyInWords(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  const size = details?.modulusLength === undefined ? "" : ` of ${details.modulusLength} bits`;
  const curve = details?.namedCurve === undefined ? "" : ` on curve ${details.namedCurve}`;
  return `${key.asymmetricKeyType ?? "unknown"}${size}${curve}`;
}

/** False also when the algorithm is not ours or does not fit the key. */
export function verifySignature(oid: string, key: KeyObject, parts: { data: Buffer; signature: Buffer }): boolean {
  const found = SIGNATURES.get(oid);
  if (found === undefined || found.key !== keyTypeOf(key)) return false;
  return verify(found.digest, parts.data, key, parts.signature);
}

/** Signs with the algorithm of `SIGNATURE_OID`. */
export function signWith(type: KeyType, key: KeyObject, data: Buffer): Buffer {
  return sign(SIGNATURES.get(SIGNATURE_OID[type])?.digest ?? null, data, key);
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
