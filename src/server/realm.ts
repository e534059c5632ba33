// The realm as this server runs it: its log, who comes in, what is administered, and the door, joined. The key of the CA is opened
// when the first certificate is to be signed, and not before.
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { Fault, reason } from "../model/fault.ts";
import type { Sha256 } from "../model/ids.ts";
import { loadAuthority } from "../pki/folder-authority.ts";
import { lockFolder } from "../pki/folder-lock.ts";
import type { ServerFiles } from "../pki/load.ts";
import { readCertificate } from "../pki/certificate.ts";
import { signHead } from "../transparency/head.ts";
import { ensureLogSigner, loadLogSigner, type LogSigner } from "../transparency/log-folder.ts";
import { Door, type DoorIdentity } from "./door/door.ts";
import { doorRoute } from "./door/routes.ts";
import { DoorKeeper } from "./door-keeper.ts";
import type { Clock } from "./port/clock.ts";
import type { Issuer } from "./port/issuer.ts";
import type { Log } from "./port/log.ts";
import type { Store } from "./port/store.ts";
import { Administration } from "./service/realm/administration.ts";
import { Enrolment } from "./service/realm/enrolment.ts";
import { Registry } from "./service/realm/registry.ts";
import { RealmLog } from "./service/realm/realm-log.ts";

export interface RealmConfig {
  readonly certs: string;
  /** Of the keys of the CAs, if they have one. */
  readonly passphrase: string | undefined;
  readonly ip: string;
  /** Undefined: there is no door. */
  readonly doorPort: number | undefined;
  /** How others reach this server, for invitations; undefined: as its certificate says. */
  readonly host: string | undefined;
  /** Of a device certificate. */
  readonly lifetimeMs: number;
  readonly agent: string;
}

export interface RealmParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly files: ServerFiles;
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
}

export class RunningRealm {
  readonly fingerprint: Sha256;
  readonly registry: Registry;
  readonly administration: Administration;
  readonly #config: RealmConfig;
  readonly #keeper: DoorKeeper;
  readonly #issuer: () => Promise<Issuer>;
  readonly #enrolment: Enrolment;
  #files: ServerFiles;
  #chatPort = 0;

