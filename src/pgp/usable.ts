// Whether a key is the key of an address, and whether it can be used now: encrypt to it, verify its signatures.
// Pure but for the library's own cryptography.

import type { AlgorithmInfo, Key } from "openpgp";
import { Fault } from "../model/fault.ts";
import { sameAddress } from "./address.ts";
import { isBound } from "./bound.ts";
import { libraryKey, type PgpKey } from "./keys.ts";
import { openpgp, type Pgp } from "./library.ts";

/** How far two honest clocks may be apart: a key made a minute ago on a clock that is ahead is a key. */
export const SKEW_MS = 5 * 60_000;

export interface Question {
  readonly email: string;
  readonly nowMs: number;
}

/** "stranger": no user id of this address that the key itself has signed. */
export type Verdict =
  | { readonly is: "usable" }
  | { readonly is: "stranger" }
  | { readonly is: "unusable"; readonly why: string };

/** What openpgp verifies with native code, and is not weak. The rest is refused before any of its signatures is looked at. */
const CURVES: ReadonlySet<string> = new Set(["ed25519Legacy", "nistP256", "nistP384", "nistP521"]);
const RSA_BITS_LEAST = 2048;
/** Larger ones are made to cost time. */
const RSA_BITS_MOST = 8192;

/** @internal */
export async function judge(pgp: Pgp, key: Key, { email, nowMs }: Question): Promise<Verdict> {
  const mine = key.users.filter(({ userID }) => userID !== null && sameAddress(userID.email, email));
  if (mine.length === 0) return { is: "stranger" };
  const algorithm = key.getAlgorithmInfo();
  if (!isAccepted(algorithm)) return { is: "unusable", why: `its algorithm is ${inWords(algorithm)}` };
  const at = new Date(nowMs + SKEW_MS);
  const bound = await Promise.all(mine.map((user) => isBound(pgp, { key, user, at })));
  if (!bound.includes(true)) return { is: "stranger" };
  const why = await whyNot(pgp, key, at);
  return why === undefined ? { is: "usable" } : { is: "unusable", why };
}

async function whyNot({ config }: Pgp, key: Key, at: Date): Promise<string | undefined> {
  if (await key.isRevoked(undefined, undefined, at, config)) return "it is revoked";
  const ends = await key.getExpirationTime(undefined, config);
  if (ends instanceof Date && ends <= at) return `it expired on ${ends.toISOString().slice(0, 10)}`;
  if (await fails(key.verifyPrimaryKey(at, undefined, config))) return "its primary key is not valid";
  if (await fails(key.getEncryptionKey(undefined, at, undefined, config))) return "it has no valid encryption key";
  if (await fails(key.getSigningKey(undefined, at, undefined, config))) return "it has no valid signing key";
  return undefined;
}

function fails(check: Promise<unknown>): Promise<boolean> {
  return check.then(
    () => false,
    () => true,
  );
}

function isAccepted({ algorithm, curve, bits = 0 }: AlgorithmInfo): boolean {
  switch (algorithm) {
    case "rsaEncryptSign":
    case "rsaSign":
      return bits >= RSA_BITS_LEAST && bits <= RSA_BITS_MOST;
    case "ecdsa":
    case "eddsaLegacy":
      return curve !== undefined && CURVES.has(curve);
    default:
      return algorithm === "ed25519";
  }
}

function inWords({ algorithm, curve, bits }: AlgorithmInfo): string {
  return `${curve ?? algorithm}${bits === undefined ? "" : ` of ${bits} bits`}`;
}

/** The key is the address's and can be used. @throws Fault `pgp-unusable` */
export async function checkUsable(key: PgpKey, question: Question): Promise<void> {
  const pgp = await openpgp();
  const verdict = await judge(pgp, await libraryKey(pgp, key), question);
  if (verdict.is === "usable") return;
  throw unusable(key.fingerprint, verdict.is === "stranger" ? "it is not a key of that address" : verdict.why);
}

export function unusable(fingerprint: string, why: string): Fault {
  return new Fault("pgp-unusable", `the OpenPGP key ${fingerprint} cannot be used: ${why}`, {
    hint: "its owner makes it usable (prolongs it, adds a subkey) or makes a new one, and publishes it again",
  });
}
