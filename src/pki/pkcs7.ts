// A bag of certificates as PKCS#7 "certs-only" (RFC 5652 §5, RFC 7030 §4.1.3): what an enrolment server answers. Written here,
// read in pkcs7-read.ts, which does not need node-forge.

import { context, integer, oid, raw, sequence, set, toDer } from "./asn1.ts";

const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";

/** DER of a degenerate SignedData: no content, no signer, these certificates in this order. */
export function certsOnly(certificates: readonly Uint8Array[]): Buffer {
  const signedData = sequence(
    integer(1),
    set(),
    sequence(oid(DATA)),
    // [0] IMPLICIT CertificateSet. Readers take any order; ours is leaf first.
    context(0, ...certificates.map(raw)),
    set(),
  );
  return toDer(sequence(oid(SIGNED_DATA), context(0, signedData)));
}
