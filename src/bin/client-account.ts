// What register, login, recover and password have in common: which server, a key that survives being killed, and what is kept in the end.
import { createHash, createPublicKey } from "node:crypto";
import { mkdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { type AccountWorld, checkedServerKey } from "../client/account.ts";
import { writeContents } from "../client/account-contents.ts";
import { AccountDoor, type RealmAbout } from "../client/account-door.ts";
import { ACCOUNT_SETTING, writeKept } from "../client/account-kept.ts";
import type { DoorPlace } from "../client/link/door.ts";
import { defaultHome, type Platform } from "../client/vault/home.ts";
import { isProfileName, type Profile, readProfiles } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import { type Handle, isHandle, isSha256, type Sha256 } from "../model/ids.ts";
import { OpaqueClient } from "../password/client.ts";
import { readIfThere, writeAll } from "../pki/files.ts";
import type { KeptIdentity } from "../pki/kept-identity.ts";
import { type KeyPair, newKeyPair, plainKeyPem, readPrivateKey } from "../pki/keys.ts";
import { readRealmLine, writeRealmLine } from "../wire/invitation-line.ts";
import type { ACCOUNT_FLAGS } from "./client-flags.ts";
import { keepNewcomer } from "./client-kept.ts";
import type { Person } from "./prompt.ts";
import type { Values } from "./flags.ts";
import { systemClock } from "./system-clock.ts";

export interface AccountsWorld {
  readonly values: Values<typeof ACCOUNT_FLAGS>;
  readonly platform: Platform;
  /** Undefined: nobody can be asked. */
  readonly person: Person | undefined;
  readonly input: NodeJS.ReadableStream;
  readonly say: (sentence: string) => void;
  /** For what will be kept, where no file has it. */
  readonly passphrase?: string | undefined;
  /** Of the account, typed elsewhere: it is tried once. */
  readonly password?: string | undefined;
  /** Chosen elsewhere: for an account that is to be made, whose phrase was shown there; or the phrase as typed, and the new password. */
  readonly chosen?: Chosen | undefined;
}

export interface Chosen {
  readonly password: string;
  /** 32 bytes, of the phrase; wiped when they were used. */
  readonly entropy: Uint8Array;
}

export interface Where {
  readonly host: string;
  /** Of the door. */
  readonly port: number;
  readonly realm: Sha256;
  /** Of an invitation. */
  readonly code: string | undefined;
  /** Of a device of this realm that asks as such. */
  readonly identity?: DoorPlace["identity"];
}

const DOOR_PORT = 12_346;
const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/#]+))(?::(\d{1,5}))?$/i;

/** A line chat://…, or a host with --realm. @throws Fault `invitation-malformed`, `usage` */
export async function whereOf(
  given: string,
  { values, input }: Pick<AccountsWorld, "values" | "input">,
): Promise<Where> {
  const text = (given === "-" ? await textOf(input) : given).trim();
  if (text.startsWith("chat://")) return readRealmLine(text);
  const [, bracketed, plain, port = String(DOOR_PORT)] = HOST.exec(text) ?? [];
  const host = bracketed ?? plain;
  const realm = values.realm?.toLowerCase();
  if (realm === undefined || !isSha256(realm) || host === undefined)
    throw new Fault("usage", "it is not known which server this is", {
      hint: "give the line chat://host:port/#… that register has shown, or a host with --realm FINGERPRINT (64 hex digits)",
    });
  return { host: host.toLowerCase(), port: Number(port), realm, code: undefined };
}

/** As a face is given it; without what an invitation has beside the realm. @throws Fault `realm-line` */
export function checkedRealmLine(text: string): string {
  try {
    return writeRealmLine(readRealmLine(text));
  } catch (error) {
    throw new Fault("realm-line", "this is not the whole line of a realm", {
      hint: "it is chat://host:port/#… as register has shown it; whoever runs the server has it, too: chat-server info",
      cause: error,
    });
  }
}

/** @throws Fault `usage`, `profile-exists` */
export function checkFlags({ values, platform }: Pick<AccountsWorld, "values" | "platform">): void {
  const { user, profile } = values;
  if (user !== undefined && !isHandle(user))
    throw new Fault("usage", `--user is not a valid name: ${JSON.stringify(user)}`, {
      hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
    });
  if (profile === undefined) return;
  if (!isProfileName(profile))
    throw new Fault("usage", `--profile is not a valid name: ${JSON.stringify(profile)}`, {
      hint: "use a-z, 0-9, dot, dash and underscore",
    });
  if (readProfiles(homeOf({ values, platform })).some(({ name }) => name === profile))
    throw new Fault("profile-exists", `there is a profile ${JSON.stringify(profile)} already`, {
      values: { name: profile },
      hint: "nothing was changed; choose another name, or start chat-client with that one",
    });
}

export function homeOf({
  values,
  platform,
}: {
  readonly values: { readonly home: string | undefined };
  readonly platform: Platform;
}): string {
  return values.home ?? defaultHome(platform);
}

export interface OpenedAccount extends AccountWorld, AsyncDisposable {
  readonly door: AccountDoor;
  readonly about: RealmAbout;
}

/** A server of this realm, and its key for passwords: the one that is known from before, if there is one. @throws Fault `connect-*`, `no-accounts`, … */
export async function openAccount(home: string, where: Where, user: Handle): Promise<OpenedAccount> {
  const { realm, host, port, identity } = where;
  const door = new AccountDoor({
    host,
    port,
    realm,
    clock: systemClock,
    ...(identity === undefined ? {} : { identity }),
  });
  const about = await door.about();
  const known = readProfiles(home).find((profile) => profile.realm === realm && profile.passwordKey !== undefined);
  const serverKey = checkedServerKey(known?.passwordKey, about.passwordKey, realm);
  const opaque = new OpaqueClient();
  const owner = { realm, user };
  return { door, about, opaque, owner, serverKey, [Symbol.asyncDispose]: () => opaque.end() };
}

/** What lies in an identity vault from the start. */
export async function firstContents(
  { owner, about }: OpenedAccount,
  { host, port }: Pick<Where, "host" | "port">,
  displayName: string | undefined,
): Promise<Uint8Array> {
  const { newAsk } = await import("../mls/grant.ts");
  return writeContents({
    user: owner.user,
    root: about.realm.root.raw,
    host,
    port: about.chatPort,
    door: port,
    displayName,
    archiveKey: await newAsk(),
    archive: new Map(),
  });
}

export interface Pending {
  readonly keys: KeyPair;
  /** What was kept beside the key. */
  readonly more: string | undefined;
  /** On the disk when it returns. */
  keep(more: string | undefined): Promise<void>;
  done(): Promise<void>;
}

/**
 * The key is on the disk before anything is asked for with it: whoever is cut off in the middle runs the same line again, and the
 * server gives the same key the same certificate.
 */
export async function pendingFor(home: string, what: string): Promise<Pending> {
  const name = createHash("sha256").update(`account ${what}`).digest("hex").slice(0, 32);
  const file = join(home, "joining", `${name}.json`);
  const { keyPem, more } = read(await readIfThere(file));
  const keys = keyPem === undefined ? newKeyPair("ed25519") : keysIn(keyPem);
  const keep = async (beside: string | undefined): Promise<void> => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const content = JSON.stringify({ keyPem: plainKeyPem(keys.privateKey), more: beside });
    await writeAll([{ path: file, content, secret: true }]);
  };
  const done = async (): Promise<void> => {
    await rm(file, { force: true });
    await rmdir(dirname(file)).catch(() => undefined);
  };
  return { keys, more, keep, done };
}

