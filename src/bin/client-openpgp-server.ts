// Whose OpenPGP key the server must prove: what it says of itself over the pinned connection, held against what is known or found
// elsewhere. Nothing is asked of a server whose key is another one.
import { readFile } from "node:fs/promises";
import { errno, Fault, reason } from "../model/fault.ts";
import { parseAddress } from "../pgp/address.ts";
import { type Fingerprint, parseFingerprint, type PgpKey, readPublicKey } from "../pgp/keys.ts";
import { lookUp } from "../pgp/lookup.ts";
import { localKey } from "../pgp/signers/gpg.ts";
import { parseSource } from "../pgp/source.ts";
import { checkUsable } from "../pgp/usable.ts";
import type { OpenpgpWorld } from "./client-openpgp-signer.ts";
import { systemClock } from "./system-clock.ts";

/** The server's word. */
export interface ToldKey {
  readonly email: string;
  readonly fingerprint: Fingerprint;
}

/** What was found to be right about it. */
export interface ExpectedKey extends ToldKey {
  /** Undefined: only the fingerprint is known. */
  readonly key: PgpKey | undefined;
}

const TRIES = 3;
const USUAL_SOURCES = "wkd";

/** In what the door says of itself. @throws Fault `openpgp-off`, `door-malformed` */
export function toldKey(about: Buffer): ToldKey {
  const { openpgp } = JSON.parse(about.toString("utf8")) as { readonly openpgp?: unknown };
  if (openpgp === undefined)
    throw new Fault("openpgp-off", "nobody comes into this realm by OpenPGP", {
      hint: "whoever runs the server can allow it: chat-server openpgp --email chat@example.org",
    });
  try {
    const { email, fingerprint } = openpgp as { readonly email: unknown; readonly fingerprint: unknown };
    return { email: parseAddress(String(email)).text, fingerprint: parseFingerprint(String(fingerprint)) };
  } catch (error) {
    throw new Fault("door-malformed", "the server does not say which OpenPGP key it has", { cause: error });
  }
}

/** At least one other place must say the same as the server, or the person that the line is enough. @throws Fault `openpgp-server-key`, `pgp-*` */
export async function expectedKey(
  told: ToldKey,
  world: OpenpgpWorld,
  pause: () => Promise<void>,
): Promise<ExpectedKey> {
  const { values, say } = world;
  const file = values["server-key"];
  const pinned = values["server-key-fingerprint"];
  if (file !== undefined) return agreed(told, await keyIn(file), `the file ${file}`);
  if (pinned !== undefined) {
    if (parseFingerprint(pinned) !== told.fingerprint) throw differs(told, parseFingerprint(pinned), "you");
    say(`the server's key is the one that you named: ${told.fingerprint}`);
    return { ...told, key: undefined };
  }
  if (values["trust-line"]) {
    say(`nobody but the server says that its key is ${told.fingerprint} of ${told.email}: you trust the line alone`);
    return { ...told, key: undefined };
  }
  const local = await inKeyRing(told, world);
  const found = local ?? (await lookedUp(told, world, pause));
  say(`the server's key is ${told.fingerprint} of ${told.email}, as ${found.place} says`);
  return agreed(told, found.key, found.place);
}

/** The key whose signature counts. `shown`: the server's own word, good where its fingerprint is known. @throws Fault `openpgp-server-key`, `pgp-unusable` */
export async function serverKeyOf(expected: ExpectedKey, shown: string, nowMs: number): Promise<PgpKey> {
  const key = expected.key ?? (await readPublicKey(shown));
  if (key.fingerprint !== expected.fingerprint) throw differs(expected, key.fingerprint, "the challenge");
  await checkUsable(key, { email: expected.email, nowMs });
  return key;
}

interface FoundKey {
  readonly key: PgpKey;
  readonly place: string;
}

/** Who has no gpg has no key ring. */
async function inKeyRing({ email }: ToldKey, { values }: OpenpgpWorld): Promise<FoundKey | undefined> {
  const gpg = values.gpg === undefined ? {} : { program: values.gpg };
  const key = await localKey(gpg, email).catch((error: unknown) => {
    if (error instanceof Fault && error.code === "pgp-gpg-missing") return undefined;
    throw error;
  });
  return key && { key, place: "your key ring" };
}

async function lookedUp({ email }: ToldKey, world: OpenpgpWorld, pause: () => Promise<void>): Promise<FoundKey> {
  const { values, say } = world;
  const texts = (values["key-servers"] ?? USUAL_SOURCES).split(/[\s,]+/).filter((text) => text !== "");
  const sources = texts.map((text) => parseSource(text));
  const onProgress = (line: string): void => say(`${line}, for the server's key`);
  for (let left = TRIES; ; left -= 1) {
    try {
      const { key, source } = await lookUp({ email, sources, nowMs: systemClock.now(), onProgress });
      return { key, place: source };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "pgp-source-failed" || left === 1) throw unknown(email, error);
      say(`${error.message}; trying again`);
      await pause();
    }
  }
}

function agreed(told: ToldKey, key: PgpKey, place: string): ExpectedKey {
  if (key.fingerprint !== told.fingerprint) throw differs(told, key.fingerprint, place);
  return { ...told, key };
}

async function keyIn(path: string): Promise<PgpKey> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Fault("file-unreadable", `cannot read ${path}: ${errno(error) ?? reason(error)}`, {
      hint: "check the name given with --server-key, and who may read it",
      cause: error,
    });
  });
  return readPublicKey(bytes);
}

function differs({ email, fingerprint }: ToldKey, other: string, place: string): Fault {
  return new Fault(
    "openpgp-server-key",
    `the server says that its OpenPGP key for ${email} is ${fingerprint}, and ${place} that it is ${other}`,
    { hint: "nothing was proved to it; ask who runs it for the fingerprint, by another way" },
  );
}

/** A key that nobody else vouches for is no proof. */
function unknown(email: string, cause: unknown): unknown {
  if (!(cause instanceof Fault)) return cause;
  return new Fault(cause.code, `the server's own OpenPGP key cannot be checked: ${cause.message}`, {
    hint: `say what you know of the key of ${email}: --server-key FILE or --server-key-fingerprint; or, if you trust the line alone, --trust-line`,
    cause,
  });
}
