// Which cipher suite a conversation uses. All devices have Ed25519 keys, which serve both.
import { type CiphersuiteImpl, ciphersuites, getCiphersuiteFromName } from "ts-mls/crypto/ciphersuite.js";
import { Fault } from "../model/fault.ts";
import { nodeCrypto } from "./provider.ts";

/** X-Wing: safe against a quantum computer that comes later and reads what was recorded today. */
export const HYBRID = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
/** Suite 1 of RFC 9420 §17.1, which every implementation has. */
export const CLASSIC = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

export type SuiteName = typeof HYBRID | typeof CLASSIC;

/**
 * Devices up to which a new conversation gets X-Wing. It costs 1.2 kB for each leaf and each node of a path, and as much for each
 * welcome, where the classic suite takes 32 bytes: a commit of 200 devices may have 250 kB, and half a frame is what it gets.
 */
const HYBRID_DEVICES = 200;

/** @internal */
export function suiteFor(devices: number): SuiteName {
  return devices > HYBRID_DEVICES ? CLASSIC : HYBRID;
}

/** The name may be a stranger's. Throws Fault `mls-suite` for every suite but these two. */
export function suite(name: string): CiphersuiteImpl {
  return nodeCrypto(getCiphersuiteFromName(knownSuite(name)));
}

/** @throws Fault `mls-suite` */
export function knownSuite(name: string): SuiteName {
  if (name === HYBRID || name === CLASSIC) return name;
  throw new Fault("mls-suite", `the cipher suite ${name} is not used here`);
}

/** RFC 9420 §17.1: 0xF00D (private use) for X-Wing, 1 for the classic one. */
export function suiteNumber(name: SuiteName): number {
  return ciphersuites[name];
}