function read(bytes: Buffer | undefined): { readonly keyPem?: string; readonly more?: string } {
  if (bytes === undefined) return {};
  try {
    return JSON.parse(bytes.toString("utf8")) as { readonly keyPem?: string; readonly more?: string };
  } catch {
    // Cut off in the middle of writing it: nothing was asked for with it.
    return {};
  }
}

function keysIn(pem: string): KeyPair {
  const privateKey = readPrivateKey(Buffer.from(pem));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** PKCS#10 without a name of a user: the server knows it. `name`: as they like to be called. */
export async function requestFor(keys: KeyPair, name: string | undefined): Promise<Buffer> {
  const { makeRequest } = await import("../pki/request.ts");
  return makeRequest({ subject: name === undefined ? [] : [{ type: "CN", value: name }], altNames: [] }, keys);
}

export interface Settled {
  readonly where: Where;
  readonly about: RealmAbout;
  readonly keys: KeyPair;
  readonly certificates: readonly Uint8Array[];
  /** Of the identity vault. Secret. */
  readonly vaultKey: Uint8Array;
  readonly passphrase: string | undefined;
}

/** The identity of this device into a vault of its own, and its profile. @throws Fault `certificate-*`, `vault-*`, `profiles-*` */
export function settle(world: Pick<AccountsWorld, "values" | "platform">, settled: Settled): Profile {
  const { where, about, keys, certificates, vaultKey, passphrase } = settled;
  const root = about.realm.root.raw;
  const kept: KeptIdentity = { keyPem: plainKeyPem(keys.privateKey), certificates, root, crls: [] };
  return keepNewcomer(kept, {
    home: world.values.home,
    platform: world.platform,
    now: new Date(systemClock.now()),
    passphrase,
    called: world.values.profile,
    place: { host: where.host, port: about.chatPort, door: where.port, passwordKey: about.passwordKey },
    more: [{ put: "setting", name: ACCOUNT_SETTING, value: writeKept({ vaultKey }) }],
  });
}

/** How the same person comes in on another machine. */
export function loginCommand({ host, port, realm }: Omit<Where, "code">, user: Handle): string {
  return `chat-client login '${writeRealmLine({ host, port, realm })}' --user ${user}`;
}
