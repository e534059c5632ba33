// Users with OpenPGP keys, to try out by hand how somebody joins a realm: node scripts/test-users.ts --dir DIR --users "ada bob"
// What is made is in scripts/test-users/make.ts.

import process from "node:process";
import { Fault, reason } from "../src/model/fault.ts";
import { readFlags } from "./test-users/flags.ts";
import { HELP } from "./test-users/help.ts";
import { makeUser, type Wish } from "./test-users/make.ts";
import { publish } from "../src/pgp/publish.ts";

const USAGE_EXIT = 2;

async function run({ publishAt, ...wish }: Wish & { readonly publishAt: URL | undefined }, names: readonly string[]) {
  for (const name of names) {
    const { email, fingerprint, folder, armored, isNew } = await makeUser(wish, name);
    if (publishAt !== undefined) await publish(publishAt, armored);
    const how = [isNew ? "made" : "kept", ...(publishAt === undefined ? [] : ["published"])].join(", ");
    console.log(`${email}  ${fingerprint}  ${folder}  (${how})`);
  }
}

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags === "help") process.stdout.write(HELP);
  else await run(flags, flags.users);
} catch (error) {
  console.error(`error: ${reason(error)}`);
  if (error instanceof Fault && error.hint !== undefined) console.error(`hint: ${error.hint}`);
  process.exitCode = error instanceof Fault && error.code === "usage" ? USAGE_EXIT : 1;
}
