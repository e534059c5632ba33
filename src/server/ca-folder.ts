// The folder of the realm's CA as a running server uses it: the key that signs, the key of the log, the next revocation list, and what is
// issued anew before it ends. `make certs` may be at work in the same folder: each change holds its lock.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault, reason } from "../model/fault.ts";
import { loadAuthority, wishFor } from "../pki/folder-authority.ts";
import { lockFolder } from "../pki/folder-lock.ts";
import { crlLife, isDue as isLifeDue } from "../pki/folder-work.ts";
import type { ServerFiles } from "../pki/load.ts";
import { loadLogSigner, type LogSigner } from "../transparency/log-folder.ts";
import type { Issuer } from "./port/issuer.ts";
import type { RealmConfig, RealmParts } from "./config.ts";

type Folder = Pick<RealmConfig, "certs" | "passphrase">;
type Parts = Pick<RealmParts, "clock" | "log" | "pid" | "isAlive">;

/** Signs the CA's next list with these serials on it, and has it read. Where the key is elsewhere, whoever has it does that. */
export async function signList(
  folder: Folder,
  parts: Parts & Pick<RealmParts, "reload">,
  serials: readonly string[],
): Promise<void> {
  if (!existsSync(join(folder.certs, "issuing.key"))) {
    parts.log.warn({ serials }, "the key of the CA is elsewhere: put these serials on its list there");
    return;
  }
  const { revokeSerialsIn } = await import("../pki/realm-folder.ts");
  {
    await using _held = await held(folder, parts);
    await revokeSerialsIn(wishOf(folder, parts), serials);
  }
  await parts.reload();
}

/** The server's certificate or a list is in the last third of its life. */
export function isDue({ leaf, realm }: ServerFiles, now: Date): boolean {
  const lives = [leaf, ...[...realm.crls.values()].map(crlLife)];
  return lives.some((life) => isLifeDue(life, now));
}

/** The server's certificate and the lists, in the last third of their life. True: something was issued. */
export async function renewFolder(folder: Folder, parts: Parts): Promise<boolean> {
  if (!existsSync(join(folder.certs, "issuing.key"))) return false;
  const { fillFolder } = await import("../pki/realm-folder.ts");
  await using _held = await held(folder, parts);
  const { rows } = await fillFolder(wishOf(folder, parts));
  const renewed = rows.filter(({ what, file }) => what === "renewed" && !file.startsWith("clients"));
  if (renewed.length > 0) parts.log.info({ files: renewed.map(({ file }) => file) }, "issued anew before they end");
  return renewed.length > 0;
}

function held({ certs }: Folder, { pid, isAlive }: Parts): Promise<AsyncDisposable> {
  return lockFolder(certs, { pid, isAlive, waitMs: LOCK_WAIT_MS });
}

function wishOf({ certs, passphrase }: Folder, { clock }: Parts) {
  return wishFor({ folder: certs, passphrase, now: new Date(clock.now()) });
}

/** Opened once, when it is needed. What is wrong with it is for whoever runs the server, not for who stands at the door. */
export function issuerIn({ certs, passphrase }: RealmConfig, { clock, log }: RealmParts): () => Promise<Issuer> {
  let opened: Promise<Issuer> | undefined;
  return () => {
    opened ??= openIssuer(certs, passphrase, () => clock.now()).catch((error: unknown) => {
      opened = undefined;
      const hint = error instanceof Fault ? error.hint : undefined;
      log.error({ certs, reason: reason(error), hint }, "nobody can be certified");
      throw new Fault("no-issuer", "this server cannot certify anybody at the moment", {
        hint: "tell whoever runs it: its log says why",
        cause: error,
      });
    });
    return opened;
  };
}

async function openIssuer(certs: string, passphrase: string | undefined, now: () => number): Promise<Issuer> {
  const authority = await loadAuthority({ folder: certs, passphrase, now: new Date(now()) });
  if (authority === undefined)
    throw new Fault("no-issuer", "this server cannot certify anybody: the key of its CA is not there", {
      hint: `put issuing.key into ${certs}, or issue certificates where it is: \`make certs CLIENTS=…\``,
    });
  const { issuerOf } = await import("./issuer.ts");
  return issuerOf(authority);
}

/** Made where the CA's key is. Without one the server runs, and its clients cannot look over its shoulder: it is said. */
export async function logSignerIn(config: RealmConfig, parts: RealmParts): Promise<LogSigner | undefined> {
  const { certs } = config;
  const { clock, log, files } = parts;
  const now = new Date(clock.now());
  const known = await loadLogSigner(certs, files.realm, now).catch(() => undefined);
  if (known !== undefined && !isSignerDue(known, now)) return known;
  try {
    if (existsSync(join(certs, "issuing.key"))) await makeLogSigner(config, parts);
    return await loadLogSigner(certs, files.realm, now);
  } catch (error) {
    const hint = error instanceof Fault ? error.hint : undefined;
    log.warn(
      { reason: reason(error), hint },
      known === undefined ? NO_LOG : "the key of the realm's log is not renewed",
    );
    return known;
  }
}

async function makeLogSigner(folder: Folder, parts: Parts): Promise<void> {
  const { renewLogSigner } = await import("../transparency/log-work.ts");
  await using _held = await held(folder, parts);
  await renewLogSigner(wishOf(folder, parts));
}

/** `make certs` may be at work in the same folder: it takes a second or two. */
const LOCK_WAIT_MS = 10_000;
const NO_LOG = "the log of this realm cannot be signed";
const DUE_MS = 120 * 24 * 3600 * 1000;

function isSignerDue({ notAfter }: LogSigner, now: Date): boolean {
  return notAfter.getTime() - now.getTime() < DUE_MS;
}
