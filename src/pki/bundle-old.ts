// The ciphers of old PKCS#12 bundles (RC2-40, 3DES: RFC 7292 appendix C), which OpenSSL keeps only in its legacy provider.
// Read through node-forge, never written.

import forge from "node-forge";
import { octets as octetsToAsn1, oid, raw, sequence, toDer } from "./asn1.ts";
import type { Algorithm } from "./der-values.ts";
import { Fields, malformed, octets, smallNumber, TAG } from "./der.ts";
import { wrongPassphrase } from "./pbes2.ts";

/** node-forge derives keys in JavaScript: this many rounds are about a second. Old programs write 2,048. */
const ITERATIONS_MOST = 200_000;

/** @throws Fault `passphrase-wrong`, `der-malformed` */
export function openOldCipher(scheme: Algorithm, sealed: Buffer, passphrase: string): Buffer {
  if (scheme.parameters === undefined) throw malformed("an old cipher without parameters");
  const fields = new Fields(scheme.parameters);
  octets(fields.take(TAG.octets));
  const iterations = smallNumber(fields.take(TAG.integer));
  fields.end();
  if (iterations > ITERATIONS_MOST) throw malformed(`an iteration count of ${iterations}`);
  // node-forge opens any sealed SEQUENCE in this shape, a private key or a bag of certificates.
  const info = sequence(sequence(oid(scheme.oid), raw(scheme.parameters.raw)), octetsToAsn1(sealed));
  const opened = decrypt(info, passphrase);
  if (opened === null) throw wrongPassphrase();
  return toDer(opened);
}

function decrypt(info: forge.asn1.Asn1, passphrase: string): forge.asn1.Asn1 | null {
  try {
    return forge.pki.decryptPrivateKeyInfo(info, passphrase);
  } catch (error) {
    throw wrongPassphrase(error);
  }
}
