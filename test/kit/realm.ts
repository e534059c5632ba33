// A complete throw-away realm in a temporary folder, made by the same code as `make certs`, and makers of bad certificates.
// For every test of the project that needs a peer. Never used by src.

import type { KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceId, Handle, Sha256 } from "../../src/model/ids.ts";
import type { KeyType } from "../../src/pki/algorithms.ts";
import { chainUnder, newDeviceId, type Authority } from "../../src/pki/authority.ts";
import { readCertificate, type Certificate } from "../../src/pki/certificate.ts";
import type { Extension } from "../../src/pki/extension-values.ts";
import {
  issueSelfSigned,
  issueUnder,
  validFor,
  type CertificateWish,
  type Signer,
  type Validity,
} from "../../src/pki/issue.ts";
import { newKeyPair, plainKeyPem, readPrivateKey } from "../../src/pki/keys.ts";
import { loadRealm } from "../../src/pki/load.ts";
import type { Realm } from "../../src/pki/realm.ts";
import { derBlocks, toPem } from "../../src/pki/pem.ts";
import { fillFolder, revokeIn, type Report } from "../../src/pki/realm-folder.ts";
import type { FolderWish } from "../../src/pki/folder-work.ts";
import { readCrl } from "../../src/pki/crl.ts";
import { issueCrl } from "../../src/pki/revoke.ts";
import { builtInTemplates, type Template } from "../../src/pki/templates.ts";
import { parseClients, parseHosts } from "../../src/pki/wishes.ts";

export const DAY_MS = 86_400_000;

/** A certificate with its key, in the forms that tests need. */
export type TestIdentity = {
  readonly leaf: Certificate;
  readonly key: KeyObject;
  /** DER, leaf first, without the root. */
  readonly chain: Buffer[];
  /** Leaf and issuing CA. */
  readonly certPem: string;
  readonly keyPem: string;
};

export function deviceOf({ leaf }: TestIdentity): DeviceId {
  const [, device] = /device:([0-9a-f]{32})/.exec(leaf.x509.subjectAltName ?? "") ?? [];
  if (device === undefined) throw new Error("the certificate names no device");
  return device as DeviceId;
}

export type ClientOverrides = {
  readonly user?: string;
  readonly device?: string;
  readonly name?: string;
  readonly email?: string;
  readonly keyType?: KeyType;
  readonly validity?: Validity;
  /** Replaces the extensions that a device has. */
  readonly extensions?: (usual: readonly Extension[]) => readonly Extension[];
};

export type TestRealm = {
  /** The folder, laid out as `make certs` does; remove() deletes it. */
  readonly dir: string;
  readonly fingerprint: Sha256;
  readonly authority: Authority;
  readonly rootSigner: Signer;
  /** Path of a file in the folder. */
  file(name: string): string;
  /** The realm as a server loads it, lists included. */
  load(): Promise<Realm>;
  /** A client that was made with the realm. */
  client(name: string): TestIdentity;
  server(): TestIdentity;
  caPem(): string;
  crlPems(): string[];
  /** A further device; nothing is written. */
  issueClient(overrides?: ClientOverrides): TestIdentity;
  expired(user?: string): TestIdentity;
  notYetValid(user?: string): TestIdentity;
  /** A device whose certificate may only be a server. */
  wrongUsage(user?: string): TestIdentity;
  selfSigned(user?: string): TestIdentity;
  /** Issued by another CA with the same names. */
  otherCa(user?: string): TestIdentity;
  /** Issued by this realm, but naming no user and no device. */
  noIdentity(): TestIdentity;
  /** Adds a client (or a serial number) to issuing.crl in place. */
  revoke(nameOrSerial: string): Promise<Report>;
  /** Replaces issuing.crl (or ca.crl) by one that has ended. */
  endList(which: "issuing.crl" | "ca.crl"): void;
  remove(): void;
  [Symbol.dispose](): void;
};

export type RealmWish = {
  readonly clients?: readonly string[];
  readonly hosts?: readonly string[];
  readonly keyType?: KeyType;
  readonly now?: Date;
};

export async function makeRealm(wish: RealmWish = {}): Promise<TestRealm> {
  const dir = mkdtempSync(join(tmpdir(), "mutual-realm-"));
  const folder = folderWish(dir, wish);
  const report = await fillFolder(folder);
  const file = (name: string): string => join(dir, name);
  const authority = authorityOf(dir);
  const rootSigner = { certificate: authority.root, key: keyIn(file("ca.key")) };
  const issueClient = clientMaker(authority);
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  return {
    dir,
    fingerprint: report.fingerprint,
    authority,
    rootSigner,
    file,
    issueClient,
    remove,
    [Symbol.dispose]: remove,
    load: () => loadRealm(dir),
    client: (name) => identityIn(file(`clients/${name}.crt`), file(`clients/${name}.key`)),
    server: () => identityIn(file("server.crt"), file("server.key")),
    caPem: () => readFileSync(file("ca.crt"), "utf8"),
    crlPems: () => ["ca.crl", "issuing.crl"].map((name) => readFileSync(file(name), "utf8")),
    ...badMakers(issueClient),
    revoke: (target) =>
      revokeIn(
        {
          ...folder,
          now: new Date(),
        },
        target,
      ),
    endList: (which) => endList(file(which), which === "ca.crl" ? rootSigner : authority.issuing),
  };
}

