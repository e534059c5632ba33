// Certificate extensions to write, as values and as ASN.1. Where the values come from (a configuration file, a template) is
// not known here.

import { KEY_USES, type KeyUse } from "./certificate.ts";
import { bits, boolean, context, implicit, integer, octets, oid, sequence, toDer, type Asn1 } from "./asn1.ts";
import { bytesOfIp, type AltName } from "./alt-name.ts";

/** The key identifiers are always written: their place is kept only so that a configuration may name them. */
export type Extension =
  | {
      readonly kind: "basicConstraints";
      readonly critical: boolean;
      readonly ca: boolean;
      readonly pathLength: number | undefined;
    }
  | { readonly kind: "keyUsage"; readonly critical: boolean; readonly uses: readonly KeyUse[] }
  | { readonly kind: "extendedKeyUsage"; readonly critical: boolean; readonly purposes: readonly string[] }
  | { readonly kind: "subjectAltName"; readonly critical: boolean; readonly names: readonly AltName[] }
  | { readonly kind: "crlDistributionPoints"; readonly critical: boolean; readonly uris: readonly string[] };

const OIDS: Readonly<Record<Extension["kind"], string>> = {
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  subjectAltName: "2.5.29.17",
  crlDistributionPoints: "2.5.29.31",
};

export function extensionToAsn1(extension: Extension): Asn1 {
  return extensionItem(OIDS[extension.kind], extension.critical, valueToAsn1(extension));
}

/** `Extension` of RFC 5280 §4.1: `critical` is left out when false (DER DEFAULT). */
export function extensionItem(id: string, critical: boolean, value: Asn1): Asn1 {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(toDer(value)));
}

function valueToAsn1(extension: Extension): Asn1 {
  switch (extension.kind) {
    case "basicConstraints": {
      const length = extension.pathLength === undefined ? [] : [integer(extension.pathLength)];
      return sequence(...(extension.ca ? [boolean(true)] : []), ...length);
    }
    case "keyUsage":
      return keyUsageBits(extension.uses);
    case "extendedKeyUsage":
      return sequence(...extension.purposes.map(oid));
    case "subjectAltName":
      return sequence(...extension.names.map(altNameToAsn1));
    case "crlDistributionPoints":
      return sequence(
        ...extension.uris.map((value) => sequence(context(0, context(0, altNameToAsn1({ kind: "uri", value }))))),
      );
  }
}

// A named bit list: trailing zero bits are left out (X.690 §11.2.2).
function keyUsageBits(uses: readonly KeyUse[]): Asn1 {
  const set = uses.map((use) => KEY_USES.indexOf(use));
  const last = Math.max(-1, ...set);
  const bytes = Buffer.alloc(Math.ceil((last + 1) / 8));
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bits(bytes, bytes.length * 8 - (last + 1));
}

function altNameToAsn1(name: AltName): Asn1 {
  switch (name.kind) {
    case "email":
      return implicit(1, Buffer.from(name.value, "latin1"));
    case "dns":
      return implicit(2, Buffer.from(name.value, "latin1"));
    case "uri":
      return implicit(6, Buffer.from(name.value, "latin1"));
    case "ip":
      return implicit(7, bytesOfIp(name.value));
  }
}
