// A realm kept in a folder: `certs/` as `make certs` fills it. Three jobs: fill it, sign a request, revoke.
// Each plans everything in memory and then writes all files at once. Prints nothing: the report says what was done.
// One run at a time in a folder: whoever calls holds folder-lock.ts.

import { relative } from "node:path";
import { Fault, reason } from "../model/fault.ts";
import { isHandle, type Handle, type Sha256 } from "../model/ids.ts";
import { claimsIdentity, identityOf, isDisplayName } from "./alt-name.ts";
import { issueDevice, newDeviceId } from "./authority.ts";
import { keyTypeOf } from "./algorithms.ts";
import type { Certificate } from "./certificate.ts";
import { about, writeAll } from "./files.ts";
import { ensureCa, existingCa, issuingList, revokeSerials, type FolderCa } from "./folder-ca.ts";
import { clientPath, ensureClients, ensureServer, subjectIn, subjectOf } from "./folder-leaves.ts";
import {
  addRow,
  existingCertificate,
  isThere,
  newWork,
  stageCertificates,
  type FolderWish,
  type Row,
  type Work,
} from "./folder-work.ts";
import { sameKey } from "./keys.ts";
import { listIdentities } from "./load-client.ts";
import { derBlocks } from "./pem.ts";
import { keyFingerprint } from "./realm.ts";
import { readRequest, type CertificateRequest } from "./request.ts";
import type { DeviceWish } from "./templates.ts";

export type Report = {
  readonly rows: readonly Row[];
  /** Sentences for a person: what to bring, what to know. */
  readonly notes: readonly string[];
  readonly fingerprint: Sha256;
};

const RSA_NOTE =
  "an RSA certificate is for teaching: it opens the connection, but it cannot be a leaf of an encrypted (MLS) group; use ed25519 to chat";

/** What others keep in the folder under the CA: staged with all else. */
type More = (work: Work, ca: FolderCa) => Promise<void>;

/** Makes what is missing, renews what is due, keeps the rest. */
export async function fillFolder(wish: FolderWish, more?: More): Promise<Report> {
  const work = newWork(wish);
  if (wish.force)
    work.notes.push("everything asked for was made anew: certificates of the CA before are refused from now on");
  const ca = await ensureCa(work);
  const list = wish.force ? undefined : await issuingList(work, ca);
  await ensureServer(work, ca);
  await more?.(work, ca);
  await ensureClients(work, ca, new Set(list?.revoked.keys()));
  if (wish.keyType === "rsa") work.notes.push(RSA_NOTE);
  noteForServer(work);
  return finish(work, ca);
}

const TELL_SERVER = 'pkill -HUP -x chat-server, or kill -HUP with the pid of its log line "listening"';
/** What a running server has read. */
const OF_SERVER = new Set(["ca.crt", "issuing.crt", "server.crt", "server.key", "ca.crl", "issuing.crl"]);

/** What is there before is what a server may have read: a first run needs no note. */
function noteForServer(work: Work): void {
  const names = work.files
    .filter(({ path }) => isThere(path))
    .map(({ path }) => relative(work.wish.folder, path))
    .filter((name) => OF_SERVER.has(name));
  if (names.length > 0)
    work.notes.push(`${names.join(", ")} changed: a server that is running reads it after ${TELL_SERVER}`);
}

async function finish(work: Work, ca: FolderCa): Promise<Report> {
  await writeAll(work.files);
  return { rows: work.rows, notes: work.notes, fingerprint: keyFingerprint(ca.root.certificate.publicKeyInfo) };
}

export type RequestJob = {
  /** PEM or DER. */
  readonly bytes: Buffer;
  readonly file: string;
  /** The user, when the request does not say it; when both say it they must agree. */
  readonly as?: string | undefined;
};

/** Signs a request made elsewhere: the key never leaves its owner. */
export async function signRequest(wish: FolderWish, job: RequestJob): Promise<Report> {
  const work = newWork(wish);
  const request = await about(job.file, () => readRequest(requestIn(job.bytes)));
  const ca = await existingCa(work);
  const asked = askedDevice(request, job);
  const file = clientPath(work, asked.user, "crt");
  const old = await existingCertificate(file);
  const isSameKey = old !== undefined && sameKey(old.x509.publicKey, request.publicKey);
  await checkReplaceable(work, { ca, user: asked.user, old, isSameKey });
  // Another key is another device.
  const before = isSameKey ? identityOf(old.altNames) : undefined;
  const device = asked.device ?? (typeof before === "object" ? before.device : newDeviceId());
  const deviceWish: DeviceWish = { user: asked.user, device, name: asked.name, email: asked.email };
  await checkDeviceFree(work, deviceWish);
  const leaf = issueDevice(ca.authority(), {
    wish: deviceWish,
    publicKey: request.publicKey,
    terms: { now: wish.now, days: wish.days },
  });
  stageCertificates(work, file, [leaf, ca.issuing.certificate]);
  addRow(work, file, {
    subject: subjectOf(deviceWish),
    what: old === undefined ? "made" : "renewed",
    until: leaf.notAfter,
  });
  if (keyTypeOf(request.publicKey) === "rsa") work.notes.push(RSA_NOTE);
  return finish(work, ca);
}

