// "Who is this peer?": the one place that turns a certificate chain into a user's device or into this realm's server.
// On the path of every connection: pure, no files, no node-forge. The clock and the cache are handed in.

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { Fault } from "../model/fault.ts";
import { hexOf, type DeviceId, type Handle, type Sha256 } from "../model/ids.ts";
import { remember } from "../model/remember.ts";
import { sha256 } from "./algorithms.ts";
import { hasControls, identityOf, inWords } from "./alt-name.ts";
import { readCertificate, titleOf, type Certificate } from "./certificate.ts";
import { buildPath, checkDates, CLIENT_AUTH, SERVER_AUTH, type Path, type Purpose } from "./path.ts";
import { keyFingerprint, type Realm } from "./realm.ts";

type Checked = {
  /** Lower-case hex, whole bytes. */
  readonly serial: string;
  /** SHA-256 of the leaf's DER. */
  readonly fingerprint: Sha256;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DER, leaf first, without the root. */
  readonly certificates: Buffer[];
};

/** A device whose certificate was checked. `name` is a stranger's text: sanitize it before a terminal. */
export type Peer = Checked & {
  readonly user: Handle;
  readonly device: DeviceId;
  readonly name: string;
  readonly email: string | undefined;
};

/** A server whose certificate was checked. */
export type ServerPeer = Checked & { readonly names: readonly string[] };

/**
 * `required`: every CA of the path must have a list that has not ended (a server, always).
 * `if-known`: lists that are there are obeyed, also when they have ended; a missing one refuses nothing (a client, which
 * has no way to fetch them: to refuse on an old list would only lock it out, while the serials in it stay revoked).
 */
export type Revocation = "required" | "if-known";

export type CheckOptions = {
  readonly now: Date;
  readonly revocation?: Revocation;
  readonly cache?: PathCache;
};

/**
 * The device that `chain` (DER, leaf first) belongs to. Revocation is `required` unless said otherwise.
 * @throws Fault `certificate-*`, `crl-*`: docs/errors.md lists them
 */
export function checkDevice(chain: readonly Uint8Array[], realm: Realm, options: CheckOptions): Peer {
  const path = checkedPath(chain, realm, {
    ...options,
    purpose: CLIENT_AUTH,
    revocation: options.revocation ?? "required",
  });
  return deviceOf(path);
}

/**
 * Whose device a certificate names, whatever its dates and whether it was revoked: for what was signed in its time.
 * @throws Fault `certificate-*`
 */
export function nameDevice(chain: readonly Uint8Array[], realm: Realm, cache?: PathCache): Peer {
  return deviceOf(pathOf(chain, realm, { purpose: CLIENT_AUTH, cache }));
}

function deviceOf(path: Path): Peer {
  const { leaf, checked } = checkedLeaf(path);
  const identity = identityOf(leaf.altNames);
  if (typeof identity === "string") throw identityFault(leaf, identity);
  const [name = identity.user, another] = leaf.commonNames;
  if (another !== undefined) throw identityFault(leaf, "it has several common names");
  if (hasControls(name)) throw identityFault(leaf, "its common name has control characters");
  const email = leaf.altNames.find((altName) => altName.kind === "email")?.value;
  return { ...checked, ...identity, name, email };
}

function identityFault(leaf: Certificate, why: string): Fault {
  return new Fault("certificate-identity", `the certificate ${titleOf(leaf)} does not name a device: ${why}`, {
    hint: "it needs one URI urn:mutual-chat:user:<handle> and one urn:mutual-chat:device:<32 hex digits> (see certs/client.cnf)",
  });
}

export type ServerOptions = CheckOptions & {
  /** Checked against the certificate's names when given. A realm is its CA; host and port are only hints. */
  readonly host?: string;
};

/** The server that `chain` (DER, leaf first) belongs to. Revocation is `if-known` unless said otherwise. */
export function checkServer(chain: readonly Uint8Array[], realm: Realm, options: ServerOptions): ServerPeer {
  const path = checkedPath(chain, realm, {
    ...options,
    purpose: SERVER_AUTH,
    revocation: options.revocation ?? "if-known",
  });
  const { leaf, checked } = checkedLeaf(path);
  const names = leaf.altNames.filter((name) => name.kind === "dns" || name.kind === "ip");
  if (options.host !== undefined && !namesHost(leaf, options.host)) {
    throw new Fault(
      "certificate-name",
      `the server's certificate is not for ${JSON.stringify(options.host)}; it is for ${names.length === 0 ? "no host" : inWords(names)}`,
      {
        hint: `connect by one of those names, or add the host where the CA is: make certs HOSTS="${[options.host, ...names.map((name) => name.value)].join(" ")}"`,
      },
    );
  }
  return { ...checked, names: names.map((name) => name.value) };
}

function namesHost(leaf: Certificate, host: string): boolean {
  if (isIP(host) !== 0) return leaf.x509.checkIP(host) !== undefined;
  // The common name is never a host (RFC 6125 §6.4.4), and a wildcard is a whole label or nothing.
  return leaf.x509.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined;
}

function checkedLeaf(path: Path): { leaf: Certificate; checked: Checked } {
  const [leaf] = path;
  if (leaf === undefined) throw new Error("a path has a leaf");
  const checked = {
    serial: leaf.serial,
    fingerprint: hexOf(sha256(leaf.der)) as Sha256,
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
    certificates: path.slice(0, -1).map((certificate) => certificate.der),
  };
  return { leaf, checked };
}

