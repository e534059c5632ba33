// Who chat-client is in this run, and where its server is: a profile that was made by joining, or the certificate files of a folder.
// Opens the vault: the identity of a profile is in it, and a newer one than that of the files may be.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defaultHome } from "../client/vault/home.ts";
import { keepRevoked, type Profile, readProfileList, readProfiles } from "../client/vault/profiles.ts";
import type { LocalVault } from "../client/vault/sqlite.ts";
import { Fault } from "../model/fault.ts";
import { filesOf, readIdentity } from "../pki/kept-identity.ts";
import type { ClientFiles } from "../pki/load.ts";
import { CERTS, identityOf } from "./client-identity.ts";
import { chooseFrom, type Person } from "./prompt.ts";
import { openClientVault, type VaultWorld } from "./client-vault.ts";

export interface Self {
  readonly files: ClientFiles;
  readonly vault: LocalVault;
  readonly host: string;
  readonly port: number;
  /** Undefined: it is of files. */
  readonly profile: Profile | undefined;
}

export interface SelfWorld extends VaultWorld {
  readonly now: Date;
}

const HOST = "127.0.0.1";
export const PORT = 12_345;

/** The vault is the caller's to close. @throws Fault `certs-*`, `profile-*`, `identity-*`, `vault-*`, `no-passphrase`, `wrong-passphrase` */
export async function selfOf(world: SelfWorld): Promise<Self> {
  const { values, now, person } = world;
  const profile = await profileOf(world);
  const { ip = profile?.host ?? HOST, port = profile?.port ?? PORT } = values;
  const place = { host: ip, port, profile };
  if (profile === undefined) {
    const files = await identityOf(values, now, person);
    const vault = await openClientVault(world, { realm: files.realm.fingerprint, device: files.peer.device });
    return { ...place, files: newest(files, vault, now), vault };
  }
  const vault = await openClientVault(world, profile);
  try {
    return { ...place, files: keptFiles(vault, profile, now), vault };
  } catch (error) {
    vault.close();
    throw error;
  }
}

/** Somebody has come in on this machine, or brings files. @throws Fault `profiles-*` */
export function isKnown(values: SelfWorld["values"], platform: SelfWorld["platform"]): boolean {
  return (
    bringsFiles(values) ||
    readProfiles(values.home ?? defaultHome(platform)).length > 0 ||
    existsSync(join(CERTS, "ca.crt"))
  );
}

function bringsFiles({ as, certs, cert, p12 }: SelfWorld["values"]): boolean {
  return [as, certs, cert, p12].some((flag) => flag !== undefined);
}

/** Undefined: who it is stands in files. @throws Fault `profile-unknown`, `profile-choice` */
export async function profileOf({
  values,
  person,
  platform,
}: Pick<SelfWorld, "values" | "person" | "platform">): Promise<Profile | undefined> {
  const { profiles, usual } = readProfileList(values.home ?? defaultHome(platform));
  const names = profiles.map(({ name }) => name);
  if (values.profile !== undefined) return named(profiles, values.profile);
  const [only, another] = profiles;
  if (bringsFiles(values) || only === undefined) return undefined;
  if (another === undefined) return only;
  if (usual !== undefined) return named(profiles, usual);
  if (person === undefined)
    throw new Fault("profile-choice", "there are several profiles", {
      hint: `choose one with --profile: ${names.join(", ")}`,
    });
  return named(profiles, await chooseProfile(person, profiles));
}

export function chooseProfile(person: Person, profiles: readonly Profile[]): Promise<string> {
  person.output.write("there are several profiles here; chat-client profiles default NAME: no question any more\n");
  const choices = profiles.map(({ name, revoked }) => ({ name, note: revoked === true ? "revoked" : undefined }));
  return chooseFrom(person, choices, "--profile");
}

/** That it is of no use any more is shown where profiles are chosen. */
export function rememberEnd({ profile }: Self, home: string, ending: { readonly how: string }): void {
  const { reason } = ending as { readonly reason?: { readonly code: string } };
  if (ending.how !== "refused" || reason?.code !== "certificate-revoked" || profile === undefined) return;
  try {
    keepRevoked(home, profile.device);
  } catch {
    // Why it ends is said in any case.
  }
}

function named(profiles: readonly Profile[], name: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = profiles.map((profile) => profile.name);
  throw new Fault("profile-unknown", `there is no profile ${JSON.stringify(name)}`, {
    hint: names.length === 0 ? "join a realm first: chat-client join LINE" : `there are: ${names.join(", ")}`,
  });
}

/** @throws Fault `identity-missing`, `identity-damaged`, `certificate-*` */
export function keptFiles(vault: LocalVault, profile: Profile, now: Date): ClientFiles {
  const kept = vault.identity();
  if (kept === undefined)
    throw new Fault("identity-missing", `the vault of ${profile.name} has no identity in it`, {
      hint: "it may be a restored one: join again with a new invitation",
    });
  // One that has ended is renewed by the door before it connects.
  return filesOf(readIdentity(kept), { now, ended: profile.door !== undefined });
}

/** A certificate that was renewed is in the vault, and not in the files that it came from. */
function newest(files: ClientFiles, vault: LocalVault, now: Date): ClientFiles {
  const kept = vault.identity();
  if (kept === undefined) return files;
  const renewed = filesOf(readIdentity(kept), { now, ended: true });
  return renewed.peer.notAfter > files.peer.notAfter ? { ...renewed, warnings: files.warnings } : files;
}