/** @throws Fault `request-malformed` */
function requestIn(bytes: Buffer): Buffer {
  try {
    if (bytes.length === 0) throw new Error("the file is empty");
    const [der = Buffer.alloc(0)] = derBlocks(bytes, ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"]);
    return der;
  } catch (error) {
    throw new Fault("request-malformed", `not a certificate request: ${reason(error)}`, {
      hint: "the owner of the key makes one with `openssl req -new -key NAME.key -subj /CN=NAME -out NAME.csr`",
      cause: error,
    });
  }
}

type Asked = Omit<DeviceWish, "device"> & { readonly device: DeviceWish["device"] | undefined };

function askedDevice(request: CertificateRequest, job: RequestJob): Asked {
  const claim = claimsIdentity(request.altNames) ? identityOf(request.altNames) : undefined;
  if (typeof claim === "string") {
    throw new Fault("request-identity", `${job.file}: the request does not name a device: ${claim}`, {
      hint: "make it with certs/client.cnf, or leave the names out of it and give --as NAME",
    });
  }
  const user = askedUser(claim?.user, job);
  const email = request.altNames.find((name) => name.kind === "email")?.value;
  const name = request.commonName !== undefined && isDisplayName(request.commonName) ? request.commonName : user;
  return { user, device: claim?.device, name, email };
}

function askedUser(claimed: Handle | undefined, job: RequestJob): Handle {
  const user = job.as ?? claimed;
  if (user === undefined)
    throw new Fault("request-identity", `${job.file}: the request names no user`, {
      hint: "say who it is for with --as NAME",
    });
  if (!isHandle(user)) {
    throw new Fault("handle-invalid", `${JSON.stringify(user)} is not a valid name`, {
      hint: "use a-z, 0-9, dot, dash and underscore, at most 32",
    });
  }
  if (claimed !== undefined && claimed !== user) {
    throw new Fault("request-identity", `${job.file}: the request is for ${claimed}, not for ${user}`, {
      hint: `give --as ${claimed}, or ask for another request`,
    });
  }
  return user;
}

type Replacement = {
  readonly ca: FolderCa;
  readonly user: Handle;
  readonly old: Certificate | undefined;
  readonly isSameKey: boolean;
};

/** The same key may be certified again; another one takes a name over, and only after a revocation. */
async function checkReplaceable(work: Work, { ca, user, old, isSameKey }: Replacement): Promise<void> {
  const file = clientPath(work, user, "crt");
  const isRevoked = old !== undefined && (await issuingList(work, ca))?.revoked.has(old.serial) === true;
  if (isSameKey && !isRevoked) return;
  if (isSameKey) {
    throw new Fault("certificate-exists", `the key of this request was revoked (${file})`, {
      hint: "make a new key and a new request",
    });
  }
  // Key and bundle of another certificate would stay beside the new one, and no later run could tell which belongs to it.
  const leftovers = (["key", "p12"] as const).filter((extension) => isThere(clientPath(work, user, extension)));
  const remove = `remove ${leftovers.map((extension) => `${user}.${extension}`).join(" and ")} from clients/`;
  if (old !== undefined && !isRevoked) {
    const steps = [`--revoke ${user}`, ...(leftovers.length === 0 ? [] : [remove]), "sign again"];
    throw new Fault("certificate-exists", `${file} exists and is for another key`, {
      hint: `if ${user} gets this key instead: ${steps.join(", then ")}; or give another name with --as`,
    });
  }
  if (leftovers.length === 0) return;
  throw new Fault("certificate-exists", `there is a key or bundle of ${user} that does not belong to this request`, {
    hint: `${remove} and sign again`,
  });
}

/** A device id is one installation of one user: a request may not take another's. */
async function checkDeviceFree(work: Work, wish: DeviceWish): Promise<void> {
  for (const name of await listIdentities(work.wish.folder)) {
    if (name === wish.user || !isThere(clientPath(work, name, "crt"))) continue;
    const other = await existingCertificate(clientPath(work, name, "crt"));
    const identity = other === undefined ? "" : identityOf(other.altNames);
    if (typeof identity === "string" || identity.device !== wish.device) continue;
    throw new Fault("request-identity", `the device id of this request belongs to ${name}`, {
      hint: "make the request with a new device id: `openssl rand -hex 16`",
    });
  }
}

/** Revokes by serial numbers, for a program that knows them. Nothing happens to those that are on the list. */
export async function revokeSerialsIn(wish: FolderWish, serials: readonly string[]): Promise<void> {
  const work = newWork(wish);
  await revokeSerials(work, await existingCa(work), serials);
  await writeAll(work.files);
}

const SERIAL = /^[0-9a-f]{16,40}$/;

/** Revokes the certificate of a client, or one whose file is lost by its serial number. */
export async function revokeIn(wish: FolderWish, target: string): Promise<Report> {
  const work = newWork(wish);
  const ca = await existingCa(work);
  const file = clientPath(work, target, "crt");
  const user = isHandle(target) ? target : undefined;
  const leaf = user === undefined ? undefined : await existingCertificate(file);
  const serial = leaf?.serial ?? target.toLowerCase().replaceAll(":", "");
  if (leaf === undefined && !SERIAL.test(serial)) {
    const names = (await listIdentities(wish.folder)).join(", ");
    throw new Fault("certs-missing", `there is no certificate of ${JSON.stringify(target)} (${file})`, {
      hint: `there are: ${names === "" ? "none" : names}; or give the serial number`,
    });
  }
  if (leaf !== undefined && !leaf.issuer.equals(ca.issuing.certificate.subject)) {
    throw new Fault("certs-mismatch", `${file} was not issued by the CA of this folder`, {
      hint: "revoke it where it was issued",
    });
  }
  const added = await revokeSerials(work, ca, [serial]);
  if (leaf !== undefined && user !== undefined)
    addRow(work, file, { subject: subjectIn(user, leaf), what: "revoked", until: leaf.notAfter });
  if (!added) work.notes.push(`${target} was revoked before: nothing changed`);
  work.notes.push(
    `now tell the server: ${TELL_SERVER}; until then the device ${added ? "stays" : "may still be"} connected`,
    "if the server has its own copy of this folder, copy issuing.crl there first",
  );
  return finish(work, ca);
}
