// A user's key in gpg's hands: in its key ring, behind gpg-agent, on a card. The server's key is checked by gpg too, in a place of
// its own, so that nothing is written into the user's key ring. Must not know passphrases.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../model/fault.ts";
import { parseAddress } from "../address.ts";
import { decodeChallenge, type Challenge } from "../challenge.ts";
import { KEY_BYTES, parseFingerprint, readPublicKeys, type Fingerprint, type PgpKey } from "../keys.ts";
import { MESSAGE_BYTES } from "../proof.ts";
import { checkUsable } from "../usable.ts";
import { gpgFailed, promptFault, runGpg, type Gpg, type GpgResult, type StatusLine } from "./gpg-run.ts";
import { undecryptable, unsigned } from "./key-file.ts";
import type { Expected, PgpSigner } from "./signer.ts";

export interface GpgWish extends Gpg {
  readonly email: string;
  /** Which key, when several in the key ring are of the address. */
  readonly fingerprint?: Fingerprint;
  readonly now: () => number;
}

/** @throws Fault `pgp-not-found`, `pgp-ambiguous`, `pgp-unusable`, `pgp-gpg-missing`, `pgp-gpg-timeout`, `pgp-gpg-failed` */
export async function openGpg(wish: GpgWish): Promise<PgpSigner> {
  const { text: email } = parseAddress(wish.email);
  const fingerprint = wish.fingerprint ?? (await secretKeyOf(wish, email));
  const key = await exported(wish, fingerprint);
  if (key === undefined) throw missing(email);
  await checkUsable(key, { email, nowMs: wish.now() });
  return {
    email,
    key,
    openChallenge: (sealed, expected) => open(wish, sealed, expected),
    sign: (text) => sign(wish, key, text),
  };
}

/** The public key of an address in the user's own key ring, or undefined. @throws Fault `pgp-ambiguous`, `pgp-gpg-…` */
export async function localKey(gpg: Gpg, email: string): Promise<PgpKey | undefined> {
  const { text } = parseAddress(email);
  const listed = await runGpg(gpg, ["--with-colons", "--list-keys", "--", `<${text}>`]);
  const fingerprint = one(listed, "pub", text);
  return fingerprint === undefined ? undefined : exported(gpg, fingerprint);
}

async function secretKeyOf(gpg: Gpg, email: string): Promise<Fingerprint> {
  const fingerprint = one(await runGpg(gpg, ["--with-colons", "--list-secret-keys", "--", `<${email}>`]), "sec", email);
  if (fingerprint === undefined) throw missing(email);
  return fingerprint;
}

/** The one listed key that is not invalid, revoked, expired or disabled (GnuPG doc/DETAILS, field 2 and 12). */
function one({ out }: GpgResult, type: "pub" | "sec", email: string): Fingerprint | undefined {
  const lines = out
    .toString("utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const found = lines.flatMap(([kind, validity = "", ...rest], index) => {
    if (kind !== type || /^[idre]/.test(validity) || (rest[9] ?? "").includes("D")) return [];
    return [parseFingerprint(lines[index + 1]?.[9] ?? "")];
  });
  if (found.length < 2) return found[0];
  throw new Fault("pgp-ambiguous", `gpg has ${found.length} keys for ${email}: ${found.join(", ")}`, {
    hint: "give the fingerprint of the right one",
  });
}

function missing(email: string): Fault {
  return new Fault("pgp-not-found", `gpg has no secret key for ${email}`, {
    hint: "`gpg --list-secret-keys` shows those it has; an expired or revoked one does not count",
  });
}

async function exported(gpg: Gpg, fingerprint: Fingerprint): Promise<PgpKey | undefined> {
  // Minimal: without the signatures of others, which may be megabytes.
  const { out } = await runGpg(gpg, ["--export-options", "export-minimal", "--export", "--", fingerprint]);
  if (out.length === 0) return undefined;
  if (out.length > KEY_BYTES) throw gpgFailed("the key is too large");
  const keys = await readPublicKeys(out);
  return keys.find((key) => key.fingerprint === fingerprint);
}

async function open(gpg: Gpg, sealed: string, { serverKey }: Expected): Promise<Challenge> {
  if (sealed.length > MESSAGE_BYTES) throw undecryptable(`it is larger than ${MESSAGE_BYTES} bytes`);
  // Only the encryption is taken off here: the signature inside is checked below, away from the user's key ring.
  const opened = await runGpg(gpg, ["--unwrap", "--decrypt"], sealed);
  if (opened.code !== 0 || !opened.status.some(({ word }) => word === "DECRYPTION_OKAY")) {
    throw promptFault(opened) ?? undecryptable("gpg has no secret key for it");
  }
  const folder = await mkdtemp(join(tmpdir(), "mutual-gpg-"));
  try {
    const ring = join(folder, "server.gpg");
    await writeFile(ring, serverKey.bytes, { mode: 0o600 });
    const only = ["--no-default-keyring", "--keyring", ring, "--trust-model", "always", "--no-auto-key-locate"];
    const verified = await runGpg({ ...gpg, home: folder }, [...only, "--decrypt"], opened.out);
    checkSigned(verified, serverKey.fingerprint);
    return decodeChallenge(verified.out.toString("utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Words of a signature that does not hold, or that something is wrong with. */
const BAD: ReadonlySet<string> = new Set("BADSIG ERRSIG EXPSIG EXPKEYSIG REVKEYSIG NO_PUBKEY".split(" "));

function checkSigned({ status }: GpgResult, fingerprint: Fingerprint): void {
  const named = (word: string): readonly StatusLine[] => status.filter((line) => line.word === word);
  const bad = status.find(({ word }) => BAD.has(word));
  if (bad !== undefined) throw unsigned(fingerprint, `gpg says ${bad.word}`);
  const [valid, another] = named("VALIDSIG");
  if (valid === undefined || named("GOODSIG").length !== 1) throw unsigned(fingerprint, "it is not signed");
  if (another !== undefined || named("NEWSIG").length !== 1) {
    throw unsigned(fingerprint, "it has more than one signature");
  }
  // The last field is the primary key's fingerprint; the ninth the class, of which 00 and 01 are signatures on documents.
  if (valid.fields.at(-1) !== fingerprint) throw unsigned(fingerprint, "it is signed by another key");
  if (!/^0[01]$/.test(valid.fields[8] ?? "")) throw unsigned(fingerprint, "it is no signature on a text");
}

async function sign(gpg: Gpg, { fingerprint }: PgpKey, text: string): Promise<string> {
  const signed = await runGpg(gpg, ["--armor", "--local-user", fingerprint, "--detach-sign"], text);
  const done = signed.status.some(({ word }) => word === "SIG_CREATED");
  if (signed.code === 0 && done && signed.out.length > 0) return signed.out.toString("latin1");
  throw promptFault(signed) ?? gpgFailed(`it did not sign with ${fingerprint}`);
}