  private constructor(config: RealmConfig, parts: RealmParts, opened: Opened) {
    const { clock, store, files } = parts;
    const now = (): number => clock.now();
    this.#config = config;
    this.#files = files;
    this.#issuer = opened.issuer;
    const { fingerprint } = files.realm;
    this.fingerprint = fingerprint;
    this.registry = new Registry({
      ...opened,
      realm: store.realm,
      now,
      lists: () => [...this.#files.realm.crls.values()].map(({ der }) => der),
    });
    this.#enrolment = new Enrolment({ ...opened, store, now, lifetimeMs: config.lifetimeMs });
    this.#keeper = this.#newKeeper(parts);
    this.administration = new Administration({
      realm: store.realm,
      realmLog: opened.realmLog,
      enrolment: this.#enrolment,
      now,
      fingerprint,
      door: () => ({ host: config.host ?? hostOf(this.#files), port: doorPortOf(config, this.#keeper) }),
      onInvited: () => void this.#keeper.look(),
    });
  }

  /** Throws the Faults of the store. Without a key for the log it runs, and says so. */
  static async open(config: RealmConfig, parts: RealmParts): Promise<RunningRealm> {
    const { clock, store, files } = parts;
    const now = (): number => clock.now();
    const signer = await logSignerIn(config, parts);
    let grown = (): void => {};
    const realmLog = await RealmLog.open({
      realm: store.realm,
      now,
      sign: signer && ((head) => signHead(signer.key, head)),
      fingerprint: files.realm.fingerprint,
      onGrown: () => grown(),
    });
    const logKey = signer?.chain ?? [];
    const running = new RunningRealm(config, parts, { realmLog, logKey, issuer: issuerIn(config, now) });
    grown = () => running.registry.grown();
    return running;
  }

  /** Of the enrolment door, once it was open. */
  get doorPort(): number | undefined {
    return this.#keeper.port;
  }

  /** `chatPort`: where those go who have come in. */
  async openDoor(chatPort: number): Promise<void> {
    this.#chatPort = chatPort;
    if (this.#config.doorPort !== undefined) await this.#keeper.start();
  }

  reload(files: ServerFiles): void {
    this.#files = files;
    this.#keeper.reload((door) => door.reload(identityOf(files)));
  }

  stop(): Promise<void> {
    return this.#keeper.stop();
  }

  #newKeeper({ clock, log, store }: RealmParts): DoorKeeper {
    const places = {
      enrolment: this.#enrolment,
      about: () => ({
        realm: this.#files.realm.fingerprint,
        agent: this.#config.agent,
        chat: { port: this.#chatPort },
      }),
      cas: async () => (await this.#issuer()).bag(casOf(this.#files)),
      bag: async (all: readonly Uint8Array[]) => (await this.#issuer()).bag(all),
    };
    return new DoorKeeper({
      clock,
      log,
      needed: async () => (await store.realm.invitations(clock.now())).length > 0,
      make: async (port) => {
        const rules = { ip: this.#config.ip, port: port ?? this.#config.doorPort ?? 0 };
        return new Door(identityOf(this.#files), rules, { clock, log, route: (asked) => doorRoute(places, asked) });
      },
    });
  }
}

interface Opened {
  readonly realmLog: RealmLog;
  readonly logKey: readonly Uint8Array[];
  readonly issuer: () => Promise<Issuer>;
}

/** Opened once, when it is needed. */
function issuerIn({ certs, passphrase }: RealmConfig, now: () => number): () => Promise<Issuer> {
  let opened: Promise<Issuer> | undefined;
  return () => {
    opened ??= openIssuer(certs, passphrase, now).catch((error: unknown) => {
      opened = undefined;
      throw error;
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
async function logSignerIn(config: RealmConfig, parts: RealmParts): Promise<LogSigner | undefined> {
  const { certs } = config;
  const { clock, log, files } = parts;
  const now = new Date(clock.now());
  try {
    const known = await loadLogSigner(certs, files.realm, now).catch(() => undefined);
    if (known !== undefined && !isDue(known, now)) return known;
    if (existsSync(join(certs, "issuing.key"))) await makeLogSigner(config, parts, now);
    const signer = await loadLogSigner(certs, files.realm, now);
    if (signer === undefined) log.warn({ certs }, "there is no key for the log of this realm: run `make certs`");
    return signer;
  } catch (error) {
    log.warn({ certs, reason: reason(error) }, "the log of this realm cannot be signed");
    return undefined;
  }
}

async function makeLogSigner({ certs, passphrase }: RealmConfig, parts: RealmParts, now: Date): Promise<void> {
  const { pid, isAlive } = parts;
  await using _held = await lockFolder(certs, { pid, isAlive, waitMs: LOCK_WAIT_MS });
  const authority = await loadAuthority({ folder: certs, passphrase, now });
  if (authority !== undefined) await ensureLogSigner(certs, authority, now);
}

/** `make certs` may be at work in the same folder: it takes a second or two. */
const LOCK_WAIT_MS = 10_000;
const DUE_MS = 120 * 24 * 3600 * 1000;

function isDue({ notAfter }: LogSigner, now: Date): boolean {
  return notAfter.getTime() - now.getTime() < DUE_MS;
}

function identityOf({ realm, certificatePem, keyPem }: ServerFiles): DoorIdentity {
  return { realm, certificatePem, keyPem };
}

function casOf({ realm }: ServerFiles): readonly Buffer[] {
  return [...realm.issuers.map(({ raw }) => raw), realm.root.raw];
}

/** The first name that others can use, as `init` puts them; this machine's own where there is none. */
function hostOf({ leaf }: ServerFiles): string {
  const names = readCertificate(leaf.der).altNames.filter(({ kind }) => kind === "dns" || kind === "ip");
  const outside = names.find(({ value }) => !isLocal(value));
  return (outside ?? names.find(({ value }) => isIP(value) === 4) ?? names[0])?.value ?? "127.0.0.1";
}

function isLocal(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function doorPortOf({ doorPort }: RealmConfig, { port }: DoorKeeper): number {
  if (doorPort === undefined)
    throw new Fault("no-door", "this server has no enrolment door", {
      hint: "start chat-server with --door-port, for example --door-port 12346",
    });
  return port ?? doorPort;
}
