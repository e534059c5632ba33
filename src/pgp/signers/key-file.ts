// A user's secret key in a file, unlocked in memory. The passphrase is asked for through a callback, once.
// Must not know gpg.

import type { PrivateKey } from "openpgp";
import { Fault, reason } from "../../model/fault.ts";
import { parseAddress, sameAddress } from "../address.ts";
import { decodeChallenge, type Challenge } from "../challenge.ts";
import { firstLine, libraryKey, parseSecretKeys, unlock, type Fingerprint, type SecretKey } from "../keys.ts";
import { openpgp, type Pgp } from "../library.ts";
import { MESSAGE_BYTES, checkOne } from "../proof.ts";
import { checkUsable, SKEW_MS } from "../usable.ts";
import type { Expected, PgpSigner } from "./signer.ts";

export interface KeyFile {
  /** The file's contents, armored or binary. */
  readonly secret: Uint8Array;
  readonly email: string;
  /** Which key, when several in the file are of the address. */
  readonly fingerprint?: Fingerprint;
  /** Called once if the key is locked; undefined: the person gave up. How often it is tried again is the caller's. */
  readonly passphrase: () => Promise<string | undefined>;
  readonly now: () => number;
}

/** @throws Fault `pgp-malformed`, `pgp-not-found`, `pgp-ambiguous`, `pgp-unusable`, `passphrase-wrong`, `passphrase-missing` */
export async function openKeyFile({ secret, email, fingerprint, passphrase, now }: KeyFile): Promise<PgpSigner> {
  const pgp = await openpgp();
  const address = parseAddress(email);
  const found = chosen(await parseSecretKeys(pgp, secret), address.text, fingerprint);
  if (lacksSecret(found)) throw elsewhere(found);
  const own = await unlock(pgp, found, passphrase);
  await checkUsable(own.key, { email: address.text, nowMs: now() });
  return {
    email: address.text,
    key: own.key,
    openChallenge: (sealed, expected) => open(pgp, own, { sealed, nowMs: now(), ...expected }),
    sign: (text) => sign(pgp, own, { text, nowMs: now() }),
  };
}

function chosen(keys: readonly PrivateKey[], email: string, fingerprint: Fingerprint | undefined): PrivateKey {
  const mine = keys.filter(
    (key) =>
      key.users.some(({ userID }) => userID !== null && sameAddress(userID.email, email)) &&
      (fingerprint === undefined || key.getFingerprint().toUpperCase() === fingerprint),
  );
  const [key, another] = mine;
  if (key === undefined) {
    throw new Fault("pgp-not-found", `there is no secret key for ${email} in the file`, {
      hint: "`gpg --export-secret-keys ADDRESS` writes one; the address must stand in it",
    });
  }
  if (another === undefined) return key;
  const list = mine.map((one) => one.getFingerprint().toUpperCase()).join(", ");
  throw new Fault("pgp-ambiguous", `there are ${mine.length} secret keys for ${email} in the file: ${list}`, {
    hint: "give the fingerprint of the right one",
  });
}

/** A primary key that is kept elsewhere does no harm while its subkeys are here. */
function lacksSecret(key: PrivateKey): boolean {
  return [key, ...key.subkeys].every(({ keyPacket }) => "isDummy" in keyPacket && keyPacket.isDummy());
}

function elsewhere(key: PrivateKey): Fault {
  const fingerprint = key.getFingerprint().toUpperCase();
  return new Fault("pgp-unusable", `the secret parts of ${fingerprint} are not in this file`, {
    hint: "they may be on a card: let gpg sign instead",
  });
}

interface Opening extends Expected {
  readonly sealed: string;
  readonly nowMs: number;
}

async function open(pgp: Pgp, own: SecretKey, wish: Opening): Promise<Challenge> {
  const { lib, config } = pgp;
  if (wish.sealed.length > MESSAGE_BYTES) throw undecryptable(`it is larger than ${MESSAGE_BYTES} bytes`);
  const verificationKeys = await libraryKey(pgp, wish.serverKey);
  const date = new Date(wish.nowMs + SKEW_MS);
  const result = await lib
    .readMessage({ armoredMessage: wish.sealed, config })
    .then((message) =>
      lib.decrypt({ message, decryptionKeys: own.unlocked, verificationKeys, date, format: "binary", config }),
    )
    .catch((error: unknown) => {
      throw undecryptable(firstLine(reason(error)), error);
    });
  await checkOne(result.signatures, 0).catch((error: unknown) => {
    throw unsigned(wish.serverKey.fingerprint, firstLine(reason(error)), error);
  });
  return decodeChallenge(Buffer.from(result.data).toString("utf8"));
}

interface Signing {
  readonly text: string;
  readonly nowMs: number;
}

async function sign({ lib, config }: Pgp, own: SecretKey, { text, nowMs }: Signing): Promise<string> {
  const message = await lib.createMessage({ binary: Buffer.from(text) });
  const signing = { message, signingKeys: own.unlocked, detached: true, date: new Date(nowMs), config };
  const signature: unknown = await lib.sign({ ...signing, format: "armored" });
  return String(signature);
}

/** @internal */
export function undecryptable(why: string, cause?: unknown): Fault {
  return new Fault("pgp-decrypt", `the server's challenge cannot be decrypted: ${why}`, {
    hint: "the server may have found another key for the address: compare fingerprints",
    cause,
  });
}

/** @internal */
export function unsigned(fingerprint: string, why: string, cause?: unknown): Fault {
  return new Fault("pgp-signature", `the challenge is not signed by the server's key ${fingerprint}: ${why}`, {
    hint: "do not go on: somebody may stand between, or the server has a new key; ask who runs it",
    cause,
  });
}
