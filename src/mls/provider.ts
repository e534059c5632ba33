// The cryptography of MLS on node:crypto, that is, on the OpenSSL inside Node. No secret outlives the call it is used in.
import { hash, randomBytes, timingSafeEqual } from "node:crypto";
// oxlint-disable-next-line import/no-unassigned-import -- only a library that scripts/correct-mls.mjs has corrected has this file
import "ts-mls/corrected.js";
import type { Ciphersuite, CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { Hash, HashAlgorithm } from "ts-mls/crypto/hash.js";
import type { Hpke, HpkeAlgorithm } from "ts-mls/crypto/hpke.js";
import type { Kdf, KdfAlgorithm } from "ts-mls/crypto/kdf.js";
import { aead } from "./crypto/aead.ts";
import { dhkem } from "./crypto/dhkem.ts";
import { hpke } from "./crypto/hpke.ts";
import { type HashName, hkdf, type Hkdf, hmac } from "./crypto/kdf.ts";
import { bytes } from "./crypto/octets.ts";
import { isScheme, signature } from "./crypto/signature.ts";
import { xWing } from "./crypto/x-wing.ts";

/**
 * Suites 1 to 7 of RFC 9420 §17.1 and those with X-Wing. Throws for a suite with parts that are not here.
 * Every function throws on bytes that are no key, no point or do not open; what that means for MLS is the library's matter.
 */
export function nodeCrypto({ name, hash: hashName, hpke: parts, signature: scheme }: Ciphersuite): CiphersuiteImpl {
  if (!isScheme(scheme)) throw new TypeError(`no signatures of ${scheme}`);
  return {
    name,
    hash: hashing(hashOf(hashName)),
    kdf: derivation(hkdf(hashOf(parts.kdf))),
    hpke: hpkeOf(parts),
    signature: signature(scheme),
    rng: { randomBytes: (length) => bytes(randomBytes(length)) },
  };
}

const HASHES = {
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
  "HKDF-SHA256": "sha256",
  "HKDF-SHA384": "sha384",
  "HKDF-SHA512": "sha512",
} as const satisfies Record<HashAlgorithm | KdfAlgorithm, HashName>;

function hashOf(name: keyof typeof HASHES): HashName {
  return HASHES[name];
}

function hashing(name: HashName): Hash {
  return {
    digest: async (data) => bytes(hash(name, data, "buffer")),
    mac: async (key, data) => hmac(name, key, data),
    verifyMac: async (key, mac, data) => {
      const expected = hmac(name, key, data);
      return mac.length === expected.length && timingSafeEqual(mac, expected);
    },
  };
}

function derivation(kdf: Hkdf): Kdf {
  return {
    size: kdf.size,
    extract: async (salt, ikm) => kdf.extract(salt, ikm),
    expand: async (prk, info, length) => kdf.expand(prk, info, length),
  };
}

function hpkeOf({ kem, kdf, aead: cipher }: HpkeAlgorithm): Hpke {
  const parts = { kdf: hkdf(hashOf(kdf)), aead: aead(cipher) };
  switch (kem) {
    case "DHKEM-X25519-HKDF-SHA256":
      return hpke({ kem: dhkem("x25519"), ...parts });
    case "DHKEM-X448-HKDF-SHA512":
      return hpke({ kem: dhkem("x448"), ...parts });
    case "DHKEM-P256-HKDF-SHA256":
      return hpke({ kem: dhkem("P-256"), ...parts });
    case "DHKEM-P384-HKDF-SHA384":
      return hpke({ kem: dhkem("P-384"), ...parts });
    case "DHKEM-P521-HKDF-SHA512":
      return hpke({ kem: dhkem("P-521"), ...parts });
    case "X-Wing":
      return hpke({ kem: xWing(), ...parts });
    default:
      throw new TypeError(`no key encapsulation ${kem}`);
  }
}
