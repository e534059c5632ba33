// The path from a leaf to the pinned root, built and checked by our own rules (RFC 5280 §6.1, narrowed to what we issue).
// Knows nothing of identities: who the leaf is, peer.ts says. No clock: dates are handed in.

import type { KeyObject, X509Certificate } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { isSignatureAllowed, keyInWords, keyTypeOf } from "./algorithms.ts";
import { readCertificate, titleOf, type Certificate } from "./certificate.ts";

export const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
export const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
/**
 * Signing the heads of a realm's transparency log, a use of ours alone: the UUID e97d206c-3065-4765-8698-09f7ec0ba732 under
 * the arc that takes UUIDs in parts. As one number under 2.25 it is too large for most readers of DER, ours among them.
 */
export const LOG_SIGNING = "1.2.840.113556.1.8000.2554.59773.8300.12389.18277.34456.653292.763698";
const ANY_PURPOSE = "2.5.29.37.0";

/** What a leaf is for. */
export type Purpose = typeof CLIENT_AUTH | typeof SERVER_AUTH | typeof LOG_SIGNING;

/** Who has such a leaf, and how a sentence names the use. */
const HOLDERS: Readonly<Record<Purpose, { readonly holder: string; readonly use: string }>> = {
  [CLIENT_AUTH]: { holder: "a device", use: "a client (clientAuth)" },
  [SERVER_AUTH]: { holder: "a server", use: "a server (serverAuth)" },
  [LOG_SIGNING]: { holder: "a transparency log", use: "a transparency log" },
};

/** Leaf, issuing CA, root, and one to spare; more is a chain that somebody made to cost us time. */
const PATH_MOST = 4;
/** Certificates that a peer may send. */
const CHAIN_MOST = 8;

/** Leaf first, root last. */
export type Path = readonly Certificate[];

export type PathWish = {
  /** DER, leaf first; the order of the rest does not matter. */
  readonly chain: readonly Uint8Array[];
  readonly root: X509Certificate;
  readonly issuers: readonly X509Certificate[];
  /** The extended key usage that the leaf must have. */
  readonly purpose: Purpose;
  /** The realm's own CAs as read before: thousands of remembered paths then share one object of each. */
  readonly readCa?: ((ca: X509Certificate) => Certificate) | undefined;
};

/**
 * Builds the path and checks everything about it that does not change with time.
 * @throws Fault `certificate-required`, `-malformed`, `-untrusted`, `-usage`
 */
export function buildPath(wish: PathWish): Path {
  const [first, ...others] = wish.chain;
  if (first === undefined) {
    throw new Fault("certificate-required", "no certificate was presented", {
      hint: "get a certificate from the administrator of this realm and choose it with --as or --cert",
    });
  }
  if (wish.chain.length > CHAIN_MOST) {
    throw new Fault(
      "certificate-malformed",
      `${wish.chain.length} certificates were presented, at most ${CHAIN_MOST} are read`,
      {
        hint: "the certificate file holds the leaf and the issuing CA, nothing more",
      },
    );
  }
  const leaf = readCertificate(first);
  checkLeafUse(leaf, wish.purpose);
  const readCa = wish.readCa ?? ((ca: X509Certificate) => readCertificate(ca.raw));
  const root = readCa(wish.root);
  const pool = newestFirst(wish.issuers.map(readCa), others);
  const found = climb([leaf], { root, pool, purpose: wish.purpose });
  if (found instanceof Fault) throw found;
  return found;
}

/** A renewed issuing CA has the same name and key as the old one: try the one that lasts longest first. */
function newestFirst(known: readonly Certificate[], others: readonly Uint8Array[]): Certificate[] {
  // The peer usually sends the CA that the realm knows: it is not read again.
  const unique = new Map(known.map((ca) => [ca.der.toString("latin1"), ca]));
  for (const der of others) {
    const key = Buffer.from(der).toString("latin1");
    if (!unique.has(key)) unique.set(key, readCertificate(der));
  }
  return [...unique.values()].toSorted((a, b) => b.notAfter.getTime() - a.notAfter.getTime());
}

type Ground = { readonly root: Certificate; readonly pool: readonly Certificate[]; readonly purpose: string };

/** The whole path, or the refusal that says most about why there is none. */
function climb(below: Path, ground: Ground): Path | Fault {
  const top = below.at(-1);
  if (top === undefined || below.length >= PATH_MOST) return untrusted("the certificate chain is too long");
  checkKey(top);
  const direct = refusalOf(top, ground.root, { below, purpose: ground.purpose });
  if (direct === undefined) return [...below, ground.root];
  let best = direct;
  for (const issuer of ground.pool) {
    if (below.includes(issuer) || issuer.x509.fingerprint256 === ground.root.x509.fingerprint256) continue;
    const refusal = refusalOf(top, issuer, { below, purpose: ground.purpose });
    if (refusal === "other-name") continue;
    const path = refusal ?? climb([...below, issuer], ground);
    if (!(path instanceof Fault)) return path;
    best = path;
  }
  return best === "other-name" ? strangerRefusal(top, below) : best;
}

type Step = { readonly below: Path; readonly purpose: string };

