// X.509 credentials (RFC 9420 §5.3.1): which user's device a leaf is. The authentication service of a group.
// The answer depends on the root, the certificate and the time that is handed in, on nothing else: members who read the same
// log must come to the same answer. Revocation is therefore not asked here; see `isRevoked`.
import { X509Certificate } from "node:crypto";
import type { Credential } from "ts-mls/credential.js";
import { Fault } from "../model/fault.ts";
import { hexOf, type DeviceId, type Handle, type Sha256 } from "../model/ids.ts";
import { remember } from "../model/remember.ts";
import { sha256 } from "../pki/algorithms.ts";
import { checkDevice, nameDevice, type PathCache, type Peer } from "../pki/peer.ts";
import type { Realm } from "../pki/realm.ts";

/** The device behind a leaf. `name` is a stranger's text. */
export interface LeafPeer {
  readonly device: DeviceId;
  readonly user: Handle;
  readonly name: string;
  /** In its certificate. */
  readonly email?: string;
  /** SHA-256 of the certificate. */
  readonly certificate: Sha256;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly serial: string;
}

/** Certificates of one credential: leaf and issuing CA, and one to spare. */
const CHAIN_MOST = 3;
/** A realm of a few thousand devices fits whole: about 1 kB each. */
const CACHE_MOST = 8192;

export class Credentials {
  readonly #realm: Realm;
  readonly #cache: PathCache;
  /** By certificate and key: what never changes about a credential. */
  readonly #known = new Map<string, LeafPeer>();
  /** The same two values of the same leaf, as they are for every message of a sender: they are not even hashed. */
  readonly #last = new WeakMap<Credential, { readonly signatureKey: Uint8Array; readonly peer: LeafPeer }>();

  constructor(realm: Realm, cache: PathCache) {
    this.#realm = realm;
    this.#cache = cache;
  }

  /**
   * Whose leaf this is. A certificate that has ended is one all the same: `checkTime` says whether it counts.
   * @throws Fault `credential-kind`, `credential-key`, `certificate-*`
   */
  peerOf(credential: Credential, signatureKey: Uint8Array): LeafPeer {
    const last = this.#last.get(credential);
    if (last?.signatureKey === signatureKey) return last.peer;
    const peer = this.#peerOf(chainOf(credential), signatureKey);
    this.#last.set(credential, { signatureKey, peer });
    return peer;
  }

  #peerOf(chain: readonly Uint8Array[], signatureKey: Uint8Array): LeafPeer {
    const key = hexOf(sha256(Buffer.concat([...chain, signatureKey])));
    return this.#known.get(key) ?? remember(this.#known, CACHE_MOST, [key, this.#checked(chain, signatureKey)]);
  }

  /** By the lists of this realm as they are known here: another member may know less, so it never decides about a commit. */
  isRevoked(credential: Credential, at: Date): boolean {
    try {
      checkDevice(chainOf(credential), this.#realm, { now: at, revocation: "if-known", cache: this.#cache });
      return false;
    } catch (error) {
      return error instanceof Fault && error.code === "certificate-revoked";
    }
  }

  #checked(chain: readonly Uint8Array[], signatureKey: Uint8Array): LeafPeer {
    const [leaf] = chain;
    if (leaf === undefined) throw kindFault();
    const x509 = read(leaf);
    if (!rawKeyOf(x509).equals(signatureKey))
      throw new Fault("credential-key", "a leaf signs with another key than its certificate has");
    return leafPeer(nameDevice(chain, this.#realm, this.#cache));
  }
}

/** @throws Fault `certificate-expired`, `certificate-not-yet-valid` */
export function checkTime(peer: LeafPeer, at: Date): void {
  const about = `the certificate of ${peer.user} (${peer.device})`;
  if (at < peer.notBefore)
    throw new Fault("certificate-not-yet-valid", `${about} is valid only from ${peer.notBefore.toISOString()}`);
  if (at > peer.notAfter) throw new Fault("certificate-expired", `${about} ended on ${peer.notAfter.toISOString()}`);
}

/** The credential of a device: its certificates, leaf first, without the root. */
export function credentialOf(certificates: readonly Uint8Array[]): Credential {
  return { credentialType: "x509", certificates: certificates.map((der) => new Uint8Array(der)) };
}

function leafPeer({ device, user, name, email, fingerprint, notBefore, notAfter, serial }: Peer): LeafPeer {
  const peer = { device, user, name, certificate: fingerprint, notBefore, notAfter, serial };
  return email === undefined ? peer : { ...peer, email };
}

function chainOf(credential: Credential): readonly Uint8Array[] {
  if (credential.credentialType !== "x509") throw kindFault();
  const { certificates } = credential;
  if (certificates.length === 0 || certificates.length > CHAIN_MOST) throw kindFault();
  return certificates;
}

function read(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw new Fault("certificate-malformed", "a leaf's certificate cannot be read", { cause: error });
  }
}

/** Ed25519 as 32 bytes, P-256 as an uncompressed point: as MLS writes it (RFC 9420 §5.1.1). */
export function rawKeyOf({ publicKey }: X509Certificate): Buffer {
  const type = publicKey.asymmetricKeyType;
  if (type !== "ed25519" && type !== "ec")
    throw new Fault("credential-key", `a key of the kind ${type ?? "unknown"} cannot be in an encrypted group`, {
      hint: "issue an ed25519 certificate: --key-type ed25519",
    });
  return publicKey.export({ format: "raw-public" });
}

function kindFault(): Fault {
  return new Fault("credential-kind", "a leaf has no X.509 credential of this realm");
}
