// ASN.1 written with node-forge: a few words in which certificates, requests, lists and bundles are said.
// Only the modules that build import this; nothing on the way to a connection may.

import forge from "node-forge";
import { text } from "./der-values.ts";
import { elements, readDer, TAG, type Der } from "./der.ts";

export type Asn1 = forge.asn1.Asn1;

const { asn1 } = forge;
const { Class, Type } = asn1;
/** Tags are numbers to node-forge too; its type declarations know only the named ones. */
// oxlint-disable-next-line max-params -- the shape of node-forge's own function
type Create = (tagClass: number, type: number, constructed: boolean, value: string | Asn1[]) => Asn1;
const create: Create = asn1.create;

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function primitive(type: forge.asn1.Type, bytes: string): Asn1 {
  return create(Class.UNIVERSAL, type, false, bytes);
}

export function toDer(value: Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), "latin1");
}

export function sequence(...items: Asn1[]): Asn1 {
  return create(Class.UNIVERSAL, Type.SEQUENCE, true, items);
}

export function set(...items: Asn1[]): Asn1 {
  // X.690 §11.6: the members of a SET OF stand in the order of their encodings.
  const sorted = items.toSorted((a, b) => Buffer.compare(toDer(a), toDer(b)));
  return create(Class.UNIVERSAL, Type.SET, true, sorted);
}

export function oid(dotted: string): Asn1 {
  return primitive(Type.OID, asn1.oidToDer(dotted).getBytes());
}

export function integer(value: number): Asn1 {
  return primitive(Type.INTEGER, asn1.integerToDer(value).getBytes());
}

/** A non-negative integer of any size, from hex of whole bytes. */
export function integerOfHex(hex: string): Asn1 {
  const bytes = Buffer.from(hex, "hex");
  const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return primitive(Type.INTEGER, latin1(signed));
}

export function boolean(value: boolean): Asn1 {
  return primitive(Type.BOOLEAN, value ? "\xff" : "\0");
}

export function nothing(): Asn1 {
  return primitive(Type.NULL, "");
}

export function octets(bytes: Uint8Array): Asn1 {
  return primitive(Type.OCTETSTRING, latin1(bytes));
}

export function bits(bytes: Uint8Array, unused = 0): Asn1 {
  return primitive(Type.BITSTRING, String.fromCharCode(unused) + latin1(bytes));
}

export function enumerated(value: number): Asn1 {
  return primitive(Type.ENUMERATED, String.fromCharCode(value));
}

export type StringKind = "utf8" | "printable" | "ia5" | "bmp";

export function string(kind: StringKind, value: string): Asn1 {
  switch (kind) {
    case "utf8":
      return primitive(Type.UTF8, latin1(Buffer.from(value, "utf8")));
    case "printable":
      return primitive(Type.PRINTABLESTRING, value);
    case "ia5":
      return primitive(Type.IA5STRING, value);
    case "bmp":
      // The one type that node-forge takes as text and turns into bytes itself.
      return primitive(Type.BMPSTRING, value);
  }
}

// RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050, whole seconds.
export function time(date: Date): Asn1 {
  if (date.getUTCFullYear() < 2050) return primitive(Type.UTCTIME, asn1.dateToUtcTime(date));
  return primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

/** `[number]` around other elements. */
export function context(number: number, ...items: Asn1[]): Asn1 {
  return create(Class.CONTEXT_SPECIFIC, number, true, items);
}

/** `[number] IMPLICIT` in place of a primitive's own tag. */
export function implicit(number: number, bytes: Uint8Array): Asn1 {
  return create(Class.CONTEXT_SPECIFIC, number, false, latin1(bytes));
}

/** DER that exists already (a key, a name, an extension), byte for byte. */
export function raw(der: Uint8Array): Asn1 {
  return fromReader(readDer(der));
}

function fromReader(item: Der): Asn1 {
  const constructed = (item.tag & 0x20) !== 0;
  const value = constructed ? [...elements(item)].map(fromReader) : contents(item);
  return create(item.tag & 0xc0, item.tag & 0x1f, constructed, value);
}

function contents(item: Der): string {
  return item.tag === TAG.bmp ? text(item) : latin1(item.body);
}
