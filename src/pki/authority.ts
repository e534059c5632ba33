// The CA at work: a root, an issuing CA, server and device certificates, each checked by the same rules as a stranger's before it
// is handed out. No files: realm-folder.ts keeps them, and the enrolment door has the issuing CA in memory.

import { randomBytes, type KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import type { DeviceId } from "../model/ids.ts";
import type { AltName } from "./alt-name.ts";
import { titleOf, type Certificate } from "./certificate.ts";
import { issueSelfSigned, issueUnder, validFor, type Signer, type Validity } from "./issue.ts";
import { checkDevice, checkServer } from "./peer.ts";
import { realmOf, type Realm } from "./realm.ts";
import type { DeviceWish, Template, Templates } from "./templates.ts";

/** How long things last. A leaf is renewed by its owner well before; 397 days is the most that browsers take. */
export const LIFETIME_DAYS = { root: 3652, issuing: 1826, server: 397, device: 397, crl: 90 } as const;

/** The CA that signs day to day, and the root above it (only the certificate: its key may be offline). */
export type Authority = {
  readonly templates: Templates;
  readonly root: Certificate;
  readonly issuing: Signer;
};

export type Terms = { readonly now: Date; readonly days?: number | undefined; readonly validity?: Validity };

/** A root, new or renewed: with the same key it is the same realm. */
export function makeRoot(templates: Templates, key: KeyPairOf, terms: Terms): Certificate {
  const validity = termsOf(terms, LIFETIME_DAYS.root);
  const root = issueSelfSigned({ ...templates.root(), publicKey: key.publicKey, validity }, key.privateKey);
  realmOf({ root: root.der });
  return root;
}

type KeyPairOf = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

export function makeIssuing(
  templates: Templates,
  root: Signer,
  wish: { publicKey: KeyObject; terms: Terms },
): Certificate {
  const template = templates.issuing();
  const certificate = issue(root, template, {
    publicKey: wish.publicKey,
    validity: termsOf(wish.terms, LIFETIME_DAYS.issuing, root),
  });
  if (!certificate.ca || certificate.pathLength !== 0 || certificate.uses?.has("keyCertSign") !== true) {
    throw new Fault("cnf-malformed", "the configuration does not make an issuing CA of path length 0", {
      hint: "the section issuing_ext of ca.cnf has basicConstraints = critical, CA:TRUE, pathlen:0 and keyUsage with keyCertSign",
    });
  }
  return certificate;
}

export type ServerWish = { readonly hosts: readonly AltName[]; readonly publicKey: KeyObject; readonly terms: Terms };

export function issueServer(authority: Authority, wish: ServerWish): Certificate {
  const { publicKey, terms } = wish;
  const validity = termsOf(terms, LIFETIME_DAYS.server, authority.issuing);
  const certificate = issue(authority.issuing, authority.templates.server(wish.hosts), { publicKey, validity });
  accepted(certificate, () => {
    // The first host stands for all: they come from one line of the configuration.
    const host = wish.hosts[0]?.value;
    return checkServer(chainUnder(authority, certificate), realmFor(authority), {
      now: middleOf(validity),
      ...(host === undefined ? {} : { host }),
    });
  });
  return certificate;
}

export type DeviceIssue = { readonly wish: DeviceWish; readonly publicKey: KeyObject; readonly terms: Terms };

/** A certificate for one device of one user. The caller has decided that this key may have that name. */
export function issueDevice(authority: Authority, { wish, publicKey, terms }: DeviceIssue): Certificate {
  const validity = termsOf(terms, LIFETIME_DAYS.device, authority.issuing);
  const certificate = issue(authority.issuing, authority.templates.device(wish), { publicKey, validity });
  accepted(certificate, () => {
    const options = { now: middleOf(validity), revocation: "if-known" } as const;
    const peer = checkDevice(chainUnder(authority, certificate), realmFor(authority), options);
    if (peer.user !== wish.user || peer.device !== wish.device)
      throw new Fault("certificate-identity", "it names another device");
  });
  return certificate;
}

/** A fresh device id: 16 random bytes, never used twice. */
export function newDeviceId(): DeviceId {
  return randomBytes(16).toString("hex") as DeviceId;
}

/** What goes with a leaf to the other side: leaf, issuing CA, never the root. @internal */
export function chainUnder(authority: Pick<Authority, "issuing">, leaf: Certificate): Buffer[] {
  return [leaf.der, authority.issuing.certificate.der];
}

function realmFor(authority: Authority): Realm {
  return realmOf({ root: authority.root.der, issuers: [authority.issuing.certificate.der] });
}

/** Within the certificate's life, so that the check is about its contents. */
function middleOf({ notBefore, notAfter }: Validity): Date {
  return new Date((notBefore.getTime() + notAfter.getTime()) / 2);
}

function termsOf(terms: Terms, days: number, signer?: Signer): Validity {
  return terms.validity ?? validFor(terms.days ?? days, terms.now, signer?.certificate.notAfter);
}

type Given = { readonly publicKey: KeyObject; readonly validity: Validity };

function issue(signer: Signer, template: Template, given: Given): Certificate {
  return issueUnder(signer, { ...template, ...given });
}

/** A configuration that somebody edited may make a certificate that nobody accepts: say so now, not at the first connection. */
function accepted(certificate: Certificate, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault("cnf-refused", `the certificate for ${titleOf(certificate)} would be refused: ${error.message}`, {
      hint: "compare the configuration with certs/ca.cnf, certs/server.cnf and certs/client.cnf as they ship",
      cause: error,
    });
  }
}
