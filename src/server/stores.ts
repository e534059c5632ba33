// What the server stands on, read and opened: certificates, database, blobs, and the lobby that every realm has.
import { join } from "node:path";
import type { LogId } from "../model/ids.ts";
import { type Terms, encodeTerms } from "../model/terms.ts";
import { type ServerFiles, loadServerFiles } from "../pki/load.ts";
import { lobbyLog } from "../wire/log-id.ts";
import { BLOBS, DATABASE, makeDataFolder } from "./data-folder.ts";
import type { Clock } from "./port/clock.ts";
import type { Log } from "./port/log.ts";
import type { BlobStore } from "./port/blobs.ts";
import type { Revocation } from "./port/records.ts";
import type { Store } from "./port/store.ts";
import { openFileBlobs } from "./store/files/blobs.ts";
import { openSqliteStore } from "./store/sqlite/store.ts";

export interface StoresConfig {
  readonly certs: string;
  readonly passphrase: string | undefined;
  readonly data: string;
}

export interface StoresWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly onFailed: (error: Error) => void;
}

export interface Stores {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly lobby: LogId;
  /** It is a backup that was put back. */
  readonly wasRestored: boolean;
}

/** Uploads that nobody went on with for so long are removed. */
export const UPLOAD_IDLE_MS = 7 * 24 * 3600 * 1000;
/** Everybody comes in, nobody is above another, and newcomers read from then on. */
const LOBBY_TERMS: Terms = { kind: "lobby", join: "open", history: "none", closed: false, roles: new Map() };

export async function loadFiles(
  { certs, passphrase }: StoresConfig,
  { clock, log }: Omit<StoresWorld, "onFailed">,
): Promise<ServerFiles> {
  const files = await loadServerFiles(certs, { now: new Date(clock.now()), passphrase });
  for (const warning of files.warnings) log.warn({ certs }, warning);
  return files;
}

/** Throws the Faults of the store, and removes nothing that is there. */
export async function openStores(config: StoresConfig, world: StoresWorld, files: ServerFiles): Promise<Stores> {
  const lobby = lobbyLog(files.realm.fingerprint);
  makeDataFolder(config.data);
  let wasRestored = false;
  const store = await openSqliteStore({
    file: join(config.data, DATABASE),
    clock: world.clock,
    onFailed: world.onFailed,
    onOpened(report) {
      wasRestored = report.restored;
      world.log.info({ ...report }, "database opened");
    },
  });
  try {
    const blobs = await openFileBlobs({ dir: join(config.data, BLOBS) });
    await blobs.sweep(UPLOAD_IDLE_MS);
    await openLobby(store, lobby);
    await revokeListed(store, files);
    await store.tidy(world.clock.now());
    return { store, blobs, lobby, wasRestored };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Its first commit says who is in it: not those whom a server of before groups had put there. */
async function openLobby(store: Store, lobby: LogId): Promise<void> {
  await store.createLog(lobby, [], { bytes: encodeTerms(LOBBY_TERMS), named: [], closed: false });
  const epoch = (await store.heads([lobby])).get(lobby)?.epoch;
  if (epoch !== 0) return;
  for (const { device } of await store.membersOf(lobby)) await store.removeMember(lobby, device);
}

/** Who is on a list must be taken out of every group, and is added to none. */
export async function revokeListed(store: Store, { realm }: ServerFiles): Promise<void> {
  const revoked: Revocation[] = [];
  for (const crl of realm.crls.values()) for (const serial of crl.revoked.keys()) revoked.push({ serial, reason: 0 });
  if (revoked.length > 0) await store.revoke(revoked);
}
