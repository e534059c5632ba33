// The user's OpenPGP key for joining: in a file, behind a passphrase that is read from another file or asked for, or in gpg's hands.
import { readFile, readlink } from "node:fs/promises";
import process from "node:process";
import { errno, Fault, reason } from "../model/fault.ts";
import { type Fingerprint, parseFingerprint, readPublicKeys } from "../pgp/keys.ts";
import { openGpg } from "../pgp/signers/gpg.ts";
import { openKeyFile } from "../pgp/signers/key-file.ts";
import type { PgpSigner } from "../pgp/signers/signer.ts";
import type { JOIN_FLAGS } from "./client-flags.ts";
import { askSecret, type Person } from "./prompt.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";
import { systemClock } from "./system-clock.ts";

export interface OpenpgpWorld {
  readonly values: Values<typeof JOIN_FLAGS>;
  /** Undefined: nobody can be asked. */
  readonly person: Person | undefined;
  readonly say: (sentence: string) => void;
}

const TRIES = 3;
const now = (): number => systemClock.now();

/** @throws Fault `pgp-*`, `passphrase-*`, `file-unreadable` */
export async function openSigner(email: string, world: OpenpgpWorld): Promise<PgpSigner> {
  const path = world.values["pgp-key"];
  const bytes = path === undefined ? undefined : await contentsOf(path);
  const shown = bytes === undefined ? [] : await readPublicKeys(bytes).catch(() => undefined);
  // A file without a secret in it is a short cut for the server, and gpg signs.
  if (bytes === undefined || shown !== undefined) return gpgSigner(email, world);
  return keyFileSigner(bytes, email, world);
}

async function gpgSigner(email: string, { values, person }: OpenpgpWorld): Promise<PgpSigner> {
  if (person !== undefined) await nameTerminal();
  return openGpg({ email, now, ...keyIn(values), ...(values.gpg === undefined ? {} : { program: values.gpg }) });
}

/** gpg runs without the terminal; where its agent may ask is said this way (gpg-agent(1)). */
async function nameTerminal(): Promise<void> {
  if (process.env["GPG_TTY"] !== undefined) return;
  const path = await readlink("/proc/self/fd/0").catch(() => "");
  if (path.startsWith("/dev/")) process.env["GPG_TTY"] = path;
}

async function keyFileSigner(secret: Buffer, email: string, { values, person }: OpenpgpWorld): Promise<PgpSigner> {
  const given = await passphraseOf(values["passphrase-file"]);
  for (let left = given === undefined && person !== undefined ? TRIES : 1; ; left -= 1) {
    const passphrase = async (): Promise<string | undefined> => {
      if (given !== undefined || person === undefined) return given;
      return askSecret(person, `passphrase of the OpenPGP key of ${email}: `);
    };
    try {
      return await openKeyFile({ secret, email, passphrase, now, ...keyIn(values) });
    } catch (error) {
      const isWrong = error instanceof Fault && error.code === "passphrase-wrong";
      if (isWrong && left > 1) person?.output.write(`* ${error.message}\n`);
      else throw isMissing(error) ? missing() : error;
    }
  }
}

function keyIn(values: OpenpgpWorld["values"]): { readonly fingerprint?: Fingerprint } {
  const text = values["pgp-fingerprint"];
  return text === undefined ? {} : { fingerprint: parseFingerprint(text) };
}

function isMissing(error: unknown): boolean {
  return error instanceof Fault && error.code === "passphrase-missing";
}

function missing(): Fault {
  return new Fault("passphrase-needed", "the OpenPGP key is protected by a passphrase", {
    hint: "start chat-client in a terminal, or give --passphrase-file FILE",
  });
}

async function contentsOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Fault("file-unreadable", `cannot read ${path}: ${errno(error) ?? reason(error)}`, {
      hint: "check the name given with --pgp-key, and who may read it",
      cause: error,
    });
  }
}
