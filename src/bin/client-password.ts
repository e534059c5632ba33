// `chat-client password`: another password, and another recovery phrase where that is wanted; or a first one, for who came in without.
// The devices that are in stay in.
import { type Profile, readProfileList } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import { homeOf, openAccount } from "./client-account.ts";
import { changedPassword, type PasswordWorld } from "./client-changed-password.ts";
import { chooseProfile } from "./client-self.ts";
import { EXIT } from "./exit-codes.ts";

/** Resolves with the exit code. @throws Fault `profile-*`, `login-*`, `password-*`, `phrase-*`, `vault-*`, `connect-*` */
export async function password(world: PasswordWorld): Promise<number> {
  const profile = await profileOf(world);
  const { door: port, host, realm, user, passwordKey } = profile;
  if (passwordKey === undefined || port === undefined) {
    const { passwordOf } = await import("./client-first-password.ts");
    return passwordOf(profile, world);
  }
  await using account = await openAccount(homeOf(world), { host, port, realm, code: undefined }, user);
  (await changedPassword(account, world)).fill(0);
  return EXIT.ok;
}

/** @throws Fault `profile-unknown`, `profile-choice` */
async function profileOf(world: PasswordWorld): Promise<Profile> {
  const { values, person } = world;
  const { profiles, usual } = readProfileList(homeOf(world));
  const names = profiles.map(({ name }) => name);
  const [only, another] = profiles;
  const byItself = another === undefined ? only?.name : usual;
  if (values.profile === undefined && byItself === undefined && person === undefined && only !== undefined)
    throw new Fault("profile-choice", "there are several profiles", {
      hint: `choose one with --profile: ${names.join(", ")}`,
    });
  const wanted = values.profile ?? byItself ?? (only && person ? await chooseProfile(person, profiles) : "");
  const found = profiles.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw new Fault("profile-unknown", `there is no profile ${JSON.stringify(wanted)}`, {
    hint: names.length === 0 ? "come in first: chat-client join LINE, or login LINE" : `there are: ${names.join(", ")}`,
  });
}
