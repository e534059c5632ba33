// A client's own identity from files: named one by one, by name from a folder, or in a bundle. Lists beside ca.crt are obeyed.
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errno, Fault } from "../model/fault.ts";
import { isHandle } from "../model/ids.ts";
import type { Certificate } from "./certificate.ts";
import { about, privacyWarnings, readIfThere, unreadable } from "./files.ts";
import { plainKeyPem, sameKey } from "./keys.ts";
import {
  chainPem,
  type ClientFiles,
  loadPair,
  type Pair,
  type PairFiles,
  readCertificates,
  readLists,
  readNeeded,
} from "./load.ts";
import { publicKeyOf } from "./path.ts";
import { checkDevice, type Peer } from "./peer.ts";
import { realmOf, type Realm } from "./realm.ts";

const COME_IN =
  "come in by the line of an invitation: chat-client join LINE; with certificate files: `make certs`, or the folder that has them with --certs";

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
  const [root = Buffer.alloc(0)] = await readCertificates(files.ca);
  const place = { file: files.certificate, ca: files.ca, now: source.now };
  return clientIdentity(own, { root, lists: dirname(files.ca) }, place);
}

/** `lists`: a folder that may have some. */
type Pinned = { readonly root: Buffer; readonly lists?: string };
type Place = { readonly file: string; readonly ca: string; readonly now: Date };

/** The CAs above it are known from then on: their lists are believed, those of the server too. */
async function clientIdentity(own: Pair, { root, lists }: Pinned, { file, ca, now }: Place): Promise<ClientFiles> {
  const checked = (realm: Realm): Promise<Peer> =>
    about(file, () => checkDevice(own.chain, realm, { now, revocation: "if-known" }));
  const { certificates } = await checked(await about(ca, () => realmOf({ root })));
  const crls = lists === undefined ? [] : await readLists(lists);
  const realm = await about(lists ?? ca, () => realmOf({ root, issuers: certificates.slice(1), crls }));
  const peer = await checked(realm);
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
  if (certs === undefined) throw new Fault("certs-missing", "there is no certificate", { hint: COME_IN });
  const certificate = await identityFile(certs, source.as);
  return { certificate, key: key ?? keyBeside(certificate), ca: source.ca ?? (await caOf(certs)) };
}

function keyBeside(certificate: string): string {
  return certificate.replace(/\.(?:crt|pem|cer)$/i, "") + ".key";
}

async function caOf(certs: string): Promise<string> {
  const places = [join(certs, "ca.crt"), join(certs, "..", "ca.crt")];
  for (const place of places) if ((await readIfThere(place)) !== undefined) return place;
  throw new Fault("certs-missing", `there is no ca.crt in ${certs} nor above it`, { hint: COME_IN });
}

async function identityFile(certs: string, as: string | undefined): Promise<string> {
  const names = await listIdentities(certs);
  const [only, another] = names;
  const name = as ?? (another === undefined ? only : undefined);
  if (only === undefined)
    throw new Fault("certs-missing", `there is no client certificate in ${certs}`, { hint: COME_IN });
  if (name === undefined || !names.includes(name)) {
    const sentence =
      name === undefined ? "there are several identities" : `there is no identity ${JSON.stringify(name)} in ${certs}`;
    throw new Fault("identity-choice", sentence, { hint: `choose one with --as: ${names.join(", ")}` });
  }
  const inClients = join(certs, "clients", `${name}.crt`);
  return (await readIfThere(inClients)) === undefined ? join(certs, `${name}.crt`) : inClients;
}

const NOT_IDENTITIES = new Set(["ca", "issuing", "server", "log"]);

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
  const chain = [leaf.der, ...certificates.filter((one) => one !== leaf && !isRoot(one)).map((one) => one.der)];
  const own = { chain, leaf, key, warnings: await privacyWarnings(path) };
  return clientIdentity(own, { root }, { file: path, ca: path, now: source.now });
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
