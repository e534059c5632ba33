// The certificates of a PKCS#7 "certs-only" answer (RFC 5652 §5). They are believed as little as any certificate: pki/path.ts
// decides. Whatever else a SignedData may hold is refused: there is nothing to sign in an answer of an enrolment server.

import { Fault, reason } from "../model/fault.ts";
import * as der from "./der.ts";
import { contextTag, TAG, type Der } from "./der.ts";

const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
/** A leaf, its CAs and some to spare. */
const CERTIFICATES = 16;
const BYTES = 128 * 1024;

/** DER of each. @throws Fault `certificate-malformed` */
export function readCertsOnly(bytes: Uint8Array): Buffer[] {
  try {
    if (bytes.length > BYTES) throw der.malformed("it is too large");
    return certificatesIn(bytes);
  } catch (error) {
    throw new Fault("certificate-malformed", `the answer holds no certificates: ${reason(error)}`, { cause: error });
  }
}

function certificatesIn(bytes: Uint8Array): Buffer[] {
  const outer = new der.Fields(der.readDer(bytes));
  if (der.oid(outer.take(TAG.oid)) !== SIGNED_DATA) throw der.malformed("it is not SignedData");
  const wrapper = new der.Fields(outer.take(contextTag(0, "constructed")), contextTag(0, "constructed"));
  outer.end();
  const signedData = new der.Fields(wrapper.take(TAG.sequence));
  wrapper.end();
  if (der.smallNumber(signedData.take(TAG.integer)) !== 1) throw der.malformed("a version that is not 1");
  empty(signedData.take(TAG.set));
  const content = new der.Fields(signedData.take(TAG.sequence));
  if (der.oid(content.take(TAG.oid)) !== DATA) throw der.malformed("it has other content");
  content.end();
  const bag = [...der.elements(signedData.take(contextTag(0, "constructed")))];
  empty(signedData.take(TAG.set));
  signedData.end();
  if (bag.length === 0) throw der.malformed("there is none");
  if (bag.length > CERTIFICATES) throw der.malformed("too many certificates");
  // RFC 5652 §10.2.2: other choices than a Certificate have tags of their own.
  return bag.map((item) => der.expectTag(item, TAG.sequence).raw);
}

function empty(item: Der): void {
  if (item.body.length > 0) throw der.malformed("it is signed, or says how it would be");
}
