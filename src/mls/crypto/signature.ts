// Signatures (RFC 9420 §5.1.2), keys as raw bytes.
import { type KeyObject, sign, verify } from "node:crypto";
import type { Signature } from "ts-mls/crypto/signature.js";
import { hexOf } from "../../model/ids.ts";
import { remember } from "../../model/remember.ts";
import { curve, type CurveName, rawPrivate, rawPublic } from "./curves.ts";
import type { HashName } from "./kdf.ts";
import { bytes } from "./octets.ts";

// RFC 9420 §17.1: ECDSA with the hash of the curve, in DER; the Edwards curves hash by themselves.
const SCHEMES = {
  Ed25519: { name: "ed25519", hash: undefined },
  Ed448: { name: "ed448", hash: undefined },
  P256: { name: "P-256", hash: "sha256" },
  P384: { name: "P-384", hash: "sha384" },
  P521: { name: "P-521", hash: "sha512" },
} as const satisfies Record<string, { name: string; hash: HashName | undefined }>;

export type SchemeName = keyof typeof SCHEMES;

export function isScheme(name: string): name is SchemeName {
  return Object.hasOwn(SCHEMES, name);
}

export function signature(scheme: SchemeName): Signature {
  const { name, hash } = SCHEMES[scheme];
  const on = curve(name);
  return {
    sign: async (signKey, message) => bytes(sign(hash, message, on.importPrivate(signKey))),
    // A key that is none has signed nothing.
    verify: async (publicKey, message, signed) => {
      const key = importedOr(() => verifyingKey(name, publicKey));
      return key !== undefined && verify(hash, message, key, signed);
    },
    keygen: async () => {
      const key = on.generate();
      return { publicKey: rawPublic(key), signKey: rawPrivate(key) };
    },
  };
}

/** Whoever has signed once signs again: to read a key takes a sixth of the time that it takes to verify with it. */
const VERIFYING_MOST = 256;
const verifying = new Map<string, KeyObject>();

/** Throws on bytes that are no key. */
export function verifyingKey(name: CurveName, raw: Uint8Array): KeyObject {
  const id = name + hexOf(raw);
  return verifying.get(id) ?? remember(verifying, VERIFYING_MOST, [id, curve(name).importPublic(raw)]);
}

function importedOr(importKey: () => KeyObject): KeyObject | undefined {
  try {
    return importKey();
  } catch {
    return undefined;
  }
}
