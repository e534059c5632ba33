// `chat-client password` on a device that knows of no password: a first one where its user has none, else the way of changing it; and from
// then on this device keeps the account. What is sent is in the sealed vault before, so whoever is cut off runs the same again.
import { type FirstBody, preparePassword, setPassword } from "../client/account.ts";
import { ACCOUNT_SETTING, writeKept } from "../client/account-kept.ts";
import { AccountDoor } from "../client/account-door.ts";
import { keepProfile, type Profile } from "../client/vault/profiles.ts";
import type { LocalVault } from "../client/vault/sqlite.ts";
import { Fault } from "../model/fault.ts";
import { readRealmLine } from "../wire/invitation-line.ts";
import { firstContents, homeOf, loginCommand, type OpenedAccount, openAccount, type Where } from "./client-account.ts";
import { newPassword, newRecoveryPhrase } from "./client-account-words.ts";
import { changedPassword, type PasswordWorld } from "./client-changed-password.ts";
import { keptFiles } from "./client-self.ts";
import { openClientVault } from "./client-vault.ts";
import { EXIT } from "./exit-codes.ts";
import { systemClock } from "./system-clock.ts";

/** As it is kept until the server has said yes. Secret. */
interface Asked {
  readonly body: FirstBody;
  readonly vaultKey: string;
}

const ASKED_SETTING = "account-asked";

/** Resolves with the exit code. @throws Fault `password-*`, `phrase-*`, `certificate-*`, `lease-over`, `account-disabled`, `vault-*`, `connect-*` */
export async function passwordOf(profile: Profile, world: PasswordWorld): Promise<number> {
  const found = await doorFor(profile, world);
  if (typeof found === "number") return found;
  const vault = await openClientVault({ ...world, values: { ...world.values, "passphrase-file": undefined } }, profile);
  try {
    const identity = keptFiles(vault, profile, new Date(systemClock.now()));
    const where = { ...found, identity };
    await using account = await openAccount(homeOf(world), where, profile.user);
    const vaultKey = await setOrChanged(account, { where, vault, world });
    keepAccount(vault, vaultKey);
    const { chatPort: port, passwordKey } = account.about;
    keepProfile(homeOf(world), { ...profile, host: where.host, port, door: where.port, passwordKey });
    world.say(`on another machine: ${loginCommand(where, profile.user)}`);
    return EXIT.ok;
  } finally {
    vault.close();
  }
}

interface Setting {
  readonly where: Where;
  readonly vault: LocalVault;
  readonly world: PasswordWorld;
}

/** The key of the identity vault. Secret. */
async function setOrChanged(account: OpenedAccount, setting: Setting): Promise<Uint8Array> {
  const { vault, world } = setting;
  const { user } = account.owner;
  const asked = vault.setting(ASKED_SETTING);
  const before = asked === undefined ? undefined : await again(account, JSON.parse(asked) as Asked);
  if (before !== undefined) {
    world.say(`@${user} has the password now that was chosen before this was cut off`);
    return before;
  }
  if ((await account.door.get("password")).count("version") === 0) return anew(account, setting);
  world.say(`@${user} has a password already: it is changed now, and whoever changes it has to know it`);
  return changedPassword(account, world);
}

/** What was sent before, or was about to be: the same again. Undefined: it did not become the password, and will not. */
async function again({ door }: OpenedAccount, { body, vaultKey }: Asked): Promise<Uint8Array | undefined> {
  try {
    await setPassword(door, body);
    return new Uint8Array(Buffer.from(vaultKey, "base64"));
  } catch (error) {
    const isOver = error instanceof Fault && ["registration-expired", "password-exists"].includes(error.code);
    if (isOver) return undefined;
    throw error;
  }
}

async function anew(account: OpenedAccount, { where, vault, world }: Setting): Promise<Uint8Array> {
  const { values, say } = world;
  const password = await newPassword(world, { file: values["new-password-file"], flag: "--new-password-file" });
  const phrase = { file: values["phrase-file"], skipCheck: values["skip-phrase-check"] };
  const entropy = await newRecoveryPhrase(world, phrase);
  const contents = await firstContents(account, where, undefined);
  const { body, vaultKey } = await preparePassword(account, { password, entropy, contents });
  entropy.fill(0);
  const asked: Asked = { body, vaultKey: Buffer.from(vaultKey).toString("base64") };
  vault.commit([{ put: "setting", name: ASKED_SETTING, value: JSON.stringify(asked) }], { durable: true });
  await setPassword(account.door, body);
  say(`@${account.owner.user} has a password now; this device and all others stay in`);
  return vaultKey;
}

/** A running client lays the archive keys of its conversations by from then on. */
function keepAccount(vault: LocalVault, vaultKey: Uint8Array): void {
  const account = { put: "setting", name: ACCOUNT_SETTING, value: writeKept({ vaultKey }) } as const;
  vault.commit([account, { drop: "setting", name: ASKED_SETTING }], { durable: true });
  vaultKey.fill(0);
}

// ---- the door

/** Where it is, and open; or the exit code of the errand that should have opened it. */
async function doorFor(profile: Profile, world: PasswordWorld): Promise<Where | number> {
  const { host, door: port, realm } = profile;
  if (port === undefined) return openedDoor(profile, world);
  const where = { host, port, realm, code: undefined };
  try {
    await new AccountDoor({ ...where, clock: systemClock }).about();
    return where;
  } catch (error) {
    // It is shut while nobody is awaited.
    if (error instanceof Fault && error.code === "connect-refused") return openedDoor(profile, world);
    throw error;
  }
}

/** A device that is connected has it opened, by asking for a line for another machine. Nobody is shown this one. */
async function openedDoor(profile: Profile, world: PasswordWorld): Promise<Where | number> {
  const { runOnce } = await import("./client-once.ts");
  const { home, "vault-passphrase-file": passphrase } = world.values;
  const { errands } = world;
  let line: string | undefined;
  const self = { ...NO_SELF, profile: profile.name, home, "vault-passphrase-file": passphrase };
  const values = { ...self, json: false, timeout: TIMEOUT_MS, "log-level": "warn" } as const;
  const code = await runOnce(
    { ...errands(), values },
    {
      run: async ({ client }) => {
        const reply = await client.ask({ do: "pair" });
        line = "line" in reply && typeof reply["line"] === "string" ? reply["line"] : undefined;
      },
    },
  );
  if (line === undefined) return code;
  const { host, port, realm } = readRealmLine(line);
  return { host, port, realm, code: undefined };
}

const TIMEOUT_MS = 30_000;
const NO_SELF = {
  ip: undefined,
  port: undefined,
  as: undefined,
  certs: undefined,
  p12: undefined,
  cert: undefined,
  key: undefined,
  ca: undefined,
  "passphrase-file": undefined,
} as const;
