// Who this person is, and where: one profile for each identity that is kept here, in several realms or in one. No secret is in it:
// the identity itself is in the vault of its device.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Fault, reason } from "../../model/fault.ts";
import { isDeviceId, isHandle, isSha256, type DeviceId, type Handle, type Sha256 } from "../../model/ids.ts";
import { readIfThere, removeLeftover, writeDurably } from "./durable-file.ts";

export interface Profile {
  /** What the person calls it. */
  readonly name: string;
  readonly realm: Sha256;
  readonly user: Handle;
  readonly device: DeviceId;
  readonly host: string;
  readonly port: number;
  /** The port of the enrolment door, for a device that comes back too late. */
  readonly door: number | undefined;
  /** The server's key for passwords, as it was when this account was made or logged in; another one is not believed. */
  readonly passwordKey?: string | undefined;
  /** The server has said that its certificate was revoked: that is for ever. */
  readonly revoked?: true;
}

const FILE = "profiles.json";
const VERSION = 1;
/** As a handle, so that it is typed without quotes. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export function isProfileName(text: string): boolean {
  return NAME.test(text);
}

/** In the order in which they were made. @throws Fault `profiles-damaged`, `profiles-unreadable` */
export function readProfiles(home: string): readonly Profile[] {
  return readProfileList(home).profiles;
}

export interface ProfileList {
  readonly profiles: readonly Profile[];
  /** The one that is taken where nobody says which; always one of them. */
  readonly usual: string | undefined;
}

/** @throws Fault `profiles-damaged`, `profiles-unreadable` */
export function readProfileList(home: string): ProfileList {
  const path = join(home, FILE);
  const bytes = bytesIn(path);
  if (bytes === undefined) return { profiles: [], usual: undefined };
  try {
    const { version, profiles, usual } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    if (version !== VERSION || !Array.isArray(profiles)) throw new Error("it is of another version");
    const known = profiles.map(profileIn);
    return { profiles: known, usual: known.find(({ name }) => name === usual)?.name };
  } catch (error) {
    throw new Fault("profiles-damaged", `${path} cannot be read: ${reason(error)}`, {
      hint: "the identities are safe in the folders beside it; put the file back from a backup, or join again",
      cause: error,
    });
  }
}

function bytesIn(path: string): Buffer | undefined {
  try {
    return readIfThere(path);
  } catch (error) {
    throw new Fault("profiles-unreadable", `cannot read ${path}: ${reason(error)}`, {
      hint: "check who may read it, or choose another place with --home DIR",
      cause: error,
    });
  }
}

/** Puts it in the place of the one of its name, or at the end. @throws Fault `profiles-*` */
export function keepProfile(home: string, profile: Profile): void {
  const { profiles, usual } = readProfileList(home);
  const others = profiles.filter(({ name }) => name !== profile.name);
  writeProfiles(home, { profiles: [...others, profile], usual });
}

/** As it is now; undefined: none of them. @throws Fault `profiles-*` */
export function keepUsual(home: string, usual: string | undefined): void {
  writeProfiles(home, { profiles: readProfiles(home), usual });
}

/** Its place in the list, and what is taken by itself, stay. @throws Fault `profiles-*` */
export function renameProfile(home: string, name: string, next: string): void {
  const { profiles, usual } = readProfileList(home);
  const renamed = profiles.map((profile) => (profile.name === name ? calling(profile, next) : profile));
  writeProfiles(home, { profiles: renamed, usual: usual === name ? next : usual });
}

function calling(profile: Profile, name: string): Profile {
  return { ...profile, name };
}

/** @throws Fault `profiles-*` */
export function keepRevoked(home: string, device: DeviceId): void {
  const { profiles, usual } = readProfileList(home);
  const known = profiles.map((profile) => (profile.device === device ? putOut(profile) : profile));
  writeProfiles(home, { profiles: known, usual });
}

function putOut(profile: Profile): Profile {
  return { ...profile, revoked: true };
}

/** From the list alone: its vault stays where it is. @throws Fault `profiles-*` */
export function dropProfile(home: string, name: string): void {
  const { profiles, usual } = readProfileList(home);
  writeProfiles(home, { profiles: profiles.filter((profile) => profile.name !== name), usual });
}

/** A name that nobody here has yet: the user's, or with a number behind it. */
export function freeName(profiles: readonly Profile[], user: Handle): string {
  const taken = new Set(profiles.map(({ name }) => name));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? user : `${user}-${count}`;
    if (!taken.has(name)) return name;
  }
}

function writeProfiles(home: string, { profiles, usual }: ProfileList): void {
  const kept = profiles.some(({ name }) => name === usual) ? { usual } : {};
  const path = join(home, FILE);
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    removeLeftover(path);
    writeDurably(path, Buffer.from(`${JSON.stringify({ version: VERSION, ...kept, profiles }, undefined, 2)}\n`));
  } catch (error) {
    throw new Fault("profiles-unwritable", `cannot write ${path}: ${reason(error)}`, {
      hint: "choose another place with --home DIR",
      cause: error,
    });
  }
}

function profileIn(value: unknown): Profile {
  const { name, realm, user, device, host, port, door, passwordKey, revoked } = value as Readonly<
    Record<string, unknown>
  >;
  const isWhole =
    typeof name === "string" &&
    isProfileName(name) &&
    typeof realm === "string" &&
    isSha256(realm) &&
    typeof user === "string" &&
    isHandle(user) &&
    typeof device === "string" &&
    isDeviceId(device) &&
    typeof host === "string" &&
    isPort(port) &&
    (door === undefined || isPort(door)) &&
    (passwordKey === undefined || typeof passwordKey === "string");
  if (!isWhole) throw new Error("a profile in it is not whole");
  const known = {
    name,
    realm,
    user,
    device,
    host,
    port,
    door,
    ...(revoked === true ? { revoked: true as const } : {}),
  };
  return passwordKey === undefined ? known : { ...known, passwordKey };
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536;
}
