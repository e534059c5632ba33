// `chat-client password`: another password, and another recovery phrase where that is wanted. The devices that are in stay in.
import { changeBy, forget, logIn } from "../client/account.ts";
import { type Profile, readProfiles } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import type { Platform } from "../client/vault/home.ts";
import { homeOf, openAccount } from "./client-account.ts";
import { knownPassword, newPassword, newRecoveryPhrase } from "./client-account-words.ts";
import type { PASSWORD_FLAGS } from "./client-flags.ts";
import { chooseFrom, type Person } from "./client-prompt.ts";
import type { Values } from "./flags.ts";

export interface PasswordWorld {
  readonly values: Values<typeof PASSWORD_FLAGS>;
  readonly platform: Platform;
  readonly person: Person | undefined;
  readonly say: (sentence: string) => void;
}

/** @throws Fault `profile-*`, `login-*`, `password-*`, `phrase-*`, `connect-*` */
export async function password(world: PasswordWorld): Promise<void> {
  const { values, say } = world;
  const profile = await profileOf(world);
  const { door: port, host, realm, user, name } = profile;
  if (port === undefined)
    throw new Fault("profile-door", `it is not known where the door of the realm of ${name} is`, {
      hint: "log in again on this machine: chat-client login LINE --user NAME",
    });
  await using account = await openAccount(homeOf(world), { host, port, realm, code: undefined }, user);
  const asking = { file: values["password-file"], flag: "--password-file", question: `password of @${user}: ` };
  const old = await knownPassword(world, asking);
  // Before the person thinks of another one. What comes of it is for a second login: a person takes longer than the server waits.
  forget(await logIn(account, { password: old, request: undefined }));
  const next = await newPassword(world, { file: values["new-password-file"], flag: "--new-password-file" });
  const entropy = values["new-phrase"]
    ? await newRecoveryPhrase(world, { file: values["phrase-file"], skipCheck: values["skip-phrase-check"] })
    : undefined;
  await changeBy(account, () => logIn(account, { password: old, request: undefined }), { password: next, entropy });
  entropy?.fill(0);
  say(`the password of @${user} is changed; this device and all others stay in`);
  if (entropy !== undefined) say("the recovery phrase of before is good for nothing any more");
}

/** @throws Fault `profile-unknown`, `profile-choice` */
async function profileOf(world: PasswordWorld): Promise<Profile> {
  const { values, person } = world;
  const profiles = readProfiles(homeOf(world));
  const names = profiles.map(({ name }) => name);
  const [only, another] = profiles;
  if (values.profile === undefined && another === undefined && only !== undefined) return only;
  if (values.profile === undefined && person === undefined && only !== undefined)
    throw new Fault("profile-choice", "there are several profiles", {
      hint: `choose one with --profile: ${names.join(", ")}`,
    });
  const wanted = values.profile ?? (only && person ? await chooseFrom(person, names, "--profile") : "");
  const found = profiles.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw new Fault("profile-unknown", `there is no profile ${JSON.stringify(wanted)}`, {
    hint: names.length === 0 ? "log in first: chat-client login LINE --user NAME" : `there are: ${names.join(", ")}`,
  });
}
