// One device's word for another one of the same user: a signature over who, where and which key, entered in the log beside the new
// certificate. So nobody but a device of the user makes a device that the user's devices vouch for.
import { createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import { bytesOf, type DeviceId, type Handle, type Sha256 } from "../model/ids.ts";

export interface Vouching {
  /** SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly realm: Sha256;
  readonly user: Handle;
  /** Whose key signs. */
  readonly by: DeviceId;
  /** SHA-256 of the new device's SubjectPublicKeyInfo. */
  readonly key: Sha256;
}

const LABEL = "mutual-chat device 1";
// RFC 8410 §4
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");

function signedBytes({ realm, user, by, key }: Vouching): Buffer {
  return Buffer.from([LABEL, realm, user, by, key].join("\n"), "utf8");
}

/** By an Ed25519 key; base64url. */
export function vouchFor(what: Vouching, privateKey: KeyObject): string {
  return sign(undefined, signedBytes(what), privateKey).toString("base64url");
}

export function isVouched(what: Vouching, signature: string, publicKey: KeyObject): boolean {
  return verify(undefined, signedBytes(what), publicKey, Buffer.from(signature, "base64url"));
}

/** Of a raw Ed25519 key in hex, as a leaf of a group has it. */
export function ed25519Key(raw: string): KeyObject {
  return createPublicKey({ key: spkiOf(raw), format: "der", type: "spki" });
}

/** SHA-256 of its SubjectPublicKeyInfo. */
export function ed25519Fingerprint(raw: string): Sha256 {
  return hash("sha256", spkiOf(raw), "hex") as Sha256;
}

function spkiOf(raw: string): Buffer {
  return Buffer.concat([ED25519_SPKI, bytesOf(raw)]);
}
