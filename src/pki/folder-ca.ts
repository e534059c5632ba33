// The CA's part of a realm folder: root, issuing CA and their revocation lists, made once and renewed with the same keys.
// The root's key may be elsewhere: then what needs it is reported as due, and only what cannot wait is a fault.

import { createPublicKey } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { LIFETIME_DAYS, makeIssuing, makeRoot, type Authority } from "./authority.ts";
import { titleOf, type Certificate } from "./certificate.ts";
import { verifyCrl, type Crl } from "./crl.ts";
import {
  addRow,
  crlLife,
  existingCertificate,
  existingCrl,
  isDue,
  keySlot,
  newKey,
  pathIn,
  stageCertificates,
  stageCrl,
  type Done,
  type KeySlot,
  type Work,
} from "./folder-work.ts";
import type { Signer } from "./issue.ts";
import { about } from "./files.ts";
import { realmOf } from "./realm.ts";
import { issueCrl, type Revoked } from "./revoke.ts";

/** A CA of the folder with its key and its list. */
type Ca = { readonly certificate: Certificate; readonly key: KeySlot; readonly what: Done };

export type FolderCa = {
  readonly root: Ca;
  readonly issuing: Ca;
  /** Opens the issuing CA's key. @throws Fault `key-missing`, `passphrase-*` */
  authority(): Authority;
};

/** Reads the CA, makes what is missing, renews what is due. */
export async function ensureCa(work: Work): Promise<FolderCa> {
  const root = await ensureRoot(work);
  const issuing = await ensureIssuing(work, root);
  await ensureList(work, "ca.crl", root);
  await ensureList(work, "issuing.crl", issuing);
  return folderCa(work, root, issuing);
}

/** The CA as it is, for signing one thing. @throws Fault `certs-missing` */
export async function existingCa(work: Work): Promise<FolderCa> {
  const read = async (stem: string): Promise<Ca> => {
    const file = pathIn(work, `${stem}.crt`);
    const certificate = await existingCertificate(file);
    if (certificate === undefined)
      throw new Fault("certs-missing", `there is no ${file}`, { hint: "make the realm first: `make certs`" });
    return {
      certificate,
      key: await keySlot(work, pathIn(work, `${stem}.key`), { file, leaf: certificate }),
      what: "kept",
    };
  };
  const root = await read("ca");
  const issuing = await read("issuing");
  await checkUnder(work, root, issuing);
  return folderCa(work, root, issuing);
}

function folderCa(work: Work, root: Ca, issuing: Ca): FolderCa {
  return {
    root,
    issuing,
    authority: () => ({
      templates: work.wish.templates,
      root: root.certificate,
      issuing: { certificate: issuing.certificate, key: issuing.key.open() },
    }),
  };
}

async function ensureRoot(work: Work): Promise<Ca> {
  const file = pathIn(work, "ca.crt");
  const { force, now, templates } = work.wish;
  const old = force ? undefined : await existingCertificate(file);
  if (old !== undefined) await about(file, () => realmOf({ root: old.der }));
  const key = await keyFor(work, "ca", old === undefined ? undefined : { file, leaf: old });
  const due = old === undefined || isDue(old, now);
  if (!due || (old !== undefined && !key.there)) {
    return keep(work, { file, certificate: old, key, due });
  }
  const privateKey = key.open();
  const certificate = makeRoot(templates, { publicKey: createPublicKey(privateKey), privateKey }, { now });
  return stage(work, { file, certificate, key, old });
}

async function ensureIssuing(work: Work, root: Ca): Promise<Ca> {
  const file = pathIn(work, "issuing.crt");
  const { force, now, templates } = work.wish;
  const old = force ? undefined : await existingCertificate(file);
  const key = await keyFor(work, "issuing", old === undefined ? undefined : { file, leaf: old });
  if (old !== undefined) await checkUnder(work, root, { certificate: old });
  const due = old === undefined || isDue(old, now);
  if (!due || (old !== undefined && !root.key.there)) return keep(work, { file, certificate: old, key, due });
  const publicKey = old?.x509.publicKey ?? createPublicKey(key.open());
  const signer: Signer = { certificate: root.certificate, key: root.key.open() };
  return stage(work, { file, certificate: makeIssuing(templates, signer, { publicKey, terms: { now } }), key, old });
}

