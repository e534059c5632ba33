// Key packages (RFC 9420 §10): how a device says "you may add me". Used once, short-lived, with the device's certificate.
import type { Capabilities } from "ts-mls/capabilities.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { Extension } from "ts-mls/extension.js";
import {
  generateKeyPackageWithKey,
  makeKeyPackageRef,
  type KeyPackage,
  type PrivateKeyPackage,
} from "ts-mls/keyPackage.js";
import type { Lifetime } from "ts-mls/lifetime.js";
import { encodeRequiredCapabilities } from "ts-mls/requiredCapabilities.js";
import { Fault } from "../model/fault.ts";
import { hexOf, type DeviceId } from "../model/ids.ts";
import { decodeKeyPackage, encodeKeyPackage } from "./bytes.ts";
import { credentialOf, type Credentials } from "./credentials.ts";
import { TERMS_EXTENSION, type Group } from "./group.ts";
import type { KeyPackage as PackedKeyPackage } from "./groups.ts";
import { knownSuite } from "./suite.ts";

/** A device's certificate and the key that goes with it. */
export interface OwnCredential {
  readonly device: DeviceId;
  /** DER, leaf first, without the root. */
  readonly certificates: readonly Uint8Array[];
  /** Raw, 32 bytes for Ed25519. Secret. */
  readonly signKey: Uint8Array;
  readonly publicKey: Uint8Array;
  /** Keys that it had before: key packages of them may still be out. Secret. */
  readonly former?: readonly { readonly signKey: Uint8Array; readonly publicKey: Uint8Array }[];
}

/** Which private key goes with a public one of this device. */
export type SignKeys = { readonly signKeyOf: (publicKey: Uint8Array) => Uint8Array };

