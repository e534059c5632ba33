// AEAD ciphers (RFC 9180 §7.3), 96-bit nonces and 128-bit tags.
import { createCipheriv, createDecipheriv } from "node:crypto";
import { concat } from "./octets.ts";

export interface Aead {
  /** RFC 9180 §7.3. */
  readonly id: number;
  readonly keyBytes: number;
  readonly nonceBytes: number;
  /** Ciphertext with the tag at its end. */
  seal(key: AeadKey, plaintext: Uint8Array, aad: Uint8Array | undefined): Uint8Array;
  /** Throws when the tag does not fit. */
  open(key: AeadKey, ciphertext: Uint8Array, aad: Uint8Array | undefined): Uint8Array;
}

export interface AeadKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

export type AeadName = "AES128GCM" | "AES256GCM" | "CHACHA20POLY1305";

const CIPHERS = {
  AES128GCM: { cipher: "aes-128-gcm", id: 1, keyBytes: 16 },
  AES256GCM: { cipher: "aes-256-gcm", id: 2, keyBytes: 32 },
  CHACHA20POLY1305: { cipher: "chacha20-poly1305", id: 3, keyBytes: 32 },
} as const;

const TAG_BYTES = 16;

export function aead(name: AeadName): Aead {
  const { cipher, id, keyBytes } = CIPHERS[name];
  return {
    id,
    keyBytes,
    nonceBytes: 12,
    seal: ({ key, nonce }, plaintext, aad) => {
      const sealing = createCipheriv(cipher as "aes-128-gcm", key, nonce, { authTagLength: TAG_BYTES });
      if (aad !== undefined) sealing.setAAD(aad, { plaintextLength: plaintext.length });
      const start = sealing.update(plaintext);
      return concat(start, sealing.final(), sealing.getAuthTag());
    },
    open: ({ key, nonce }, ciphertext, aad) => {
      const length = ciphertext.length - TAG_BYTES;
      if (length < 0) throw new RangeError("a ciphertext is at least as long as its tag");
      const opening = createDecipheriv(cipher as "aes-128-gcm", key, nonce, { authTagLength: TAG_BYTES });
      if (aad !== undefined) opening.setAAD(aad, { plaintextLength: length });
      opening.setAuthTag(ciphertext.subarray(length));
      const start = opening.update(ciphertext.subarray(0, length));
      return concat(start, opening.final());
    },
  };
}
