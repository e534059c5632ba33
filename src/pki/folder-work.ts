// The bench on which a realm folder is worked at: what was asked, what was read, what is to be written, what to tell.
// Nothing is written before everything has succeeded.

import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import type { Handle } from "../model/ids.ts";
import { KEY_TYPES, type KeyType } from "./algorithms.ts";
import type { AltName } from "./alt-name.ts";
import { readCertificate, type Certificate } from "./certificate.ts";
import { readCrl, type Crl } from "./crl.ts";
import { about, readIfThere, type FileToWrite } from "./files.ts";
import { newKeyPair, plainKeyPem, readPrivateKey } from "./keys.ts";
import { CERTIFICATE_LABELS, checkPair } from "./load.ts";
import { derBlocks, toPem } from "./pem.ts";
import type { Templates } from "./templates.ts";

/** One client that shall have a certificate. `name` and `email` only where they were said. */
export type ClientWish = {
  readonly user: Handle;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
};

export type FolderWish = {
  readonly folder: string;
  readonly templates: Templates;
  readonly now: Date;
  /** Undefined: those who are there, and where there is nobody `usual`. */
  readonly clients: readonly ClientWish[] | undefined;
  /** Undefined: those of the server's certificate, and without one `usual`. */
  readonly hosts: readonly AltName[] | undefined;
  readonly usual: { readonly clients: readonly ClientWish[]; readonly hosts: readonly AltName[] };
  readonly keyType: KeyType;
  /** Life of server and client certificates made now. */
  readonly days?: number | undefined;
  /** Protects the keys of CAs and clients, and the bundles. The server's key stays open: it starts without anybody there. */
  readonly passphrase?: string | undefined;
  /** Only with it are a CA and keys made anew where there are some. */
  readonly force: boolean;
};

/** `due`: it should be renewed, but the key for that is not here. */
export type Done = "made" | "kept" | "renewed" | "revoked" | "due";
export type Row = { readonly file: string; readonly subject: string; readonly what: Done; readonly until: Date };

export type Work = {
  readonly wish: FolderWish;
  readonly files: FileToWrite[];
  readonly rows: Row[];
  readonly notes: string[];
};

export function newWork(wish: FolderWish): Work {
  if (!KEY_TYPES.includes(wish.keyType)) throw new Error("a key type that is known");
  return { wish, files: [], rows: [], notes: [] };
}

export function pathIn(work: Work, ...parts: string[]): string {
  return join(work.wish.folder, ...parts);
}

export function addRow(work: Work, path: string, row: Omit<Row, "file">): void {
  work.rows.push({ file: relative(work.wish.folder, path), ...row });
}

/** Within the last third of its life: time to renew. */
export function isDue(life: { notBefore: Date; notAfter: Date }, now: Date): boolean {
  const third = (life.notAfter.getTime() - life.notBefore.getTime()) / 3;
  return now.getTime() > life.notAfter.getTime() - third;
}

export function crlLife(crl: Crl): { notBefore: Date; notAfter: Date } {
  return { notBefore: crl.thisUpdate, notAfter: crl.nextUpdate };
}

/** All certificates of a file, leaf first; undefined if there is no such file. A damaged one is a fault, never overwritten. */
export async function existingCertificates(path: string): Promise<Certificate[] | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  return about(path, () => derBlocks(bytes, CERTIFICATE_LABELS).map(readCertificate));
}

export async function existingCertificate(path: string): Promise<Certificate | undefined> {
  return (await existingCertificates(path))?.[0];
}

export async function existingCrl(path: string): Promise<Crl | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  return about(path, () => derBlocks(bytes, ["X509 CRL"]).map(readCrl)[0]);
}

/** A key file that may be there. It is opened only when something has to be signed: its passphrase may not be at hand. */
export type KeySlot = { readonly path: string; readonly there: boolean; open(): KeyObject };

export async function keySlot(
  work: Work,
  path: string,
  certificate?: { file: string; leaf: Certificate },
): Promise<KeySlot> {
  const bytes = await readIfThere(path);
  let key: KeyObject | undefined;
  const open = (): KeyObject => {
    if (bytes === undefined) throw keyMissing(path);
    key ??= openKey(path, bytes, work.wish.passphrase);
    if (certificate !== undefined) checkPair(certificate.leaf, key, { certificate: certificate.file, key: path });
    return key;
  };
  // A damaged or foreign key is better found now than in a year.
  if (bytes !== undefined && (work.wish.passphrase !== undefined || !bytes.includes("ENCRYPTED"))) open();
  return { path, there: bytes !== undefined, open };
}

function openKey(path: string, bytes: Buffer, passphrase: string | undefined): KeyObject {
  try {
    return readPrivateKey(bytes, passphrase);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new Fault(error.code, `${path}: ${error.message}`, { ...hint, cause: error });
  }
}

function keyMissing(path: string): Fault {
  return new Fault("key-missing", `${path} is needed to sign, and it is not there`, {
    hint: "bring the key back from where it is kept, or run with --force to begin a new realm",
  });
}

/** A new key, its file staged. */
export async function newKey(work: Work, path: string, options: { sealed: boolean }): Promise<KeySlot> {
  const { privateKey } = newKeyPair(work.wish.keyType);
  const { passphrase } = work.wish;
  const seal = options.sealed && passphrase !== undefined;
  const content = seal ? await sealed(privateKey, passphrase) : plainKeyPem(privateKey);
  work.files.push({ path, content, secret: true });
  return { path, there: true, open: () => privateKey };
}

async function sealed(key: KeyObject, passphrase: string): Promise<string> {
  const { encryptedKeyPem } = await import("./bundle.ts");
  return encryptedKeyPem(key, passphrase);
}

export function stageCertificates(work: Work, path: string, certificates: readonly Certificate[]): void {
  const content = certificates.map((certificate) => toPem("CERTIFICATE", certificate.der)).join("");
  work.files.push({ path, content, secret: false });
}

export function stageCrl(work: Work, path: string, crl: Crl): void {
  work.files.push({ path, content: toPem("X509 CRL", crl.der), secret: false });
}

export function isThere(path: string): boolean {
  return existsSync(path);
}
