// Values on top of the DER reader: times, strings, algorithm identifiers and names, as RFC 5280 writes them.
// Must not know what a certificate is.

import { elements, expectTag, Fields, malformed, oid, TAG, type Der } from "./der.ts";

const UTC_TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
const COMMON_NAME = "2.5.4.3";

export function isTime(item: Der): boolean {
  return item.tag === TAG.utcTime || item.tag === TAG.generalizedTime;
}

// RFC 5280 §4.1.2.5: whole seconds, Zulu; a UTCTime of 50–99 is the twentieth century.
export function time(item: Der): Date {
  if (!isTime(item)) throw malformed("a time");
  const written = item.body.toString("latin1");
  const utc = item.tag === TAG.utcTime;
  const [, y, mo, d, h, mi, s] = (utc ? UTC_TIME : GENERALIZED_TIME).exec(written) ?? [];
  if (y === undefined) throw malformed("a time");
  const year = utc ? (Number(y) >= 50 ? 1900 : 2000) + Number(y) : Number(y);
  const iso = `${String(year).padStart(4, "0")}-${mo}-${d}T${h}:${mi}:${s}.000Z`;
  const date = new Date(iso);
  // The Date parser rolls 31 April over to May: only what comes back unchanged was a date.
  if (Number.isNaN(date.getTime()) || date.toISOString() !== iso) throw malformed("a time");
  return date;
}

/** Any of the character strings that certificates use today. T61String and the like are refused. */
export function text(item: Der): string {
  switch (item.tag) {
    case TAG.utf8:
      return utf8(item.body);
    case TAG.printable:
    case TAG.ia5:
      return ascii(item.body);
    case TAG.bmp:
      return utf16(item.body);
    default:
      throw malformed("a string of an unknown kind");
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("a string that is not UTF-8");
  }
}

export function ascii(bytes: Buffer): string {
  if (bytes.some((byte) => byte > 0x7e || byte < 0x20)) throw malformed("a string that is not printable ASCII");
  return bytes.toString("latin1");
}

function utf16(bytes: Buffer): string {
  if (bytes.length % 2 !== 0) throw malformed("a BMP string");
  return Buffer.from(bytes).swap16().toString("utf16le");
}

/** `parameters` is undefined where there are none. */
export type Algorithm = { readonly oid: string; readonly parameters: Der | undefined };

export function algorithm(item: Der): Algorithm {
  const fields = new Fields(item);
  const id = oid(fields.take(TAG.oid));
  const parameters = fields.more() ? fields.any() : undefined;
  fields.end();
  return { oid: id, parameters };
}

/** All common names in a Name, in order. The whole Name is walked, so a malformed one is refused. */
export function commonNames(name: Der): string[] {
  expectTag(name, TAG.sequence);
  const found: string[] = [];
  for (const rdn of elements(name)) {
    expectTag(rdn, TAG.set);
    for (const attribute of elements(rdn)) {
      const fields = new Fields(attribute);
      const type = oid(fields.take(TAG.oid));
      const value = fields.any();
      fields.end();
      if (type === COMMON_NAME) found.push(text(value));
    }
  }
  return found;
}
