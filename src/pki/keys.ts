// Private keys: made, read and written by node:crypto. A private key never leaves this file's callers except encrypted or to a
// file that only its owner reads. Must not import node-forge: loading a key is on the way to every connection.

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { keyInWords, keyTypeOf, type KeyType } from "./algorithms.ts";
import { Fields, readDer, TAG, wholeBits } from "./der.ts";

export type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/** 128-bit strength (NIST SP 800-57), as the other two have. */
const RSA_BITS = 3072;

export function newKeyPair(type: KeyType): KeyPair {
  switch (type) {
    case "ed25519":
      return generateKeyPairSync("ed25519");
    case "p256":
      return generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    case "rsa":
      return generateKeyPairSync("rsa", { modulusLength: RSA_BITS });
  }
}

/** SubjectPublicKeyInfo in DER, of a public or a private key. */
export function publicKeyInfo(key: KeyObject): Buffer {
  return (key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" });
}

/** The subject key identifier: SHA-1 of the key's bits (RFC 5280 §4.2.1.2 method 1). A name, not a proof. */
export function keyIdentifier(key: KeyObject): Buffer {
  const info = new Fields(readDer(publicKeyInfo(key)));
  info.take(TAG.sequence);
  return createHash("sha1")
    .update(wholeBits(info.take(TAG.bits)))
    .digest();
}

export function sameKey(a: KeyObject, b: KeyObject): boolean {
  return publicKeyInfo(a).equals(publicKeyInfo(b));
}

/**
 * A private key from PEM or PKCS#8 DER, ours or OpenSSL's in any of its forms.
 * @throws Fault `passphrase-needed`, `passphrase-wrong`, `key-malformed`, `key-type`
 */
export function readPrivateKey(bytes: Buffer, passphrase?: string): KeyObject {
  const key = parsePrivateKey(bytes, passphrase);
  if (keyTypeOf(key) === undefined) {
    throw new Fault("key-type", `the key is ${keyInWords(key)}, which is not accepted`, {
      hint: "use an ed25519 key, a P-256 key, or an RSA key of 2048 bits or more",
    });
  }
  return key;
}

function parsePrivateKey(bytes: Buffer, passphrase: string | undefined): KeyObject {
  const encrypted = isEncrypted(bytes);
  if (encrypted && passphrase === undefined) {
    throw new Fault("passphrase-needed", "the private key is protected by a passphrase", {
      hint: "give the passphrase, for example with --passphrase-file",
    });
  }
  try {
    const secret = passphrase === undefined || !encrypted ? {} : { passphrase };
    return bytes[0] === 0x30
      ? createPrivateKey({ key: bytes, format: "der", type: "pkcs8", ...secret })
      : createPrivateKey({ key: bytes, format: "pem", ...secret });
  } catch (error) {
    // Now and then the padding is right by chance, and what comes out is no key (RFC 8018 §6.1.1): it is the passphrase all the same.
    if (encrypted) {
      throw new Fault("passphrase-wrong", "the passphrase does not open the private key", {
        hint: "check the passphrase; it is the one given when the key was made",
        cause: error,
      });
    }
    throw new Fault("key-malformed", "the private key cannot be read", {
      hint: "the file holds one private key in PEM form: -----BEGIN PRIVATE KEY-----",
      cause: error,
    });
  }
}

function isEncrypted(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return bytes.includes("ENCRYPTED");
  try {
    // PrivateKeyInfo begins with a version; EncryptedPrivateKeyInfo with an algorithm (RFC 5958 §2, §3).
    return new Fields(readDer(bytes)).any().tag === TAG.sequence;
  } catch {
    return false;
  }
}

/** PKCS#8 PEM without a passphrase: for node:tls, and for files of mode 0600. */
export function plainKeyPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" });
}
