// `chat-client join LINE`: from an invitation to an identity of this machine. The key is made here and never leaves; the server's CA is
// known by its fingerprint in the line, before anything is said to it.
import { createHash, createPublicKey } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { askDoor, type DoorPlace } from "../client/link/door.ts";
import { defaultHome, outsideOf, type Platform, vaultFolder } from "../client/vault/home.ts";
import { freeName, isProfileName, keepProfile, readProfiles, type Profile } from "../client/vault/profiles.ts";
import { openVault } from "../client/vault/sqlite.ts";
import { Fault } from "../model/fault.ts";
import { isHandle } from "../model/ids.ts";
import { isDisplayName } from "../pki/alt-name.ts";
import { writeAll } from "../pki/files.ts";
import { filesOf, type KeptIdentity, writeIdentity } from "../pki/kept-identity.ts";
import { type KeyPair, newKeyPair, plainKeyPem, readPrivateKey } from "../pki/keys.ts";
import { readCertsOnly } from "../pki/pkcs7-read.ts";
import type { Realm } from "../pki/realm.ts";
import { readInvitationLine, type InvitationLine } from "../wire/invitation-line.ts";
import type { JOIN_FLAGS } from "./client-flags.ts";
import { askWord, type Person } from "./client-prompt.ts";
import { checkedPassphrase } from "./client-strength.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";
import { systemClock } from "./system-clock.ts";

export interface JoinWorld {
  readonly values: Values<typeof JOIN_FLAGS>;
  readonly platform: Platform;
  /** Undefined: nobody can be asked. */
  readonly person: Person | undefined;
  readonly input: NodeJS.ReadableStream;
  readonly say: (sentence: string) => void;
}

const TRIES = 3;
const ENROLL = "/.well-known/est/simpleenroll";

/** Returns the profile that was made. @throws Fault `invitation-*`, `user-*`, `connect-*`, `certificate-*`, `vault-*`, … */
export async function join(line: string, world: JoinWorld): Promise<Profile> {
  const { values, say } = world;
  checkNames(values);
  const invitation = readInvitationLine(line === "-" ? await textOf(world.input) : line);
  const home = values.home ?? defaultHome(world.platform);
  const profiles = readProfiles(home);
  const place: DoorPlace = { ...invitation, clock: systemClock };
  const about = await askDoor(place, { method: "GET", path: "/mutual/v1/realm" });
  const chatPort = portIn(about.body);
  await using pending = await pendingKey(home, invitation);
  const { keys } = pending;
  const certificates = await enrolled(place, { invitation, keys, world });
  const kept: KeptIdentity = {
    keyPem: plainKeyPem(keys.privateKey),
    certificates,
    root: about.realm.root.raw,
    crls: [],
  };
  const { peer, realm } = filesOf(kept, { now: new Date(systemClock.now()) });
  await keepIdentity(kept, { home, realm, device: peer.device, world });
  const profile: Profile = {
    name: values.profile ?? freeName(profiles, peer.user),
    realm: realm.fingerprint,
    user: peer.user,
    device: peer.device,
    host: invitation.host,
    port: chatPort,
    door: invitation.port,
  };
  keepProfile(home, profile);
  await pending.done();
  say(`you are @${peer.user} in the realm ${realm.fingerprint.slice(0, 16)}…, and this device is known there`);
  return profile;
}

function checkNames({ user, name, profile }: JoinWorld["values"]): void {
  if (user !== undefined && !isHandle(user))
    throw new Fault("usage", `--user is not a valid name: ${JSON.stringify(user)}`, {
      hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
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

interface Wanted {
  readonly invitation: InvitationLine;
  readonly keys: KeyPair;
  readonly world: JoinWorld;
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
      user = await askWord(person, "the name you want here: ");
    }
  }
}

async function askForCertificate(
  place: DoorPlace,
  wanted: Wanted,
  user: string | undefined,
): Promise<readonly Buffer[]> {
  const { invitation, keys, world } = wanted;
  const { makeRequest } = await import("../pki/request.ts");
  const shown = world.values.name ?? user;
  const subject = shown === undefined ? [] : [{ type: "CN", value: shown }];
  const request = makeRequest({ subject, altNames: [] }, keys);
  const { body } = await askDoor(place, {
    method: "POST",
    path: ENROLL,
    type: "application/pkcs10",
    body: request.toString("base64"),
    basic: { user: user ?? "", secret: invitation.code },
  });
  return readCertsOnly(Buffer.from(body.toString("latin1"), "base64"));
}

interface Place {
  readonly home: string;
  readonly realm: Realm;
  readonly device: Profile["device"];
  readonly world: JoinWorld;
}

async function keepIdentity(kept: KeptIdentity, { home, realm, device, world }: Place): Promise<void> {
  const { values, platform } = world;
  const given = await passphraseOf(values["new-passphrase-file"] ?? values["vault-passphrase-file"]);
  const passphrase = given === undefined ? undefined : checkedPassphrase(given);
  const folder = vaultFolder(home, realm.fingerprint, device);
  const vault = openVault(folder, { outside: outsideOf(platform), passphrase });
  try {
    if (passphrase !== undefined) vault.protect(passphrase);
    vault.commit([{ put: "identity", identity: writeIdentity(kept) }], { durable: true });
  } finally {
    vault.close();
  }
}

interface Pending extends AsyncDisposable {
  readonly keys: KeyPair;
  done(): Promise<void>;
}

/**
 * The key is on the disk before the code is used: whoever is cut off in the middle runs the same line again, and the server gives the
 * same key the same certificate.
 */
async function pendingKey(home: string, { code, realm }: InvitationLine): Promise<Pending> {
  const folder = joinPath(home, "joining");
  const file = joinPath(folder, `${createHash("sha256").update(`${realm} ${code}`).digest("hex").slice(0, 32)}.key`);
  const keys = existsSync(file) ? keysIn(await readFile(file)) : newKeyPair("ed25519");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeAll([{ path: file, content: plainKeyPem(keys.privateKey), secret: true }]);
  let isOver = false;
  const done = async (): Promise<void> => {
    isOver = true;
    await rm(file, { force: true });
  };
  return {
    keys,
    done,
    // What was refused has no use for it; what was cut off has.
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
