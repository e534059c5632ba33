// A server's and a user's key in the middle of an enrolment: the challenge made, and what the user's side must know.

import type { Sha256 } from "../../../src/model/ids.ts";
import { expect } from "vitest";
import { checkChallenge, signedText, type Enrolment } from "../../../src/pgp/challenge.ts";
import { generateServerKey, openSecretKey, type PgpKey, type SecretKey } from "../../../src/pgp/keys.ts";
import { makeChallenge, verifyAnswer, type Made } from "../../../src/pgp/proof.ts";
import { openKeyFile } from "../../../src/pgp/signers/key-file.ts";
import type { PgpSigner } from "../../../src/pgp/signers/signer.ts";
import type { TestKey } from "./keys.ts";

export const ABOUT: Enrolment = {
  realm: "ab".repeat(32),
  server: "chat.example.org",
  email: "ada@example.org",
  request: "cd".repeat(32) as Sha256,
};

export async function newServerKey(): Promise<SecretKey> {
  return openSecretKey(await generateServerKey({ name: "chat", email: "chat@example.org" }));
}

/** The challenge of a server for a user of ABOUT. */
export function challengeFor(userKey: PgpKey, serverKey: SecretKey, nowMs: number = Date.now()): Promise<Made> {
  return makeChallenge({ ...ABOUT, userKey, serverKey, nowMs });
}

/** A key file without a passphrase. */
export function signerOf({ secret }: TestKey, now: () => number = Date.now): Promise<PgpSigner> {
  return openKeyFile({ secret: Buffer.from(secret), email: ABOUT.email, passphrase: async () => undefined, now });
}

/** The whole enrolment, from the challenge to the proof. */
export async function enrols(signer: PgpSigner, serverKey: SecretKey): Promise<true> {
  const { challenge, sealed } = await challengeFor(signer.key, serverKey);
  const opened = await signer.openChallenge(sealed, { serverKey: serverKey.key });
  expect(opened).toEqual(challenge);
  checkChallenge(opened, { ...ABOUT, nowMs: Date.now() });
  return verifyAnswer(await signer.sign(signedText(opened)), challenge, { userKey: signer.key, nowMs: Date.now() });
}
