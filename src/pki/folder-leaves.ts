// The server's and the clients' part of a realm folder: certificates, keys and bundles, added where missing, renewed where due.
// A renewal keeps key and device id. A revoked certificate is left alone.

import { createPublicKey } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { isHandle, type DeviceId, type Handle } from "../model/ids.ts";
import { identityOf, inWords, type AltName } from "./alt-name.ts";
import { issueDevice, issueServer, newDeviceId } from "./authority.ts";
import { titleOf, type Certificate } from "./certificate.ts";
import type { FolderCa } from "./folder-ca.ts";
import {
  addRow,
  existingCertificates,
  isDue,
  isThere,
  keySlot,
  newKey,
  pathIn,
  stageCertificates,
  type ClientWish,
  type Done,
  type KeySlot,
  type Work,
} from "./folder-work.ts";
import { listIdentities } from "./load.ts";
import { writeBundle } from "./bundle.ts";
import type { DeviceWish } from "./templates.ts";

export async function ensureServer(work: Work, ca: FolderCa): Promise<void> {
  const { force, now, days, hosts } = work.wish;
  const file = pathIn(work, "server.crt");
  const old = force ? undefined : await existingCertificates(file);
  const oldLeaf = old?.[0];
  if (oldLeaf !== undefined) checkOurs(ca, oldLeaf, file);
  const key = await keyOrNew(work, pathIn(work, "server.key"), { sealed: false, certificate: { file, leaf: oldLeaf } });
  const fresh = oldLeaf === undefined || key.made || isDue(oldLeaf, now) || !sameHosts(oldLeaf, hosts);
  const leaf = fresh
    ? issueServer(ca.authority(), { hosts, publicKey: createPublicKey(key.slot.open()), terms: { now, days } })
    : oldLeaf;
  const what = stageLeaf(work, ca, { file, old, leaf });
  addRow(work, file, { subject: inWords(hosts), what: key.made ? "made" : what, until: leaf.notAfter });
}

/** All clients asked for, and those who are there already (their certificates end as well). */
export async function ensureClients(work: Work, ca: FolderCa, revoked: ReadonlySet<string>): Promise<void> {
  const asked = new Set<string>(work.wish.clients.map((client) => client.user));
  const there = (await listIdentities(work.wish.folder)).filter(
    (name) => !asked.has(name) && isThere(clientPath(work, name, "crt")),
  );
  for (const client of work.wish.clients) await ensureClient(work, ca, { client, revoked });
  for (const user of there.filter(isHandle)) {
    if (work.wish.force)
      work.notes.push(
        `${clientPath(work, user, "crt")} is of the CA that was replaced: remove it, or ask for ${user} again`,
      );
    else await ensureClient(work, ca, { client: { user }, revoked });
  }
}

export function clientPath(work: Work, user: string, extension: "crt" | "key" | "p12"): string {
  return pathIn(work, "clients", `${user}.${extension}`);
}

type ClientJob = { readonly client: ClientWish; readonly revoked: ReadonlySet<string> };

async function ensureClient(work: Work, ca: FolderCa, { client, revoked }: ClientJob): Promise<void> {
  const { force, now, days } = work.wish;
  const file = clientPath(work, client.user, "crt");
  const old = force ? undefined : await existingCertificates(file);
  const oldLeaf = old?.[0];
  if (oldLeaf !== undefined) checkOurs(ca, oldLeaf, file);
  if (oldLeaf !== undefined && revoked.has(oldLeaf.serial)) {
    addRow(work, file, { subject: titleOf(oldLeaf), what: "revoked", until: oldLeaf.notAfter });
    work.notes.push(
      `${client.user} is revoked; for a new certificate remove ${client.user}.crt, .key and .p12 from clients/ and run again`,
    );
    return;
  }
  const wish = deviceWish(client, oldLeaf, file);
  // A certificate without a key here was made from a request: its key is with its owner.
  const keyPath = clientPath(work, client.user, "key");
  const elsewhere = oldLeaf !== undefined && !isThere(keyPath);
  const key = elsewhere
    ? undefined
    : await keyOrNew(work, keyPath, { sealed: true, certificate: { file, leaf: oldLeaf } });
  const fresh = oldLeaf === undefined || isDue(oldLeaf, now) || saysOther(oldLeaf, client);
  const publicKey = oldLeaf?.x509.publicKey ?? (key === undefined ? undefined : createPublicKey(key.slot.open()));
  if (publicKey === undefined) throw new Error("a client has a certificate or a key");
  const leaf = fresh ? issueDevice(ca.authority(), { wish, publicKey, terms: { now, days } }) : oldLeaf;
  const what = stageLeaf(work, ca, { file, old, leaf });
  addRow(work, file, { subject: subjectOf(wish), what, until: leaf.notAfter });
  if (key !== undefined) stageBundle(work, ca, { wish, leaf, what, key: key.slot });
}

