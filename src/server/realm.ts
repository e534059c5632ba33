// The realm as this server runs it: its log, who comes in, what is administered, and the door, joined. The key of the CA is opened
// when the first certificate is to be signed, and not before.
import { reason } from "../model/fault.ts";
import type { Sha256 } from "../model/ids.ts";
import { RENEWAL_GRACE_MS } from "../model/limits.ts";
import type { ServerFiles } from "../pki/load.ts";
import { CONSOLE } from "../transparency/entry-fields.ts";
import { issuerIn, signList } from "./ca-folder.ts";
import { Door, type DoorIdentity } from "./door/door.ts";
import { doorRoute } from "./door/routes.ts";
import { pairingRoute } from "./door/pairing.ts";
import { openpgpRoute } from "./door/openpgp/routes.ts";
import type { RealmConfig, RealmParts } from "./config.ts";
import { DoorKeeper } from "./door-keeper.ts";
import { doorPortOf, hostOf } from "./door-place.ts";
import { RunningAccounts } from "./accounts.ts";
import { accountBodyBytes, accountRoute } from "./door/account/routes.ts";
import { RealmOpenpgp } from "./openpgp.ts";
import { lateDevice } from "./late.ts";
import { LogKey } from "./log-key.ts";
import type { Issuer } from "./port/issuer.ts";
import type { Store } from "./port/store.ts";
import { Administration } from "./service/realm/administration.ts";
import { Enrolment } from "./service/realm/enrolment.ts";
import { Limits } from "./service/realm/limits.ts";
import { Reception } from "./service/realm/reception.ts";
import { certifyFurther } from "./service/realm/certifying.ts";
import { Pairings } from "./service/realm/pairings.ts";
import { Registry } from "./service/realm/registry.ts";
import { Renewals } from "./service/realm/renewals.ts";
import { Revoking } from "./service/realm/revoking.ts";
import { RealmLog } from "./service/realm/realm-log.ts";

export class RunningRealm {
  readonly fingerprint: Sha256;
  readonly registry: Registry;
  readonly administration: Administration;
  readonly renewals: Renewals;
  readonly revoking: Revoking;
  readonly pairings: Pairings;
  readonly limits: Limits;
  readonly reception: Reception;
  readonly logKey: LogKey;
  readonly #realmLog: RealmLog;
  readonly #config: RealmConfig;
  readonly #keeper: DoorKeeper;
  readonly #issuer: () => Promise<Issuer>;
  readonly #enrolment: Enrolment;
  readonly #accounts: RunningAccounts;
  readonly #openpgp: RealmOpenpgp;
  #files: ServerFiles;
  #chatPort = 0;

  private constructor(config: RealmConfig, parts: RealmParts, opened: Opened) {
    const { clock, store, files } = parts;
    const now = (): number => clock.now();
    this.#config = config;
    this.logKey = opened.logKey;
    this.#files = files;
    this.#issuer = opened.issuer;
    this.limits = opened.limits;
    this.#realmLog = opened.realmLog;
    this.reception = opened.reception;
    const { fingerprint } = files.realm;
    this.fingerprint = fingerprint;
    this.registry = new Registry({
      ...opened,
      log: parts.log,
      realm: store.realm,
      revocations: (since) => store.revocations(since),
      now,
      logKey: () => this.logKey.chain,
      lists: () => [...this.#files.realm.crls.values()].map(({ der }) => der),
    });
    this.#enrolment = new Enrolment({ ...opened, store, now, lifetimeMs: config.lifetimeMs });
    const enrolment = this.#enrolment;
    this.renewals = new Renewals({ ...opened, store, now, lifetimeMs: config.lifetimeMs });
    this.revoking = new Revoking({
      ...opened,
      ...parts,
      realm: store.realm,
      onRevoked: (serials) => this.registry.revoked(serials),
      sign: (serials) => signList(config, parts, serials),
    });
    this.pairings = this.#newPairings(parts, opened);
    const common = { ...parts, ...opened, realm: store.realm, fingerprint, enrolment };
    this.#openpgp = new RealmOpenpgp({ ...common, config, files: () => this.#files });
    this.#accounts = this.#newAccounts(parts, opened);
    this.#keeper = this.#newKeeper(parts);
    this.administration = this.#newAdministration(parts, opened);
  }

  /** Throws the Faults of the store. Without a key for the log it runs, and says so. */
  static async open(config: RealmConfig, parts: RealmParts): Promise<RunningRealm> {
    const { clock, store, files } = parts;
    const now = (): number => clock.now();
    const logKey = await LogKey.open(config, parts);
    const hooks: { grown?: () => void } = {};
    const restoredAt = await store.realm.setting(RESTORED);
    const realmLog = await RealmLog.open({
      realm: store.realm,
      now,
      sign: logKey.sign,
      isSigned: logKey.isSigned,
      fingerprint: files.realm.fingerprint,
      wasRestored: parts.wasRestored || restoredAt !== undefined,
      after: (ms, run) => void clock.after(ms, run),
      onGrown: () => hooks.grown?.(),
    });
    const { usualLimits: usual, onLimits: onChanged } = parts;
    const limits = await Limits.open({ realm: store.realm, given: config.limits ?? {}, usual, now, onChanged });
    const reception = await Reception.open({ realm: store.realm });
    const issuer = issuerIn(config, parts);
    const running = new RunningRealm(config, parts, { realmLog, logKey, issuer, limits, reception });
    hooks.grown = () => {
      running.registry.grown();
      running.revoking.look();
    };
    await running.registry.begin();
    if (realmLog.isWaiting) running.revoking.look();
    else await running.revoking.watch();
    if (restoredAt !== undefined) running.#tellRestored(parts, Number(restoredAt));
    return running;
  }

  /** Users see of when it is; and nobody need wait the next time. */
  #tellRestored({ log, clock }: RealmParts, backupAt: number): void {
    const detail = `a backup of ${new Date(backupAt).toISOString()}`;
    void this.#realmLog
      .write(() => ({
        entries: [{ kind: "act", at: clock.now(), by: CONSOLE, act: "restore", detail }],
        settings: [{ name: RESTORED, value: undefined }],
      }))
      .catch((error: unknown) => log.error({ reason: reason(error) }, "could not write that the realm was restored"));
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

  /** As a line says it, once it is open. @throws Fault `no-door` */
  async doorPlace(): Promise<{ readonly host: string; readonly port: number }> {
    await this.#keeper.look();
    return this.#place();
  }

  #place(): { readonly host: string; readonly port: number } {
    return { host: this.#config.host ?? hostOf(this.#files), port: doorPortOf(this.#config, this.#keeper) };
  }

  reload(files: ServerFiles): void {
    this.#files = files;
    this.registry.listed();
    this.#keeper.reload((door) => door.reload(identityOf(files)));
  }

  async stop(): Promise<void> {
    this.revoking.stop();
    this.#openpgp.stop();
    await this.#keeper.stop();
    await this.#accounts.end();
  }

  async #late(chain: readonly Uint8Array[], request: Uint8Array, now: number): Promise<readonly Uint8Array[]> {
    const admit = (serial: string): void => this.registry.admit(serial);
    const { user, device, serial } = lateDevice(chain, { realm: this.#files.realm, now, admit });
    return this.renewals.renew({ user, device, serial, request, how: "late-renewal" });
  }

  #newPairings({ clock, store }: RealmParts, opened: Opened): Pairings {
    const enrolment = this.#enrolment;
    const now = (): number => clock.now();
    return new Pairings({
      ...opened,
      clock,
      fingerprint: this.fingerprint,
      realm: store.realm,
      certify: ({ cosigned, ...wish }) =>
        certifyFurther({ ...opened, store, now, enrolment }, { ...wish, way: { how: "device", cosigned } }),
    });
  }

  #newAccounts({ clock, store, log }: RealmParts, opened: Opened): RunningAccounts {
    return new RunningAccounts({
      ...opened,
      store,
      now: () => clock.now(),
      enrolment: this.#enrolment,
      fingerprint: this.fingerprint,
      log,
      pkiRealm: () => this.#files.realm,
      onPassword: () => void this.#keeper.look(),
    });
  }

