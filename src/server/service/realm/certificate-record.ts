// A certificate that was just issued, as the store keeps it and as the log tells of it.
import type { IssuedEntry, Way } from "../../../transparency/entry.ts";
import type { IssuedCertificate } from "../../port/issuer.ts";
import type { CertificateRecord } from "../../port/realm-store.ts";

export function recordOf(
  { serial, fingerprint, expiresAt, certificates }: IssuedCertificate,
  facts: Pick<CertificateRecord, "user" | "device" | "key" | "leaseUntil"> & { readonly at: number },
): CertificateRecord {
  const { at, ...rest } = facts;
  return { ...rest, serial, fingerprint, issuedAt: at, expiresAt, revokedAt: undefined, certificates };
}

export function entryFor(record: CertificateRecord, how: Way): IssuedEntry {
  const { issuedAt: at, user, device, serial, fingerprint: cert, expiresAt: until, leaseUntil } = record;
  const lease = leaseUntil === undefined || until < leaseUntil - SECOND_MS ? {} : ({ lease: true } as const);
  return { kind: "issued", at, user, device, serial, cert, until, how, ...lease };
}

/** Certificates know whole seconds. */
const SECOND_MS = 1_000;
