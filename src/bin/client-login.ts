// `chat-client login` and `chat-client recover`: this machine becomes a device of a user who has an account, by its password, or by its
// recovery phrase and with another password from then on.
import { type Admitted, changeBy, forget, logIn, recover as recoverBy } from "../client/account.ts";
import { readContents } from "../client/account-contents.ts";
import { AccountDoor } from "../client/account-door.ts";
import { serverName } from "../client/link/server-name.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import type { Handle } from "../model/ids.ts";
import {
  type AccountsWorld,
  checkFlags,
  type Chosen,
  homeOf,
  type OpenedAccount,
  openAccount,
  type Pending,
  pendingFor,
  requestFor,
  settle,
  type Where,
  whereOf,
} from "./client-account.ts";
import { knownPassword, knownPhrase, newPassword } from "./client-account-words.ts";
import { askHandle, checkedHandle } from "./client-handle.ts";
import { newVaultPassphrase } from "./client-kept.ts";
import { systemClock } from "./system-clock.ts";

const TRIES = 3;

/** Returns the profile that was made. @throws Fault `login-*`, `password-*`, `account-disabled`, `connect-*`, … */
export function login(line: string, world: AccountsWorld): Promise<Profile> {
  return comeIn(line, world, { name: "login", by: byPassword });
}

/** Returns the profile that was made. @throws Fault `recovery-*`, `phrase-*`, and as `login` */
export function recover(line: string, world: AccountsWorld): Promise<Profile> {
  return comeIn(line, world, { name: "recover", by: byPhrase });
}

/** A server of this realm that lets people in by a password. @throws Fault `connect-*`, `realm-mismatch`, `no-accounts`, … */
export async function lettingIn(where: Omit<Where, "identity">): Promise<void> {
  await new AccountDoor({ ...where, clock: systemClock }).about().catch((error: unknown) => shut(error, where));
}

interface Way {
  readonly name: string;
  readonly by: (account: OpenedAccount, world: AccountsWorld, request: Uint8Array) => Promise<Admitted>;
}

async function comeIn(line: string, world: AccountsWorld, { name, by }: Way): Promise<Profile> {
  checkFlags(world);
  const where = await whereOf(line, world);
  const passphrase = await newVaultPassphrase(world);
  const user = await userFor(world, name);
  const home = homeOf(world);
  await using account = await openAccount(home, where, user).catch((error: unknown) => shut(error, where));
  const pending = await pendingFor(home, `login ${where.realm} ${user}`);
  await pending.keep(undefined);
  const admission = await admittedBy(account, { by, world, pending });
  const profile = keepAll(account, world, { where, pending, admission, passphrase });
  await pending.done();
  world.say(`you are @${user} in the realm ${where.realm.slice(0, 16)}…, and this device is known there`);
  return profile;
}

/** That the door is shut has nothing to do with an invitation here. */
function shut(error: unknown, { host, port }: Where): never {
  if (!(error instanceof Fault) || error.code !== "connect-refused") throw error;
  throw new Fault("connect-no-login", error.message, {
    values: { server: serverName(host, port) },
    hint: "start chat-server there, or check host and port in the line; its door is shut while nobody of the realm has a password",
    cause: error,
  });
}

interface Coming {
  readonly by: Way["by"];
  readonly world: AccountsWorld;
  readonly pending: Pending;
}

async function admittedBy(account: OpenedAccount, { by, world, pending }: Coming): Promise<Admitted> {
  try {
    return await by(account, world, await requestFor(pending.keys, undefined));
  } catch (error) {
    // What was refused has no use for the key; what was cut off has.
    if (error instanceof Fault && !error.code.startsWith("connect-")) await pending.done();
    throw error;
  }
}

interface Came {
  readonly where: Where;
  readonly pending: Pending;
  readonly admission: Admitted;
  readonly passphrase: string | undefined;
}

function keepAll(
  account: OpenedAccount,
  world: AccountsWorld,
  { where, pending, admission, passphrase }: Came,
): Profile {
  const { opened, certificates } = admission;
  const { about, owner } = account;
  try {
    const { user, root } = readContents(opened.contents);
    if (user !== owner.user || !Buffer.from(root).equals(about.realm.root.raw))
      throw new Fault("vault-malformed", "the identity vault is of somebody else, or of another realm", {
        hint: "tell whoever runs the server",
      });
    return settle(world, { where, about, keys: pending.keys, certificates, vaultKey: opened.key, passphrase });
  } finally {
    forget(admission);
  }
}

async function byPassword(account: OpenedAccount, world: AccountsWorld, request: Uint8Array): Promise<Admitted> {
  const { values, person } = world;
  for (let left = TRIES; ; left -= 1) {
    const asking = { file: values["password-file"], flag: "--password-file", question: "password: " };
    const password = world.password ?? (await knownPassword(world, asking));
    const isGiven = world.password !== undefined || asking.file !== undefined;
    try {
      return await logIn(account, { password, request });
    } catch (error) {
      const isWrong = error instanceof Fault && error.code === "login-refused";
      if (!isWrong || person === undefined || isGiven || left === 1) throw error;
      person.output.write(`* ${error.message}\n`);
    }
  }
}

/** The words and the new password are asked for before anything is done. */
async function byPhrase(account: OpenedAccount, world: AccountsWorld, request: Uint8Array): Promise<Admitted> {
  const { say } = world;
  const { entropy, password } = world.chosen ?? (await phraseAndPassword(world));
  try {
    const admission = await recoverBy(account, { entropy, request });
    const again = (): Promise<Admitted> => recoverBy(account, { entropy, request: undefined });
    await changeBy(account, again, { password, entropy: undefined });
    say("the password is the new one from now on; the recovery phrase stays good");
    return admission;
  } finally {
    // It also signs the change.
    entropy.fill(0);
  }
}

async function phraseAndPassword(world: AccountsWorld): Promise<Chosen> {
  const { values } = world;
  const entropy = await knownPhrase(world, values["phrase-file"]);
  return { entropy, password: await newPassword(world, { file: values["password-file"], flag: "--password-file" }) };
}

/** @throws Fault `user-missing`, `handle-invalid` */
async function userFor({ values, person }: AccountsWorld, command: string): Promise<Handle> {
  const said = values.user ?? (person && (await askHandle(person, "your name there: ")));
  if (said !== undefined) return checkedHandle(said);
  throw new Fault("user-missing", "nobody has said who this is for", {
    hint: `chat-client ${command} LINE --user NAME`,
  });
}
