// The whole server as a value: opens its store, joins session, service and net, listens, and stops again.
// It knows no argv, no environment, no signals: bin/chat-server.ts does.
import { join } from "node:path";
import { reason } from "../model/fault.ts";
import type { LogId, Sha256 } from "../model/ids.ts";
import { type Terms, encodeTerms } from "../model/terms.ts";
import { type ServerFiles, loadServerFiles } from "../pki/load.ts";
import { lobbyLog } from "../wire/log-id.ts";
import { openMemoryBus } from "./bus/memory/bus.ts";
import { makeDataFolder } from "./data-folder.ts";
import { Listener, type ListenerRules } from "./net/listener.ts";
import type { Clock } from "./port/clock.ts";
import type { Log } from "./port/log.ts";
import type { BlobStore } from "./port/blobs.ts";
import type { Revocation } from "./port/records.ts";
import type { Store } from "./port/store.ts";
import { Service } from "./service/service.ts";
import type { SessionRules } from "./session/session.ts";
import { openFileBlobs } from "./store/files/blobs.ts";
import { openSqliteStore } from "./store/sqlite/store.ts";

export interface ServerConfig extends ListenerRules {
  readonly certs: string;
  /** Of the server's key, if it has one. */
  readonly passphrase: string | undefined;
  readonly data: string;
  readonly session: SessionRules;
  /** Program and version. */
  readonly agent: string;
}

export interface ServerWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** Of this process, for the log: whoever sends it a signal must know it. */
  readonly pid: number;
  /** The store cannot go on (disk gone, worker dead): the program should end, so that a supervisor starts it anew. */
  readonly onFailed: (error: Error) => void;
}

export interface Server {
  readonly port: number;
  /** SHA-256 of the CA's public key: the realm's name. */
  readonly realm: string;
  readonly connections: () => number;
  /** Reads certificates and CRLs again. Throws a Fault and changes nothing when they are not good. */
  reload(): Promise<void>;
  /** Tells everybody, closes within about `GRACE_MS`, flushes the store. */
  stop(): Promise<void>;
}

/** Uploads that nobody went on with for so long are removed. */
const UPLOAD_IDLE_MS = 7 * 24 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;
const GRACE_MS = 3_000;
/** Everybody comes in, nobody is above another, and newcomers read from then on. */
const LOBBY_TERMS: Terms = { kind: "lobby", join: "open", history: "none", closed: false, roles: new Map() };
const RETRY_MS = 2_000;

/** Throws a Fault for everything a person can mend: see docs/errors.md. */
export async function startServer(config: ServerConfig, world: ServerWorld): Promise<Server> {
  const files = await loadFiles(config, world);
  const lobby = lobbyLog(files.realm.fingerprint);
  const { store, blobs } = await openStores(config, world, { files, lobby });
  const service = openService({ config, world, store, blobs, lobby, realm: files.realm.fingerprint });
  const { session: rules } = config;
  const listener = new Listener(files, config, { service, clock: world.clock, log: world.log, rules });
  const stopDaily = daily(world, async () => {
    await warn(config, world);
    await sweep(blobs, world);
    await tidy(store, world);
  });
  const close = async (): Promise<void> => {
    stopDaily();
    service.stop();
    await store.close();
  };
  const port = await listener.listen().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const { fingerprint } = files.realm;
  world.log.info({ ip: config.ip, port, pid: world.pid, realm: fingerprint, data: config.data }, "listening");
  return {
    port,
    realm: fingerprint,
    connections: () => listener.size,
    async reload() {
      const renewed = await loadFiles(config, world);
      listener.reload(renewed);
      await revoke(store, renewed);
      world.log.info({ connections: listener.size }, "certificates and revocation lists read again");
    },
    async stop() {
      await listener.stop({ code: "shutdown", message: "the server is stopping", retryMs: RETRY_MS }, GRACE_MS);
      await close();
      world.log.info({}, "stopped");
    },
  };
}

/** Runs every day, not only at the start. Returns a function that stops it. */
function daily({ clock }: ServerWorld, run: () => Promise<void>): () => void {
  let stopped = false;
  let cancel: (() => void) | undefined;
  const wait = (): void => {
    cancel = clock.after(DAY_MS, () => {
      void run().finally(() => {
        if (!stopped) wait();
      });
    });
  };
  wait();
  return () => {
    stopped = true;
    cancel?.();
  };
}

/** What ends soon is said in the log. */
async function warn(config: ServerConfig, world: ServerWorld): Promise<void> {
  await loadFiles(config, world).catch((error: unknown) =>
    world.log.error({ certs: config.certs, reason: reason(error) }, "the certificates are not good any more"),
  );
}

async function sweep(blobs: BlobStore, { log }: ServerWorld): Promise<void> {
  try {
    const removed = await blobs.sweep(UPLOAD_IDLE_MS);
    if (removed > 0) log.info({ removed }, "uploads that nobody finished are removed");
  } catch (error) {
    log.error({ reason: reason(error) }, "unfinished uploads could not be removed");
  }
}

async function loadFiles({ certs, passphrase }: ServerConfig, { clock, log }: ServerWorld): Promise<ServerFiles> {
  const files = await loadServerFiles(certs, { now: new Date(clock.now()), passphrase });
  for (const warning of files.warnings) log.warn({ certs }, warning);
  return files;
}

async function tidy(store: Store, { clock, log }: ServerWorld): Promise<void> {
  await store
    .tidy(clock.now())
    .catch((error: unknown) => log.error({ reason: reason(error) }, "what has ended could not be removed"));
}

/** Its first commit says who is in it: not those whom a server of before groups had put there. */
async function openLobby(store: Store, lobby: LogId): Promise<void> {
  await store.createLog(lobby, [], { bytes: encodeTerms(LOBBY_TERMS), named: [], closed: false });
  const epoch = (await store.heads([lobby])).get(lobby)?.epoch;
  if (epoch !== 0) return;
  for (const { device } of await store.membersOf(lobby)) await store.removeMember(lobby, device);
}

/** Who is on a list must be taken out of every group, and is added to none. */
async function revoke(store: Store, { realm }: ServerFiles): Promise<void> {
  const revoked: Revocation[] = [];
  for (const crl of realm.crls.values()) for (const serial of crl.revoked.keys()) revoked.push({ serial, reason: 0 });
  if (revoked.length > 0) await store.revoke(revoked);
}

async function openStores(
  config: ServerConfig,
  world: ServerWorld,
  { files, lobby }: { readonly files: ServerFiles; readonly lobby: LogId },
) {
  makeDataFolder(config.data);
  const store = await openSqliteStore({
    file: join(config.data, "chat.db"),
    clock: world.clock,
    onFailed: world.onFailed,
    onOpened: (report) => world.log.info({ ...report }, "database opened"),
  });
  try {
    const blobs = await openFileBlobs({ dir: join(config.data, "blobs") });
    await blobs.sweep(UPLOAD_IDLE_MS);
    await openLobby(store, lobby);
    await revoke(store, files);
    await store.tidy(world.clock.now());
    return { store, blobs };
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Parts extends Awaited<ReturnType<typeof openStores>> {
  readonly config: ServerConfig;
  readonly world: ServerWorld;
  readonly store: Store;
  readonly lobby: LogId;
  readonly realm: Sha256;
}

function openService({ config, world, store, blobs, lobby, realm }: Parts): Service {
  return new Service({
    store,
    blobs,
    bus: openMemoryBus(),
    clock: world.clock,
    log: world.log,
    lobby,
    realm,
    agent: config.agent,
    idleMs: config.session.idleMs,
  });
}
