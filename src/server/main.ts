// The whole server as a value: opens its store, joins session, service and net, listens, and stops again.
// It knows no argv, no environment, no signals: bin/chat-server.ts does.
import { join } from "node:path";
import { reason } from "../model/fault.ts";
import type { Sha256 } from "../model/ids.ts";
import { openMemoryBus } from "./bus/memory/bus.ts";
import { CONSOLE } from "../transparency/entry-fields.ts";
import { Listener, type ListenerRules } from "./net/listener.ts";
import { LocalSocket } from "./net/local-socket.ts";
import { type RealmConfig, RunningRealm } from "./realm.ts";
import type { Clock } from "./port/clock.ts";
import type { Log } from "./port/log.ts";
import type { BlobStore } from "./port/blobs.ts";
import type { Store } from "./port/store.ts";
import { Service } from "./service/service.ts";
import type { SessionRules } from "./session/session.ts";
import type { ServerFiles } from "../pki/load.ts";
import { loadFiles, openStores, revokeListed, type Stores, UPLOAD_IDLE_MS } from "./stores.ts";

/** `passphrase`: of the server's key too, if it has one. */
export interface ServerConfig extends ListenerRules, RealmConfig {
  readonly data: string;
  readonly session: SessionRules;
}

export interface ServerWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** Of this process, for the log: whoever sends it a signal must know it. */
  readonly pid: number;
  /** Whether a process of this number runs: who has the folder of the certificates in hand. */
  readonly isAlive: (pid: number) => boolean;
  /** The store cannot go on (disk gone, worker dead): the program should end, so that a supervisor starts it anew. */
  readonly onFailed: (error: Error) => void;
}

export interface Server {
  readonly port: number;
  /** Of the enrolment door, once it was open. */
  readonly doorPort: number | undefined;
  /** SHA-256 of the CA's public key: the realm's name. */
  readonly realm: string;
  readonly connections: number;
  /** Reads certificates and CRLs again. Throws a Fault and changes nothing when they are not good. */
  reload(): Promise<void>;
  /** Tells everybody, closes within about `GRACE_MS`, flushes the store. */
  stop(): Promise<void>;
}

const DAY_MS = 24 * 3600 * 1000;
const GRACE_MS = 3_000;
const RETRY_MS = 2_000;
/** In the data folder: for `chat-server invite` and the like. */
export const SOCKET = "admin.sock";

/** Throws a Fault for everything a person can mend: see docs/errors.md. */
export async function startServer(config: ServerConfig, world: ServerWorld): Promise<Server> {
  const files = await loadFiles(config, world);
  const stores = await openStores(config, world, files);
  const realm = await RunningRealm.open(config, { ...world, store: stores.store, files }).catch(
    async (error: unknown) => {
      await stores.store.close();
      throw error;
    },
  );
  const server = new RunningServer(config, world, { ...stores, files, realm });
  await server.listen();
  return server;
}

interface Opened extends Stores {
  readonly files: ServerFiles;
  readonly realm: RunningRealm;
}

const FAREWELL = { code: "shutdown", message: "the server is stopping", retryMs: RETRY_MS } as const;

class RunningServer implements Server {
  readonly realm: Sha256;
  readonly #config: ServerConfig;
  readonly #world: ServerWorld;
  readonly #opened: Opened;
  readonly #service: Service;
  readonly #listener: Listener;
  readonly #socket: LocalSocket;
  readonly #stopDaily: () => void;
  #port = 0;

  constructor(config: ServerConfig, world: ServerWorld, opened: Opened) {
    const { clock, log } = world;
    const { store, blobs, files, realm } = opened;
    this.#config = config;
    this.#world = world;
    this.#opened = opened;
    this.realm = files.realm.fingerprint;
    this.#service = openService({ config, world, ...opened });
    this.#listener = new Listener(files, config, { service: this.#service, clock, log, rules: config.session });
    this.#socket = new LocalSocket(join(config.data, SOCKET), {
      log,
      perform: (given) => realm.administration.perform(CONSOLE, given),
    });
    this.#stopDaily = daily(world, async () => {
      await warn(config, world);
      await sweep(blobs, world);
      await tidy(store, world);
    });
  }

  get port(): number {
    return this.#port;
  }

  get doorPort(): number | undefined {
    return this.#opened.realm.doorPort;
  }

  get connections(): number {
    return this.#listener.size;
  }

  /** Throws Fault `listen-*`; then everything is closed again. */
  async listen(): Promise<void> {
    const { ip, data } = this.#config;
    try {
      this.#port = await this.#listener.listen();
      await this.#opened.realm.openDoor(this.#port);
    } catch (error) {
      await this.#listener.stop(FAREWELL, GRACE_MS);
      await this.#close();
      throw error;
    }
    await this.#socket.listen();
    this.#world.log.info({ ip, port: this.#port, pid: this.#world.pid, realm: this.realm, data }, "listening");
  }

  async reload(): Promise<void> {
    const { realm, store } = this.#opened;
    const renewed = await loadFiles(this.#config, this.#world);
    this.#listener.reload(renewed);
    realm.reload(renewed);
    await revokeListed(store, renewed);
    this.#world.log.info({ connections: this.#listener.size }, "certificates and revocation lists read again");
  }

  async stop(): Promise<void> {
    await this.#listener.stop(FAREWELL, GRACE_MS);
    await this.#close();
    this.#world.log.info({}, "stopped");
  }

  async #close(): Promise<void> {
    this.#stopDaily();
    await this.#socket.close();
    await this.#opened.realm.stop();
    this.#service.stop();
    await this.#opened.store.close();
  }
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

async function tidy(store: Store, { clock, log }: ServerWorld): Promise<void> {
  await store
    .tidy(clock.now())
    .catch((error: unknown) => log.error({ reason: reason(error) }, "what has ended could not be removed"));
}

interface Parts extends Opened {
  readonly config: ServerConfig;
  readonly world: ServerWorld;
}

function openService({ config, world, store, blobs, lobby, realm }: Parts): Service {
  return new Service({
    store,
    blobs,
    bus: openMemoryBus(),
    clock: world.clock,
    log: world.log,
    lobby,
    realm: realm.fingerprint,
    registry: realm.registry,
    agent: config.agent,
    idleMs: config.session.idleMs,
  });
}
