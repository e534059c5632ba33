// Distinguished names (X.501) to write: attributes by their OpenSSL short names, each with the string type that OpenSSL gives it.
// Reading names is in der-values.ts, without node-forge.

import { Fault } from "../model/fault.ts";
import { oid, sequence, set, string, type Asn1, type StringKind } from "./asn1.ts";
import { hasControls } from "./alt-name.ts";

export type NameAttribute = { readonly type: string; readonly value: string };
export type Name = readonly NameAttribute[];

type Kind = { readonly oid: string; readonly string: StringKind; readonly chars: number };

// RFC 5280 appendix A: OIDs and upper bounds.
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["C", { oid: "2.5.4.6", string: "printable", chars: 2 }],
  ["ST", { oid: "2.5.4.8", string: "utf8", chars: 128 }],
  ["L", { oid: "2.5.4.7", string: "utf8", chars: 128 }],
  ["street", { oid: "2.5.4.9", string: "utf8", chars: 128 }],
  ["O", { oid: "2.5.4.10", string: "utf8", chars: 64 }],
  ["OU", { oid: "2.5.4.11", string: "utf8", chars: 64 }],
  ["CN", { oid: "2.5.4.3", string: "utf8", chars: 64 }],
  ["GN", { oid: "2.5.4.42", string: "utf8", chars: 64 }],
  ["SN", { oid: "2.5.4.4", string: "utf8", chars: 64 }],
  ["title", { oid: "2.5.4.12", string: "utf8", chars: 64 }],
  ["UID", { oid: "0.9.2342.19200300.100.1.1", string: "utf8", chars: 256 }],
  ["DC", { oid: "0.9.2342.19200300.100.1.25", string: "ia5", chars: 255 }],
  ["emailAddress", { oid: "1.2.840.113549.1.9.1", string: "ia5", chars: 255 }],
]);

const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ["countryName", "C"],
  ["stateOrProvinceName", "ST"],
  ["localityName", "L"],
  ["streetAddress", "street"],
  ["organizationName", "O"],
  ["organizationalUnitName", "OU"],
  ["commonName", "CN"],
  ["givenName", "GN"],
  ["surname", "SN"],
  ["userId", "UID"],
  ["domainComponent", "DC"],
]);

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
const ASCII = /^[\x20-\x7e]*$/;

/** One attribute, its type by short or long name. Undefined if the type is unknown; a sentence if the value is bad. */
export function nameAttribute(type: string, value: string): NameAttribute | string | undefined {
  const short = LONG_NAMES.get(type) ?? type;
  const kind = KINDS.get(short);
  if (kind === undefined) return undefined;
  const chars = Array.from(value).length;
  if (chars === 0 || chars > kind.chars) return `${type} has ${chars} characters, 1 to ${kind.chars} are allowed`;
  if (hasControls(value)) return `${type} has control characters`;
  const fits = kind.string === "utf8" || (kind.string === "printable" ? PRINTABLE : ASCII).test(value);
  return fits ? { type: short, value } : `${type} has characters that are not allowed in it`;
}

/** @throws Fault `name-malformed` */
export function nameToAsn1(name: Name): Asn1 {
  return sequence(...name.map((attribute) => set(sequence(...attributeToAsn1(attribute)))));
}

function attributeToAsn1(attribute: NameAttribute): [Asn1, Asn1] {
  const kind = KINDS.get(attribute.type);
  const checked = nameAttribute(attribute.type, attribute.value);
  if (kind === undefined || typeof checked !== "object") {
    throw new Fault(
      "name-malformed",
      typeof checked === "string" ? checked : `the name attribute ${attribute.type} is unknown`,
      {
        hint: "use C, ST, L, O, OU, CN or emailAddress",
      },
    );
  }
  return [oid(kind.oid), string(kind.string, attribute.value)];
}
