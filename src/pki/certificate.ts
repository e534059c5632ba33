// One certificate as facts: what node:crypto's X509Certificate does not tell (key usage, path length, …) read by our own
// strict reader beside it. Reads only: whether to believe a certificate is decided in path.ts.

import { X509Certificate } from "node:crypto";
import { Fault, reason } from "../model/fault.ts";
import { ascii, algorithm, commonNames, time } from "./der-values.ts";
import { ipOfBytes, type AltName } from "./alt-name.ts";
import * as der from "./der.ts";
import { TAG, contextTag, type Der } from "./der.ts";

export const KEY_USES = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;
export type KeyUse = (typeof KEY_USES)[number];

/** What the extensions say. `undefined` where the extension is absent. */
export type Extensions = {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
  readonly uses: ReadonlySet<KeyUse> | undefined;
  /** Extended key usages in dotted notation. */
  readonly purposes: ReadonlySet<string> | undefined;
  readonly altNames: readonly AltName[];
  /** Extensions that we would have to obey and do not understand (RFC 5280 §4.2), in dotted notation. */
  readonly unknown: readonly string[];
};

export type Certificate = Extensions & {
  readonly x509: X509Certificate;
  readonly der: Buffer;
  /** Lower-case hex, whole bytes, no sign byte. */
  readonly serial: string;
  /** Raw DER names: compare bytes, show `x509.subject`. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly commonNames: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Buffer;
  readonly signatureOid: string;
};

/** 20 octets (RFC 5280 §4.1.2.2). */
const SERIAL_BYTES = 20;
/** A certificate with a short chain of names is about 1 kB; more than this is an attack or a mistake. */
const CERTIFICATE_BYTES = 64 * 1024;
const NAME_CONSTRAINTS = "2.5.29.30";

/** @throws Fault `certificate-malformed` */
export function readCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > CERTIFICATE_BYTES) throw certificateMalformed(new Error("it is too large"));
  try {
    // A buffer of its own: a slice of Node's pool would keep 8 kB alive for each certificate that is remembered.
    const buffer = Buffer.allocUnsafeSlow(bytes.length);
    buffer.set(bytes);
    const facts = readFacts(buffer);
    return { ...facts, x509: new X509Certificate(buffer), der: buffer };
  } catch (error) {
    throw certificateMalformed(error);
  }
}

function certificateMalformed(cause: unknown): Fault {
  return new Fault("certificate-malformed", `the certificate cannot be read: ${reason(cause)}`, {
    hint: "ask for a new certificate; `openssl x509 -text -in FILE` shows what is in this one",
    cause,
  });
}

// RFC 5280 §4.1
function readFacts(buffer: Buffer): Omit<Certificate, "x509" | "der"> {
  const outer = new der.Fields(der.readDer(buffer));
  const tbs = new der.Fields(outer.take(TAG.sequence));
  const outerAlgorithm = outer.take(TAG.sequence);
  der.wholeBits(outer.take(TAG.bits));
  outer.end();

  const version = new der.Fields(tbs.take(contextTag(0, "constructed")), contextTag(0, "constructed"));
  if (der.smallNumber(version.take(TAG.integer)) !== 2) throw der.malformed("a certificate that is not version 3");
  version.end();
  const serial = readSerial(tbs.take(TAG.integer));
  // RFC 5280 §4.1.1.2: both algorithm fields are the same.
  if (!tbs.take(TAG.sequence).raw.equals(outerAlgorithm.raw)) throw der.malformed("two signature algorithms");
  const issuer = tbs.take(TAG.sequence);
  const validity = new der.Fields(tbs.take(TAG.sequence));
  const [notBefore, notAfter] = [time(validity.any()), time(validity.any())];
  validity.end();
  const subject = tbs.take(TAG.sequence);
  const publicKeyInfo = tbs.take(TAG.sequence);
  const extensions = readExtensions(tbs.take(contextTag(3, "constructed")));
  tbs.end();
  commonNames(issuer);
  return {
    ...extensions,
    serial,
    notBefore,
    notAfter,
    issuer: issuer.raw,
    subject: subject.raw,
    commonNames: commonNames(subject),
    publicKeyInfo: publicKeyInfo.raw,
    signatureOid: algorithm(outerAlgorithm).oid,
  };
}