/** Why `issuer` did not sign `subject`, or undefined if it did and may. */
function refusalOf(subject: Certificate, issuer: Certificate, step: Step): Fault | "other-name" | undefined {
  if (!subject.issuer.equals(issuer.subject)) return "other-name";
  const name = titleOf(issuer);
  if (!signedBy(subject, issuer.x509.publicKey)) {
    if (subject.subject.equals(subject.issuer) && signedBy(subject, subject.x509.publicKey)) return "other-name";
    return untrusted(`${titleOf(subject)} was not signed by ${name} of this realm, but by another CA of the same name`);
  }
  if (!issuer.ca || issuer.uses?.has("keyCertSign") !== true)
    return untrusted(`${name} signed ${titleOf(subject)} but is not a CA`);
  // The number of CAs that stand between this issuer and the leaf (RFC 5280 §4.2.1.9).
  if (issuer.pathLength !== undefined && step.below.length - 1 > issuer.pathLength) {
    return untrusted(`the CA ${name} may not have a further CA below it`);
  }
  if (issuer.purposes !== undefined && !issuer.purposes.has(step.purpose) && !issuer.purposes.has(ANY_PURPOSE)) {
    return usage(`the CA ${name} may not issue certificates for this use`);
  }
  // OpenSSL's own opinion as well: names, key identifiers, key usage.
  if (!subject.x509.checkIssued(issuer.x509))
    return untrusted(`${titleOf(subject)} names another key of the CA ${name}`);
  return undefined;
}

function signedBy(subject: Certificate, key: KeyObject): boolean {
  if (!isSignatureAllowed(subject.signatureOid) || keyTypeOf(key) === undefined) return false;
  return subject.x509.verify(key);
}

function strangerRefusal(top: Certificate, below: Path): Fault {
  if (below.length === 1 && top.subject.equals(top.issuer))
    return untrusted(`the certificate ${titleOf(top)} is signed by itself`);
  const issuer = top.x509.issuer?.replaceAll("\n", ", ") ?? "";
  return untrusted(
    `the certificate ${titleOf(top)} was issued by ${JSON.stringify(issuer)}, which is not a CA of this realm`,
  );
}

function untrusted(sentence: string): Fault {
  return new Fault("certificate-untrusted", sentence, {
    hint: "use a certificate that the CA of this realm has issued, together with its issuing CA; compare the CA fingerprints",
  });
}

function usage(sentence: string): Fault {
  return new Fault("certificate-usage", sentence, {
    hint: "ask the administrator for a certificate made for this use (see certs/client.cnf and certs/server.cnf)",
  });
}

function checkLeafUse(leaf: Certificate, purpose: Purpose): void {
  const name = titleOf(leaf);
  const { holder, use } = HOLDERS[purpose];
  if (leaf.ca) throw usage(`${name} is the certificate of a CA, not of ${holder}`);
  if (leaf.purposes?.has(purpose) !== true) throw usage(`the certificate ${name} is not made for ${use}`);
  if (leaf.uses?.has("digitalSignature") !== true)
    throw usage(`the key of the certificate ${name} may not sign (digitalSignature)`);
}

/** For every certificate below the root; the root's own key was chosen by the realm. */
function checkKey(certificate: Certificate): void {
  const name = titleOf(certificate);
  const [unknown] = certificate.unknown;
  if (unknown !== undefined) {
    throw new Fault(
      "certificate-malformed",
      `the certificate ${name} has the extension ${unknown}, which is not understood here`,
      {
        hint: "ask the administrator for a certificate without it",
      },
    );
  }
  const key = publicKeyOf(certificate);
  if (keyTypeOf(key) === undefined)
    throw usage(`the certificate ${name} has a key that is not accepted: ${keyInWords(key)}`);
  if (!isSignatureAllowed(certificate.signatureOid)) {
    throw usage(
      `the certificate ${name} is signed with an algorithm that is not accepted: ${certificate.signatureOid}`,
    );
  }
}

/** node:crypto reads the key only now, and throws on one that it cannot use. */
export function publicKeyOf(certificate: Certificate): KeyObject {
  try {
    return certificate.x509.publicKey;
  } catch (error) {
    throw new Fault("certificate-malformed", `the key of the certificate ${titleOf(certificate)} cannot be read`, {
      hint: "ask the administrator for a new certificate",
      cause: error,
    });
  }
}

/** @throws Fault `certificate-expired`, `certificate-not-yet-valid` */
export function checkDates(path: Path, now: Date): void {
  for (const certificate of path) {
    const name = titleOf(certificate);
    if (now < certificate.notBefore) {
      throw new Fault(
        "certificate-not-yet-valid",
        `the certificate ${name} is valid only from ${certificate.notBefore.toISOString()}`,
        {
          hint: `it is ${now.toISOString()} on this machine: check its clock`,
        },
      );
    }
    if (now > certificate.notAfter) {
      throw new Fault("certificate-expired", `the certificate ${name} ended on ${certificate.notAfter.toISOString()}`, {
        hint: "ask an owner of the realm for an invitation, or have it renewed by `make certs` where the CA is; also check the clock of this machine",
      });
    }
  }
}
