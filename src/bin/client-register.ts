// `chat-client register LINE`: an account with a password, and this device of it. Everything that is sent is on the disk before, so
// whoever is cut off in the middle runs the same line again.
import { prepareAccount, register as sendRegister, type RegisterBody } from "../client/account.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import type { Handle } from "../model/ids.ts";
import { isDisplayName } from "../pki/alt-name.ts";
import {
  type AccountsWorld,
  checkFlags,
  type Chosen,
  firstContents,
  homeOf,
  loginCommand,
  type OpenedAccount,
  openAccount,
  type Pending,
  pendingFor,
  requestFor,
  settle,
  type Where,
  whereOf,
} from "./client-account.ts";
import { newPassword, newRecoveryPhrase } from "./client-account-words.ts";
import { askHandle, checkedHandle, WANTED } from "./client-handle.ts";
import { newVaultPassphrase } from "./client-kept.ts";
import { AccountDoor } from "../client/account-door.ts";
import { systemClock } from "./system-clock.ts";

/** As it is kept until the server has said yes. Secret. */
interface Prepared {
  readonly body: RegisterBody;
  readonly vaultKey: string;
}

/** Returns the profile that was made. @throws Fault `invitation-*`, `registration-*`, `user-*`, `password-*`, `phrase-*`, `connect-*`, … */
export async function register(line: string, world: AccountsWorld): Promise<Profile> {
  const { where, passphrase, home, pending, kept } = await beginning(line, world);
  const user = kept === undefined ? await userFor(where, world) : (kept.body.user as Handle);
  await using account = await openAccount(home, where, user);
  const { certificates, vaultKey } =
    (await again(account, { kept, pending })) ?? (await anew(account, { where, pending, world }));
  const { about } = account;
  const key = new Uint8Array(Buffer.from(vaultKey, "base64"));
  const profile = settle(world, { where, about, keys: pending.keys, certificates, vaultKey: key, passphrase });
  await pending.done();
  world.say(`you are @${user} in the realm ${where.realm.slice(0, 16)}…, and this device is known there`);
  world.say(`on another machine: ${loginCommand(where, user)}`);
  return profile;
}

/** What can be wrong before a password is chosen. True: what was chosen before is on its way, and holds. @throws Fault as `register` */
export async function isBegun(line: string, world: AccountsWorld): Promise<boolean> {
  const { where, kept } = await beginning(line, world);
  const { host, port, realm } = where;
  await new AccountDoor({ host, port, realm, clock: systemClock }).about();
  if (kept === undefined) await userFor(where, world);
  return kept !== undefined;
}

interface Beginning {
  readonly where: Where;
  /** For what is kept here. */
  readonly passphrase: string | undefined;
  readonly home: string;
  readonly pending: Pending;
  readonly kept: Prepared | undefined;
}

async function beginning(line: string, world: AccountsWorld): Promise<Beginning> {
  checkFlags(world);
  checkName(world.values.name);
  const where = await whereOf(line, world);
  const passphrase = await newVaultPassphrase(world);
  const home = homeOf(world);
  const pending = await pendingFor(home, `register ${where.realm} ${where.code ?? world.values.user ?? ""}`);
  const kept = pending.more === undefined ? undefined : (JSON.parse(pending.more) as Prepared);
  return { where, passphrase, home, pending, kept };
}

interface Registered {
  readonly certificates: readonly Uint8Array[];
  readonly vaultKey: string;
}

/** What was sent before, or was about to be: the same again. Undefined: the server knows nothing of it any more. */
async function again(
  { door }: OpenedAccount,
  { kept, pending }: Pick<Beginning, "kept" | "pending">,
): Promise<Registered | undefined> {
  if (kept === undefined) return undefined;
  try {
    return { certificates: await sendRegister(door, kept.body), vaultKey: kept.vaultKey };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "registration-expired") throw error;
    await pending.done();
    return undefined;
  }
}

interface Fresh {
  readonly where: Where;
  readonly pending: Pending;
  readonly world: AccountsWorld;
}

async function anew(account: OpenedAccount, { where, pending, world }: Fresh): Promise<Registered> {
  const { name } = world.values;
  const { password, entropy } = world.chosen ?? (await chosenHere(world));
  const request = await requestFor(pending.keys, name);
  const contents = await firstContents(account, where, name);
  const { code } = where;
  const made = await prepareAccount(account, { password, entropy, contents, code, request });
  entropy.fill(0);
  const vaultKey = Buffer.from(made.vaultKey).toString("base64");
  await pending.keep(JSON.stringify({ body: made.body, vaultKey } satisfies Prepared));
  try {
    return { certificates: await sendRegister(account.door, made.body), vaultKey };
  } catch (error) {
    // What was refused is good for nothing; what was cut off may be there.
    if (error instanceof Fault && !error.code.startsWith("connect-")) await pending.done();
    throw error;
  }
}

async function chosenHere(world: AccountsWorld): Promise<Chosen> {
  const { values } = world;
  const password = await newPassword(world, { file: values["password-file"], flag: "--password-file" });
  const phrase = { file: values["phrase-file"], skipCheck: values["skip-phrase-check"] };
  return { password, entropy: await newRecoveryPhrase(world, phrase) };
}

/** Said, or in the invitation, or in somebody's head. @throws Fault `user-missing`, `handle-invalid`, `invitation-refused` */
async function userFor(where: Where, { values, person }: AccountsWorld): Promise<Handle> {
  const said = values.user ?? (await invitedUser(where)) ?? (person && (await askHandle(person, WANTED)));
  if (said !== undefined) return checkedHandle(said);
  throw new Fault("user-missing", "nobody has said who this is for", { hint: "chat-client register LINE --user NAME" });
}

async function invitedUser(where: Where): Promise<string | undefined> {
  const { code, host, port, realm } = where;
  if (code === undefined) return undefined;
  const door = new AccountDoor({ host, port, realm, clock: systemClock });
  return (await door.post("register/invited", { code })).maybeText("user");
}

function checkName(name: string | undefined): void {
  if (name === undefined || isDisplayName(name)) return;
  throw new Fault("usage", `--name is not a valid display name: ${JSON.stringify(name)}`, {
    hint: "1 to 64 characters on one line",
  });
}