/** Shared with CRL entries: one spelling for every serial number, so that comparing is exact. */
export function readSerial(item: Der): string {
  const serial = der.unsignedHex(item);
  if (serial.length > SERIAL_BYTES * 2) throw der.malformed("a serial number of more than 20 bytes");
  return serial;
}

/** A mutable draft while the extensions are walked. */
type Draft = {
  ca: boolean;
  pathLength: number | undefined;
  uses: Set<KeyUse> | undefined;
  purposes: Set<string> | undefined;
  altNames: AltName[];
  unknown: string[];
};

const READERS: Readonly<Record<string, (draft: Draft, value: Der) => void>> = {
  "2.5.29.19": readBasicConstraints,
  "2.5.29.15": readKeyUsage,
  "2.5.29.37": (draft, value) => {
    der.expectTag(value, TAG.sequence);
    draft.purposes = new Set([...der.elements(value)].map(der.oid));
  },
  "2.5.29.17": (draft, value) => {
    der.expectTag(value, TAG.sequence);
    draft.altNames = [...der.elements(value)].flatMap(readAltName);
  },
};

function readExtensions(wrapper: Der): Extensions {
  const fields = new der.Fields(wrapper, contextTag(3, "constructed"));
  const list = fields.take(TAG.sequence);
  fields.end();
  const draft: Draft = {
    ca: false,
    pathLength: undefined,
    uses: undefined,
    purposes: undefined,
    altNames: [],
    unknown: [],
  };
  const seen = new Set<string>();
  for (const { id, critical, value } of extensionItems(list)) {
    if (seen.has(id)) throw der.malformed(`extension ${id} twice`);
    seen.add(id);
    const read = Object.hasOwn(READERS, id) ? READERS[id] : undefined;
    if (read !== undefined) read(draft, der.readDer(value));
    // Name constraints bind even where a careless CA did not mark them critical: we do not enforce them, so we refuse.
    else if (critical || id === NAME_CONSTRAINTS) draft.unknown.push(id);
  }
  return draft;
}

export type ExtensionItem = { readonly id: string; readonly critical: boolean; readonly value: Buffer };

/** The items of an `Extensions` SEQUENCE: of a certificate, a CRL, a CRL entry or a request. */
export function* extensionItems(list: Der): Generator<ExtensionItem, void, undefined> {
  der.expectTag(list, TAG.sequence);
  for (const item of der.elements(list)) {
    const fields = new der.Fields(item);
    const id = der.oid(fields.take(TAG.oid));
    const flag = fields.optional(TAG.boolean);
    const value = der.octets(fields.take(TAG.octets));
    fields.end();
    yield { id, critical: flag !== undefined && der.boolean(flag), value };
  }
}

function readBasicConstraints(draft: Draft, value: Der): void {
  const fields = new der.Fields(value);
  const flag = fields.optional(TAG.boolean);
  const length = fields.optional(TAG.integer);
  fields.end();
  draft.ca = flag !== undefined && der.boolean(flag);
  draft.pathLength = length === undefined ? undefined : der.smallNumber(length);
}

function readKeyUsage(draft: Draft, value: Der): void {
  draft.uses = new Set();
  for (const bit of der.namedBits(value)) {
    const use = KEY_USES[bit];
    if (use !== undefined) draft.uses.add(use);
  }
}

/** Names of other kinds (directory names, …) carry nothing for us and are left out. */
export function readAltName(item: Der): AltName[] {
  switch (item.tag) {
    case contextTag(1, "primitive"):
      return [{ kind: "email", value: ascii(item.body) }];
    case contextTag(2, "primitive"):
      return [{ kind: "dns", value: ascii(item.body) }];
    case contextTag(6, "primitive"):
      return [{ kind: "uri", value: ascii(item.body) }];
    case contextTag(7, "primitive"):
      return readIp(item.body);
    default:
      return [];
  }
}

function readIp(bytes: Buffer): AltName[] {
  const ip = ipOfBytes(bytes);
  if (ip === undefined) throw der.malformed("an IP address");
  return [{ kind: "ip", value: ip }];
}

/** Whom a certificate names, for a sentence: its common name, else its whole subject on one line. */
export function titleOf(certificate: Certificate): string {
  const [name = certificate.x509.subject?.replaceAll("\n", ", ")] = certificate.commonNames;
  return JSON.stringify(name ?? "");
}
