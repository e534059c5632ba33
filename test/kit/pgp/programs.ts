// People who come in by OpenPGP with the packaged executables: users of scripts/test-users.ts, by gpg or by a key file.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLIENT, ClientProgram, run } from "../executables.ts";
import type { OwnRealm, Ran } from "../own-realm.ts";
import { GpgHome } from "./gpg.ts";
import { testUsers } from "./test-users.ts";

export interface TestUser {
  readonly email: string;
  readonly fingerprint: string;
  /** Files: the locked secret key, the public one, and the passphrase. */
  readonly secret: string;
  readonly shown: string;
  readonly passphrase: string;
}

/** By name. Their keys are sent to the key server. */
export async function usersIn(
  realm: OwnRealm,
  names: readonly string[],
  publishAt: string,
): Promise<(name: string) => TestUser> {
  const args = ["--dir", realm.file("users"), "--users", names.join(" "), "--publish", publishAt];
  const { code, out, err } = await testUsers(args);
  if (code !== 0) throw new Error(err);
  const users = new Map(out.trim().split("\n").map(userIn));
  return (name) => {
    const user = users.get(name);
    if (user === undefined) throw new Error(`there is no ${name}`);
    return user;
  };
}

function userIn(line: string): readonly [name: string, user: TestUser] {
  const [email = "", fingerprint = "", folder = ""] = line.split(/ {2}/);
  const [secret, shown, passphrase] = ["secret.asc", "public.asc", "passphrase"].map((name) => join(folder, name));
  const files = { secret: secret ?? "", shown: shown ?? "", passphrase: passphrase ?? "" };
  return [email.split("@", 1)[0] ?? "", { email, fingerprint, ...files }];
}

/** A home that nobody has used. */
export function newHome(realm: OwnRealm): string {
  return realm.file(`home-${randomUUID()}`);
}

/** `chat-client join … --only`, to its end. */
export function joins(
  realm: OwnRealm,
  args: readonly [line: string, ...flags: string[]],
  { home = newHome(realm), ...env }: NodeJS.ProcessEnv & { readonly home?: string } = {},
): Promise<Ran> {
  return run(CLIENT, ["join", ...args, "--home", home, "--only"], { env });
}

/** Joins, and then chats, in JSON. */
export function comesIn(
  realm: OwnRealm,
  args: readonly [line: string, ...flags: string[]],
  env: NodeJS.ProcessEnv = {},
): ClientProgram {
  return new ClientProgram(CLIENT, ["join", ...args, "--home", newHome(realm), "--json"], { env });
}

/** The flags of somebody whose key is in a file. */
export function byFile({ email, secret, passphrase }: TestUser): readonly string[] {
  return ["--pgp", email, "--pgp-key", secret, "--passphrase-file", passphrase];
}

/** A key ring that has this user's key, and a person who types the passphrase when gpg-agent asks. */
export async function keyRingOf({ secret, passphrase }: TestUser): Promise<GpgHome> {
  const gpg = new GpgHome();
  // By the file: a passphrase may begin with "-", which gpg takes for an option.
  await gpg.run(["--pinentry-mode", "loopback", "--passphrase-file", passphrase, "--import", secret]);
  await gpg.person(readFileSync(passphrase, "utf8").trimEnd());
  return gpg;
}
