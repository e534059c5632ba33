// The key of the log in a realm folder: log.key, and log.crt by which the realm's CA says that it is. Made where the CA's key is,
// read wherever the server runs. Loads what builds certificates only when one is to be made.

import { createPublicKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import type { Authority } from "../pki/authority.ts";
import { readCertificate, type Certificate } from "../pki/certificate.ts";
import { about, readIfThere, writeAll } from "../pki/files.ts";
import { newKeyPair, plainKeyPem, readPrivateKey, sameKey } from "../pki/keys.ts";
import { derBlocks, toPem } from "../pki/pem.ts";
import type { Realm } from "../pki/realm.ts";
import { checkLogCertificate } from "./log-key.ts";

export type LogSigner = {
  readonly key: KeyObject;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Buffer[];
  readonly notAfter: Date;
};

/** Undefined where there is none. @throws Fault `certificate-*`, `key-*`, `file-unreadable` */
export async function loadLogSigner(folder: string, realm: Realm, now: Date): Promise<LogSigner | undefined> {
  const [files, keyFile] = pathsIn(folder);
  const certificates = await readIfThere(files);
  const keyBytes = await readIfThere(keyFile);
  if (certificates === undefined || keyBytes === undefined) return undefined;
  return about(files, () => {
    const chain = derBlocks(certificates, ["CERTIFICATE"]);
    const { publicKey, notAfter } = checkLogCertificate(chain, realm, { now });
    const key = readPrivateKey(keyBytes);
    return sameKey(createPublicKey(key), publicKey) ? { key, chain, notAfter } : undefined;
  });
}

/** Makes what is missing, and renews in the last third of its life with the same key. True: there is something new. */
export async function ensureLogSigner(folder: string, authority: Authority, now: Date): Promise<boolean> {
  const [file, keyFile] = pathsIn(folder);
  const [keyBytes, certificates] = [await readIfThere(keyFile), await readIfThere(file)];
  const old = certificates === undefined ? undefined : await about(file, () => leafIn(certificates));
  const key =
    keyBytes === undefined ? newKeyPair("ed25519").privateKey : await about(keyFile, () => readPrivateKey(keyBytes));
  const publicKey = createPublicKey(key);
  if (old !== undefined && sameKey(old.x509.publicKey, publicKey) && isGood(old, authority, now)) return false;
  const { issueLogCertificate } = await import("./log-issue.ts");
  const leaf = issueLogCertificate(authority, { publicKey, terms: { now } });
  const chain = [leaf, authority.issuing.certificate].map(({ der }) => toPem("CERTIFICATE", der)).join("");
  // The key first: a certificate without its key is made anew, a key without a certificate is used again.
  await writeAll([
    { path: keyFile, content: plainKeyPem(key), secret: true },
    { path: file, content: chain, secret: false },
  ]);
  return true;
}

function pathsIn(folder: string): readonly [certificate: string, key: string] {
  return [join(folder, "log.crt"), join(folder, "log.key")];
}

function leafIn(bytes: Buffer): Certificate | undefined {
  const [first] = derBlocks(bytes, ["CERTIFICATE"]);
  return first === undefined ? undefined : readCertificate(first);
}

/** Of this CA, and not in the last third of its life. */
function isGood({ notBefore, notAfter, issuer }: Certificate, { issuing }: Authority, now: Date): boolean {
  const third = (notAfter.getTime() - notBefore.getTime()) / 3;
  return issuer.equals(issuing.certificate.subject) && now.getTime() < notAfter.getTime() - third;
}