function subjectOf(wish: DeviceWish): string {
  return wish.name === wish.user ? wish.user : `${wish.user} (${wish.name})`;
}

/** The same device as before, or a new one. What was not said now stays as it was. */
function deviceWish(client: ClientWish, old: Certificate | undefined, file: string): DeviceWish {
  const before = old === undefined ? undefined : identityIn(old, client.user, file);
  const email = client.email ?? old?.altNames.find((name) => name.kind === "email")?.value;
  const name = client.name ?? old?.commonNames[0] ?? client.user;
  return { user: client.user, device: before ?? newDeviceId(), name, email };
}

function identityIn(certificate: Certificate, user: Handle, file: string): DeviceId {
  const identity = identityOf(certificate.altNames);
  const hint = "move the file away and run again";
  if (typeof identity === "string")
    throw new Fault("certificate-identity", `${file} does not name a device: ${identity}`, { hint });
  if (identity.user !== user)
    throw new Fault("certificate-identity", `${file} is the certificate of ${identity.user}`, { hint });
  return identity.device;
}

function saysOther(old: Certificate, client: ClientWish): boolean {
  const email = old.altNames.find((name) => name.kind === "email")?.value;
  return (
    (client.name !== undefined && client.name !== old.commonNames[0]) ||
    (client.email !== undefined && client.email !== email)
  );
}

type KeyWish = { readonly sealed: boolean; readonly certificate: { file: string; leaf: Certificate | undefined } };

async function keyOrNew(work: Work, path: string, wish: KeyWish): Promise<{ slot: KeySlot; made: boolean }> {
  const { file, leaf } = wish.certificate;
  const slot = work.wish.force ? undefined : await keySlot(work, path, leaf === undefined ? undefined : { file, leaf });
  if (slot?.there === true) return { slot, made: false };
  return { slot: await newKey(work, path, { sealed: wish.sealed }), made: true };
}

/** Stages the file if it does not hold just this leaf and the present issuing CA. */
function stageLeaf(
  work: Work,
  ca: FolderCa,
  job: { file: string; old: Certificate[] | undefined; leaf: Certificate },
): Done {
  const chain = [job.leaf, ca.issuing.certificate];
  const same =
    job.old?.length === chain.length &&
    chain.every((certificate, index) => job.old?.[index]?.der.equals(certificate.der) === true);
  if (same) return "kept";
  stageCertificates(work, job.file, chain);
  return job.old === undefined ? "made" : "renewed";
}

type BundleJob = { readonly wish: DeviceWish; readonly leaf: Certificate; readonly what: Done; readonly key: KeySlot };

function stageBundle(work: Work, ca: FolderCa, job: BundleJob): void {
  const path = clientPath(work, job.wish.user, "p12");
  const there = isThere(path);
  if (there && job.what === "kept") {
    addRow(work, path, { subject: subjectOf(job.wish), what: "kept", until: job.leaf.notAfter });
    return;
  }
  const certificates = [job.leaf, ca.issuing.certificate, ca.root.certificate];
  const passphrase = work.wish.passphrase ?? "";
  const content = writeBundle({ key: job.key.open(), certificates, friendlyName: job.wish.name, passphrase });
  work.files.push({ path, content, secret: true });
  const secret = passphrase === "" ? "empty passphrase" : "with passphrase";
  addRow(work, path, {
    subject: `${subjectOf(job.wish)}, ${secret}`,
    what: job.what === "renewed" ? "renewed" : "made",
    until: job.leaf.notAfter,
  });
}

function sameHosts(leaf: Certificate, hosts: readonly AltName[]): boolean {
  const names = leaf.altNames.map((name) => inWords([name])).toSorted();
  return (
    names.join() ===
    hosts
      .map((name) => inWords([name]))
      .toSorted()
      .join()
  );
}

/** A file of another realm is never renewed into this one by accident. */
function checkOurs(ca: FolderCa, leaf: Certificate, file: string): void {
  const { certificate } = ca.issuing;
  if (leaf.issuer.equals(certificate.subject) && leaf.x509.verify(certificate.x509.publicKey)) return;
  throw new Fault("certs-mismatch", `${file} was not issued by the CA of this folder`, {
    hint: "move the file away and run again, or run with --force to begin a new realm",
  });
}
