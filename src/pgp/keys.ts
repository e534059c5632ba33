// OpenPGP keys as values: read with limits, their facts, the server's own key. No object of the library leaves this room.
// Must not know where a key came from; whether a key may be used for an address is judged in usable.ts.

import type { Key, PrivateKey } from "openpgp";
import { Fault, reason } from "../model/fault.ts";
import { blocksOf, isArmored } from "./armor.ts";
import { parseAddress } from "./address.ts";
import { isBound } from "./bound.ts";
import { openpgp, type Pgp } from "./library.ts";

declare const brand: unique symbol;
/** 40 (version 4) or 64 hex digits, upper case. */
export type Fingerprint = string & { readonly [brand]: "Fingerprint" };

export interface UserId {
  /** Written by a stranger: sanitize it before it is shown. */
  readonly text: string;
  readonly email: string | undefined;
}

/** A public key and what is known about it. */
export interface PgpKey {
  readonly fingerprint: Fingerprint;
  /** Public packets (RFC 9580 §10.1), never secret ones. */
  readonly bytes: Uint8Array;
  /** Those that the key has signed itself, and not revoked. */
  readonly userIds: readonly UserId[];
  /** The primary key's, then its subkeys': `ed25519Legacy`, `rsaEncryptSign 3072`. */
  readonly algorithms: readonly string[];
  readonly createdMs: number;
  /** Undefined: it does not end, or it is revoked. */
  readonly endsMs: number | undefined;
}

/** A secret key, unlocked, in memory. */
export interface SecretKey {
  readonly key: PgpKey;
  /** @internal */
  readonly unlocked: PrivateKey;
}

/** A key with many signatures of others is 100 kB; a flooded one is megabytes. */
export const KEY_BYTES = 256 * 1024;
/** Keys in one file or answer. */
const KEYS_MOST = 32;
/** Signatures that must be checked, in one key: its own. Each costs time, and a stranger may send them. */
const OWN_SIGNATURES_MOST = 256;
/** Revocations are tried against each certification: their number multiplies. */
const REVOCATIONS_MOST = 16;
const HEX = /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/;

/** Also with spaces, in lower case, or with 0x in front. @throws Fault `pgp-malformed` */
export function parseFingerprint(text: string): Fingerprint {
  const plain = text.replaceAll(/\s/g, "").replace(/^0x/i, "").toUpperCase();
  if (HEX.test(plain)) return plain as Fingerprint;
  throw new Fault("pgp-malformed", "that is not the fingerprint of an OpenPGP key", {
    hint: "40 hex digits, as `gpg --fingerprint ADDRESS` shows them; a short key id is not enough",
  });
}

/** All keys in a file or an answer, armored or binary; parts of one key in several blocks become one. @throws Fault `pgp-malformed` */
export async function readPublicKeys(input: Uint8Array | string): Promise<readonly PgpKey[]> {
  const pgp = await openpgp();
  return Promise.all((await parseKeys(pgp, input)).map((key) => factsOf(pgp, key)));
}

/** Exactly one. @throws Fault `pgp-malformed` */
export async function readPublicKey(input: Uint8Array | string): Promise<PgpKey> {
  const [key, another] = await readPublicKeys(input);
  if (key !== undefined && another === undefined) return key;
  throw malformed("there is more than one key in it");
}

export async function armorOf(key: PgpKey): Promise<string> {
  const pgp = await openpgp();
  return (await libraryKey(pgp, key)).armor(pgp.config);
}

/** @internal */
export async function parseKeys(pgp: Pgp, input: Uint8Array | string): Promise<readonly Key[]> {
  const bytes = typeof input === "string" ? Buffer.from(input, "utf8") : input;
  if (bytes.length > KEY_BYTES) throw malformed(`it is larger than ${KEY_BYTES} bytes`);
  try {
    return await merged(pgp, await everyKey(pgp, bytes));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw malformed(reason(error), error);
  }
}

async function everyKey({ lib, config }: Pgp, bytes: Uint8Array): Promise<readonly Key[]> {
  if (!isArmored(bytes)) return lib.readKeys({ binaryKeys: bytes, config });
  const text = Buffer.from(bytes).toString("latin1");
  const found: Key[] = [];
  for (const armoredKeys of (["PUBLIC KEY BLOCK", "PRIVATE KEY BLOCK"] as const).flatMap((label) =>
    blocksOf(text, label),
  ))
    found.push(...(await lib.readKeys({ armoredKeys, config })));
  return found;
}

async function merged({ config }: Pgp, all: readonly Key[]): Promise<readonly Key[]> {
  if (all.length === 0) throw malformed("there is no key in it");
  if (all.length > KEYS_MOST) throw malformed(`there are more than ${KEYS_MOST} keys in it`);
  const byFingerprint = new Map<string, Key>();
  for (const key of all) {
    if (key.isPrivate()) throw malformed("there is a secret key in it", undefined, "give the public key only");
    checkSize(key);
    const before = byFingerprint.get(key.getFingerprint());
    // What revokes a key may stand in one copy only.
    byFingerprint.set(key.getFingerprint(), before === undefined ? key : await before.update(key, undefined, config));
  }
  for (const key of byFingerprint.values()) checkSize(key);
  return [...byFingerprint.values()];
}

