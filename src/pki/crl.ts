// Certificate revocation lists: read and believed only with the signature of the CA that issued them.
// Must not know files or sockets. Writing lists is in revoke.ts.

import { Fault, reason } from "../model/fault.ts";
import { isSignatureAllowed, verifySignature } from "./algorithms.ts";
import { extensionItems, readSerial, titleOf, type Certificate } from "./certificate.ts";
import { algorithm, commonNames, isTime, time } from "./der-values.ts";
import * as der from "./der.ts";
import { TAG, contextTag, type Der } from "./der.ts";

export type Crl = {
  readonly der: Buffer;
  /** Raw DER name of the CA. */
  readonly issuer: Buffer;
  /** Grows with every list of this CA (RFC 5280 §5.2.3). */
  readonly number: bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** By serial number. */
  readonly revoked: ReadonlyMap<string, RevokedEntry>;
  readonly signature: { readonly oid: string; readonly data: Buffer; readonly signature: Buffer };
};

/** `der`: the entry as it stands in the list, so that the next list repeats it unchanged, reason and all. */
export type RevokedEntry = { readonly when: Date; readonly der: Buffer };

/** About 400,000 revoked devices: far beyond a group, small enough to read at once. */
const CRL_BYTES = 16 * 1024 * 1024;
const CRL_NUMBER = "2.5.29.20";
/** Reason code, invalidity date. */
const KNOWN_ENTRY_EXTENSIONS = new Set(["2.5.29.21", "2.5.29.24"]);

/** The facts of a list; nothing is believed before `verifyCrl`. @throws Fault `crl-untrusted` */
export function readCrl(bytes: Uint8Array): Crl {
  try {
    if (bytes.length > CRL_BYTES) throw new Error("it is too large");
    return readFacts(Buffer.from(bytes));
  } catch (error) {
    throw new Fault("crl-untrusted", `the revocation list cannot be read: ${reason(error)}`, {
      hint: "make it again with `make certs`; `openssl crl -text -in FILE` shows what is in it",
      cause: error,
    });
  }
}

// RFC 5280 §5.1
function readFacts(buffer: Buffer): Crl {
  const outer = new der.Fields(der.readDer(buffer));
  const signed = outer.take(TAG.sequence);
  const outerAlgorithm = outer.take(TAG.sequence);
  const signature = der.wholeBits(outer.take(TAG.bits));
  outer.end();

  const tbs = new der.Fields(signed);
  if (der.smallNumber(tbs.take(TAG.integer)) !== 1) throw der.malformed("a list that is not version 2");
  if (!tbs.take(TAG.sequence).raw.equals(outerAlgorithm.raw)) throw der.malformed("two signature algorithms");
  const issuer = tbs.take(TAG.sequence);
  commonNames(issuer);
  const thisUpdate = time(tbs.any());
  const nextUpdate = time(tbs.any()); // RFC 5280 §5.1.2.5 wants it; without it a list would never end
  const revoked = readEntries(tbs.optional(TAG.sequence));
  const number = readExtensions(tbs.take(contextTag(0, "constructed")));
  tbs.end();
  return {
    der: buffer,
    issuer: issuer.raw,
    number,
    thisUpdate,
    nextUpdate,
    revoked,
    signature: {
      oid: algorithm(outerAlgorithm).oid,
      data: signed.raw,
      signature,
    },
  };
}

function readEntries(list: Der | undefined): Map<string, RevokedEntry> {
  const revoked = new Map<string, RevokedEntry>();
  if (list === undefined) return revoked;
  for (const item of der.elements(list)) {
    const fields = new der.Fields(item);
    const serial = readSerial(fields.take(TAG.integer));
    const when = fields.any();
    if (!isTime(when)) throw der.malformed("a revocation date");
    const extensions = fields.optional(TAG.sequence);
    fields.end();
    if (extensions !== undefined) checkEntry(extensions);
    revoked.set(serial, { when: time(when), der: item.raw });
  }
  return revoked;
}

// A critical entry extension we do not know (an indirect CRL names another issuer there) changes what the entry means.
function checkEntry(list: Der): void {
  for (const { id, critical } of extensionItems(list)) {
    if (critical && !KNOWN_ENTRY_EXTENSIONS.has(id)) throw der.malformed(`critical entry extension ${id}`);
  }
}

/** The CRL number. Any critical extension makes the list partial (delta, one distribution point): refused. */
function readExtensions(wrapper: Der): bigint {
  const fields = new der.Fields(wrapper, contextTag(0, "constructed"));
  const list = fields.take(TAG.sequence);
  fields.end();
  let number: bigint | undefined;
  for (const { id, critical, value } of extensionItems(list)) {
    if (id === CRL_NUMBER) number = BigInt(`0x${der.unsignedHex(der.readDer(value))}`);
    else if (critical) throw der.malformed(`critical extension ${id}`);
  }
  if (number === undefined) throw der.malformed("a list without a number");
  return number;
}

/** Whether this CA signed the list; it must also be allowed to. @throws Fault `crl-untrusted` */
export function verifyCrl(crl: Crl, ca: Certificate): void {
  const { oid, data, signature } = crl.signature;
  const hint = "make the list again with the key of that CA: `make certs`";
  if (ca.uses !== undefined && !ca.uses.has("cRLSign")) {
    throw new Fault("crl-untrusted", `the CA ${titleOf(ca)} may not sign revocation lists`, { hint });
  }
  const right = isSignatureAllowed(oid) && verifySignature(oid, ca.x509.publicKey, { data, signature });
  if (!right) throw new Fault("crl-untrusted", `the revocation list was not signed by the CA ${titleOf(ca)}`, { hint });
}
