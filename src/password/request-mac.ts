// Binds a certificate request to the login that it is made in: whoever has the session key of that login made the request too.
// One session key is for one request; that it is used once is for the server to see to.
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { OPAQUE_KEY_BYTES } from "./key-sizes.ts";
import { boundText, type Owner } from "./owner.ts";

const MAC_KEY_BYTES = 32;

export interface MacInput extends Owner {
  /** DER of the PKCS#10 request. */
  readonly request: Uint8Array;
}

/** 32 bytes: HMAC-SHA-256 under a key that is for this only. */
export function macOfRequest(sessionKey: Uint8Array, input: MacInput): Buffer {
  if (sessionKey.length !== OPAQUE_KEY_BYTES) throw new RangeError(`a session key has ${OPAQUE_KEY_BYTES} bytes`);
  const info = boundText("request mac 1 key", input);
  const key = Buffer.from(hkdfSync("sha256", sessionKey, new Uint8Array(), info, MAC_KEY_BYTES));
  const mac = createHmac("sha256", key)
    .update(boundText("request mac 1", input, [input.request]))
    .digest();
  key.fill(0);
  return mac;
}

export function checkMac(sessionKey: Uint8Array, input: MacInput, mac: Uint8Array): boolean {
  const expected = macOfRequest(sessionKey, input);
  return mac.length === expected.length && timingSafeEqual(mac, expected);
}
