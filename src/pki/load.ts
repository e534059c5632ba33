// Identities from files, for the executables: the server's folder, a client's certificate and key, or a PKCS#12 bundle.
// Ours and OpenSSL's files alike. Every mistake is a fault that names the file. No node-forge on this path.

import type { KeyObject } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errno, Fault } from "../model/fault.ts";
import { isHandle } from "../model/ids.ts";
import { readCertificate, titleOf, type Certificate } from "./certificate.ts";
import { about, privacyWarnings, readIfThere, unreadable } from "./files.ts";
import { plainKeyPem, readPrivateKey, sameKey } from "./keys.ts";
import { publicKeyOf } from "./path.ts";
import { checkDevice, checkServer, type Peer } from "./peer.ts";
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
export type ClientFiles = Loaded & { readonly peer: Peer };

const MAKE_CERTS = "run `make certs`, or give the folder that has them with --certs";
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

async function readLists(dir: string): Promise<Buffer[]> {
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

type PairFiles = { readonly certificate: string; readonly key: string };
type Pair = {
  readonly chain: Buffer[];
  readonly leaf: Certificate;
  readonly key: KeyObject;
  readonly warnings: string[];
};

async function loadPair(files: PairFiles, passphrase: string | undefined): Promise<Pair> {
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
async function readCertificates(path: string): Promise<Buffer[]> {
  const bytes = await readNeeded(path);
  return about(path, () => derBlocks(bytes, CERTIFICATE_LABELS));
}

async function readNeeded(path: string): Promise<Buffer> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new Fault("certs-missing", `there is no ${path}`, { hint: MAKE_CERTS });
  return bytes;
}

export type ClientSource = {
  readonly now: Date;
  /** The folder that `make certs` filled, or a copy of its clients/ folder. */
  readonly certs?: string | undefined;
  /** Which identity in `certs`; not needed where there is only one. */
  readonly as?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
  readonly p12?: string | undefined;
  readonly passphrase?: string | undefined;
};

/**
 * A client's own identity: from a bundle, from files named one by one, or by name from a folder. Lists beside ca.crt are obeyed.
 * @throws Fault `certs-missing`, `identity-choice`, `key-mismatch`, `passphrase-*`, `bundle-malformed`, `certificate-*`
 */
export async function loadClientFiles(source: ClientSource): Promise<ClientFiles> {
  if (source.p12 !== undefined) return loadBundle(source, source.p12);
  const files = await clientFiles(source);
  const own = await loadPair(files, source.passphrase);
  const place = { file: files.certificate, now: source.now };
  const [root = Buffer.alloc(0)] = await readCertificates(files.ca);
  const identity = await clientIdentity(own, await about(files.ca, () => realmOf({ root })), place);
  const [folder, issuers] = [dirname(files.ca), identity.peer.certificates.slice(1)];
  const crls = await readLists(folder);
  if (crls.length === 0) return identity;
  return clientIdentity(own, await about(folder, () => realmOf({ root, issuers, crls })), place);
}

async function clientIdentity(own: Pair, realm: Realm, place: { file: string; now: Date }): Promise<ClientFiles> {
  const peer = await about(place.file, () => checkDevice(own.chain, realm, { now: place.now, revocation: "if-known" }));
  const { leaf, warnings } = own;
  return { realm, peer, certificatePem: chainPem(peer.certificates), keyPem: plainKeyPem(own.key), leaf, warnings };
}

type ClientPaths = PairFiles & { readonly ca: string };

async function clientFiles(source: ClientSource): Promise<ClientPaths> {
  const { cert, key, certs } = source;
  if (cert !== undefined) {
    const ca = source.ca ?? (certs === undefined ? undefined : await caOf(certs));
    if (ca === undefined)
      throw new Fault("certs-missing", "there is no CA certificate", { hint: "give it with --ca FILE" });
    return { certificate: cert, key: key ?? keyBeside(cert), ca };
  }
  if (certs === undefined) throw new Fault("certs-missing", "there is no certificate", { hint: MAKE_CERTS });
  const certificate = await identityFile(certs, source.as);
  return { certificate, key: key ?? keyBeside(certificate), ca: source.ca ?? (await caOf(certs)) };
}

function keyBeside(certificate: string): string {
  return certificate.replace(/\.(?:crt|pem|cer)$/i, "") + ".key";
}

async function caOf(certs: string): Promise<string> {
  const places = [join(certs, "ca.crt"), join(certs, "..", "ca.crt")];
  for (const place of places) if ((await readIfThere(place)) !== undefined) return place;
  throw new Fault("certs-missing", `there is no ca.crt in ${certs} nor above it`, { hint: MAKE_CERTS });
}

async function identityFile(certs: string, as: string | undefined): Promise<string> {
  const names = await listIdentities(certs);
  const [only, another] = names;
  const name = as ?? (another === undefined ? only : undefined);
  if (only === undefined)
    throw new Fault("certs-missing", `there is no client certificate in ${certs}`, { hint: MAKE_CERTS });
  if (name === undefined || !names.includes(name)) {
    const sentence =
      name === undefined ? "there are several identities" : `there is no identity ${JSON.stringify(name)} in ${certs}`;
    throw new Fault("identity-choice", sentence, { hint: `choose one with --as: ${names.join(", ")}` });
  }
  const inClients = join(certs, "clients", `${name}.crt`);
  return (await readIfThere(inClients)) === undefined ? join(certs, `${name}.crt`) : inClients;
}

const NOT_IDENTITIES = new Set(["ca", "issuing", "server"]);

/** The names that `as` can take, sorted: `<certs>/clients/*.crt`, and `<certs>/*.crt` for a folder handed to one person. */
export async function listIdentities(certs: string): Promise<string[]> {
  const inClients = await crtNames(join(certs, "clients"));
  const here = (await crtNames(certs)).filter((name) => !NOT_IDENTITIES.has(name));
  return [...new Set([...inClients, ...here])].toSorted();
}

async function crtNames(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".crt"));
    return names.map((name) => name.slice(0, -".crt".length)).filter(isHandle);
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return [];
    throw unreadable(folder, error);
  }
}

