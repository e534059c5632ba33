// Certificates built and signed: node-forge writes the structure, node:crypto signs. What goes into one is decided by the
// caller (authority.ts); here only what every certificate of ours has.

import { randomBytes, type KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { keyInWords, keyTypeOf, SIGNATURE_OID, signWith, type KeyType } from "./algorithms.ts";
import {
  bits,
  context,
  implicit,
  integer,
  integerOfHex,
  nothing,
  octets,
  oid,
  raw,
  sequence,
  time,
  toDer,
  type Asn1,
} from "./asn1.ts";
import { readCertificate, type Certificate } from "./certificate.ts";
import { extensionItem, extensionToAsn1, type Extension } from "./extension-values.ts";
import { keyIdentifier, publicKeyInfo, sameKey } from "./keys.ts";
import { nameToAsn1, type Name } from "./name.ts";

/** A CA that can sign: its certificate and the key that belongs to it. */
export type Signer = { readonly certificate: Certificate; readonly key: KeyObject };

export type CertificateWish = {
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Extension[];
  readonly validity: Validity;
};

export type Validity = { readonly notBefore: Date; readonly notAfter: Date };

const DAY_MS = 86_400_000;
/**
 * Certificates start a little in the past: a machine whose clock is a few seconds behind the CA's would
 * otherwise refuse a certificate made just now.
 */
const BACKDATE_MS = 5 * 60_000;
const SERIAL_BYTES = 16;
const SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
const AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

/** From a few minutes ago for `days`, but never longer than `until` (a certificate does not outlive its CA). */
export function validFor(days: number, now: Date, until?: Date): Validity {
  const end = new Date(Math.floor(now.getTime() / 1000) * 1000 + days * DAY_MS);
  return {
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: until !== undefined && until < end ? until : end,
  };
}

/** A certificate under a CA. @throws Fault `key-type`, `name-malformed` */
export function issueUnder(signer: Signer, wish: CertificateWish): Certificate {
  if (!sameKey(signer.certificate.x509.publicKey, signer.key))
    throw new Error("a signer's key belongs to its certificate");
  return build(wish, { name: raw(signer.certificate.subject), key: signer.key });
}

/** A certificate that signs itself: a root. @throws Fault `key-type`, `name-malformed` */
export function issueSelfSigned(wish: CertificateWish, key: KeyObject): Certificate {
  return build(wish, { name: nameToAsn1(wish.subject), key });
}

// RFC 5280 §4.1
function build(wish: CertificateWish, issuer: { name: Asn1; key: KeyObject }): Certificate {
  if (keyTypeOf(wish.publicKey) === undefined) throw keyFault(wish.publicKey);
  const type = keyTypeOrFault(issuer.key);
  const tbs = sequence(
    context(0, integer(2)),
    integerOfHex(newSerial()),
    signatureAlgorithm(type),
    issuer.name,
    sequence(time(wish.validity.notBefore), time(wish.validity.notAfter)),
    nameToAsn1(wish.subject),
    raw(publicKeyInfo(wish.publicKey)),
    context(3, sequence(...wish.extensions.map(extensionToAsn1), ...keyIdentifiers(wish.publicKey, issuer.key))),
  );
  return readCertificate(signed(tbs, issuer.key));
}

// RFC 5280 §4.2.1.1 and §4.2.1.2 ask for both on everything a CA issues; OpenSSL's -x509_strict insists.
function keyIdentifiers(subject: KeyObject, issuer: KeyObject): Asn1[] {
  return [
    extensionItem(SUBJECT_KEY_IDENTIFIER, false, octets(keyIdentifier(subject))),
    extensionItem(AUTHORITY_KEY_IDENTIFIER, false, authorityKeyIdentifier(issuer)),
  ];
}

export function authorityKeyIdentifier(issuer: KeyObject): Asn1 {
  return sequence(implicit(0, keyIdentifier(issuer)));
}

/** 16 random bytes, positive, never short (RFC 5280 §4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

export function keyTypeOrFault(key: KeyObject): KeyType {
  const type = keyTypeOf(key);
  if (type === undefined) throw keyFault(key);
  return type;
}

function keyFault(key: KeyObject): Fault {
  return new Fault("key-type", `the key is ${keyInWords(key)}, which is not accepted`, {
    hint: "use an ed25519 key, a P-256 key, or an RSA key of 2048 bits or more",
  });
}

export function signatureAlgorithm(type: KeyType): Asn1 {
  // RFC 4055 §5 wants NULL parameters for RSA, RFC 5758 §3.2 and RFC 8410 §3 want none for the others.
  return sequence(oid(SIGNATURE_OID[type]), ...(type === "rsa" ? [nothing()] : []));
}

/** `SIGNED{…}`: the structure, its algorithm and the signature over its DER. */
export function signed(content: Asn1, key: KeyObject): Buffer {
  const type = keyTypeOrFault(key);
  return toDer(sequence(content, signatureAlgorithm(type), bits(signWith(type, key, toDer(content)))));
}
