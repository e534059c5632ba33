// `chat-client join … --pgp ADDRESS`: the user's OpenPGP key is proved to the server, and the server's to the user, before anything is
// issued. Each side looks the other's key up by itself. The secret key stays in its file, in gpg-agent, or on its card.
import { createHash } from "node:crypto";
import { askDoor, type DoorPlace } from "../client/link/door.ts";
import { Fault } from "../model/fault.ts";
import { hexOf, type Sha256 } from "../model/ids.ts";
import type { KeyPair } from "../pki/keys.ts";
import { parseAddress } from "../pgp/address.ts";
import { checkChallenge, signedText } from "../pgp/challenge.ts";
import { armorOf, type PgpKey } from "../pgp/keys.ts";
import type { PgpSigner } from "../pgp/signers/signer.ts";
import { type ExpectedKey, expectedKey, serverKeyOf, toldKey } from "./client-openpgp-server.ts";
import { openSigner, type OpenpgpWorld } from "./client-openpgp-signer.ts";
import { askHandle, WANTED } from "./client-handle.ts";
import { systemClock } from "./system-clock.ts";

export interface OpenpgpJoin {
  readonly email: string;
  readonly code: string | undefined;
  readonly place: DoorPlace;
  /** What the door says of itself. */
  readonly about: Buffer;
  readonly keys: KeyPair;
  readonly world: OpenpgpWorld;
}

interface Proof extends OpenpgpJoin {
  readonly signer: PgpSigner;
  readonly expected: ExpectedKey;
  /** PKCS#10, DER. */
  readonly request: Buffer;
}

interface Sealed {
  readonly ticket: string;
  readonly sealed: string;
  /** Armored; the server's word. */
  readonly serverKey: string;
}

const PATH = "/mutual/v1/openpgp/";
const TRIES = 3;
const PAUSE_MS = 2_000;
/** Of the server's whole look-up, with all of its sources. */
const LOOKING_MS = 180_000;
const NAME_CODES = new Set(["user-missing", "user-taken", "handle-invalid"]);
const LINES_MOST = 100;

/** @throws Fault `openpgp-*`, `pgp-*`, `passphrase-*`, `invitation-refused`, `connect-*` */
export async function enrolledByOpenpgp(join: OpenpgpJoin): Promise<readonly Buffer[]> {
  const { email, place, about, keys, world } = join;
  parseAddress(email);
  const told = toldKey(about);
  const signer = await openSigner(email, world);
  world.say(`your key is ${signer.key.fingerprint}`);
  const expected = await expectedKey(told, world, pause);
  const { makeRequest } = await import("../pki/request.ts");
  const shown = world.values.name ?? world.values.user;
  const subject = shown === undefined ? [] : [{ type: "CN", value: shown }];
  const request = makeRequest({ subject, altNames: [] }, keys);
  const proof = { ...join, signer, expected, request };
  const sealed = await again(world, () => challengeFor(proof));
  const answer = await answerTo(sealed, proof);
  world.say("both sides are proved");
  return finished(place, { ticket: sealed.ticket, answer }, world);
}

/** Starts, and waits until the server has found the key. */
async function challengeFor({ email, code, place, world, signer, request }: Proof): Promise<Sealed> {
  const offered = world.values["pgp-key"] === undefined ? {} : { key: await armorOf(signer.key) };
  const started = await post(place, "start", {
    email,
    server: place.host,
    request: request.toString("base64"),
    ...(code === undefined ? {} : { code }),
    ...offered,
  });
  const ticket = textIn(started, "ticket");
  world.say(`the server is looking for the key of ${email}`);
  let seen = 0;
  for (const deadline = systemClock.now() + LOOKING_MS; systemClock.now() < deadline;) {
    const news = await post(place, "look", { ticket, seen });
    if (news["state"] === "sealed")
      return { ticket, sealed: textIn(news, "sealed"), serverKey: textIn(news, "serverKey") };
    const lines = linesIn(news);
    for (const line of lines.slice(seen)) world.say(`the server is ${line}`);
    seen = lines.length;
  }
  throw new Fault("openpgp-timeout", "the server has not found the key in time", { hint: "try again later" });
}

async function answerTo({ sealed, serverKey }: Sealed, proof: Proof): Promise<string> {
  const { email, place, signer, expected, request, world } = proof;
  const nowMs = systemClock.now();
  const key: PgpKey = await serverKeyOf(expected, serverKey, nowMs);
  if (world.values["pgp-key"] === undefined && world.person !== undefined)
    world.say("gpg opens the challenge, and may ask for your passphrase");
  const challenge = await signer.openChallenge(sealed, { serverKey: key });
  const hash = hexOf(createHash("sha256").update(request).digest()) as Sha256;
  checkChallenge(challenge, { realm: place.realm, server: place.host, email, request: hash, nowMs });
  return signer.sign(signedText(challenge));
}

/** A name that is taken may be another one; the proof stays. */
async function finished(
  place: DoorPlace,
  proof: { readonly ticket: string; readonly answer: string },
  { values, person }: OpenpgpWorld,
): Promise<readonly Buffer[]> {
  let { user } = values;
  for (let left = TRIES; ; left -= 1) {
    try {
      return certificatesIn(await post(place, "finish", { ...proof, ...(user === undefined ? {} : { user }) }));
    } catch (error) {
      const isAboutName = error instanceof Fault && NAME_CODES.has(error.code);
      if (!isAboutName || person === undefined || left === 1) throw error;
      if (error.code !== "user-missing") person.output.write(`* ${error.message}\n`);
      user = await askHandle(person, WANTED);
      if (user === undefined) throw error;
    }
  }
}

/** A key server that does not answer may do so a little later. */
async function again<T>({ say }: OpenpgpWorld, run: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "pgp-source-failed" || left === 1) throw error;
      say(`${error.message}; trying again`);
      await pause();
    }
  }
}

/** A timer of its own: the program waits for it. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

type Fields = Readonly<Record<string, unknown>>;

async function post(place: DoorPlace, step: string, fields: Fields): Promise<Fields> {
  const path = `${PATH}${step}`;
  const { body } = await askDoor(place, {
    method: "POST",
    path,
    type: "application/json",
    body: JSON.stringify(fields),
  });
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Fields;
  } catch {
    // Said below.
  }
  throw malformed();
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw malformed();
}

function linesIn({ lines }: Fields): readonly string[] {
  if (!Array.isArray(lines) || lines.length > LINES_MOST) throw malformed();
  return lines.map(String);
}

function certificatesIn({ certificates }: Fields): readonly Buffer[] {
  if (!Array.isArray(certificates) || certificates.length === 0) throw malformed();
  return certificates.map((one) => Buffer.from(String(one), "base64"));
}

function malformed(): Fault {
  return new Fault("door-malformed", "the server's door answers in words that are not known here", {
    hint: "the server may be another version",
  });
}
