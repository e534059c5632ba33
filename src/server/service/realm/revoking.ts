// Putting devices out: the log and the store first, then every socket, then the list that the CA signs. A lease that is over is put out
// at that second.
import { Fault, reason } from "../../../model/fault.ts";
import { type DeviceId, type Handle, isHandle } from "../../../model/ids.ts";
import { RENEWAL_GRACE_MS } from "../../../model/limits.ts";
import type { Reason } from "../../../transparency/entry.ts";
import { type Actor, CONSOLE } from "../../../transparency/entry-fields.ts";
import type { Clock } from "../../port/clock.ts";
import type { Log } from "../../port/log.ts";
import type { CertificateRecord, RealmStore } from "../../port/realm-store.ts";
import type { RealmLog } from "./realm-log.ts";

export interface RevokingWorld {
  readonly realm: RealmStore;
  readonly realmLog: RealmLog;
  readonly clock: Clock;
  readonly log: Log;
  /** Whoever is connected with one of these is put out, and is not let in again. */
  readonly onRevoked: (serials: readonly string[]) => void;
  /** Signs the CA's next list with them, and hands it out. */
  readonly sign: (serials: readonly string[]) => Promise<void>;
}

/** Of one user: more devices nobody has. */
const CERTIFICATES = 10_000;
// RFC 5280 §5.3.1
const CODES: Readonly<Record<Reason, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  superseded: 4,
  cessationOfOperation: 5,
  lease: 5,
};
/** Clocks of a realm differ by no more. */
const CLOCKS_MS = 5 * 60_000;
const ID_PREFIX = /^[0-9a-f]{8,32}$/;
/** A timer of node:timers holds no more. */
const LONGEST_MS = 24 * 3600 * 1000;

export interface RevokeWish {
  readonly by: Actor;
  readonly reason: Reason;
}

export class Revoking {
  readonly #world: RevokingWorld;
  /** When the time of each guest's device is over. */
  #leases: ReadonlyMap<DeviceId, number> = new Map();
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(world: RevokingWorld) {
    this.#world = world;
  }

  /** A user, or a device by its id or the beginning of it. Fault `no-such-device`. */
  async target(text: string): Promise<readonly CertificateRecord[]> {
    const all = await this.#world.realm.certificates({ goodAt: this.#goodAt }, CERTIFICATES);
    const found = all.filter(({ user, device, serial }) => {
      if (isHandle(text) && user === text) return true;
      return ID_PREFIX.test(text) && (device.startsWith(text) || serial === text);
    });
    const devices = new Set(found.map(({ user, device }) => (user === text ? text : device)));
    if (devices.size === 1) return found;
    const hint = devices.size > 1 ? "give more digits of the device" : "`chat-server devices` lists them";
    throw new Fault(
      "no-such-device",
      `there is ${devices.size === 0 ? "no" : "more than one"} device or user ${text}`,
      {
        hint,
      },
    );
  }

  async of(user: Handle, device: DeviceId): Promise<readonly CertificateRecord[]> {
    return this.#world.realm.certificates({ user, device, goodAt: this.#goodAt }, CERTIFICATES);
  }

  /** One that has ended is still good for a late renewal. */
  get #goodAt(): number {
    return this.#world.clock.now() - RENEWAL_GRACE_MS;
  }

  async revoke(records: readonly CertificateRecord[], { by, reason: why }: RevokeWish): Promise<void> {
    const { realmLog, clock, log, onRevoked, sign } = this.#world;
    if (records.length === 0) return;
    const at = clock.now();
    const serials = records.map(({ serial }) => serial);
    await realmLog.write(() => ({
      entries: records.map(({ user, device, serial }) => ({
        kind: "revoked",
        at,
        user,
        device,
        serial,
        reason: why,
        by,
      })),
      revoked: serials.map((serial) => ({ serial, reason: CODES[why], at })),
    }));
    onRevoked(serials);
    log.info({ serials, by, why }, "revoked");
    // Nobody is let in any more: what is left is to tell those who trust lists and nothing else.
    await sign(serials).catch((error: unknown) =>
      log.error(
        { serials, reason: reason(error) },
        "the revocation list could not be signed: they are refused here all the same",
      ),
    );
  }

  /** Leases are over at their second, also those that ended while the server did not run. */
  async watch(): Promise<void> {
    this.#cancel();
    const { realm, clock } = this.#world;
    const leases = await realm.leases(CERTIFICATES);
    if (this.#stopped) return;
    this.#leases = new Map(leases.map(({ device, leaseUntil = Infinity }) => [device, leaseUntil]));
    const now = clock.now();
    const over = leases.filter(({ leaseUntil = 0 }) => leaseUntil <= now);
    if (over.length > 0) await this.revoke(over, { by: CONSOLE, reason: "lease" });
    const next = leases.find(({ leaseUntil = 0 }) => leaseUntil > now)?.leaseUntil;
    if (next !== undefined)
      this.#cancel = clock.after(Math.min(LONGEST_MS, Math.max(1, next - now)), () => this.look());
  }

  /** Members go by their own clocks, and may take it out a little before this server does. */
  isEnding(device: DeviceId): boolean {
    return (this.#leases.get(device) ?? Infinity) <= this.#world.clock.now() + CLOCKS_MS;
  }

  /** There may be another lease than those that are watched. */
  look(): void {
    if (this.#stopped) return;
    void this.watch().catch((error: unknown) =>
      this.#world.log.error({ reason: reason(error) }, "leases could not be looked at"),
    );
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }
}