function checkSize(key: Key): void {
  const own = [
    ...key.users.map((user) => user.selfCertifications.length),
    ...key.subkeys.map((subkey) => subkey.bindingSignatures.length),
  ];
  const revocations = [key, ...key.users, ...key.subkeys].map((part) => part.revocationSignatures.length);
  const ownCount = [...own, ...revocations].reduce((sum, count) => sum + count, 0);
  if (ownCount <= OWN_SIGNATURES_MOST && revocations.every((count) => count <= REVOCATIONS_MOST)) return;
  throw malformed("a key in it has too many signatures");
}

/** @internal */
export async function factsOf(pgp: Pgp, key: Key): Promise<PgpKey> {
  const ends = await key.getExpirationTime(undefined, pgp.config);
  const bound = await Promise.all(key.users.map((user) => isBound(pgp, { key, user, at: undefined })));
  const userIds = key.users.flatMap(({ userID }, index) =>
    userID === null || bound[index] !== true
      ? []
      : [{ text: userID.userID, email: userID.email === "" ? undefined : userID.email }],
  );
  return {
    fingerprint: key.getFingerprint().toUpperCase() as Fingerprint,
    bytes: key.toPublic().write(),
    userIds,
    algorithms: [key, ...key.subkeys].map((part) => {
      const { algorithm, curve, bits } = part.getAlgorithmInfo();
      return [curve ?? algorithm, ...(bits === undefined ? [] : [bits])].join(" ");
    }),
    createdMs: key.getCreationTime().getTime(),
    endsMs: ends instanceof Date ? ends.getTime() : undefined,
  };
}

/** @internal */
export async function libraryKey(pgp: Pgp, key: PgpKey): Promise<Key> {
  const [found, another] = await parseKeys(pgp, key.bytes);
  if (found !== undefined && another === undefined) return found;
  throw malformed("there is more than one key in it");
}

export interface ServerKeyWish {
  readonly name: string;
  readonly email: string;
  /** Undefined: the secret key is written without encryption; the file's mode protects it. */
  readonly passphrase?: string;
}

/** A new secret key, armored, of a kind that GnuPG 2.2 reads: Ed25519 with a Curve25519 subkey. @throws Fault `pgp-malformed` */
export async function generateServerKey({ name, email, passphrase }: ServerKeyWish): Promise<string> {
  const { lib, config } = await openpgp();
  const { privateKey } = await lib.generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: [{ name, email: parseAddress(email).text }],
    format: "armored",
    config,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return privateKey;
}

/** The public half of a secret key, which may be locked. @throws Fault `pgp-malformed` @internal */
export async function publicKeyOf(secret: Uint8Array | string): Promise<PgpKey> {
  const pgp = await openpgp();
  const [key, another] = await parseSecretKeys(pgp, secret);
  if (key === undefined || another !== undefined) throw malformed("there is more than one secret key in it");
  return factsOf(pgp, key);
}

/** @throws Fault `pgp-malformed`, `passphrase-wrong`, `passphrase-missing` */
export async function openSecretKey(secret: Uint8Array | string, passphrase?: string): Promise<SecretKey> {
  const pgp = await openpgp();
  const [key, another] = await parseSecretKeys(pgp, secret);
  if (key === undefined || another !== undefined) throw malformed("there is more than one secret key in it");
  return unlock(pgp, key, async () => passphrase);
}

/** @internal */
export async function parseSecretKeys(
  { lib, config }: Pgp,
  input: Uint8Array | string,
): Promise<readonly PrivateKey[]> {
  const bytes = typeof input === "string" ? Buffer.from(input, "utf8") : input;
  if (bytes.length > KEY_BYTES) throw malformed(`it is larger than ${KEY_BYTES} bytes`);
  try {
    if (!isArmored(bytes)) return await lib.readPrivateKeys({ binaryKeys: bytes, config });
    const [armoredKeys = ""] = blocksOf(Buffer.from(bytes).toString("latin1"), "PRIVATE KEY BLOCK");
    return await lib.readPrivateKeys({ armoredKeys, config });
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw malformed(reason(error), error, "give the secret key: `gpg --export-secret-keys ADDRESS` writes it");
  }
}

/** `ask` is called once, and only if the key is locked. @internal */
export async function unlock(
  pgp: Pgp,
  privateKey: PrivateKey,
  ask: () => Promise<string | undefined>,
): Promise<SecretKey> {
  const key = await factsOf(pgp, privateKey);
  if (privateKey.isDecrypted()) return { key, unlocked: privateKey };
  const passphrase = await ask();
  if (passphrase === undefined) {
    throw new Fault("passphrase-missing", "the secret key is protected by a passphrase", { hint: "give it" });
  }
  try {
    return { key, unlocked: await pgp.lib.decryptKey({ privateKey, passphrase, config: pgp.config }) };
  } catch (error) {
    if (!/incorrect key passphrase/i.test(reason(error))) throw malformed(reason(error), error);
    throw new Fault("passphrase-wrong", "the passphrase does not open the secret key", {
      hint: "try again: capital letters and the keyboard's layout count",
      cause: error,
    });
  }
}

function malformed(what: string, cause?: unknown, hint?: string): Fault {
  return new Fault("pgp-malformed", `this is not a usable OpenPGP key: ${firstLine(what)}`, {
    hint: hint ?? "`gpg --armor --export ADDRESS` writes a public key",
    cause,
  });
}

/** The library's sentence, of which the first line says what is wrong. @internal */
export function firstLine(text: string): string {
  const [line = ""] = text.split("\n", 1);
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/\.$/, "");
}
