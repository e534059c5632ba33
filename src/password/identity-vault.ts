// The identity vault: what a server keeps for a user and cannot open. Its contents are sealed under a vault key, and that key
// lies in it twice, under the export key of a password (RFC 9807 §10.4) and under a recovery phrase. Knows not what it holds,
// and cannot tell the newest one from a whole older one that the server kept.
import { randomBytes } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { ENTROPY_BYTES, OPAQUE_KEY_BYTES } from "./key-sizes.ts";
import type { Owner } from "./owner.ts";
import { isPartVersion, KEY_BYTES, openPart, PART_EXTRA_BYTES, type PartPlace, sealPart } from "./sealed-part.ts";

/** An identity, with its keys and certificates, is a few kilobytes; a server must not be a disk for anything else. */
export const VAULT_CONTENT_BYTES = 1024 * 1024;
const MAGIC = Buffer.from("MIV1");
const WRAPPED_BYTES = KEY_BYTES + PART_EXTRA_BYTES;
/** Where the parts begin; each ends where the next one does, the contents with the vault. */
const AT = {
  exportKey: MAGIC.length,
  phrase: MAGIC.length + WRAPPED_BYTES,
  contents: MAGIC.length + 2 * WRAPPED_BYTES,
};
export const VAULT_BYTES_MOST = AT.contents + VAULT_CONTENT_BYTES + PART_EXTRA_BYTES;

/** The vault key, under each of the two secrets. */
interface Wraps {
  readonly exportKey: Uint8Array;
  readonly phrase: Uint8Array;
}

interface Parts extends Wraps {
  readonly contents: Uint8Array;
}

/** Whoever takes it wipes both. */
export interface OpenedVault {
  /** The vault key, for the changes below. */
  readonly key: Uint8Array;
  readonly contents: Uint8Array;
}

export interface NewVault {
  readonly owner: Owner;
  /** 64 bytes, of the registration. */
  readonly exportKey: Uint8Array;
  /** 32 bytes, of the phrase. */
  readonly entropy: Uint8Array;
  readonly contents: Uint8Array;
}

/** With a vault key of its own. @throws Fault `vault-large` */
export function sealVault({ owner, exportKey, entropy, contents }: NewVault): Buffer {
  const key = randomBytes(KEY_BYTES);
  try {
    const wraps = {
      exportKey: wrappedForExportKey(owner, exportKey, key),
      phrase: wrappedForPhrase(owner, entropy, key),
    };
    return packed({ owner, key }, wraps, contents);
  } finally {
    key.fill(0);
  }
}

/** @throws Fault `vault-malformed`, `vault-unopened` */
export function openVaultWithExportKey(
  vault: Uint8Array,
  { owner, exportKey }: { readonly owner: Owner; readonly exportKey: Uint8Array },
): OpenedVault {
  checkLength(exportKey, OPAQUE_KEY_BYTES);
  const parts = unpacked(vault);
  return openedWith(owner, parts, openOrRefuse(exportKey, { owner, part: "key under export key" }, parts.exportKey));
}

/** @throws Fault `vault-malformed`, `vault-unopened` */
export function openVaultWithPhrase(
  vault: Uint8Array,
  { owner, entropy }: { readonly owner: Owner; readonly entropy: Uint8Array },
): OpenedVault {
  checkLength(entropy, ENTROPY_BYTES);
  const parts = unpacked(vault);
  return openedWith(owner, parts, openOrRefuse(entropy, { owner, part: "key under phrase" }, parts.phrase));
}

/** Who changes a vault has opened it. */
export interface Holder {
  readonly owner: Owner;
  /** The vault key, of `OpenedVault`. */
  readonly key: Uint8Array;
}

/** The contents, for who holds the vault key already; whoever takes them wipes them. @throws Fault `vault-malformed`, `vault-unopened` */
export function openVaultWithKey(vault: Uint8Array, holder: Holder): Uint8Array {
  return contentsOf(holder, unpacked(vault));
}

/** The same vault for another password: the phrase still opens it. @throws Fault as the others, also if `key` is not its key */
export function rewrapForExportKey(
  vault: Uint8Array,
  { owner, key, exportKey }: Holder & { readonly exportKey: Uint8Array },
): Buffer {
  return rewrapped(vault, { owner, key }, { exportKey: wrappedForExportKey(owner, exportKey, key) });
}

