// The server's and the clients' part of a realm folder: certificates, keys and bundles, added where missing, renewed where due.
// A renewal keeps key and device id. A revoked certificate is left alone.

import { createPublicKey } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { isHandle, type DeviceId, type Handle } from "../model/ids.ts";
import { identityOf, inWords, type AltName } from "./alt-name.ts";
import { issueDevice, issueServer, newDeviceId } from "./authority.ts";
import type { Certificate } from "./certificate.ts";
import type { FolderCa } from "./folder-ca.ts";
import {
  addRow,
  existingCertificate,
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
import { listIdentities } from "./load-client.ts";
import { writeBundle } from "./bundle.ts";
import type { DeviceWish } from "./templates.ts";

export async function ensureServer(work: Work, ca: FolderCa): Promise<void> {
  const { force, now, days, usual } = work.wish;
  const file = pathIn(work, "server.crt");
  const old = force ? undefined : await existingCertificates(file);
  const oldLeaf = old?.[0];
  if (oldLeaf !== undefined) checkOurs(ca, oldLeaf, file);
  const before = oldLeaf === undefined ? await hostsOfReplaced(file) : hostsOf(oldLeaf);
  const hosts = work.wish.hosts ?? (before.length === 0 ? usual.hosts : before);
  const key = await keyOrNew(work, pathIn(work, "server.key"), { sealed: false, certificate: { file, leaf: oldLeaf } });
  const fresh = oldLeaf === undefined || key.made || isDue(oldLeaf, now) || changesOf(before, hosts) !== "";
  const leaf = fresh
    ? issueServer(ca.authority(), { hosts, publicKey: createPublicKey(key.slot.open()), terms: { now, days } })
    : oldLeaf;
  const chain = [leaf, ca.issuing.certificate];
  const what = doneTo(old, chain);
  if (what !== "kept") stageCertificates(work, file, chain);
  const subject = inWords(hosts) + (before.length === 0 ? "" : changesOf(before, hosts));
  addRow(work, file, { subject, what: key.made ? "made" : what, until: leaf.notAfter });
}

function hostsOf(leaf: Certificate): AltName[] {
  return leaf.altNames.filter(({ kind }) => kind === "dns" || kind === "ip");
}

/** With --force the old certificate only says what the server is called, and may be damaged. */
async function hostsOfReplaced(file: string): Promise<AltName[]> {
  const old = await existingCertificate(file).catch(() => undefined);
  return old === undefined ? [] : hostsOf(old);
}

/** What is new and what is gone, to be put behind the names; nothing when they are the same in another order. */
function changesOf(before: readonly AltName[], after: readonly AltName[]): string {
  const added = inWords(without(after, before));
  const removed = inWords(without(before, after));
  const parts = [...(added === "" ? [] : [`added ${added}`]), ...(removed === "" ? [] : [`removed ${removed}`])];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

function without(names: readonly AltName[], others: readonly AltName[]): AltName[] {
  const known = new Set(others.map((name) => inWords([name])));
  return names.filter((name) => !known.has(inWords([name])));
}

/** All clients asked for, and those who are there already (their certificates end as well). */
export async function ensureClients(work: Work, ca: FolderCa, revoked: ReadonlySet<string>): Promise<void> {
  const { force, folder } = work.wish;
  const there = (await listIdentities(folder))
    .filter(isHandle)
    .filter((user) => isThere(clientPath(work, user, "crt")));
  const clients = work.wish.clients ?? usualClients(work, there);
  const asked = new Set<string>(clients.map((client) => client.user));
  for (const client of clients) await ensureClient(work, ca, { client, revoked });
  for (const user of there.filter((name) => !asked.has(name))) {
    if (force)
      work.notes.push(
        `${clientPath(work, user, "crt")} is of the CA that was replaced: remove it, or ask for ${user} again`,
      );
    else await ensureClient(work, ca, { client: { user }, revoked });
  }
}

/** Nobody is added to a realm unasked. A new CA is for those whose keys are here: who sent a request has to send another. */
function usualClients(work: Work, there: readonly Handle[]): readonly ClientWish[] {
  if (there.length === 0) return work.wish.usual.clients;
  if (!work.wish.force) return [];
  return there.filter((user) => isThere(clientPath(work, user, "key"))).map((user) => ({ user }));
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
    addRow(work, file, { subject: subjectIn(client.user, oldLeaf), what: "revoked", until: oldLeaf.notAfter });
    work.notes.push(
      `${client.user} is revoked; for a new certificate remove ${client.user}.crt, .key and .p12 from clients/ and run: make certs CLIENTS=${client.user}`,
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
  const chain = [leaf, ca.issuing.certificate];
  const what = doneTo(old, chain);
  addRow(work, file, { subject: subjectOf(wish), what, until: leaf.notAfter });
  if (key !== undefined) stageBundle(work, ca, { wish, leaf, what, key: key.slot });
  // Last: whoever kills this run between two files leaves a certificate that the next run sees as still to be done.
  if (what !== "kept") stageCertificates(work, file, chain);
}

/** The user and, where it is another word, the name that people see. */
export function subjectOf(wish: Pick<DeviceWish, "user" | "name">): string {
  return wish.name === wish.user ? wish.user : `${wish.user} (${wish.name})`;
}

export function subjectIn(user: Handle, leaf: Certificate): string {
  return subjectOf({ user, name: leaf.commonNames[0] ?? user });
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

/** Kept is a file that holds just this leaf and the present issuing CA. */
function doneTo(old: readonly Certificate[] | undefined, chain: readonly Certificate[]): Done {
  if (old === undefined) return "made";
  const same =
    old.length === chain.length &&
    chain.every((certificate, index) => old[index]?.der.equals(certificate.der) === true);
  return same ? "kept" : "renewed";
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

/** A file of another realm is never renewed into this one by accident. */
function checkOurs(ca: FolderCa, leaf: Certificate, file: string): void {
  const { certificate } = ca.issuing;
  if (leaf.issuer.equals(certificate.subject) && leaf.x509.verify(certificate.x509.publicKey)) return;
  throw new Fault("certs-mismatch", `${file} was not issued by the CA of this folder`, {
    hint: "move the file away and run again, or run with --force to begin a new realm",
  });
}