  #newAdministration({ clock, store, care }: RealmParts, opened: Opened): Administration {
    return new Administration({
      ...opened,
      ...care,
      realm: store.realm,
      store,
      connected: () => this.registry.connected,
      revoking: this.revoking,
      enrolment: this.#enrolment,
      realmKey: this.#openpgp.keeper,
      now: () => clock.now(),
      fingerprint: this.fingerprint,
      door: () => this.#place(),
      onInvited: () => this.#keeper.look(),
    });
  }

  #newKeeper({ clock, log, store, meter }: RealmParts): DoorKeeper {
    const places = {
      enrolment: this.#enrolment,
      about: async () => ({
        realm: this.#files.realm.fingerprint,
        agent: this.#config.agent,
        chat: { port: this.#chatPort },
        ...(await this.#openpgp.about()),
        ...(await this.#accounts.about()),
      }),
      renew: (chain: readonly Uint8Array[], request: Uint8Array) => this.#late(chain, request, clock.now()),
      cas: async () => (await this.#issuer()).bag(casOf(this.#files)),
      bag: async (all: readonly Uint8Array[]) => (await this.#issuer()).bag(all),
    };
    return new DoorKeeper({
      clock,
      log,
      needed: async () =>
        this.pairings.isOpen ||
        (await this.#openpgp.isOpen()) ||
        (await isDoorNeeded(store, clock.now())) ||
        (await this.#accounts.isNeeded()),
      make: async (port) => {
        const rules = { ip: this.#config.ip, port: port ?? this.#config.doorPort ?? 0 };
        return new Door(identityOf(this.#files), rules, {
          clock,
          log,
          meter,
          route: (asked) =>
            openpgpRoute(this.#openpgp.places, asked) ??
            accountRoute(this.#accounts.places, asked) ??
            pairingRoute(this.pairings, asked) ??
            doorRoute(places, asked),
          bodyBytes: (head) => accountBodyBytes(this.#accounts.places, head),
        });
      },
    });
  }
}

/** A setting: see store/sqlite/database.ts. */
const RESTORED = "restored";
/** Whoever was cut off before the answer came asks again: the door stays open for so long behind the last one who came in. */
const BEHIND_MS = 10 * 60_000;

async function isDoorNeeded({ realm }: Store, now: number): Promise<boolean> {
  if ((await realm.invitations(now)).length > 0 || (await realm.late(now - RENEWAL_GRACE_MS, now)) > 0) return true;
  const [newest] = await realm.certificates({}, 1);
  return newest !== undefined && now < newest.issuedAt + BEHIND_MS;
}

interface Opened {
  readonly realmLog: RealmLog;
  readonly logKey: LogKey;
  readonly issuer: () => Promise<Issuer>;
  readonly limits: Limits;
  readonly reception: Reception;
}

function identityOf({ realm, certificatePem, keyPem }: ServerFiles): DoorIdentity {
  return { realm, certificatePem, keyPem };
}

function casOf({ realm }: ServerFiles): readonly Buffer[] {
  return [...realm.issuers.map(({ raw }) => raw), realm.root.raw];
}
