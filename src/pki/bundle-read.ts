// PKCS#12 read (RFC 7292): our bundles, OpenSSL's and NSS's, checked by their MAC before anything in them is believed.
// node-forge is loaded only for the old ciphers (RC2, 3DES) of bundles made by old programs.

import { createHmac, createPrivateKey, timingSafeEqual, type KeyObject } from "node:crypto";
import { Fault, reason } from "../model/fault.ts";
import { readCertificate, type Certificate } from "./certificate.ts";
import { definite } from "./ber.ts";
import { algorithm, type Algorithm } from "./der-values.ts";
import * as der from "./der.ts";
import { TAG, contextTag, type Der } from "./der.ts";
import { iterationsOf, macKey, openPbes2, PBES2, wrongPassphrase, type MacDigest } from "./pbes2.ts";

export type Bundle = { readonly key: KeyObject; readonly certificates: readonly Certificate[] };

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const OLD_CIPHERS = "1.2.840.113549.1.12.1.";
/** A key and four certificates are below 10 kB. */
const BUNDLE_BYTES = 1024 * 1024;

const MAC_DIGESTS: ReadonlyMap<string, MacDigest> = new Map([
  ["1.3.14.3.2.26", "sha1"],
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);

/**
 * The key and all certificates of a bundle, in the order in which they stand there.
 * @throws Fault `bundle-malformed`, `passphrase-wrong`, `certificate-malformed`
 */
export async function readBundle(bytes: Buffer, passphrase: string): Promise<Bundle> {
  try {
    if (bytes.length > BUNDLE_BYTES) throw der.malformed("it is too large");
    return await readPfx(bytes, passphrase);
  } catch (error) {
    if (error instanceof Fault && error.code !== "der-malformed") throw error;
    throw new Fault("bundle-malformed", `the bundle cannot be read: ${reason(error)}`, {
      hint: "the file is PKCS#12 with one key and its certificates; `openssl pkcs12 -info -in FILE` shows it",
      cause: error,
    });
  }
}

async function readPfx(bytes: Buffer, passphrase: string): Promise<Bundle> {
  const pfx = new der.Fields(der.readDer(definite(bytes)));
  if (der.smallNumber(pfx.take(TAG.integer)) !== 3) throw der.malformed("a bundle that is not version 3");
  const contents = dataOf(pfx.take(TAG.sequence));
  if (!pfx.more()) throw der.malformed("a bundle without a MAC");
  checkMac(pfx.take(TAG.sequence), contents, passphrase);
  pfx.end();
  const keys: KeyObject[] = [];
  const certificates: Certificate[] = [];
  for (const part of der.elements(der.expectTag(der.readDer(definite(contents)), TAG.sequence))) {
    const safe = der.readDer(definite(await safeContents(part, passphrase)));
    for (const bag of der.elements(der.expectTag(safe, TAG.sequence))) {
      const found = await readBag(bag, passphrase);
      if (found === undefined) continue;
      if ("x509" in found) certificates.push(found);
      else keys.push(found);
    }
  }
  const [key, another] = keys;
  if (key === undefined || another !== undefined) throw der.malformed(`${keys.length} keys where one belongs`);
  return { key, certificates };
}

/** The bytes of a ContentInfo of type data. */
function dataOf(info: Der): Buffer {
  const fields = new der.Fields(info);
  const type = der.oid(fields.take(TAG.oid));
  if (type !== DATA) throw der.malformed(`contents of type ${type}`);
  const content = new der.Fields(fields.take(contextTag(0, "constructed")), contextTag(0, "constructed"));
  fields.end();
  const bytes = der.octets(content.take(TAG.octets));
  content.end();
  return bytes;
}

function checkMac(macData: Der, contents: Buffer, passphrase: string): void {
  const fields = new der.Fields(macData);
  const info = new der.Fields(fields.take(TAG.sequence));
  const salt = der.octets(fields.take(TAG.octets));
  const count = fields.optional(TAG.integer);
  fields.end();
  const { oid } = algorithm(info.take(TAG.sequence));
  const digest = MAC_DIGESTS.get(oid);
  if (digest === undefined) throw der.malformed(`a MAC of type ${oid}`);
  const mac = der.octets(info.take(TAG.octets));
  info.end();
  const key = macKey(passphrase, { salt, iterations: count === undefined ? 1 : iterationsOf(count), digest });
  const right = createHmac(digest, key).update(contents).digest();
  if (mac.length !== right.length || !timingSafeEqual(mac, right)) throw wrongPassphrase();
}

async function safeContents(part: Der, passphrase: string): Promise<Buffer> {
  const fields = new der.Fields(part);
  if (der.oid(fields.take(TAG.oid)) !== ENCRYPTED_DATA) return dataOf(part);
  const wrapper = new der.Fields(fields.take(contextTag(0, "constructed")), contextTag(0, "constructed"));
  fields.end();
  const data = new der.Fields(wrapper.take(TAG.sequence));
  wrapper.end();
  data.take(TAG.integer);
  const info = new der.Fields(data.take(TAG.sequence));
  const type = der.oid(info.take(TAG.oid));
  if (type !== DATA) throw der.malformed(`encrypted contents of type ${type}`);
  const scheme = algorithm(info.take(TAG.sequence));
  const sealed = sealedIn(info.any());
  info.end();
  return open(scheme, sealed, passphrase);
}

/** `[0] IMPLICIT OCTET STRING`, whole or in pieces (X.690 §8.7.3). */
function sealedIn(field: Der): Buffer {
  if (field.tag === contextTag(0, "primitive")) return field.body;
  der.expectTag(field, contextTag(0, "constructed"));
  return Buffer.concat([...der.elements(field)].map((piece) => der.octets(piece)));
}

async function readBag(bag: Der, passphrase: string): Promise<Certificate | KeyObject | undefined> {
  const fields = new der.Fields(bag);
  const type = der.oid(fields.take(TAG.oid));
  const wrapper = new der.Fields(fields.take(contextTag(0, "constructed")), contextTag(0, "constructed"));
  fields.optional(TAG.set);
  fields.end();
  const value = wrapper.any();
  wrapper.end();
  switch (type) {
    case KEY_BAG:
      return keyOf(value.raw);
    case SHROUDED_KEY_BAG:
      return keyOf(await openKey(value, passphrase));
    case CERTIFICATE_BAG:
      return certificateOf(value);
    default:
      return undefined; // a CRL or a secret of another program: nothing of ours
  }
}

function keyOf(pkcs8: Buffer): KeyObject {
  return createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
}

async function openKey(info: Der, passphrase: string): Promise<Buffer> {
  const fields = new der.Fields(info);
  const scheme = algorithm(fields.take(TAG.sequence));
  const sealed = der.octets(fields.take(TAG.octets));
  fields.end();
  return open(scheme, sealed, passphrase);
}

function certificateOf(value: Der): Certificate | undefined {
  const fields = new der.Fields(value);
  if (der.oid(fields.take(TAG.oid)) !== X509_CERTIFICATE) return undefined;
  const wrapper = new der.Fields(fields.take(contextTag(0, "constructed")), contextTag(0, "constructed"));
  fields.end();
  const bytes = der.octets(wrapper.take(TAG.octets));
  wrapper.end();
  return readCertificate(bytes);
}

async function open(scheme: Algorithm, sealed: Buffer, passphrase: string): Promise<Buffer> {
  if (scheme.oid === PBES2) return openPbes2(scheme.parameters, sealed, passphrase);
  if (!scheme.oid.startsWith(OLD_CIPHERS)) throw der.malformed(`a cipher of type ${scheme.oid}`);
  const { openOldCipher } = await import("./bundle-old.ts");
  return openOldCipher(scheme, sealed, passphrase);
}
