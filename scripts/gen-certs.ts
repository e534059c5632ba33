// `make certs`: builds and keeps a realm's certificates. Reads argv and the environment, prints what was done, sets the exit code.
// What is done, and when, is in src/pki/realm-folder.ts.

import { hostname } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import { Fault, reason } from "../src/model/fault.ts";
import { hostName, type AltName } from "../src/pki/alt-name.ts";
import { lockFolder } from "../src/pki/folder-lock.ts";
import type { FolderWish } from "../src/pki/folder-work.ts";
import { fillFolder, revokeIn, signRequest, type Report } from "../src/pki/realm-folder.ts";
import { parseClients, parseHosts } from "../src/pki/wishes.ts";
import { stageLogSigner } from "../src/transparency/log-work.ts";
import { isAlive } from "../src/bin/process-alive.ts";
import { type Flags, readFlags } from "./gen-certs/flags.ts";
import { HELP } from "./gen-certs/help.ts";
import { readBytes, readPassphrase, templatesFor } from "./gen-certs/sources.ts";
import { inTable } from "./gen-certs/table.ts";

const USAGE_EXIT = 2;
/** A run takes a second or two. */
const LOCK_WAIT_MS = 10_000;

function usualHosts(): AltName[] {
  const own = hostName(hostname());
  return [...parseHosts("localhost 127.0.0.1 ::1"), ...(own === undefined ? [] : [own])];
}

function wishOf(flags: Flags): FolderWish {
  const folder = resolve(flags.certs);
  return {
    folder,
    templates: templatesFor(folder, process.env),
    now: new Date(),
    clients: flags.clients === undefined ? undefined : parseClients(flags.clients),
    hosts: flags.hosts === undefined ? undefined : parseHosts(flags.hosts),
    usual: { clients: parseClients("alice bob"), hosts: usualHosts() },
    keyType: flags.keyType,
    days: flags.days,
    passphrase: readPassphrase(flags.passphraseFile),
    force: flags.force,
  };
}

/** Everything that can be wrong about the command line is found before the folder is touched. */
async function run(flags: Flags): Promise<Report> {
  const wish = wishOf(flags);
  const { csr, as, revoke } = flags;
  const job = csr === undefined ? undefined : { bytes: readBytes(csr), file: csr, as };
  await using _held = await lockFolder(wish.folder, { pid: process.pid, isAlive, waitMs: LOCK_WAIT_MS });
  if (revoke !== undefined) return await revokeIn(wish, revoke);
  if (job !== undefined) return await signRequest(wish, job);
  return await fillFolder(wish, stageLogSigner);
}

try {
  const flags = readFlags(process.argv.slice(2), process.env);
  process.stdout.write(flags === "help" ? HELP : inTable(await run(flags)));
} catch (error) {
  console.error(`error: ${reason(error)}`);
  if (error instanceof Fault && error.hint !== undefined) console.error(`hint: ${error.hint}`);
  process.exitCode = error instanceof Fault && error.code === "usage" ? USAGE_EXIT : 1;
}
