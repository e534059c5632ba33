// The one secret in the line that a device shows to another machine of its user: half of it is the code that the server hears, the
// other half it never hears. By that half the new machine's key is known to be the one that the server hands over.
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { Sha256 } from "../model/ids.ts";
import { CODE_BYTES } from "./invitation-line.ts";

/** What the door is told. */
export function pairingCode(secret: string): string {
  return derived(secret, "code").subarray(0, CODE_BYTES).toString("base64url");
}

/** As the server keeps it. */
export function pairingHash(code: string): Sha256 {
  return hash("sha256", code, "hex") as Sha256;
}

/** `key`: SHA-256 of the new machine's SubjectPublicKeyInfo. 32 bytes. */
export function pairingMac(secret: string, key: Sha256): Buffer {
  return createHmac("sha256", derived(secret, "key")).update(key).digest();
}

export function isPairingMac(secret: string, key: Sha256, mac: Uint8Array): boolean {
  const wanted = pairingMac(secret, key);
  return mac.length === wanted.length && timingSafeEqual(mac, wanted);
}

function derived(secret: string, purpose: string): Buffer {
  return createHmac("sha256", Buffer.from(secret, "base64url")).update(`mutual-chat pairing ${purpose}`).digest();
}
