// PKCS#12 written (RFC 7292): key, leaf, issuing CA and root in one file, sealed with PBES2 AES-256 and an HMAC-SHA-256 MAC.
// Also encrypted private keys (PKCS#8), which are the same thing without the bundle. Reading is in bundle-read.ts.

import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes, type KeyObject } from "node:crypto";
import { context, integer, nothing, octets, oid, raw, sequence, set, string, toDer, type Asn1 } from "./asn1.ts";
import type { Certificate } from "./certificate.ts";
import { AES_256_CBC, HMAC_SHA256, macKey, PBES2, PBKDF2 } from "./pbes2.ts";
import { toPem } from "./pem.ts";

/** OWASP 2023 for PBKDF2-HMAC-SHA-256: about a quarter of a second. */
const KEY_FILE_ITERATIONS = 600_000;
/**
 * A bundle is only as strong as its MAC, whose derivation (RFC 7292) runs in our own code: about a quarter of a second as well.
 * More rounds for the seals in it would cost time and stop nobody.
 */
const BUNDLE_ITERATIONS = 100_000;
/** An empty passphrase hides nothing: no time is spent on it. */
const EMPTY_ITERATIONS = 2048;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const SHA256 = "2.16.840.1.101.3.4.2.1";

export type BundleWish = {
  readonly key: KeyObject;
  /** Leaf first, root last. */
  readonly certificates: readonly Certificate[];
  /** Shown by programs that import the bundle. */
  readonly friendlyName: string;
  readonly passphrase: string;
};

/** DER of the bundle. */
export function writeBundle(wish: BundleWish): Buffer {
  const [leaf] = wish.certificates;
  if (leaf === undefined) throw new Error("a bundle has a leaf");
  const own = set(
    attribute(LOCAL_KEY_ID, octets(createHash("sha1").update(leaf.der).digest())),
    attribute(FRIENDLY_NAME, string("bmp", wish.friendlyName)),
  );
  const certificates = wish.certificates.map((certificate, index) => {
    const value = sequence(oid(X509_CERTIFICATE), context(0, octets(certificate.der)));
    return bag(CERTIFICATE_BAG, value, index === 0 ? own : undefined);
  });
  const secret = { passphrase: wish.passphrase, iterations: iterationsFor(wish.passphrase, BUNDLE_ITERATIONS) };
  const sealedKey = sealKey(wish.key, secret);
  const contents = toDer(
    sequence(
      encryptedContent(toDer(sequence(...certificates)), secret),
      dataContent(toDer(sequence(bag(SHROUDED_KEY_BAG, sealedKey, own)))),
    ),
  );
  return toDer(sequence(integer(3), dataContent(contents), macData(contents, secret)));
}

/** A private key in PEM that only the passphrase opens; OpenSSL and node:crypto read it. */
export function encryptedKeyPem(key: KeyObject, passphrase: string): string {
  return toPem(
    "ENCRYPTED PRIVATE KEY",
    toDer(sealKey(key, { passphrase, iterations: iterationsFor(passphrase, KEY_FILE_ITERATIONS) })),
  );
}

interface Secret {
  readonly passphrase: string;
  readonly iterations: number;
}

function iterationsFor(passphrase: string, usual: number): number {
  return passphrase === "" ? EMPTY_ITERATIONS : usual;
}

function bag(type: string, value: Asn1, attributes: Asn1 | undefined): Asn1 {
  return sequence(oid(type), context(0, value), ...(attributes === undefined ? [] : [attributes]));
}

function attribute(type: string, value: Asn1): Asn1 {
  return sequence(oid(type), set(value));
}

function dataContent(bytes: Buffer): Asn1 {
  return sequence(oid(DATA), context(0, octets(bytes)));
}

// RFC 5652 §8, inside RFC 7292 §4.1
function encryptedContent(bytes: Buffer, secret: Secret): Asn1 {
  const { scheme, sealed } = seal(bytes, secret);
  const info = sequence(oid(DATA), scheme, raw(implicitOctets(sealed)));
  return sequence(oid(ENCRYPTED_DATA), context(0, sequence(integer(0), info)));
}

/** `[0] IMPLICIT OCTET STRING`: the octet string's DER with another tag. */
function implicitOctets(bytes: Buffer): Buffer {
  const der = toDer(octets(bytes));
  der[0] = 0x80;
  return der;
}

// EncryptedPrivateKeyInfo, RFC 5958 §3
function sealKey(key: KeyObject, secret: Secret): Asn1 {
  const { scheme, sealed } = seal(key.export({ type: "pkcs8", format: "der" }), secret);
  return sequence(scheme, octets(sealed));
}

// PBES2, RFC 8018 §6.2 and appendix A.4
function seal(bytes: Buffer, { passphrase, iterations }: Secret): { scheme: Asn1; sealed: Buffer } {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync(passphrase, salt, iterations, KEY_BYTES, "sha256"), iv);
  const derivation = sequence(
    oid(PBKDF2),
    sequence(octets(salt), integer(iterations), sequence(oid(HMAC_SHA256), nothing())),
  );
  const scheme = sequence(oid(PBES2), sequence(derivation, sequence(oid(AES_256_CBC), octets(iv))));
  return { scheme, sealed: Buffer.concat([cipher.update(bytes), cipher.final()]) };
}

// RFC 7292 §4
function macData(contents: Buffer, { passphrase, iterations }: Secret): Asn1 {
  const salt = randomBytes(SALT_BYTES);
  const mac = createHmac("sha256", macKey(passphrase, { salt, iterations, digest: "sha256" }))
    .update(contents)
    .digest();
  const digestInfo = sequence(sequence(oid(SHA256), nothing()), octets(mac));
  return sequence(digestInfo, octets(salt), integer(iterations));
}
