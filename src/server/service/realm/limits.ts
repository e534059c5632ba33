// What one device, one address and one user may take of the server. At the start the flag wins, then what an administrator has set, then
// what is usual; what an administrator sets holds at once.
import { Fault } from "../../../model/fault.ts";
import type { DeviceId, Handle } from "../../../model/ids.ts";
import type { RealmStore } from "../../port/realm-store.ts";

const GiB = 1024 * 1024 * 1024;

interface Range {
  /** As the flag of chat-server is called, and the setting. */
  readonly flag: string;
  readonly least: number;
  readonly most: number;
  readonly usual: number;
  /** Lower case, no full stop. */
  readonly about: string;
}

/** 0 is none, where it may be 0. The table of the flags, of the act `limits` and of its documentation. */
export const LIMITS = {
  messageRate: {
    flag: "message-rate",
    least: 0,
    most: 1_000_000,
    usual: 1_000,
    about: "messages a second from one device; 0: any",
  },
  byteRate: {
    flag: "byte-rate",
    least: 0,
    most: 1_000_000_000,
    usual: 8_000_000,
    about: "bytes a second from one device; 0: any",
  },
  maxConnections: { flag: "max-connections", least: 1, most: 100_000, usual: 10_000, about: "connections in all" },
  maxPerAddress: {
    flag: "max-per-address",
    least: 1,
    most: 100_000,
    usual: 500,
    about: "connections from one address",
  },
  // Some hundred films; a disk that many share is not one person's.
  blobBytesPerUser: {
    flag: "blob-bytes-per-user",
    least: 0,
    most: 1_000_000 * GiB,
    usual: 10 * GiB,
    about: "bytes of files of one user; 0: any",
  },
  // A session of a browser may become one.
  devicesPerUser: {
    flag: "devices-per-user",
    least: 0,
    most: 1_000,
    usual: 50,
    about: "devices of one user with a good certificate; 0: any",
  },
  // A device has two for a third of its life.
  certificatesPerUser: {
    flag: "certificates-per-user",
    least: 0,
    most: 10_000,
    usual: 200,
    about: "good certificates of one user; 0: any",
  },
} as const satisfies Readonly<Record<string, Range>>;

export type LimitName = keyof typeof LIMITS;
export type LimitValues = Readonly<Record<LimitName, number>>;
type Source = "flag" | "setting" | "usual";

/** A burst may be this many seconds of the rate. */
export const BURST_S = 4;
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

export interface LimitsWorld {
  readonly realm: Pick<RealmStore, "setting" | "certificates">;
  /** By the command line of this run. */
  readonly given: Partial<LimitValues>;
  /** Where this server's are not those of the table. */
  readonly usual: Partial<LimitValues>;
  readonly now: () => number;
  readonly onChanged: (values: LimitValues) => void;
}

export class Limits {
  readonly #world: LimitsWorld;
  readonly #values: Record<LimitName, { readonly value: number; readonly from: Source }>;

  private constructor(world: LimitsWorld) {
    this.#world = world;
    const { given, usual } = world;
    this.#values = Object.fromEntries(
      LIMIT_NAMES.map((name) => [
        name,
        given[name] === undefined
          ? { value: usual[name] ?? LIMITS[name].usual, from: "usual" }
          : { value: given[name], from: "flag" },
      ]),
    ) as Record<LimitName, { value: number; from: Source }>;
  }

  static async open(world: LimitsWorld): Promise<Limits> {
    const limits = new Limits(world);
    for (const name of LIMIT_NAMES) {
      const stored = await world.realm.setting(settingOf(name));
      if (stored !== undefined && world.given[name] === undefined)
        limits.#values[name] = { value: Number(stored), from: "setting" };
    }
    world.onChanged(limits.values);
    return limits;
  }

  get values(): LimitValues {
    return Object.fromEntries(LIMIT_NAMES.map((name) => [name, this.#values[name].value])) as LimitValues;
  }

  /** Where each comes from. */
  get sources(): Readonly<Record<string, Source>> {
    return Object.fromEntries(LIMIT_NAMES.map((name) => [name, this.#values[name].from]));
  }

  set(changes: Partial<LimitValues>): void {
    for (const name of LIMIT_NAMES) {
      const value = changes[name];
      if (value !== undefined) this.#values[name] = { value, from: "setting" };
    }
    this.#world.onChanged(this.values);
  }

  /** One more certificate for this user, of this device. @throws Fault `too-many-devices`, `too-many-certificates` */
  async checkCertificate(user: Handle, device: DeviceId | undefined): Promise<void> {
    const { devicesPerUser, certificatesPerUser } = this.values;
    const good = await this.#world.realm.certificates(
      { user, goodAt: this.#world.now() },
      LIMITS.certificatesPerUser.most,
    );
    const devices = new Set(good.map((one) => one.device));
    const isNew = device === undefined || !devices.has(device);
    if (isNew && devicesPerUser > 0 && devices.size >= devicesPerUser)
      throw new Fault("too-many-devices", `${user} has ${devices.size} devices already`, {
        hint: "put out those that are not used any more: `revoke` in the client, or ask an owner",
      });
    if (certificatesPerUser > 0 && good.length >= certificatesPerUser)
      throw new Fault("too-many-certificates", `${user} has ${good.length} good certificates already`, {
        hint: "ask an owner of the realm: `chat-server limits` shows how many there may be",
      });
  }
}

/** How the store calls it. */
export function settingOf(name: LimitName): string {
  return `limit.${LIMITS[name].flag}`;
}
