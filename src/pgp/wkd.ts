// Web Key Directory: where the key of an address lies on the address's own domain (draft-koch-openpgp-webkey-service §3.1).
// Pure: an address in, addresses of pages out.

import { createHash } from "node:crypto";
import { asciiLower, type Address } from "./address.ts";

/** z-base-32 (RFC 6189 §5.1.6). */
const ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";

/** Bits that do not fill a last character are followed by zeros. @internal */
export function zBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31] ?? "";
  }
  return bits === 0 ? text : text + (ALPHABET[(held << (5 - bits)) & 31] ?? "");
}

/** @internal */
export function wkdHash(local: string): string {
  return zBase32(createHash("sha1").update(asciiLower(local)).digest());
}

/** Where the two methods look, instead of on the domain: for tests. The only way to a page without TLS. */
export interface WkdBase {
  readonly advanced: string;
  readonly direct: string;
}

export interface WkdPages {
  readonly advanced: URL;
  readonly direct: URL;
}

export function wkdPages({ local, domain }: Address, base: WkdBase = usual(domain)): WkdPages {
  const page = `hu/${wkdHash(local)}?l=${encodeURIComponent(local)}`;
  return {
    advanced: new URL(`/.well-known/openpgpkey/${domain}/${page}`, base.advanced),
    direct: new URL(`/.well-known/openpgpkey/${page}`, base.direct),
  };
}

function usual(domain: string): WkdBase {
  return { advanced: `https://openpgpkey.${domain}`, direct: `https://${domain}` };
}
