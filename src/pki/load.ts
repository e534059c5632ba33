// Certificates, keys and lists from files, for the executables; the server's folder. A client's own: load-client.ts.
// Ours and OpenSSL's files alike. Every mistake is a fault that names the file. No node-forge on this path.

import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import { Fault } from "../model/fault.ts";
import { readCertificate, titleOf, type Certificate } from "./certificate.ts";
import { about, privacyWarnings, readIfThere } from "./files.ts";
import { plainKeyPem, readPrivateKey, sameKey } from "./keys.ts";
import { publicKeyOf } from "./path.ts";
import { checkServer, type Peer } from "./peer.ts";
import { derBlocks } from "./pem.ts";
import { realmOf, withCrls, type Realm } from "./realm.ts";

export type Loaded = {
  readonly realm: Realm;
  /** Leaf and issuing CA, PEM, for node:tls. */
  readonly certificatePem: string;
  /** PKCS#8 PEM without a passphrase: it stays in memory. */
  readonly keyPem: string;
  readonly leaf: Certificate;
  /** Sentences for the log: nothing is printed here. */
  readonly warnings: readonly string[];
};

export type ServerFiles = Loaded;
/** `since`, `former`: see pki/kept-identity.ts; files know of neither. */
export type ClientFiles = Loaded & {
  readonly peer: Peer;
  readonly since?: number | undefined;
  readonly former?: readonly string[] | undefined;
};

/** @internal */
const MAKE_CERTS =
  "make a realm with `chat-server init`, or name the folder of one with --data; with certificate files: `make certs`, or the folder that has them with --certs";
const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

export const CERTIFICATE_LABELS = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"] as const;

/**
 * `ca.crt`, `issuing.crt` (if there is one), `server.crt`, `server.key`, `ca.crl`, `issuing.crl`.
 * @throws Fault `certs-missing`, `file-unreadable`, `key-mismatch`, `passphrase-*`, `certificate-*`, `crl-*`
 */
export async function loadServerFiles(
  dir: string,
  options: { now: Date; passphrase?: string | undefined },
): Promise<ServerFiles> {
  const realm = await loadRealm(dir);
  checkLists(realm);
  const files = { certificate: join(dir, "server.crt"), key: join(dir, "server.key") };
  const own = await loadPair(files, options.passphrase);
  const chain = [...own.chain, ...realm.issuers.map((issuer) => issuer.raw)];
  const checked = await about(files.certificate, () => checkServer(chain, realm, { now: options.now }));
  const warnings = [
    ...own.warnings,
    ...endWarnings(checked.certificates, options.now),
    ...listWarnings(realm, options.now),
  ];
  return {
    realm,
    certificatePem: chainPem(checked.certificates),
    keyPem: plainKeyPem(own.key),
    leaf: own.leaf,
    warnings,
  };
}

/** Reads the lists again, when their files have changed: the rest of the realm stays. @internal */
export async function reloadLists(dir: string, realm: Realm): Promise<Realm> {
  const fresh = withCrls(realm, await readLists(dir));
  checkLists(fresh);
  return fresh;
}

/** The CA's side of a folder: root, issuing CA, revocation lists. @internal */
export async function loadRealm(dir: string): Promise<Realm> {
  const rootPath = join(dir, "ca.crt");
  const [root] = await readCertificates(rootPath);
  const issuing = await readIfThere(join(dir, "issuing.crt"));
  const issuers =
    issuing === undefined ? [] : await about(join(dir, "issuing.crt"), () => derBlocks(issuing, CERTIFICATE_LABELS));
  const crls = await readLists(dir);
  return about(dir, () => realmOf({ root: root ?? Buffer.alloc(0), issuers, crls }));
}

/** @internal */
export async function readLists(dir: string): Promise<Buffer[]> {
  const lists: Buffer[] = [];
  for (const path of [join(dir, "ca.crl"), join(dir, "issuing.crl")]) {
    const bytes = await readIfThere(path);
    if (bytes !== undefined) lists.push(...(await about(path, () => derBlocks(bytes, ["X509 CRL"]))));
  }
  return lists;
}

/** Every CA of the folder has a list. That one has ended is refused at each connection, and a warning here. */
function checkLists(realm: Realm): void {
  if (realm.crls.size >= 1 + realm.issuers.length) return;
  throw new Fault("crl-missing", "the revocation lists are not complete: ca.crl and issuing.crl are needed", {
    hint: MAKE_CERTS,
  });
}

/** `chain`: DER. The leaf and the CAs above it, without the root. */
function endWarnings(chain: readonly Buffer[], now: Date): string[] {
  const soon = new Date(now.getTime() + SOON_DAYS * DAY_MS);
  return chain
    .map(readCertificate)
    .filter(({ notAfter }) => notAfter < soon)
    .map((ends) => `the certificate ${titleOf(ends)} ends on ${ends.notAfter.toISOString()}: run \`make certs\``);
}

function listWarnings(realm: Realm, now: Date): string[] {
  const soon = new Date(now.getTime() + SOON_DAYS * DAY_MS);
  return [...realm.crls.values()]
    .filter((crl) => crl.nextUpdate < soon)
    .map((crl) => {
      const verb = crl.nextUpdate < now ? "ended" : "ends";
      return `a revocation list ${verb} on ${crl.nextUpdate.toISOString()} and then every device is refused: run \`make certs\``;
    });
}

export type PairFiles = { readonly certificate: string; readonly key: string };
export type Pair = {
  readonly chain: Buffer[];
  readonly leaf: Certificate;
  readonly key: KeyObject;
  readonly warnings: string[];
};

export async function loadPair(files: PairFiles, passphrase: string | undefined): Promise<Pair> {
  const chain = await readCertificates(files.certificate);
  const leaf = await about(files.certificate, () => readCertificate(chain[0] ?? Buffer.alloc(0)));
  const keyBytes = await readNeeded(files.key);
  const key = await about(files.key, () => readPrivateKey(keyBytes, passphrase));
  checkPair(leaf, key, files);
  return { chain, leaf, key, warnings: await privacyWarnings(files.key) };
}

/** @throws Fault `key-mismatch` */
export function checkPair(leaf: Certificate, key: KeyObject, files: PairFiles): void {
  if (sameKey(publicKeyOf(leaf), key)) return;
  throw new Fault(
    "key-mismatch",
    `${files.key} is not the key of the certificate ${titleOf(leaf)} in ${files.certificate}`,
    {
      hint: "put the two files together that were made together, or remove both and run `make certs`",
    },
  );
}

/** The DER of every certificate in a file that has to be there. */
export async function readCertificates(path: string): Promise<Buffer[]> {
  const bytes = await readNeeded(path);
  return about(path, () => derBlocks(bytes, CERTIFICATE_LABELS));
}

export async function readNeeded(path: string): Promise<Buffer> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new Fault("certs-missing", `there is no ${path}`, { hint: MAKE_CERTS });
  return bytes;
}

export function chainPem(chain: readonly Buffer[]): string {
  return chain.map((der) => readCertificate(der).x509.toString()).join("");
}