/** A key is made where neither it nor its certificate exists, or with --force: a CA whose key is elsewhere keeps it. */
async function keyFor(
  work: Work,
  stem: string,
  certificate: { file: string; leaf: Certificate } | undefined,
): Promise<KeySlot> {
  const path = pathIn(work, `${stem}.key`);
  const slot = work.wish.force ? undefined : await keySlot(work, path, certificate);
  if (slot !== undefined && (slot.there || certificate !== undefined)) return slot;
  return newKey(work, path, { sealed: true });
}

type Kept = { file: string; certificate: Certificate | undefined; key: KeySlot; due: boolean };

function keep(work: Work, { file, certificate, key, due }: Kept): Ca {
  if (certificate === undefined) throw new Error("only a certificate that exists is kept");
  const what = due ? "due" : "kept";
  addRow(work, file, { subject: titleOf(certificate), what, until: certificate.notAfter });
  if (due)
    work.notes.push(`${file} should be renewed, but the key for that (ca.key) is not here: bring it and run again`);
  return { certificate, key, what };
}

type Made = { file: string; certificate: Certificate; key: KeySlot; old: Certificate | undefined };

function stage(work: Work, { file, certificate, key, old }: Made): Ca {
  const what = old === undefined ? "made" : "renewed";
  stageCertificates(work, file, [certificate]);
  addRow(work, file, { subject: titleOf(certificate), what, until: certificate.notAfter });
  return { certificate, key, what };
}

async function checkUnder(work: Work, root: Ca, issuing: Pick<Ca, "certificate">): Promise<void> {
  const { certificate } = issuing;
  const key = root.certificate.x509.publicKey;
  if (certificate.issuer.equals(root.certificate.subject) && certificate.x509.verify(key) && certificate.ca) return;
  throw new Fault("certs-mismatch", `${pathIn(work, "issuing.crt")} was not issued by ${pathIn(work, "ca.crt")}`, {
    hint: "put the two together that were made together, or run with --force to begin a new realm",
  });
}

async function ensureList(work: Work, name: string, ca: Ca): Promise<void> {
  const file = pathIn(work, name);
  const old = work.wish.force ? undefined : await existingCrl(file);
  if (old !== undefined) await about(file, () => verifyCrl(old, ca.certificate));
  const subject = `revoked: ${old?.revoked.size ?? 0}`;
  if (old !== undefined && !isDue(crlLife(old), work.wish.now)) {
    addRow(work, file, { subject, what: "kept", until: old.nextUpdate });
    return;
  }
  if (old !== undefined && !ca.key.there) {
    addRow(work, file, { subject, what: "due", until: old.nextUpdate });
    work.notes.push(
      `${file} has to be signed again before ${old.nextUpdate.toISOString()}, but ${ca.key.path} is not here`,
    );
    return;
  }
  const crl = nextList(work, ca, { old });
  stageCrl(work, file, crl);
  addRow(work, file, { subject, what: old === undefined ? "made" : "renewed", until: crl.nextUpdate });
}

function nextList(work: Work, ca: Ca, { old, added }: { old: Crl | undefined; added?: readonly Revoked[] }): Crl {
  const signer = { certificate: ca.certificate, key: ca.key.open() };
  return issueCrl(signer, { previous: old, added: added ?? [], now: work.wish.now, days: LIFETIME_DAYS.crl });
}

/** Adds serials to the issuing CA's list and stages it; false if they were there already. */
export async function revokeSerials(work: Work, ca: FolderCa, serials: readonly string[]): Promise<boolean> {
  const file = pathIn(work, "issuing.crl");
  const old = await issuingList(work, ca);
  const fresh = serials.filter((serial) => old?.revoked.has(serial) !== true);
  if (old !== undefined && fresh.length === 0) {
    addRow(work, file, { subject: `revoked: ${old.revoked.size}`, what: "kept", until: old.nextUpdate });
    return false;
  }
  const added = fresh.map((serial) => ({ serial, when: work.wish.now, reason: "unspecified" }) as const);
  const crl = nextList(work, ca.issuing, { old, added });
  stageCrl(work, file, crl);
  addRow(work, file, {
    subject: `revoked: ${crl.revoked.size}`,
    what: old === undefined ? "made" : "renewed",
    until: crl.nextUpdate,
  });
  return true;
}

/** The verified list of the issuing CA, if there is one. */
export async function issuingList(work: Work, ca: FolderCa): Promise<Crl | undefined> {
  const file = pathIn(work, "issuing.crl");
  const crl = await existingCrl(file);
  if (crl !== undefined) await about(file, () => verifyCrl(crl, ca.issuing.certificate));
  return crl;
}
