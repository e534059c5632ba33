// Which cipher suite a conversation uses. All devices have Ed25519 keys, which serve both. Names only: what they do is ciphersuite.ts.
import { Fault } from "../model/fault.ts";

/** X-Wing: safe against a quantum computer that comes later and reads what was recorded today. */
export const HYBRID = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
/** Suite 1 of RFC 9420 §17.1, which every implementation has. */
export const CLASSIC = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

export type SuiteName = typeof HYBRID | typeof CLASSIC;

/** RFC 9420 §17.1: X-Wing has a number of private use. */
const NUMBERS: Readonly<Record<SuiteName, number>> = { [HYBRID]: 0xf00d, [CLASSIC]: 1 };

/**
 * Devices up to which a conversation has X-Wing; a larger one goes on with the classic suite. X-Wing costs 1.2 kB for each leaf and
 * each node of a path, and as much for each welcome, where the classic suite takes 32 bytes: a commit of 200 devices may have
 * 250 kB, and half a frame is what it gets.
 */
const HYBRID_DEVICES = 200;

export function suiteFor(devices: number): SuiteName {
  return devices > HYBRID_DEVICES ? CLASSIC : HYBRID;
}

export function suiteNumber(name: SuiteName): number {
  return NUMBERS[name];
}

/** The name may be a stranger's. @throws Fault `mls-suite` for every suite but these two */
export function knownSuite(name: string): SuiteName {
  if (name === HYBRID || name === CLASSIC) return name;
  throw new Fault("mls-suite", `the cipher suite ${name} is not used here`);
}
