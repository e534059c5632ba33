// Somebody new on this machine, as it is kept: the identity in a vault of its own, and a profile that finds it.
import { defaultHome, outsideOf, type Platform, vaultFolder } from "../client/vault/home.ts";
import { freeName, keepProfile, type Profile, readProfiles } from "../client/vault/profiles.ts";
import { openVault } from "../client/vault/sqlite.ts";
import type { Change } from "../client/port/vault.ts";
import { checkedPassphrase } from "../client/face/strength.ts";
import { filesOf, type KeptIdentity, writeIdentity } from "../pki/kept-identity.ts";
import { passphraseOf } from "./passphrase.ts";

export interface Newcomer {
  readonly home: string | undefined;
  readonly platform: Platform;
  readonly now: Date;
  /** Of the vault. Undefined: the file system alone guards it. */
  readonly passphrase: string | undefined;
  /** What the profile is called; else the name of the user, with a number where it is taken. */
  readonly called: string | undefined;
  readonly place: Pick<Profile, "host" | "port" | "door" | "passwordKey">;
  /** Kept in the same step. */
  readonly more?: readonly Change[];
}

export interface NewPassphrase {
  readonly values: Readonly<Record<"new-passphrase-file" | "vault-passphrase-file", string | undefined>>;
  /** Typed elsewhere. */
  readonly passphrase?: string | undefined;
}

/** Of a vault that is to be made; before anything is asked of a server. @throws Fault `passphrase-*` */
export async function newVaultPassphrase({ values, passphrase }: NewPassphrase): Promise<string | undefined> {
  const given = passphrase ?? (await passphraseOf(values["new-passphrase-file"] ?? values["vault-passphrase-file"]));
  return given === undefined ? undefined : checkedPassphrase(given);
}

/** Who was killed between the vault and the list finds the name of before. @throws Fault `certificate-*`, `vault-*`, `profiles-*` */
export function keepNewcomer(kept: KeptIdentity, newcomer: Newcomer): Profile {
  const { platform, now, passphrase, called, place, more = [] } = newcomer;
  const home = newcomer.home ?? defaultHome(platform);
  const { peer, realm } = filesOf(kept, { now });
  const vault = openVault(vaultFolder(home, realm.fingerprint, peer.device), {
    outside: outsideOf(platform),
    passphrase,
  });
  try {
    if (passphrase !== undefined) vault.protect(passphrase);
    vault.commit([{ put: "identity", identity: writeIdentity(kept) }, ...more], { durable: true });
  } finally {
    vault.close();
  }
  const profiles = readProfiles(home);
  const before = profiles.find(({ device }) => device === peer.device);
  const profile: Profile = {
    name: before?.name ?? called ?? freeName(profiles, peer.user),
    realm: realm.fingerprint,
    user: peer.user,
    device: peer.device,
    ...place,
  };
  keepProfile(home, profile);
  return profile;
}
