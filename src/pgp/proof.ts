// The proof of a key: the server's challenge sealed for the user's key, and the user's answer verified.
// Must not know where keys come from, nor how a user's key signs.

import type { Signature } from "openpgp";
import { Fault, reason } from "../model/fault.ts";
import {
  CHALLENGE_LIFE_MS,
  encodeChallenge,
  newChallenge,
  signedText,
  type Challenge,
  type Enrolment,
} from "./challenge.ts";
import { firstLine, libraryKey, type PgpKey, type SecretKey } from "./keys.ts";
import { openpgp } from "./library.ts";
import { checkUsable, SKEW_MS } from "./usable.ts";

/** An armored challenge or answer: an RSA-8192 key, several signatures and comments fit. */
export const MESSAGE_BYTES = 32 * 1024;

export interface ChallengeWish extends Enrolment {
  readonly userKey: PgpKey;
  readonly serverKey: SecretKey;
  readonly nowMs: number;
}

export interface Made {
  /** Kept by the server until the answer comes. */
  readonly challenge: Challenge;
  /** Armored: encrypted to the user's key, signed by the server's. */
  readonly sealed: string;
}

/** @throws Fault `pgp-unusable`, `pgp-malformed` */
export async function makeChallenge({ userKey, serverKey, nowMs, ...about }: ChallengeWish): Promise<Made> {
  await checkUsable(userKey, { email: about.email, nowMs });
  const pgp = await openpgp();
  const { lib, config } = pgp;
  const challenge = newChallenge(about, nowMs);
  const message = await lib.createMessage({ binary: Buffer.from(encodeChallenge(challenge)) });
  // Signed now, but encrypted as of a little later: the user's clock, which dated the key, may be ahead.
  const signed = await lib.sign({
    message,
    signingKeys: serverKey.unlocked,
    date: new Date(nowMs),
    format: "object",
    config,
  });
  const sealed: unknown = await lib.encrypt({
    message: signed,
    encryptionKeys: await libraryKey(pgp, userKey),
    date: new Date(nowMs + SKEW_MS),
    format: "armored",
    config,
  });
  // The library tells its type by that of the message, which it then forgets.
  return { challenge, sealed: String(sealed) };
}

/**
 * The answer is a detached signature over `signedText(challenge)` by the user's key, made for this challenge, which is in time.
 * @throws Fault `pgp-proof`, `pgp-unusable`
 */
export async function verifyAnswer(
  answer: string,
  challenge: Challenge,
  { userKey, nowMs }: { readonly userKey: PgpKey; readonly nowMs: number },
): Promise<true> {
  if (challenge.untilMs <= nowMs) throw unproven("it came too late");
  if (answer.length > MESSAGE_BYTES) throw unproven(`it is larger than ${MESSAGE_BYTES} bytes`);
  // It may have been revoked, or have ended, since the challenge was made.
  await checkUsable(userKey, { email: challenge.email, nowMs });
  const pgp = await openpgp();
  const { lib, config } = pgp;
  const signature = await lib.readSignature({ armoredSignature: answer, config }).catch((error: unknown) => {
    throw unproven("it is not an armored signature", error);
  });
  const message = await lib.createMessage({ binary: Buffer.from(signedText(challenge)) });
  const key = await libraryKey(pgp, userKey);
  const date = new Date(nowMs + SKEW_MS);
  const since = challenge.untilMs - CHALLENGE_LIFE_MS - SKEW_MS;
  await lib
    .verify({ message, signature, verificationKeys: key, date, format: "binary", config })
    .then(({ signatures }) => checkOne(signatures, since))
    .catch((error: unknown) => {
      throw unproven(firstLine(reason(error)), error);
    });
  return true;
}

/** As the library returns it. */
interface Verified {
  readonly verified: Promise<true>;
  readonly signature: Promise<Signature>;
}

/**
 * Exactly one signature on a text, which holds, and was made since then: one that is dated back could be by a subkey that was
 * stolen after its end. @throws Error why not
 * @internal
 */
export async function checkOne(all: readonly Verified[], sinceMs: number): Promise<void> {
  const [one, another] = all;
  if (one === undefined) throw new Error("it is not signed");
  if (another !== undefined) throw new Error("it has more than one signature");
  await one.verified;
  const [packet] = (await one.signature).packets;
  if ((packet?.created?.getTime() ?? 0) < sinceMs) throw new Error("it is older than the challenge");
}

function unproven(why: string, cause?: unknown): Fault {
  return new Fault("pgp-proof", `the answer does not prove the key: ${why}`, {
    hint: "answer with the key that the challenge was made for, within ten minutes",
    cause,
  });
}
