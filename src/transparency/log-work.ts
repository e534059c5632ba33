// The key of the log as a part of a realm folder: made with the realm, its certificate renewed with the same key. For whoever has the CA's
// key: `make certs`, `chat-server init`, and a server that finds it beside its certificate. Loads what builds certificates.

import { createPublicKey, type KeyObject } from "node:crypto";
import type { Certificate } from "../pki/certificate.ts";
import { about, readIfThere, writeAll } from "../pki/files.ts";
import { existingCa, type FolderCa } from "../pki/folder-ca.ts";
import {
  addRow,
  existingCertificate,
  isDue,
  isThere,
  newWork,
  pathIn,
  stageCertificates,
  type FolderWish,
  type Work,
} from "../pki/folder-work.ts";
import { newKeyPair, plainKeyPem, readPrivateKey, sameKey } from "../pki/keys.ts";
import { LOG_CERTIFICATE, LOG_KEY } from "./log-folder.ts";
import { issueLogCertificate } from "./log-issue.ts";

const SUBJECT = "the log of the realm";

/** In a folder that has its CA. Nothing happens to what is good. @throws Fault `certs-*`, `key-*`, `passphrase-*`, `file-*` */
export async function renewLogSigner(wish: FolderWish): Promise<void> {
  const work = newWork(wish);
  await stageLogSigner(work, await existingCa(work));
  await writeAll(work.files);
}

/** What is missing, and what is in the last third of its life. Without the CA's key it is said what is due. */
export async function stageLogSigner(work: Work, ca: FolderCa): Promise<void> {
  const { force, now } = work.wish;
  const [file, keyFile] = [pathIn(work, LOG_CERTIFICATE), pathIn(work, LOG_KEY)];
  const old = force ? undefined : await existingCertificate(file);
  const key = force ? undefined : await existingKey(keyFile);
  const isWhole = old !== undefined && key !== undefined && isOf(ca, old, key);
  if (isWhole && !isDue(old, now)) return addRow(work, file, { subject: SUBJECT, what: "kept", until: old.notAfter });
  if (!ca.issuing.key.there) return tellDue(work, ca, isWhole ? old : undefined);
  const privateKey = key ?? newKeyPair("ed25519").privateKey;
  const leaf = issueLogCertificate(ca.authority(), { publicKey: createPublicKey(privateKey), terms: { now } });
  // The key first: a certificate without its key is made anew, a key without a certificate is used again.
  if (key === undefined) work.files.push({ path: keyFile, content: plainKeyPem(privateKey), secret: true });
  stageCertificates(work, file, [leaf, ca.issuing.certificate]);
  addRow(work, file, { subject: SUBJECT, what: isWhole ? "renewed" : "made", until: leaf.notAfter });
  // Of a first run there is no server yet.
  if (isThere(pathIn(work, "server.crt")))
    work.notes.push("log.key and log.crt belong beside server.key: a server reads them when it starts");
}

async function existingKey(path: string): Promise<KeyObject | undefined> {
  const bytes = await readIfThere(path);
  return bytes === undefined ? undefined : about(path, () => readPrivateKey(bytes));
}

/** They belong together, and this CA has signed it: one that was made anew may have the name of that before. */
function isOf({ issuing }: FolderCa, leaf: Certificate, key: KeyObject): boolean {
  const { subject, x509 } = issuing.certificate;
  const isOwn = leaf.issuer.equals(subject) && leaf.x509.verify(x509.publicKey);
  return isOwn && sameKey(leaf.x509.publicKey, createPublicKey(key));
}

function tellDue(work: Work, ca: FolderCa, old: Certificate | undefined): void {
  const file = pathIn(work, LOG_CERTIFICATE);
  if (old !== undefined) addRow(work, file, { subject: SUBJECT, what: "due", until: old.notAfter });
  const what = old === undefined ? "there is no key for the log of the realm (log.key, log.crt)" : `${file} is due`;
  work.notes.push(`${what}, but the key for that is not here: bring ${ca.issuing.key.path} and run again`);
}
