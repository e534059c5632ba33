// Revocation lists written: a new one, or the next one after an old one with more serials in it.
// Reading and believing lists is in crl.ts.

import { context, enumerated, integer, integerOfHex, raw, sequence, time, type Asn1 } from "./asn1.ts";
import { readCrl, type Crl } from "./crl.ts";
import { extensionItem } from "./extension-values.ts";
import { authorityKeyIdentifier, keyTypeOrFault, signatureAlgorithm, signed, validFor, type Signer } from "./issue.ts";

export type RevocationReason = "unspecified" | "keyCompromise" | "superseded" | "cessationOfOperation";
export type Revoked = { readonly serial: string; readonly when: Date; readonly reason: RevocationReason };

const CRL_NUMBER = "2.5.29.20";
const AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
const REASON_CODE = "2.5.29.21";
// RFC 5280 §5.3.1
const REASONS: Readonly<Record<RevocationReason, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  superseded: 4,
  cessationOfOperation: 5,
};

export type CrlWish = {
  /** The list before this one: its serials stay, its number grows. */
  readonly previous?: Crl | undefined;
  readonly added?: readonly Revoked[];
  readonly now: Date;
  readonly days: number;
};

/** Signs the next list of a CA. */
export function issueCrl(signer: Signer, wish: CrlWish): Crl {
  const { notBefore, notAfter } = validFor(wish.days, wish.now);
  const number = (wish.previous?.number ?? 0n) + 1n;
  const entries = entriesOf(wish);
  const type = keyTypeOrFault(signer.key);
  const list = sequence(
    integer(1),
    signatureAlgorithm(type),
    raw(signer.certificate.subject),
    time(notBefore),
    time(notAfter),
    // RFC 5280 §5.1.2.6: absent, not empty, when nothing is revoked.
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    context(
      0,
      sequence(
        extensionItem(AUTHORITY_KEY_IDENTIFIER, false, authorityKeyIdentifier(signer.key)),
        extensionItem(CRL_NUMBER, false, integerOfHex(evenHex(number))),
      ),
    ),
  );
  return readCrl(signed(list, signer.key));
}

function entriesOf(wish: CrlWish): Asn1[] {
  const kept = [...(wish.previous?.revoked.values() ?? [])].map((old) => raw(old.der));
  const added = (wish.added ?? []).filter(({ serial }) => wish.previous?.revoked.has(serial) !== true);
  return [...kept, ...added.map(entry)];
}

function entry({ serial, when, reason }: Revoked): Asn1 {
  // RFC 5280 §5.3.1: "unspecified" is said by leaving the extension out.
  const code =
    reason === "unspecified" ? [] : [sequence(extensionItem(REASON_CODE, false, enumerated(REASONS[reason])))];
  return sequence(integerOfHex(serial), time(when), ...code);
}

function evenHex(value: bigint): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}
