// A recovery phrase proves itself to a server without being sent: an Ed25519 key (RFC 8032) comes from it, the server keeps the
// public half, and a challenge is signed that says what for. Whether a challenge is new is for the server to know.
import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from "node:crypto";
import { ENTROPY_BYTES } from "./key-sizes.ts";
import { boundText, type Owner } from "./owner.ts";

export const RECOVERY_KEY_BYTES = 32;
export const RECOVERY_SIGNATURE_BYTES = 64;
/** Made by the server for one recovery. */
export const RECOVERY_NONCE_BYTES = 32;
const SEED_BYTES = 32;
const KIND = { asymmetricKeyType: "ed25519" } as const;

export interface RecoveryChallenge extends Owner {
  readonly nonce: Uint8Array;
  /** DER of the PKCS#10 request that the recovery is for. */
  readonly request: Uint8Array;
}

/** 32 bytes for the server, other ones for each user and realm. */
export function recoveryPublicKey(entropy: Uint8Array, owner: Owner): Uint8Array {
  return new Uint8Array(createPublicKey(privateKey(entropy, owner)).export({ format: "raw-public" }));
}

/** 64 bytes. */
export function signRecovery(entropy: Uint8Array, challenge: RecoveryChallenge): Uint8Array {
  return new Uint8Array(sign(null, challengeText(challenge), privateKey(entropy, challenge)));
}

/** False also for what can be no key, and no signature. */
export function verifyRecovery(publicKey: Uint8Array, challenge: RecoveryChallenge, signature: Uint8Array): boolean {
  if (publicKey.length !== RECOVERY_KEY_BYTES || signature.length !== RECOVERY_SIGNATURE_BYTES) return false;
  const text = challengeText(challenge);
  try {
    return verify(null, text, createPublicKey({ key: publicKey, format: "raw-public", ...KIND }), signature);
  } catch {
    return false;
  }
}

function privateKey(entropy: Uint8Array, owner: Owner): KeyObject {
  if (entropy.length !== ENTROPY_BYTES) throw new RangeError(`a phrase has ${ENTROPY_BYTES} bytes`);
  const seed = Buffer.from(
    hkdfSync("sha256", entropy, new Uint8Array(), boundText("recovery key 1", owner), SEED_BYTES),
  );
  try {
    return createPrivateKey({ key: seed, format: "raw-private", ...KIND });
  } finally {
    seed.fill(0);
  }
}

function challengeText(challenge: RecoveryChallenge): Buffer {
  const { nonce, request } = challenge;
  if (nonce.length !== RECOVERY_NONCE_BYTES) throw new RangeError(`a nonce has ${RECOVERY_NONCE_BYTES} bytes`);
  return boundText("recovery challenge 1", challenge, [nonce, createHash("sha256").update(request).digest()]);
}