async function loadBundle(source: ClientSource, path: string): Promise<ClientFiles> {
  const bytes = await readNeeded(path);
  const { readBundle } = await import("./bundle-read.ts");
  const { key, certificates } = await about(path, () =>
    openBundle(() => readBundle(bytes, source.passphrase ?? ""), source),
  );
  // Bundles of other programs may hold the certificates in any order: the leaf is the one whose key is there.
  const leaf = certificates.find((certificate) => sameKey(publicKeyOf(certificate), key));
  if (leaf === undefined)
    throw new Fault("key-mismatch", `${path} has no certificate for its key`, { hint: "make the bundle again" });
  const [root] =
    source.ca === undefined ? certificates.filter(isRoot).map((one) => one.der) : await readCertificates(source.ca);
  if (root === undefined) {
    throw new Fault("certs-missing", `${path} does not hold the root certificate of the realm`, {
      hint: "give it with --ca FILE",
    });
  }
  const realm = await about(path, () => realmOf({ root }));
  const chain = [leaf.der, ...certificates.filter((one) => one !== leaf && !isRoot(one)).map((one) => one.der)];
  const own = { chain, leaf, key, warnings: await privacyWarnings(path) };
  return clientIdentity(own, realm, { file: path, now: source.now });
}

function isRoot(certificate: Certificate): boolean {
  return certificate.ca && certificate.subject.equals(certificate.issuer);
}

/** Without a passphrase the empty one is tried: a bundle that it does not open needs one. */
async function openBundle<T>(read: () => Promise<T>, source: ClientSource): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (source.passphrase !== undefined || !(error instanceof Fault) || error.code !== "passphrase-wrong") throw error;
    throw new Fault("passphrase-needed", "the bundle is protected by a passphrase", {
      hint: "give the passphrase, for example with --passphrase-file",
      cause: error,
    });
  }
}

function chainPem(chain: readonly Buffer[]): string {
  return chain.map((der) => readCertificate(der).x509.toString()).join("");
}