export function folderWish(folder: string, wish: RealmWish = {}): FolderWish {
  return {
    folder,
    templates: builtInTemplates(),
    now: wish.now ?? new Date(),
    force: false,
    clients: parseClients((wish.clients ?? ["alice", "bob"]).join(", ")),
    hosts: parseHosts((wish.hosts ?? ["localhost", "127.0.0.1", "::1"]).join(" ")),
    usual: { clients: [], hosts: [] },
    keyType: wish.keyType ?? "ed25519",
  };
}

function keyIn(path: string): KeyObject {
  return readPrivateKey(readFileSync(path));
}

function certificatesIn(path: string): Certificate[] {
  return derBlocks(readFileSync(path), ["CERTIFICATE"]).map(readCertificate);
}

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error("the test realm is incomplete");
  return item;
}

function authorityOf(dir: string): Authority {
  return {
    templates: builtInTemplates(),
    root: first(certificatesIn(join(dir, "ca.crt"))),
    issuing: { certificate: first(certificatesIn(join(dir, "issuing.crt"))), key: keyIn(join(dir, "issuing.key")) },
  };
}

function identityIn(certPath: string, keyPath: string): TestIdentity {
  const certificates = certificatesIn(certPath);
  return identity(
    first(certificates),
    keyIn(keyPath),
    certificates.map((certificate) => certificate.der),
  );
}

function identity(leaf: Certificate, key: KeyObject, chain: Buffer[]): TestIdentity {
  const certPem = chain.map((der) => toPem("CERTIFICATE", der)).join("");
  return { leaf, key, chain, certPem, keyPem: plainKeyPem(key) };
}

type ClientMaker = (overrides?: ClientOverrides) => TestIdentity;

/** Without the checks of `issueDevice`: bad certificates are what it is for. */
function clientMaker(authority: Authority): ClientMaker {
  return (overrides = {}) => {
    const { wish, privateKey } = certificateWish(authority, overrides);
    const leaf = issueUnder(authority.issuing, wish);
    return identity(leaf, privateKey, chainUnder(authority, leaf));
  };
}

function certificateWish(
  authority: Authority,
  overrides: ClientOverrides,
): { wish: CertificateWish; privateKey: KeyObject } {
  const { publicKey, privateKey } = newKeyPair(overrides.keyType ?? "ed25519");
  const template = deviceTemplate(authority, overrides);
  const validity = overrides.validity ?? validFor(30, new Date());
  const extensions = overrides.extensions?.(template.extensions) ?? template.extensions;
  return { wish: { ...template, extensions, publicKey, validity }, privateKey };
}

function deviceTemplate(authority: Authority, overrides: ClientOverrides): Template {
  const user = (overrides.user ?? "carol") as Handle;
  const device = (overrides.device ?? newDeviceId()) as DeviceId;
  return authority.templates.device({ user, device, name: overrides.name ?? user, email: overrides.email });
}

function badMakers(issueClient: ClientMaker) {
  const now = Date.now();
  const past = { notBefore: new Date(now - 20 * DAY_MS), notAfter: new Date(now - 10 * DAY_MS) };
  const future = { notBefore: new Date(now + 10 * DAY_MS), notAfter: new Date(now + 20 * DAY_MS) };
  return {
    expired: (user = "alice") => issueClient({ user, validity: past }),
    notYetValid: (user = "alice") => issueClient({ user, validity: future }),
    wrongUsage: (user = "alice") => issueClient({ user, extensions: (usual) => usual.map(asServer) }),
    selfSigned: (user = "alice") => selfSigned(user),
    otherCa: (user = "alice") => clientMaker(strangeAuthority())({ user }),
    noIdentity: () =>
      issueClient({ extensions: (usual) => usual.filter((extension) => extension.kind !== "subjectAltName") }),
  };
}

function asServer(extension: Extension): Extension {
  return extension.kind === "extendedKeyUsage" ? { ...extension, purposes: ["1.3.6.1.5.5.7.3.1"] } : extension;
}

function selfSigned(user: string): TestIdentity {
  const { wish, privateKey } = certificateWish(strangeAuthority(), { user });
  const leaf = issueSelfSigned(wish, privateKey);
  return identity(leaf, privateKey, [leaf.der]);
}

/** The same names as every realm made here, other keys. */
export function strangeAuthority(): Authority {
  const templates = builtInTemplates();
  const validity = validFor(30, new Date());
  const rootKeys = newKeyPair("ed25519");
  const root = issueSelfSigned({ ...templates.root(), publicKey: rootKeys.publicKey, validity }, rootKeys.privateKey);
  const keys = newKeyPair("ed25519");
  const signer = { certificate: root, key: rootKeys.privateKey };
  const certificate = issueUnder(signer, { ...templates.issuing(), publicKey: keys.publicKey, validity });
  return { templates, root, issuing: { certificate, key: keys.privateKey } };
}

function endList(path: string, signer: Signer): void {
  const previous = first(derBlocks(readFileSync(path), ["X509 CRL"]).map(readCrl));
  const crl = issueCrl(signer, { previous, now: new Date(Date.now() - 100 * DAY_MS), days: 90 });
  writeFileSync(path, toPem("X509 CRL", crl.der));
}