export interface KeyPackagePair {
  /** Hash of the public part (RFC 9420 §5.2), hex: how a Welcome names it. */
  readonly ref: string;
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

const HOUR = 3600n;
const DAY = 24n * HOUR;
/** Clocks of devices may be off by this much. */
const SKEW = HOUR;
/** A package that lay about longer than this is not used: its init key was exposed for too long. */
const LIFETIME = 30n * DAY;
/** The longest lifetime that is taken from others (RFC 9420 §7.2: an application must set one), and that of a last resort. */
const LIFETIME_MOST = 90n * DAY;

interface Made {
  readonly own: OwnCredential;
  readonly now: Date;
  /** For when there is no other: it has to last as long as its device may be away. */
  readonly isLastResort?: boolean;
}

export async function newKeyPackage(
  cs: CiphersuiteImpl,
  { own, now, isLastResort = false }: Made,
): Promise<KeyPackagePair> {
  const seconds = BigInt(Math.floor(now.getTime() / 1000));
  const { publicPackage, privatePackage } = await generateKeyPackageWithKey(
    credentialOf(own.certificates),
    capabilitiesOf(cs),
    { notBefore: seconds - SKEW, notAfter: seconds + (isLastResort ? LIFETIME_MOST : LIFETIME) },
    [],
    { signKey: own.signKey, publicKey: own.publicKey },
    cs,
  );
  const ref = hexOf(await makeKeyPackageRef(publicPackage, cs.hash));
  return { ref, publicPackage, privatePackage };
}

/** As it leaves the room: the public part for the server, the secret one for the vault. */
export function packed(pair: KeyPackagePair): PackedKeyPackage {
  return {
    ref: pair.ref,
    suite: knownSuite(pair.publicPackage.cipherSuite),
    bytes: encodeKeyPackage(pair.publicPackage),
    secret: encodePair(pair),
    expiresAt: expiryOf(pair),
  };
}

/** Whose packages these are. @throws Fault `mls-malformed`, `credential-*`, `certificate-*` */
export function devicesIn(packages: readonly Uint8Array[], credentials: Credentials): readonly DeviceId[] {
  return packages.map((one) => {
    const { leafNode } = decodeKeyPackage(one);
    return credentials.peerOf(leafNode.credential, leafNode.signaturePublicKey).device;
  });
}

/** When a package of now ends, in milliseconds: the server drops it then. */
function expiryOf({ publicPackage: { leafNode } }: KeyPackagePair): number {
  return leafNode.leafNodeSource === "key_package" ? Number(leafNode.lifetime.notAfter) * 1000 : 0;
}

/** What every member must understand: the terms, and X.509 credentials. */
export function requiredCapabilities(): Extension {
  return {
    extensionType: "required_capabilities",
    extensionData: encodeRequiredCapabilities({
      extensionTypes: [TERMS_EXTENSION],
      proposalTypes: [],
      credentialTypes: ["x509"],
    }),
  };
}

/**
 * The group context holds what every member must understand and the terms, and nothing else: another founder could write there
 * what only some obey. @throws Fault `bad-terms`
 */
export function checkExtensions({ state }: Group): void {
  const [required, ...others] = state.groupContext.extensions;
  const ours = hexOf(requiredCapabilities().extensionData);
  const isOurs = required?.extensionType === "required_capabilities" && hexOf(required.extensionData) === ours;
  if (!isOurs || others.length !== 1 || others[0]?.extensionType !== TERMS_EXTENSION)
    throw new Fault("bad-terms", "the group asks for something else than groups of conversations do");
}

function capabilitiesOf({ name }: CiphersuiteImpl): Capabilities {
  return {
    versions: ["mls10"],
    ciphersuites: [name],
    extensions: [TERMS_EXTENSION],
    proposals: [],
    credentials: ["x509"],
  };
}

/** @throws Fault `key-package-expired` */
export function checkLifetime({ notBefore, notAfter }: Lifetime, at: Date): void {
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  if (notAfter - notBefore > LIFETIME_MOST + SKEW || seconds + SKEW < notBefore || seconds > notAfter)
    throw new Fault("key-package-expired", "a key package is not valid at this time", {
      hint: "the device makes new ones when it connects",
    });
}

// ---- at rest: version, then the public package and the two private keys, each behind its length. The signature key is the device's.

const VERSION = 1;

/** Secret: seal it. */
function encodePair({ publicPackage, privatePackage }: KeyPackagePair): Uint8Array {
  const parts = [encodeKeyPackage(publicPackage), privatePackage.initPrivateKey, privatePackage.hpkePrivateKey];
  const lengths = Buffer.alloc(1 + 4 * parts.length);
  lengths[0] = VERSION;
  parts.forEach((part, index) => lengths.writeUInt32BE(part.length, 1 + 4 * index));
  return new Uint8Array(Buffer.concat([lengths, ...parts]));
}

/** Undoes `encodePair`; `decode` reads the public package. */
export function decodePair(
  bytes: Uint8Array,
  { own, decode }: { readonly own: SignKeys; readonly decode: (bytes: Uint8Array) => KeyPackage },
): Omit<KeyPackagePair, "ref"> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Uint8Array[] = [];
  let at = 13;
  for (const index of [0, 1, 2]) {
    const length = view.length < 13 || view[0] !== VERSION ? Number.NaN : view.readUInt32BE(1 + 4 * index);
    if (!(at + length <= view.length)) throw new Fault("state-malformed", "a stored key package cannot be read");
    parts.push(new Uint8Array(view.subarray(at, at + length)));
    at += length;
  }
  const [publicPart, initPrivateKey, hpkePrivateKey] = parts;
  if (publicPart === undefined || initPrivateKey === undefined || hpkePrivateKey === undefined || at !== view.length)
    throw new Fault("state-malformed", "a stored key package cannot be read");
  const publicPackage = decode(publicPart);
  const signaturePrivateKey = own.signKeyOf(publicPackage.leafNode.signaturePublicKey);
  return { publicPackage, privatePackage: { initPrivateKey, hpkePrivateKey, signaturePrivateKey } };
}
