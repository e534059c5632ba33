// `chat-client backup FILE` and `chat-client restore FILE`: the whole vault as one file, under a passphrase of its own.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IdentityFile, Taken } from "../client/vault/backup.ts";
import { defaultHome } from "../client/vault/home.ts";
import { restoreBackup } from "../client/vault/restore.ts";
import { Fault } from "../model/fault.ts";
import { writeAll } from "../pki/files.ts";
import type { ClientFiles } from "../pki/load.ts";
import { askSecret, confirmed } from "./prompt.ts";
import { checkedPassphrase, strengthOf } from "../client/face/strength.ts";
import type { CLIENT_FLAGS } from "./client-flags.ts";
import { CERTS } from "./client-identity.ts";
import type { Self, SelfWorld } from "./client-self.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";

export type BackupWorld = SelfWorld & {
  readonly values: Values<typeof CLIENT_FLAGS>;
  readonly say: (sentence: string) => void;
};

type Opened = Pick<Self, "vault" | "files">;

/** `opened`: closed when it is done. @throws Fault */
export async function backup(file: string, world: BackupWorld, opened: Promise<Opened>): Promise<void> {
  const { values, say, now } = world;
  const { vault, files } = await opened;
  try {
    const passphrase = await newPassphrase(world);
    const { realm, peer } = files;
    const about = { realm: realm.fingerprint, device: peer.device, user: peer.user, at: now.getTime() };
    const identity = values["with-identity"] ? identityFiles(files) : [];
    const { entries } = vault.backup({ file, passphrase, force: values.force, about, identity });
    say(
      `kept in ${file}: ${entries} messages and changes of @${peer.user}; its passphrase is ${strengthOf(passphrase).advice}`,
    );
    if (identity.length > 0) say("with the private key of this device: whoever opens the file can be this device");
  } finally {
    vault.close();
  }
}

/** @throws Fault */
export async function restore(file: string, { values, platform, person, say }: BackupWorld): Promise<void> {
  const passphrase = await oldPassphrase({ values, person });
  const { home = defaultHome(platform), force, certs = CERTS } = values;
  const check = ({ identity }: Taken): void => checkIdentity(identity, certs);
  const { identity, about, counts, folder } = restoreBackup({ file, passphrase, home, force, check });
  await writeAll(
    identity.map(({ name, content }) => ({ path: join(certs, name), content, secret: name.endsWith(".key") })),
  );
  const when = new Date(about.at).toISOString();
  say(`restored into ${folder}: ${counts.entries} messages and changes of @${about.user}, as they were on ${when}`);
  if (identity.length > 0) say(`the identity is in ${certs}: ${identity.map(({ name }) => name).join(", ")}`);
  say(
    about.guard === "passphrase"
      ? "it opens with the passphrase of the backup"
      : "it is kept without a passphrase, as it was before",
  );
}

async function newPassphrase({ values, person }: BackupWorld): Promise<string> {
  const given = await passphraseOf(values["backup-passphrase-file"]);
  if (given !== undefined) return checkedPassphrase(given);
  if (person === undefined) throw nobody();
  return confirmed(person, checkedPassphrase(await askSecret(person, "passphrase for the backup: ")));
}

async function oldPassphrase({ values, person }: Pick<BackupWorld, "values" | "person">): Promise<string> {
  const given = await passphraseOf(values["backup-passphrase-file"]);
  if (given !== undefined) return given;
  if (person === undefined) throw nobody();
  return askSecret(person, "passphrase of the backup: ");
}

function nobody(): Fault {
  return new Fault("passphrase-needed", "there is nobody to ask for the passphrase of the backup", {
    hint: "start it on a terminal, or give --backup-passphrase-file",
  });
}

/** As they lie in the folder of --certs. */
function identityFiles({ peer, realm, certificatePem, keyPem }: ClientFiles): readonly IdentityFile[] {
  return [
    { name: "ca.crt", content: realm.root.toString() },
    { name: `${peer.user}.crt`, content: certificatePem },
    { name: `${peer.user}.key`, content: keyPem },
  ];
}

/** Before anything is replaced. The names are of a backup: they stay in the folder. @throws Fault `identity-exists`, `backup-corrupt` */
function checkIdentity(identity: readonly IdentityFile[], certs: string): void {
  for (const { name, content } of identity) {
    if (!/^[a-z0-9][a-z0-9._-]*\.(?:crt|key)$/.test(name))
      throw new Fault("backup-corrupt", "the backup cannot be used: it names a file that is none of an identity");
    const path = join(certs, name);
    if (existsSync(path) && readFileSync(path, "utf8") !== content)
      throw new Fault("identity-exists", `there is another ${path} already`, {
        hint: "nothing was changed; give another folder with --certs",
      });
  }
}
