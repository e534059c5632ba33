// The whole server as a value: opens its store, joins session, service and net, listens, and stops again.
// It knows no argv, no environment, no signals: bin/chat-server.ts does.
import { join } from "node:path";
import { Fault, reason } from "../model/fault.ts";
import type { Sha256 } from "../model/ids.ts";
import { openMemoryBus } from "./bus/memory/bus.ts";
import { CONSOLE } from "../transparency/entry-fields.ts";
import { Listener } from "./net/listener.ts";
import { LocalSocket } from "./net/local-socket.ts";
import { Care, statsOf } from "./care.ts";
import { MetricsPort } from "./metrics/metrics-port.ts";
import { Observed } from "./observed.ts";
import { SOCKET } from "./data-folder.ts";
import { finishRestore } from "./restore.ts";
import { LiveRules } from "./live-rules.ts";
import { ServerMeter } from "./metrics/meter.ts";
import type { ServerConfig, ServerWorld } from "./config.ts";
import { RunningRealm } from "./realm.ts";
import type { BlobStore } from "./port/blobs.ts";
import type { Store } from "./port/store.ts";
import type { LimitValues } from "./service/realm/limits.ts";
import { Service } from "./service/service.ts";
import type { ServerFiles } from "../pki/load.ts";
import { isDue, renewFolder } from "./ca-folder.ts";
import { loadFiles, openStores, revokeListed, type Stores, UPLOAD_IDLE_MS } from "./stores.ts";

export interface Server {
  readonly port: number;
  /** Of the enrolment door, once it was open. */
  readonly doorPort: number | undefined;
  /** SHA-256 of the CA's public key: the realm's name. */
  readonly realm: string;
  /** Of the metrics, where they are wanted. */
  readonly metricsPort: number | undefined;
  readonly connections: number;
  /** Reads certificates and CRLs again. Throws a Fault and changes nothing when they are not good. */
  reload(): Promise<void>;
  /** Tells everybody, closes within about `GRACE_MS`, flushes the store. */
  stop(): Promise<void>;
}

const DAY_MS = 24 * 3600 * 1000;
const GRACE_MS = 3_000;
const RETRY_MS = 2_000;

/** Throws a Fault for everything a person can mend: see docs/errors.md. */
export async function startServer(config: ServerConfig, world: ServerWorld): Promise<Server> {
  await finishRestore(config.data);
  const files = await freshFiles(config, world);
  const stores = await openStores(config, world, files);
  const made: { server?: RunningServer } = {};
  const reload = async (): Promise<void> => made.server?.reload();
  const meter = new ServerMeter(world.clock);
  const rules = new LiveRules(config);
  const care = new Care(config, {
    ...world,
    ...stores,
    files,
    meter,
    connections: () => made.server?.connections ?? 0,
  });
  const onLimits = (values: LimitValues): void => rules.set(values);
  const parts = { ...world, ...stores, files, reload, meter, care, usualLimits: rules.usual, onLimits };
  const realm = await RunningRealm.open(config, parts).catch(async (error: unknown) => {
    await stores.store.close();
    throw error;
  });
  const server = new RunningServer(config, world, { ...stores, files, realm, meter, rules });
  made.server = server;
  await server.listen();
  return server;
}

/** What has ended, or ends soon, is issued anew first, where the key of the CA is. */
async function freshFiles(config: ServerConfig, world: ServerWorld): Promise<ServerFiles> {
  const files = await loadFiles(config, world).catch((error: unknown) => {
    if (error instanceof Fault) return error;
    throw error;
  });
  if (!(files instanceof Fault) && !isDue(files, new Date(world.clock.now()))) return files;
  const isNew = await renewFolder(config, world).catch((error: unknown) => {
    world.log.warn({ certs: config.certs, reason: reason(error) }, "what ends soon could not be issued anew");
    return false;
  });
  if (isNew) return await loadFiles(config, world);
  if (files instanceof Fault) throw files;
  return files;
}

interface Opened extends Stores {
  readonly files: ServerFiles;
  readonly realm: RunningRealm;
  readonly meter: ServerMeter;
  readonly rules: LiveRules;
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
  readonly #metrics: MetricsPort | undefined;
  #files: ServerFiles;
  #port = 0;
  #metricsPort: number | undefined;

  constructor(config: ServerConfig, world: ServerWorld, opened: Opened) {
    const { clock, log } = world;
    const { store, blobs, files, realm, meter, rules } = opened;
    this.#config = config;
    this.#world = world;
    this.#opened = opened;
    this.realm = files.realm.fingerprint;
    this.#service = openService({ config, world, ...opened });
    const listening = { service: this.#service, clock, log, meter, rules: rules.session };
    this.#listener = new Listener(files, rules.listener, listening);
    this.#socket = new LocalSocket(join(config.data, SOCKET), {
      log,
      perform: (given) => realm.administration.perform(CONSOLE, given),
    });
    this.#files = files;
    this.#metrics = config.metrics && new MetricsPort(config.metrics, this.#observed(config.agent));
    this.#stopDaily = daily(world, async () => {
      await this.#renew();
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

  get metricsPort(): number | undefined {
    return this.#metricsPort;
  }

  #observed(agent: string): ConstructorParameters<typeof MetricsPort>[1] {
    const { realm } = this.#opened;
    const parts = { ...this.#world, ...this.#opened, connections: () => this.connections };
    const observed = new Observed({
      ...parts,
      agent,
      current: () => this.#files,
      isClosed: () => realm.reception.isClosed,
      stats: () => statsOf(this.#config, parts),
    });
    return { log: this.#world.log, health: () => observed.health(), metrics: () => observed.metrics() };
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
    if (this.#metrics !== undefined) await this.#openMetrics(this.#metrics);
    this.#world.log.info({ ip, port: this.#port, pid: this.#world.pid, realm: this.realm, data }, "listening");
  }

  async #openMetrics(metrics: MetricsPort): Promise<void> {
    try {
      this.#metricsPort = await metrics.listen();
      this.#world.log.info({ ip: this.#config.metrics?.ip, port: this.#metricsPort }, "metrics");
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async reload(): Promise<void> {
    const { realm, store } = this.#opened;
    const renewed = await loadFiles(this.#config, this.#world);
    this.#files = renewed;
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

  /** What ends soon is issued anew, or is said in the log. */
  async #renew(): Promise<void> {
    try {
      const files = await loadFiles(this.#config, this.#world);
      await this.#opened.realm.logKey.look();
      if (!isDue(files, new Date(this.#world.clock.now()))) return;
      if (await renewFolder(this.#config, this.#world)) await this.reload();
    } catch (error) {
      const { certs } = this.#config;
      this.#world.log.error({ certs, reason: reason(error) }, "the certificates are not good any more");
    }
  }

  async #close(): Promise<void> {
    this.#stopDaily();
    await this.#metrics?.close();
    await this.#socket.close();
    await this.#opened.realm.stop();
    this.#service.stop();
    this.#opened.meter.stop();
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

function openService({ config, world, store, blobs, lobby, realm, meter }: Parts): Service {
  return new Service({
    store,
    blobs,
    bus: openMemoryBus(),
    clock: world.clock,
    log: world.log,
    lobby,
    realm: realm.fingerprint,
    registry: realm.registry,
    reception: realm.reception,
    limits: realm.limits,
    meter,
    renewals: realm.renewals,
    revoking: realm.revoking,
    leases: realm.revoking,
    pairings: realm.pairings,
    openDoor: () => realm.doorPlace(),
    administration: realm.administration,
    agent: config.agent,
    idleMs: config.session.idleMs,
  });
}
