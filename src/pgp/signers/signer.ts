// What a client needs of a user's OpenPGP key, wherever the secret key is: in a file, in gpg-agent, on a card. No code.

import type { Challenge } from "../challenge.ts";
import type { PgpKey } from "../keys.ts";

export interface Expected {
  /** Found and checked by the client before. */
  readonly serverKey: PgpKey;
}

export interface PgpSigner {
  readonly email: string;
  /** The public half. */
  readonly key: PgpKey;
  /**
   * Decrypts the server's message; what is in it was signed by the server's key, and is a challenge.
   * The caller then holds it against its own enrolment: `checkChallenge`.
   * @throws Fault `pgp-decrypt`, `pgp-signature`, `pgp-malformed`
   */
  openChallenge(sealed: string, expected: Expected): Promise<Challenge>;
  /** A detached signature, armored. @throws Fault */
  sign(text: string): Promise<string>;
}
