// The certificate of a log's key, made by the realm's issuing CA and checked as every client will check it.
// For the server alone: loads what builds certificates.

import type { KeyObject } from "node:crypto";
import { chainUnder, type Authority, type Terms } from "../pki/authority.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { Extension } from "../pki/extension-values.ts";
import { issueUnder, validFor } from "../pki/issue.ts";
import { LOG_SIGNING } from "../pki/path.ts";
import { realmOf } from "../pki/realm.ts";
import { checkLogCertificate, LOG_URI } from "./log-key.ts";

/** As long as a server's own: both are renewed by the same hand. */
const LOG_DAYS = 397;

const EXTENSIONS: readonly Extension[] = [
  { kind: "basicConstraints", critical: true, ca: false, pathLength: undefined },
  { kind: "keyUsage", critical: true, uses: ["digitalSignature"] },
  // Critical: a program that does not know this use is not to take the certificate for any other.
  { kind: "extendedKeyUsage", critical: true, purposes: [LOG_SIGNING] },
  { kind: "subjectAltName", critical: false, names: [{ kind: "uri", value: LOG_URI }] },
];

export type LogWish = { readonly publicKey: KeyObject; readonly terms: Terms };

/** @throws Fault `certificate-*`, `key-type` if the CA or the key would make one that nobody accepts */
export function issueLogCertificate(authority: Authority, { publicKey, terms }: LogWish): Certificate {
  const { root, issuing } = authority;
  const validity = terms.validity ?? validFor(terms.days ?? LOG_DAYS, terms.now, issuing.certificate.notAfter);
  const subject = [{ type: "CN", value: "transparency log" }];
  const certificate = issueUnder(issuing, { subject, extensions: EXTENSIONS, publicKey, validity });
  const realm = realmOf({ root: root.der, issuers: [issuing.certificate.der] });
  // Within its life, so that the check is about its contents.
  const now = new Date((validity.notBefore.getTime() + validity.notAfter.getTime()) / 2);
  checkLogCertificate(chainUnder(authority, certificate), realm, { now });
  return certificate;
}
