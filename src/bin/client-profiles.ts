// `chat-client profiles`: the identities that are kept here; renamed, made the usual one, or forgotten.
import { rmSync } from "node:fs";
import { sanitizeLine } from "../client/face/sanitize.ts";
import { defaultHome, outsideOf, vaultPath } from "../client/vault/home.ts";
import {
  dropProfile,
  isProfileName,
  keepUsual,
  type Profile,
  type ProfileList,
  readProfileList,
  renameProfile,
} from "../client/vault/profiles.ts";
import { openVault } from "../client/vault/sqlite.ts";
import { Fault, reason } from "../model/fault.ts";
import type { ONCE_COMMANDS } from "./client-once-flags.ts";
import { askWord } from "./prompt.ts";
import type { VaultWorld } from "./client-vault.ts";
import type { Values } from "./flags.ts";

export interface ProfilesWorld extends Omit<VaultWorld, "values"> {
  /** What is to be done, and with which. */
  readonly args: readonly string[];
  readonly values: Values<(typeof ONCE_COMMANDS)["profiles"]["flags"]>;
  readonly print: (text: string) => void;
}

/** @throws Fault `usage`, `profile-*`, `profiles-*`, `vault-*` */
export async function profiles(world: ProfilesWorld): Promise<void> {
  const { args, values, platform } = world;
  const [act, name, next, ...more] = args;
  const home = values.home ?? defaultHome(platform);
  const list = readProfileList(home);
  if (act === undefined) return show(list, world);
  const wanted = { default: 2, remove: 2, rename: 3 }[act];
  if (wanted === undefined)
    throw new Fault("usage", `there is no ${JSON.stringify(act)} of profiles`, {
      hint: "one of: rename, default, remove",
    });
  if (name === undefined || args.length !== wanted || more.length > 0)
    throw new Fault("usage", `profiles ${act} needs ${wanted === 3 ? "a PROFILE and its NEW name" : "a PROFILE"}`, {
      hint: "chat-client profiles --help",
    });
  const profile = named(list, name);
  if (act === "default") keepUsual(home, profile.name);
  else if (act === "rename") rename(home, list, { name, next: next ?? "" });
  else await remove(home, profile, world);
}

function named({ profiles: all }: ProfileList, name: string): Profile {
  const found = all.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = all.map((profile) => profile.name).join(", ");
  throw new Fault("profile-unknown", `there is no profile ${JSON.stringify(name)}`, {
    hint: names === "" ? "join a realm first: chat-client join LINE" : `there are: ${names}`,
  });
}

function show({ profiles: all, usual }: ProfileList, { values, print }: ProfilesWorld): void {
  if (values.names) return print(all.map(({ name }) => `${name}\n`).join(""));
  if (values.json) {
    const shown = all.map(({ name, user, device, realm, host, port }) => ({
      profile: name,
      user,
      device,
      realm,
      host,
      port,
      usual: name === usual || all.length === 1,
    }));
    return print(`${JSON.stringify({ profiles: shown })}\n`);
  }
  const widest = Math.max(...all.map(({ name }) => name.length));
  for (const profile of all) print(`${lineOf(profile, widest)}${notesOf(profile, usual)}\n`);
}

function notesOf({ name, revoked }: Profile, usual: string | undefined): string {
  return `${name === usual ? "  (default)" : ""}${revoked === true ? "  (revoked)" : ""}`;
}

function lineOf({ name, user, host, port, realm, device }: Profile, widest: number): string {
  const place = sanitizeLine(`${host} port ${port}`, 300);
  return `${name.padEnd(widest)}  @${user} at ${place}, realm ${realm.slice(0, 16)}, device ${device.slice(0, 8)}`;
}

function rename(home: string, { profiles: all }: ProfileList, { name, next }: { name: string; next: string }): void {
  if (!isProfileName(next))
    throw new Fault("usage", `${JSON.stringify(next)} is not a valid name of a profile`, {
      hint: "small letters, digits, dots, dashes and underscores, at most 64",
    });
  if (all.some((profile) => profile.name === next))
    throw new Fault("profile-exists", `there is a profile ${JSON.stringify(next)} already`, { hint: "another name" });
  renameProfile(home, name, next);
}

/** The list first: an identity without a vault would be worse than a vault without a name. */
async function remove(home: string, profile: Profile, world: ProfilesWorld): Promise<void> {
  const { values, print } = world;
  const folder = vaultPath(home, profile.realm, profile.device);
  const what = values.vault ? "and all messages and the key of this device" : "; its messages and its key stay here";
  await confirm(
    `forget ${profile.name} (@${profile.user})${values.vault ? " " : ""}${what}? type its name: `,
    profile,
    world,
  );
  if (values.vault) notInUse(folder, world);
  dropProfile(home, profile.name);
  if (!values.vault) return print(`* ${profile.name} is not in the list any more; what was kept is in ${folder}\n`);
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    throw new Fault("vault-failed", `cannot delete ${folder}: ${reason(error)}`, {
      hint: "delete it by hand",
      cause: error,
    });
  }
  print(
    `* ${profile.name} and everything that was kept of it are gone; the realm still knows the device: ${profile.device}\n`,
  );
}

async function confirm(question: string, { name }: Profile, { values, person }: ProfilesWorld): Promise<void> {
  if (values.force) return;
  if (person === undefined)
    throw new Fault("usage", "there is nobody to ask whether this is meant", { hint: "say so with --force" });
  if ((await askWord(person, question)) === name) return;
  throw new Fault("profile-kept", "that was not its name: nothing was changed", { hint: "start again" });
}

/** @throws Fault `vault-locked`. What cannot be opened for another reason is not in use. */
function notInUse(folder: string, { platform }: ProfilesWorld): void {
  try {
    openVault(folder, { passphrase: undefined, outside: outsideOf(platform) }).close();
  } catch (error) {
    if (error instanceof Fault && error.code === "vault-locked") throw error;
  }
}
