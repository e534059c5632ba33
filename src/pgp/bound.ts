// Whether a user id belongs to its key: the key's own newest certification of it holds, and was not taken back.
// The library's own check is content with any certification that holds, also one that a newer has replaced.

import type { Key, SignaturePacket, User } from "openpgp";
import type { Pgp } from "./library.ts";

export interface Claim {
  readonly key: Key;
  readonly user: User;
  /** Undefined: whatever the time. */
  readonly at: Date | undefined;
}

export async function isBound(pgp: Pgp, claim: Claim): Promise<boolean> {
  const newest = await newestOf(pgp, claim);
  if (newest === undefined) return false;
  if (claim.at !== undefined && newest.getExpirationTime() <= claim.at) return false;
  return !(await claim.user.isRevoked(newest, undefined, claim.at, pgp.config));
}

async function newestOf(pgp: Pgp, claim: Claim): Promise<SignaturePacket | undefined> {
  let newest: SignaturePacket | undefined;
  for (const one of claim.user.selfCertifications) {
    if (newest !== undefined && timeOf(one) < timeOf(newest)) continue;
    if (await isValid(pgp, claim, one)) newest = one;
  }
  return newest;
}

async function isValid(
  { lib, config }: Pgp,
  { key, user, at }: Claim,
  certification: SignaturePacket,
): Promise<boolean> {
  const { created } = certification;
  if (created === null || (at !== undefined && created > at)) return false;
  const { certGeneric } = lib.enums.signature;
  const data = { userID: user.userID, userAttribute: user.userAttribute, key: key.keyPacket };
  // At its own time: one that has ended since still replaces those before it.
  return certification.verify(key.keyPacket, certGeneric, data, created, false, config).then(
    () => true,
    () => false,
  );
}

function timeOf({ created }: SignaturePacket): number {
  return created?.getTime() ?? 0;
}