type PathOptions = CheckOptions & { readonly purpose: Purpose; readonly revocation: Revocation };

type PathSearch = {
  readonly purpose: Purpose;
  readonly now?: Date | undefined;
  readonly cache?: PathCache | undefined;
};

/** The path, its dates and what is known to be revoked: for leaves that are neither a device nor a server. */
export function checkedPath(chain: readonly Uint8Array[], realm: Realm, options: PathOptions): Path {
  const path = pathOf(chain, realm, options);
  checkDates(path, options.now);
  checkRevocation(path, realm, options);
  return path;
}

/** From the cache when it may be: dates and revocation are checked every time, whatever comes out of here. */
function pathOf(chain: readonly Uint8Array[], realm: Realm, options: PathSearch): Path {
  const [leaf] = chain;
  const key = leaf === undefined ? "" : `${options.purpose} ${realm.root.fingerprint256} ${hexOf(sha256(leaf))}`;
  const known = options.cache?.get(key);
  // A CA in a remembered path may have been renewed since: build anew before calling the peer expired.
  const { now } = options;
  if (known?.every(({ notAfter }) => now === undefined || now <= notAfter) === true) return known;
  const path = buildPath({
    chain,
    root: realm.root,
    issuers: realm.issuers,
    purpose: options.purpose,
    readCa: options.cache?.readCa,
  });
  options.cache?.set(
    key,
    path.map((one, at) => (at === 0 ? slim(one) : one)),
  );
  return path;
}

function checkRevocation(path: Path, realm: Realm, options: PathOptions): void {
  path.slice(0, -1).forEach((certificate, index) => {
    const issuer = path[index + 1];
    if (issuer !== undefined) checkNotRevoked(certificate, issuer, { realm, ...options });
  });
}

type RevocationStep = { readonly realm: Realm; readonly now: Date; readonly revocation: Revocation };

function checkNotRevoked(certificate: Certificate, issuer: Certificate, step: RevocationStep): void {
  const crl = step.realm.crls.get(keyFingerprint(issuer.publicKeyInfo));
  const entry = crl?.revoked.get(certificate.serial);
  if (entry !== undefined) {
    throw new Fault(
      "certificate-revoked",
      `the certificate ${titleOf(certificate)} was revoked on ${entry.when.toISOString()}`,
      {
        hint: "ask an owner of the realm for an invitation, or for a new certificate where it hands out files",
      },
    );
  }
  if (step.revocation === "if-known") return;
  const ca = titleOf(issuer);
  if (crl === undefined) {
    throw new Fault("crl-missing", `there is no revocation list of the CA ${ca}`, {
      hint: "put the CRLs of the root and of the issuing CA beside the server's certificates: `make certs`",
    });
  }
  if (step.now > crl.nextUpdate) {
    throw new Fault("crl-expired", `the revocation list of the CA ${ca} ended on ${crl.nextUpdate.toISOString()}`, {
      hint: "run `make certs` where the CA is: it signs a new one, and the server reads it after kill -HUP",
    });
  }
  if (step.now < crl.thisUpdate) {
    throw new Fault(
      "crl-not-yet-valid",
      `the revocation list of the CA ${ca} starts only on ${crl.thisUpdate.toISOString()}`,
      {
        hint: `it is ${step.now.toISOString()} on this machine: check its clock`,
      },
    );
  }
}

/** Paths whose signatures were checked. Hand the same one to every check; it forgets the least recently used. */
export type PathCache = {
  get(key: string): Path | undefined;
  set(key: string, path: Path): void;
  /** A CA of the realm, read once. */
  readonly readCa: (ca: X509Certificate) => Certificate;
};

/** A realm of a few hundred devices fits whole; 4,096 paths are about 20 MB. */
const CACHE_MOST = 4096;

export function newPathCache(most: number = CACHE_MOST): PathCache {
  const paths = new Map<string, Path>();
  const cas = new WeakMap<X509Certificate, Certificate>();
  return {
    readCa(ca) {
      const read = cas.get(ca) ?? readCertificate(ca.raw);
      cas.set(ca, read);
      return read;
    },
    get(key) {
      const path = paths.get(key);
      if (path === undefined) return undefined;
      paths.delete(key);
      paths.set(key, path);
      return path;
    },
    set(key, path) {
      remember(paths, most, [key, path]);
    },
  };
}

/** What node:tls knows of a peer as a chain for the checks: `socket.getPeerX509Certificate()` and those behind it. */
export function chainOf(leaf: { readonly raw: Buffer; readonly issuerCertificate?: unknown } | undefined): Buffer[] {
  const chain: Buffer[] = [];
  let next: unknown = leaf;
  while (hasRaw(next) && chain.length < 16) {
    chain.push(next.raw);
    const above: unknown = next.issuerCertificate;
    // A root names itself as its issuer.
    next = hasRaw(above) && above.raw.equals(next.raw) ? undefined : above;
  }
  return chain;
}

function hasRaw(value: unknown): value is { raw: Buffer; issuerCertificate?: unknown } {
  return typeof value === "object" && value !== null && "raw" in value && Buffer.isBuffer(value.raw);
}

/** Without what OpenSSL holds of it: that is read again the rare time it is asked for. */
function slim(certificate: Certificate): Certificate {
  const { der } = certificate;
  return Object.defineProperty({ ...certificate }, "x509", { enumerable: false, get: () => new X509Certificate(der) });
}