/** The same vault for another phrase: the password still opens it. @throws Fault as the others, also if `key` is not its key */
export function rewrapForPhrase(
  vault: Uint8Array,
  { owner, key, entropy }: Holder & { readonly entropy: Uint8Array },
): Buffer {
  return rewrapped(vault, { owner, key }, { phrase: wrappedForPhrase(owner, entropy, key) });
}

/** Other contents for the same password and phrase. @throws Fault as the others, also if `key` is not its key, `vault-large` */
export function resealContents(
  vault: Uint8Array,
  { owner, key, contents }: Holder & { readonly contents: Uint8Array },
): Buffer {
  const parts = unpacked(vault);
  contentsOf({ owner, key }, parts).fill(0);
  return packed({ owner, key }, parts, contents);
}

function rewrapped(vault: Uint8Array, holder: Holder, change: Partial<Wraps>): Buffer {
  const parts = unpacked(vault);
  const contents = contentsOf(holder, parts);
  try {
    return packed(holder, { ...parts, ...change }, contents);
  } finally {
    contents.fill(0);
  }
}

function wrappedForExportKey(owner: Owner, exportKey: Uint8Array, key: Uint8Array): Buffer {
  checkLength(exportKey, OPAQUE_KEY_BYTES);
  return sealPart(exportKey, { owner, part: "key under export key" }, key);
}

function wrappedForPhrase(owner: Owner, entropy: Uint8Array, key: Uint8Array): Buffer {
  checkLength(entropy, ENTROPY_BYTES);
  return sealPart(entropy, { owner, part: "key under phrase" }, key);
}

function openedWith(owner: Owner, parts: Parts, key: Uint8Array): OpenedVault {
  try {
    return { key, contents: contentsOf({ owner, key }, parts) };
  } catch (error) {
    key.fill(0);
    throw error;
  }
}

/** Who opens the contents knows that the whole vault is as it was made. @throws Fault `vault-unopened` */
function contentsOf({ owner, key }: Holder, parts: Parts): Buffer {
  checkLength(key, KEY_BYTES);
  return openOrRefuse(key, placeOfContents(owner, parts), parts.contents);
}

/**
 * Bound to both wraps, so that each change seals them anew: else a server could put an old password's wrap into a newer vault,
 * or spoil the one of the phrase, and nobody would notice before the day the phrase is needed.
 */
function placeOfContents(owner: Owner, { exportKey, phrase }: Wraps): PartPlace {
  return { owner, part: "contents", beside: [exportKey, phrase] };
}

const CANNOT: Readonly<Record<PartPlace["part"], string>> = {
  "key under export key": "the identity vault does not open with this password",
  "key under phrase": "the identity vault does not open with this recovery phrase",
  contents: "the identity vault is not what was sealed there",
};

function openOrRefuse(secret: Uint8Array, place: PartPlace, sealed: Uint8Array): Buffer {
  const plain = openPart(secret, place, sealed);
  if (plain !== undefined) return plain;
  throw new Fault("vault-unopened", CANNOT[place.part], {
    hint: "it belongs to somebody else or to another realm, it was changed, or this is not its secret",
  });
}

/** @throws Fault `vault-large` */
function packed({ owner, key }: Holder, wraps: Wraps, contents: Uint8Array): Buffer {
  if (contents.length > VAULT_CONTENT_BYTES)
    throw new Fault("vault-large", `an identity vault holds at most ${VAULT_CONTENT_BYTES} bytes`);
  const sealed = sealPart(key, placeOfContents(owner, wraps), contents);
  return Buffer.concat([MAGIC, wraps.exportKey, wraps.phrase, sealed]);
}

/** @throws Fault `vault-malformed` */
function unpacked(vault: Uint8Array): Parts {
  const parts = {
    exportKey: vault.subarray(AT.exportKey, AT.phrase),
    phrase: vault.subarray(AT.phrase, AT.contents),
    contents: vault.subarray(AT.contents),
  };
  const isWhole = vault.length >= AT.contents + PART_EXTRA_BYTES && vault.length <= VAULT_BYTES_MOST;
  if (isWhole && MAGIC.equals(vault.subarray(0, MAGIC.length)) && Object.values(parts).every(isPartVersion))
    return parts;
  throw new Fault("vault-malformed", "this is not an identity vault of this version", {
    hint: "it is damaged, or a newer version of the program made it",
  });
}

/** Secrets come from our own code: another length is a defect, and no fault of anybody. */
function checkLength(secret: Uint8Array, length: number): void {
  if (secret.length !== length) throw new RangeError(`a secret of ${length} bytes was expected`);
}
