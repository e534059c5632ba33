// `chat-server init`: a realm in the data folder without a question, and the first owner's invitation.
import { existsSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { Fault } from "../model/fault.ts";
import { isHandle } from "../model/ids.ts";
import { type AltName, hostName } from "../pki/alt-name.ts";
import { writeAll } from "../pki/files.ts";
import { wishFor } from "../pki/folder-authority.ts";
import { lockFolder } from "../pki/folder-lock.ts";
import { fillFolder } from "../pki/realm-folder.ts";
import { builtInTemplates } from "../pki/templates.ts";
import { parseHosts } from "../pki/wishes.ts";
import { OWN_CONFIG, OWN_REALM } from "../server/data-folder.ts";
import { stageLogSigner } from "../transparency/log-work.ts";
import type { Values } from "./flags.ts";
import { passphraseOf } from "./passphrase.ts";
import { isAlive } from "./process-alive.ts";
import { administer, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";
import { qrPicture } from "./qr-picture.ts";
import { wordsOf } from "./server-invite.ts";
import { systemClock } from "./system-clock.ts";

type InitValues = Values<(typeof SERVER_COMMANDS)["init"]["flags"]>;

const LOCK_WAIT_MS = 10_000;
const LOOPBACK = ["localhost", "127.0.0.1", "::1"] as const;

/** @throws Fault `realm-exists`, `certs-locked`, `usage`, and those of files and certificates */
export async function init(values: InitValues, say: Say): Promise<void> {
  const { data, owner } = values;
  checkNew(data);
  if (owner !== undefined && !isHandle(owner))
    throw new Fault("usage", `--owner is not a valid name: ${JSON.stringify(owner)}`, {
      hint: "use a-z, 0-9, dot, dash and underscore, at most 32",
    });
  const hosts = hostsFor(values);
  const { fingerprint } = await makeRealm(values, hosts);
  const answer = await administer(data, { do: "invite", user: owner, role: "owner" });
  if (values.json)
    return say(JSON.stringify({ realm: fingerprint, hosts: hosts.map(({ value }) => value), ...answer }));
  // Above what is to be read: it is as high as many a window.
  if (process.stdout.isTTY) say(qrPicture(String(answer["line"])));
  say(report(values, hosts, fingerprint));
  say(`\nthen the first owner joins, ${wordsOf(answer, { picture: false })}`);
}

/** @throws Fault `realm-exists` */
function checkNew(data: string): void {
  if (!existsSync(join(data, OWN_REALM, "ca.crt"))) return;
  throw new Fault("realm-exists", `there is a realm in ${data} already`, {
    hint: "nothing was changed; `chat-server invite --role owner` makes another owner's invitation",
  });
}

/** Realm and configuration under one lock: whoever comes second at the same time finds a realm, and changes nothing of it. */
async function makeRealm(values: InitValues, hosts: readonly AltName[]) {
  const folder = join(values.data, OWN_REALM);
  const passphrase = await passphraseOf(values["passphrase-file"]);
  const templates = builtInTemplates(values.name);
  await using _held = await lockFolder(folder, { pid: process.pid, isAlive, waitMs: LOCK_WAIT_MS });
  checkNew(values.data);
  const wish = wishFor({ folder, now: new Date(systemClock.now()), passphrase }, { hosts, templates });
  const made = await fillFolder(wish, stageLogSigner);
  await writeConfig(values);
  return made;
}

/** What was decided here holds for every later start. */
async function writeConfig({ data, ip, port, ...values }: InitValues): Promise<void> {
  const file = values["passphrase-file"];
  const secret = file === undefined ? {} : { "passphrase-file": resolve(file) };
  const config = { ip, port, "door-port": values["door-port"], ...secret };
  const content = `${JSON.stringify(config, undefined, 2)}\n`;
  await writeAll([{ path: join(data, OWN_CONFIG), content, secret: false }]);
}

/** Those that others can use come first: the first is the one that invitations give. */
function hostsFor({ host, ip }: InitValues): AltName[] {
  if (host !== undefined) return parseHosts([host, ...LOOPBACK].join(" "));
  const isLocal = ip === "::1" || ip.startsWith("127.");
  if (isLocal) return parseHosts(LOOPBACK.join(" "));
  const addresses = isAll(ip) ? ownAddresses() : [ip];
  const name = hostName(hostname());
  return parseHosts([...addresses, ...(name === undefined ? [] : [name.value]), ...LOOPBACK].join(" "));
}

function isAll(ip: string): boolean {
  return ip === "0.0.0.0" || ip === "::";
}

/** Of the network that this machine is in; not those that only mean something on one of its cables. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = all.filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
  const v4 = outside.filter(({ family }) => family === "IPv4");
  return (v4.length > 0 ? v4 : outside).map(({ address }) => address);
}

function report(values: InitValues, hosts: readonly AltName[], fingerprint: string): string {
  const { data, ip, port } = values;
  const start = data === "chat-data" ? "chat-server" : `chat-server --data ${data}`;
  return [
    `a realm is in ${join(data, OWN_REALM)}`,
    `  its CA          ${fingerprint}`,
    `  the server      ${hosts.map(({ value }) => value).join(", ")}`,
    `  it listens on   ${isAll(ip) ? `all addresses (${ip})` : ip}, port ${port}; newcomers come in by port ${values["door-port"]}`,
    "  keep            ca.key somewhere else: the server does not need it, and whoever has it can be anybody here",
    "",
    "now start the server:",
    "",
    `  ${start}`,
  ].join("\n");
}
