// A realm: one pinned root, the issuing CAs we know under it, and their revocation lists, each verified when it comes in.
// Must not know files. Must not import node-forge: it is on the path of every connection.

import type { X509Certificate } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { hexOf, type Sha256 } from "../model/ids.ts";
import { sha256 } from "./algorithms.ts";
import { readCertificate, titleOf, type Certificate } from "./certificate.ts";
import { readCrl, verifyCrl, type Crl } from "./crl.ts";

export type Realm = {
  readonly root: X509Certificate;
  /** SHA-256 of the root's SubjectPublicKeyInfo: the realm's name for ever, also after the root is renewed. */
  readonly fingerprint: Sha256;
  /** Issuing CAs known beforehand; a peer may also bring its own. */
  readonly issuers: readonly X509Certificate[];
  /** Newest verified list of each CA, by the fingerprint of the CA's key. */
  readonly crls: ReadonlyMap<Sha256, Crl>;
};

/** SHA-256 of a SubjectPublicKeyInfo in DER. */
export function keyFingerprint(publicKeyInfo: Uint8Array): Sha256 {
  return hexOf(sha256(publicKeyInfo)) as Sha256;
}

export type RealmParts = {
  readonly root: Uint8Array;
  readonly issuers?: readonly Uint8Array[];
  readonly crls?: readonly Uint8Array[];
};

/**
 * Builds a realm from DER. Every list must be signed by the root or by one of the issuers.
 * @throws Fault `certificate-malformed`, `certificate-untrusted`, `certificate-usage`, `crl-untrusted`
 */
export function realmOf(parts: RealmParts): Realm {
  const root = readCertificate(parts.root);
  checkRoot(root);
  const issuers = (parts.issuers ?? []).map(readCertificate);
  return {
    root: root.x509,
    fingerprint: keyFingerprint(root.publicKeyInfo),
    issuers: issuers.map((issuer) => issuer.x509),
    crls: listsByKey([root, ...issuers], (parts.crls ?? []).map(readCrl)),
  };
}

/** The same realm with other lists: what a server does when a CRL file changes. */
export function withCrls(realm: Realm, crls: readonly Uint8Array[]): Realm {
  const cas = [realm.root, ...realm.issuers].map((ca) => readCertificate(ca.raw));
  return { ...realm, crls: listsByKey(cas, crls.map(readCrl)) };
}

function checkRoot(root: Certificate): void {
  const signedBySelf = root.issuer.equals(root.subject) && root.x509.verify(root.x509.publicKey);
  if (!signedBySelf) {
    throw new Fault("certificate-untrusted", `${titleOf(root)} is not a root: it was signed by another CA`, {
      hint: "give the root certificate of the realm, usually called ca.crt",
    });
  }
  if (!root.ca || root.uses?.has("keyCertSign") !== true) {
    throw new Fault("certificate-usage", `${titleOf(root)} is not the certificate of a CA`, {
      hint: "give the root certificate of the realm, usually called ca.crt",
    });
  }
}

function listsByKey(cas: readonly Certificate[], crls: readonly Crl[]): Map<Sha256, Crl> {
  const lists = new Map<Sha256, Crl>();
  for (const crl of crls) {
    const key = keyFingerprint(issuerOf(crl, cas).publicKeyInfo);
    const other = lists.get(key);
    // An old list must not undo a revocation: the higher number wins, whatever the order of files.
    if (other === undefined || crl.number > other.number) lists.set(key, crl);
  }
  return lists;
}

function issuerOf(crl: Crl, cas: readonly Certificate[]): Certificate {
  const named = cas.filter((ca) => ca.subject.equals(crl.issuer));
  let refusal = new Fault("crl-untrusted", "the revocation list is of a CA that this realm does not know", {
    hint: "put the list of the root and of the issuing CA beside the certificates: `make certs`",
  });
  for (const ca of named) {
    try {
      verifyCrl(crl, ca);
      return ca;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}
