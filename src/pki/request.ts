// Certificate requests (PKCS#10, RFC 2986): made by the owner of a key, believed only with the proof that he has it.
// A request asks; what it is given is decided by the CA.

import { createPublicKey, type KeyObject } from "node:crypto";
import { Fault, reason } from "../model/fault.ts";
import { keyInWords, keyTypeOf, verifySignature } from "./algorithms.ts";
import type { AltName } from "./alt-name.ts";
import { context, integer, oid, raw, sequence, set } from "./asn1.ts";
import { extensionItems, readAltName } from "./certificate.ts";
import { algorithm, commonNames } from "./der-values.ts";
import * as der from "./der.ts";
import { TAG, contextTag, type Der } from "./der.ts";
import { extensionToAsn1 } from "./extension-values.ts";
import { signed } from "./issue.ts";
import { publicKeyInfo, type KeyPair } from "./keys.ts";
import { nameToAsn1, type Name } from "./name.ts";

export type CertificateRequest = {
  readonly publicKey: KeyObject;
  readonly commonName: string | undefined;
  readonly altNames: readonly AltName[];
};

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const SUBJECT_ALT_NAME = "2.5.29.17";
/** With the largest RSA key and many names a request is about 4 kB. */
const REQUEST_BYTES = 64 * 1024;

/** DER of a request that asks for these names. @internal */
export function makeRequest(wish: { subject: Name; altNames: readonly AltName[] }, keys: KeyPair): Buffer {
  const names = extensionToAsn1({ kind: "subjectAltName", critical: false, names: wish.altNames });
  const asked = wish.altNames.length === 0 ? [] : [sequence(oid(EXTENSION_REQUEST), set(sequence(names)))];
  const info = sequence(integer(0), nameToAsn1(wish.subject), raw(publicKeyInfo(keys.publicKey)), context(0, ...asked));
  return signed(info, keys.privateKey);
}

/** What a request asks for, its signature checked. @throws Fault `request-malformed`, `request-proof`, `key-type` */
export function readRequest(bytes: Uint8Array): CertificateRequest {
  const parts = readParts(bytes);
  const { publicKey } = parts;
  if (keyTypeOf(publicKey) === undefined) {
    throw new Fault("key-type", `the request is for a key of type ${keyInWords(publicKey)}, which is not accepted`, {
      hint: "make the request with an ed25519 key, a P-256 key, or an RSA key of 2048 bits or more",
    });
  }
  if (!verifySignature(parts.signatureOid, publicKey, parts)) {
    throw new Fault("request-proof", "the request is not signed by the key it is for", {
      hint: "make the request again where the key is: `openssl req -new -key KEY -config certs/client.cnf`",
    });
  }
  const { commonName, altNames } = parts;
  return { publicKey, commonName, altNames };
}

type Parts = CertificateRequest & { readonly signatureOid: string; readonly data: Buffer; readonly signature: Buffer };

function readParts(bytes: Uint8Array): Parts {
  try {
    if (bytes.length > REQUEST_BYTES) throw new Error("it is too large");
    return readFacts(Buffer.from(bytes));
  } catch (error) {
    throw new Fault("request-malformed", `the certificate request cannot be read: ${reason(error)}`, {
      hint: "the file holds one -----BEGIN CERTIFICATE REQUEST-----; `openssl req -text -in FILE` shows it",
      cause: error,
    });
  }
}

function readFacts(buffer: Buffer): Parts {
  const outer = new der.Fields(der.readDer(buffer));
  const info = outer.take(TAG.sequence);
  const signatureOid = algorithm(outer.take(TAG.sequence)).oid;
  const signature = der.wholeBits(outer.take(TAG.bits));
  outer.end();

  const fields = new der.Fields(info);
  if (der.smallNumber(fields.take(TAG.integer)) !== 0) throw der.malformed("a request that is not version 1");
  const [commonName] = commonNames(fields.take(TAG.sequence));
  const key = fields.take(TAG.sequence);
  const attributes = fields.optional(contextTag(0, "constructed"));
  fields.end();
  const publicKey = createPublicKey({ key: key.raw, format: "der", type: "spki" });
  const altNames = attributes === undefined ? [] : askedNames(attributes);
  return { publicKey, commonName, altNames, signatureOid, data: info.raw, signature };
}

/** Only the names are looked at: usages and CA flags are the CA's to give, never the requester's. */
function askedNames(attributes: Der): AltName[] {
  const names: AltName[] = [];
  for (const attribute of der.elements(attributes)) {
    const fields = new der.Fields(attribute);
    const type = der.oid(fields.take(TAG.oid));
    const values = new der.Fields(fields.take(TAG.set), TAG.set);
    fields.end();
    if (type !== EXTENSION_REQUEST) continue;
    for (const { id, value } of extensionItems(values.take(TAG.sequence))) {
      if (id === SUBJECT_ALT_NAME) names.push(...[...der.elements(der.readDer(value))].flatMap(readAltName));
    }
    values.end();
  }
  return names;
}
