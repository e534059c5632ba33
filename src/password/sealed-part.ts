// One part of the identity vault: AES-256-GCM (NIST SP 800-38D) with its version in front, bound to whose it is and to its name.
// Knows no password; whether a part does not open because of a wrong key or of damage nobody can tell.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { boundText, type Owner } from "./owner.ts";

export type PartName = "key under export key" | "key under phrase" | "contents";

/** Where a part belongs: it opens nowhere else. */
export interface PartPlace {
  readonly owner: Owner;
  readonly part: PartName;
  /** What else of the vault must be as it was. */
  readonly beside?: readonly Uint8Array[];
}

export const KEY_BYTES = 32;
const VERSION = 1;
const VERSION_BYTES = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What a part is longer than what it seals. */
export const PART_EXTRA_BYTES = VERSION_BYTES + NONCE_BYTES + TAG_BYTES;

/** Under a key that is derived from `secret` for this place only (RFC 5869), with a nonce of chance: it seals far fewer than 2^32. */
export function sealPart(secret: Uint8Array, place: PartPlace, plain: Uint8Array): Buffer {
  const key = keyOf(secret, place);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  key.fill(0);
  cipher.setAAD(boundTo(place));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, text, cipher.getAuthTag()]);
}

export function isPartVersion(sealed: Uint8Array): boolean {
  return sealed.length >= PART_EXTRA_BYTES && sealed[0] === VERSION;
}

/** Undefined: another secret, another place, or damaged. The caller wipes what it gets. */
export function openPart(secret: Uint8Array, place: PartPlace, sealed: Uint8Array): Buffer | undefined {
  if (!isPartVersion(sealed)) return undefined;
  const end = sealed.length - TAG_BYTES;
  const textAt = VERSION_BYTES + NONCE_BYTES;
  const key = keyOf(secret, place);
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(VERSION_BYTES, textAt));
  key.fill(0);
  decipher.setAAD(boundTo(place));
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(textAt, end));
  try {
    decipher.final();
  } catch {
    // Nobody has vouched for it.
    plain.fill(0);
    return undefined;
  }
  return plain;
}

function boundTo({ owner, part, beside = [] }: PartPlace): Buffer {
  return boundText(`identity vault ${VERSION}`, owner, [Buffer.from(part), ...beside]);
}

function keyOf(secret: Uint8Array, { owner, part }: PartPlace): Buffer {
  const info = boundText(`identity vault ${VERSION} key`, owner, [Buffer.from(part)]);
  return Buffer.from(hkdfSync("sha256", secret, new Uint8Array(), info, KEY_BYTES));
}
