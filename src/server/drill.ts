// A rehearsal: a backup is restored to a place of its own, a server is started on it, a device connects that nobody else ever hears of, and
// says what it was told. Then all of it is removed. What it proves is in numbers.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../model/fault.ts";
import type { DeviceId, Handle } from "../model/ids.ts";
import { loadAuthority } from "../pki/folder-authority.ts";
import { loadFiles } from "./stores.ts";
import { makeDataFolder, OWN_REALM } from "./data-folder.ts";
import { callServer, type Heard } from "./drill-call.ts";
import type { ServerConfig, ServerWorld } from "./config.ts";
import { startServer } from "./main.ts";
import { type Restored, restoreBackup } from "./restore.ts";

export interface DrillWish {
  readonly file: string;
  readonly passphrase: string;
  /** Folder in which the temporary one is made. */
  readonly place: string;
  /** Everything but where: of the server that would run on it. `passphrase`: of the keys in the backup, if they have one. */
  readonly config: Omit<ServerConfig, "data" | "certs" | "ip" | "port" | "doorPort">;
}

export interface DrillReport {
  readonly file: string;
  /** When the backup was made, and by which program. */
  readonly madeAt: number;
  readonly agent: string;
  readonly realm: string;
  readonly files: number;
  readonly bytes: number;
  readonly blobs: number;
  readonly damagedBlobs: readonly string[];
  /** Entries whose chains were followed, in all logs. */
  readonly entries: number;
  readonly conversations: number;
  readonly devices: number;
  /** Of the backup, and of the server that ran on it. */
  readonly generation: number;
  readonly restoredGeneration: number;
  /** Entries of the realm's log that were read over the wire and found to be signed. */
  readonly realmLog: number;
  /** A device of its own was let in. False: the key of the CA is not in this backup. */
  readonly connected: boolean;
  readonly ms: number;
}

const USER = "drill" as Handle;
/** As long as a rehearsal may take. */
const CERTIFICATE_MS = 3_600_000;

/** @throws Fault `drill-failed` and those of a restore and of a server's start; nothing is left in any case */
export async function drill(wish: DrillWish, world: ServerWorld): Promise<DrillReport> {
  const begun = performance.now();
  makeDataFolder(wish.place);
  const folder = await mkdtemp(join(wish.place, "mutual-drill-"));
  try {
    const data = join(folder, "data");
    const { file, passphrase } = wish;
    const restored = await restoreBackup({ file, data, passphrase, force: false, now: () => world.clock.now() });
    const heard = await rehearse(wish, data, world);
    return { file, ...reportOf(restored, heard), ms: Math.round(performance.now() - begun) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function rehearse(wish: DrillWish, data: string, world: ServerWorld): Promise<Heard | undefined> {
  const certs = join(data, OWN_REALM);
  const config: ServerConfig = { ...wish.config, data, certs, ip: "127.0.0.1", port: 0, doorPort: undefined };
  const server = await startServer(config, world);
  try {
    const identity = await throwAway(config, world);
    if (identity === undefined) return undefined;
    const files = await loadFiles(config, world);
    return await callServer({ port: server.port, realm: files.realm, identity, now: () => world.clock.now() });
  } catch (error) {
    if (error instanceof Fault && error.code !== "drill-failed")
      throw new Fault("drill-failed", `the restored server does not let a device in: ${reason(error)}`, {
        hint: "the backup can be read, but a server that is restored from it may not work; look at its realm",
        cause: error,
      });
    throw error;
  } finally {
    await server.stop();
  }
}

/** By the CA in the backup, for a device that the log of the real realm never hears of. */
async function throwAway({ certs, passphrase }: ServerConfig, { clock }: ServerWorld) {
  const authority = await loadAuthority({ folder: certs, passphrase, now: new Date(clock.now()) });
  if (authority === undefined) return undefined;
  const { chainUnder, issueDevice, newDeviceId } = await import("../pki/authority.ts");
  const { newKeyPair, plainKeyPem } = await import("../pki/keys.ts");
  const { toPem } = await import("../pki/pem.ts");
  const { publicKey, privateKey } = newKeyPair("ed25519");
  const now = clock.now();
  const device: DeviceId = newDeviceId();
  const leaf = issueDevice(authority, {
    wish: { user: USER, device, name: "Drill", email: undefined },
    publicKey,
    terms: {
      now: new Date(now),
      validity: { notBefore: new Date(now - 60_000), notAfter: new Date(now + CERTIFICATE_MS) },
    },
  });
  const certificatePem = chainUnder(authority, leaf)
    .map((der) => toPem("CERTIFICATE", Buffer.from(der)))
    .join("");
  return { certificatePem, keyPem: plainKeyPem(privateKey) };
}

function reportOf({ manifest, examined, ...counts }: Restored, heard: Heard | undefined) {
  const { agent, madeAt, realm, generation } = manifest;
  const { files, bytes, blobs, damagedBlobs } = counts;
  if (heard !== undefined && heard.generation <= generation)
    throw new Fault("drill-failed", "the generation of the restored server did not grow: clients would not notice");
  return {
    madeAt,
    agent,
    realm,
    files,
    bytes,
    blobs,
    damagedBlobs,
    entries: examined.sizes.entries,
    conversations: examined.sizes.conversations,
    devices: examined.sizes.devices,
    generation,
    restoredGeneration: heard?.generation ?? generation,
    realmLog: heard?.realmLog ?? examined.sizes.realmLog,
    connected: heard !== undefined,
  };
}
