// `chat-client join LINE`: from an invitation to an identity of this machine. The key is made here and never leaves; the server's CA is
// known by its fingerprint in the line, before anything is said to it.
import { createHash, createPublicKey } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { askDoor, type DoorPlace, type DoorReply } from "../client/link/door.ts";
import { askCertificate } from "../client/link/enrolling.ts";
import { defaultHome, type Platform } from "../client/vault/home.ts";
import { isProfileName, readProfiles, type Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import { isHandle } from "../model/ids.ts";
import { isDisplayName } from "../pki/alt-name.ts";
import { writeAll } from "../pki/files.ts";
import type { KeptIdentity } from "../pki/kept-identity.ts";
import { type KeyPair, newKeyPair, plainKeyPem, readPrivateKey } from "../pki/keys.ts";
import { type InvitationLine, readInvitationLine, readRealmLine } from "../wire/invitation-line.ts";
import type { JOIN_FLAGS } from "./client-flags.ts";
import { askHandle, HANDLE_HINT, WANTED } from "./client-handle.ts";
import { keepNewcomer, newVaultPassphrase } from "./client-kept.ts";
import type { Person } from "./prompt.ts";
import type { Values } from "./flags.ts";
import { systemClock } from "./system-clock.ts";

export interface JoinWorld {
  readonly values: Values<typeof JOIN_FLAGS>;
  readonly platform: Platform;
  /** Undefined: nobody can be asked. */
  readonly person: Person | undefined;
  readonly input: NodeJS.ReadableStream;
  readonly say: (sentence: string) => void;
  /** For what will be kept, where no file has it. */
  readonly passphrase?: string | undefined;
}

const TRIES = 3;

/** Returns the profile that was made. @throws Fault `invitation-*`, `user-*`, `connect-*`, `certificate-*`, `vault-*`, … */
export async function join(line: string, world: JoinWorld): Promise<Profile> {
  const { values, say } = world;
  checkNames(values);
  const invitation = lineIn(line === "-" ? await textOf(world.input) : line, values.pgp);
  const home = values.home ?? defaultHome(world.platform);
  // What can be wrong on this machine comes before the first word about the network, and before a code is used.
  const profiles = readProfiles(home);
  checkNew(profiles, values.profile);
  const passphrase = await newVaultPassphrase(world);
  const place: DoorPlace = { ...invitation, clock: systemClock };
  const about = await askDoor(place, { method: "GET", path: "/mutual/v1/realm" });
  const chatPort = portIn(about.body);
  await using pending = await pendingKey(home, invitation, values.pgp);
  const { keys } = pending;
  const wanted = { invitation, keys, world, isAgain: pending.isAgain };
  const enrolling = certified(place, { ...wanted, about });
  const certificates = await enrolling.catch((error: unknown) => forget(pending, error));
  const kept: KeptIdentity = {
    keyPem: plainKeyPem(keys.privateKey),
    certificates,
    root: about.realm.root.raw,
    crls: [],
  };
  const profile = keepNewcomer(kept, {
    home,
    platform: world.platform,
    now: new Date(systemClock.now()),
    passphrase,
    called: values.profile,
    place: { host: invitation.host, port: chatPort, door: invitation.port },
  });
  await pending.done();
  say(`you are @${profile.user} in the realm ${profile.realm.slice(0, 16)}…, and this device is known there`);
  return profile;
}

/** What was refused has no use for its key; what was cut off has. */
async function forget(pending: Pending, error: unknown): Promise<never> {
  if (error instanceof Fault && error.code === "invitation-refused") await pending.done();
  throw error;
}

/** @throws Fault `profile-exists` */
function checkNew(profiles: readonly Profile[], name: string | undefined): void {
  if (!profiles.some((profile) => profile.name === name)) return;
  throw new Fault("profile-exists", `there is a profile ${JSON.stringify(name)} already`, {
    values: { name: name ?? "" },
    hint: "nothing was changed; choose another name, or start chat-client with that one",
  });
}

function checkNames({ user, name, profile }: JoinWorld["values"]): void {
  if (user !== undefined && !isHandle(user))
    throw new Fault("usage", `--user is not a valid name: ${JSON.stringify(user)}`, {
      hint: HANDLE_HINT,
    });
  if (name !== undefined && !isDisplayName(name))
    throw new Fault("usage", `--name is not a valid display name: ${JSON.stringify(name)}`, {
      hint: "1 to 64 characters on one line",
    });
  if (profile !== undefined && !isProfileName(profile))
    throw new Fault("usage", `--profile is not a valid name: ${JSON.stringify(profile)}`, {
      hint: "use a-z, 0-9, dot, dash and underscore",
    });
}

interface JoinLine extends InvitationLine {
  /** What another device of this user has shown. */
  readonly pairing: string | undefined;
}

/** By OpenPGP, or by another device, a line has no code: then `code` is empty. @throws Fault `invitation-malformed` */
function lineIn(text: string, pgp: string | undefined): JoinLine {
  const line = readRealmLine(text);
  if (pgp === undefined && line.pairing === undefined) return { ...readInvitationLine(text), pairing: undefined };
  return { ...line, code: line.code ?? "" };
}

interface Wanted {
  readonly invitation: JoinLine;
  readonly keys: KeyPair;
  readonly world: JoinWorld;
}

function certified(place: DoorPlace, wanted: WantedProved): Promise<readonly Buffer[]> {
  const { pgp } = wanted.world.values;
  const { pairing } = wanted.invitation;
  if (pairing !== undefined) return paired(place, pairing, wanted);
  return pgp === undefined ? enrolled(place, wanted) : proved(place, pgp, wanted);
}

async function paired(place: DoorPlace, secret: string, { keys, world }: Wanted): Promise<readonly Buffer[]> {
  const { makeRequest } = await import("../pki/request.ts");
  const { pairedWith } = await import("../client/paired.ts");
  world.say("waiting for the device that has shown this line");
  const request = makeRequest({ subject: [], altNames: [] }, keys);
  return pairedWith(place, { secret, publicKey: keys.publicKey, request });
}

/** Who it is for may be in the invitation, on the command line, or in somebody's head. */
async function enrolled(place: DoorPlace, wanted: Wanted): Promise<readonly Buffer[]> {
  const { person, values } = wanted.world;
  let { user } = values;
  for (let left = TRIES; ; left -= 1) {
    try {
      return await askForCertificate(place, wanted, user);
    } catch (error) {
      const isAboutName =
        error instanceof Fault && ["user-missing", "user-taken", "handle-invalid"].includes(error.code);
      if (!isAboutName || person === undefined || left === 1) throw error;
      if (error.code !== "user-missing") person.output.write(`* ${error.message}\n`);
      user = await askHandle(person, WANTED);
      if (user === undefined) throw error;
    }
  }
}

interface WantedProved extends Wanted {
  readonly about: DoorReply;
  /** The key was on the disk: another try was cut off. */
  readonly isAgain: boolean;
}

async function proved(place: DoorPlace, email: string, wanted: WantedProved): Promise<readonly Buffer[]> {
  const { invitation, keys, world, about, isAgain } = wanted;
  const code = invitation.code === "" ? undefined : invitation.code;
  const { enrolledByOpenpgp } = await import("./client-openpgp.ts");
  try {
    return await enrolledByOpenpgp({ email, code, place, about: about.body, keys, world });
  } catch (error) {
    // The code may have been used by that try, and its answer lost: the same key gets it once more, by the code alone.
    const isUsed = error instanceof Fault && error.code === "invitation-refused";
    if (isUsed && isAgain) return enrolled(place, wanted);
    throw error;
  }
}

async function askForCertificate(
  place: DoorPlace,
  wanted: Wanted,
  user: string | undefined,
): Promise<readonly Buffer[]> {
  const { invitation, keys, world } = wanted;
  // HTTP Basic could not say it either, if it has a colon in it (RFC 7617 §2).
  if (user !== undefined && !isHandle(user))
    throw new Fault("handle-invalid", "this is not a valid name", { hint: HANDLE_HINT });
  const { makeRequest } = await import("../pki/request.ts");
  const shown = world.values.name ?? user;
  const subject = shown === undefined ? [] : [{ type: "CN", value: shown }];
  const request = makeRequest({ subject, altNames: [] }, keys);
  const basic = { user: user ?? "", secret: invitation.code };
  return askCertificate(place, { operation: "simpleenroll", request, basic });
}

interface Pending extends AsyncDisposable {
  readonly keys: KeyPair;
  readonly isAgain: boolean;
  done(): Promise<void>;
}

/**
 * The key is on the disk before the code is used: whoever is cut off in the middle runs the same line again, and the server gives the
 * same key the same certificate.
 */
async function pendingKey(home: string, { code, realm, pairing }: JoinLine, pgp?: string): Promise<Pending> {
  const folder = joinPath(home, "joining");
  const what = pairing ?? (code === "" ? `openpgp ${pgp}` : code);
  const file = joinPath(folder, `${createHash("sha256").update(`${realm} ${what}`).digest("hex").slice(0, 32)}.key`);
  const isAgain = existsSync(file);
  const keys = isAgain ? keysIn(await readFile(file)) : newKeyPair("ed25519");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeAll([{ path: file, content: plainKeyPem(keys.privateKey), secret: true }]);
  let isOver = false;
  const done = async (): Promise<void> => {
    isOver = true;
    await rm(file, { force: true });
  };
  return {
    keys,
    isAgain,
    done,
    [Symbol.asyncDispose]: async () => {
      if (isOver) await rmdir(folder).catch(() => undefined);
    },
  };
}

function keysIn(bytes: Buffer): KeyPair {
  const privateKey = readPrivateKey(bytes);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function portIn(body: Buffer): number {
  try {
    const { chat } = JSON.parse(body.toString("utf8")) as { chat: { port: unknown } };
    if (typeof chat.port === "number" && Number.isInteger(chat.port) && chat.port > 0 && chat.port < 65_536)
      return chat.port;
  } catch {
    // Said below.
  }
  throw new Fault("door-malformed", "the server's door does not say where the chat is", {
    hint: "the server may be another version",
  });
}
