// An identity as one piece of bytes, for a program that keeps it sealed and not as files: private key, certificate, the CA above it.
// What comes out of the bytes is checked like files are: load.ts does the same for a folder.

import { Fault } from "../model/fault.ts";
import { readCertificate } from "./certificate.ts";
import { plainKeyPem, readPrivateKey, sameKey } from "./keys.ts";
import type { ClientFiles } from "./load.ts";
import { publicKeyOf } from "./path.ts";
import { checkDevice, nameDevice } from "./peer.ts";
import { toPem } from "./pem.ts";
import { realmOf } from "./realm.ts";

export type KeptIdentity = {
  /** PKCS#8, PEM. */
  readonly keyPem: string;
  /** DER, leaf first, without the root. */
  readonly certificates: readonly Uint8Array[];
  /** DER. */
  readonly root: Uint8Array;
  /** DER, the lists that are known. */
  readonly crls: readonly Uint8Array[];
  /** When it was certified, by the clock of this machine: a certificate begins a little before that. */
  readonly since?: number | undefined;
  /** Keys that it had before, PKCS#8 PEM: what was begun with them may come to its end. The newest first. */
  readonly former?: readonly string[] | undefined;
  /** A key for which a certificate was asked for, and the answer is not here. PKCS#8, PEM. */
  readonly next?: string | undefined;
};

export function writeIdentity({ keyPem, certificates, root, crls, since, former, next }: KeptIdentity): Buffer {
  const own = { keyPem, certificates: certificates.map(packed), since, former, next };
  const parts = { ...own, root: packed(root), crls: crls.map(packed) };
  return Buffer.from(JSON.stringify(parts));
}

function packed(der: Uint8Array): string {
  return Buffer.from(der).toString("base64");
}

function unpacked(value: unknown): Buffer {
  return Buffer.from(textIn(value), "base64");
}

function textIn(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("a part of it is no text");
  return value;
}

function timeIn(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) throw new TypeError("a part of it is no time");
  return value;
}

/** @throws Fault `identity-damaged` */
export function readIdentity(bytes: Uint8Array): KeptIdentity {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString("utf8")) as Record<"certificates" | "crls", unknown[]> &
      Record<"keyPem" | "root", unknown> & { since?: unknown; former?: unknown[]; next?: unknown };
    const { certificates, crls, since, former = [], next } = value;
    return {
      since: since === undefined ? undefined : timeIn(since),
      former: former.map(textIn),
      next: next === undefined ? undefined : textIn(next),
      keyPem: textIn(value.keyPem),
      certificates: certificates.map(unpacked),
      root: unpacked(value.root),
      crls: crls.map(unpacked),
    };
  } catch (error) {
    throw new Fault("identity-damaged", "the identity that is kept here cannot be read", {
      hint: "join again with a new invitation, or restore a backup",
      cause: error,
    });
  }
}

/** `ended`: an identity whose time is over is given too, for whoever renews it. @throws Fault `certificate-*`, `key-*` */
export function filesOf(
  kept: KeptIdentity,
  { now, ended }: { readonly now: Date; readonly ended?: boolean },
): ClientFiles {
  const [first = Buffer.alloc(0), ...issuers] = kept.certificates;
  const leaf = readCertificate(first);
  const key = readPrivateKey(Buffer.from(kept.keyPem));
  if (!sameKey(publicKeyOf(leaf), key))
    throw new Fault("key-mismatch", "the key that is kept here is not that of its certificate", {
      hint: "join again with a new invitation",
    });
  const realm = realmOf({ root: kept.root, issuers, crls: kept.crls });
  const peer =
    ended === true
      ? nameDevice(kept.certificates, realm)
      : checkDevice(kept.certificates, realm, { now, revocation: "if-known" });
  const certificatePem = peer.certificates.map((der) => toPem("CERTIFICATE", der)).join("");
  const { since, former } = kept;
  return { realm, peer, certificatePem, keyPem: plainKeyPem(key), leaf, warnings: [], since, former };
}
