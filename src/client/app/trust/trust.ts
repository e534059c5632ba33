// Whom this user has compared numbers with, and what ends it: a device or a key of one of the two that comes or goes.
import { Fault } from "../../../model/fault.ts";
import { bytesOf, type DeviceId, type Handle, type LogId, type Sha256 } from "../../../model/ids.ts";
import type { GroupView, MemberView } from "../../../mls/groups.ts";
import { type Person, safetyNumber } from "../../../mls/safety-number.ts";
import type { Replies } from "../../port/replies.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { ClientEvent, DeviceView } from "../../port/views.ts";
import type { Bulletins } from "./bulletins.ts";
import { type DeviceNews, KnownDevices } from "./known-devices.ts";
import { qrLines } from "./qr-lines.ts";

export interface TrustWorld {
  readonly vault: Pick<Vault, "setting">;
  readonly realm: Sha256;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly lobby: LogId;
  readonly now: () => number;
  /** The group of a conversation; undefined if this device is not in it. */
  readonly view: (log: LogId) => Pick<GroupView, "members" | "founding"> | undefined;
  readonly bulletins: Pick<Bulletins, "post">;
  readonly put: (changes: readonly Change[]) => void;
}

/** Numbers of one user. `shown`: the last that a person has seen; `verified`: the one that was compared. */
interface Numbers {
  readonly shown?: string;
  readonly verified?: string;
}

const SETTING = "numbers";
/** In one sentence. */
const NAMED_MOST = 10;

export class Trust {
  readonly #world: TrustWorld;
  readonly #known: KnownDevices;
  readonly #numbers: Map<Handle, Numbers>;

  constructor(world: TrustWorld) {
    this.#world = world;
    this.#known = new KnownDevices(world.vault);
    this.#numbers = new Map(JSON.parse(world.vault.setting(SETTING) ?? "[]") as [Handle, Numbers][]);
  }

  /** The number was compared, and no device of the two has come or gone since. */
  isTrusted(user: string): boolean {
    return this.#numbers.get(user as Handle)?.verified !== undefined;
  }

  /** @throws Fault `no-such-user`, `not-a-member`, `bad-field`, `too-many-devices` */
  verify(user: Handle): Replies["verify"] {
    const { number, name } = this.#pair(user);
    const numbers = this.#numbers.get(user);
    this.#set(user, { ...numbers, shown: number });
    return { user, name, safetyNumber: number, verified: numbers?.verified === number, qr: qrLines(number) };
  }

  /** @throws Fault `safety-number-changed`, and as `verify` */
  trust(user: Handle, verified: boolean): Replies["trust"] {
    const { verified: _verified, ...numbers } = this.#numbers.get(user) ?? {};
    if (!verified) {
      this.#set(user, numbers);
      return {};
    }
    const { number } = this.#pair(user);
    // What was compared is what was seen, and not what has taken its place since.
    if (numbers.shown !== undefined && numbers.shown !== number)
      throw new Fault("safety-number-changed", `the number with @${user} has changed since it was shown`, {
        hint: "look at it again and compare it anew",
      });
    this.#set(user, { ...numbers, verified: number });
    return {};
  }

  /** Of this user, where nobody else is named. @throws Fault `no-such-user`, `not-a-member` */
  devices(user: Handle = this.#world.self.user): Replies["devices"] {
    const { self } = this.#world;
    const devices = this.#devicesOf(user).map(({ device, name, suspect }): DeviceView => {
      const view = { device, name, user, verified: suspect === undefined, current: device === self.device };
      const added = this.#known.of(device)?.at;
      return added === undefined ? view : Object.assign(view, { added });
    });
    return { devices };
  }

  /** A group is another one now, or was looked at for the first time. */
  look(log: LogId): void {
    const { view, lobby, now, put, bulletins } = this.#world;
    const { members, founding } = view(log) ?? {};
    if (members === undefined || founding === undefined) return;
    const { news, changes } = this.#known.look(members, { isLobby: log === lobby, founding, now: now() });
    const events = news.flatMap((one) => this.#told(one));
    put([...changes, ...bulletins.post(events)]);
  }

  // ---- numbers

  #pair(user: Handle): { readonly number: string; readonly name: string } {
    const { self, realm } = this.#world;
    if (user === self.user)
      throw new Fault("bad-field", "the field user names this user, and a number is one of two", {
        hint: "`devices` shows your own",
      });
    const devices = this.#devicesOf(user);
    const number = safetyNumber(realm, personOf(self.user, this.#devicesOf(self.user)), personOf(user, devices));
    return { number, name: devices[0]?.name ?? user };
  }

  #devicesOf(user: Handle): readonly MemberView[] {
    const { view, lobby } = this.#world;
    const all = view(lobby)?.members;
    if (all === undefined) throw new Fault("not-a-member", "this device is not in #lobby yet", { hint: "try again" });
    const devices = all.filter((member) => member.user === user);
    if (devices.length > 0) return devices;
    throw new Fault("no-such-user", `there is no device of @${user} in #lobby`, {
      hint: "`users` lists those who were here",
    });
  }

  #set(user: Handle, numbers: Numbers): void {
    this.#numbers.set(user, numbers);
    this.#world.put([this.#kept()]);
  }

  #kept(): Change {
    return { put: "setting", name: SETTING, value: JSON.stringify([...this.#numbers]) };
  }

  // ---- news

  #told(news: DeviceNews): readonly ClientEvent[] {
    const { user, device, name, what } = news;
    const at = this.#world.now();
    const events: ClientEvent[] = [];
    if (what === "added" || what === "revoked") events.push({ event: "device", at, user, device, name, change: what });
    if (what === "key")
      events.push({ event: "notice", at, code: "key-changed", message: `@${user} ${DID.key} (${shortOf(device)})` });
    return [...events, ...this.#distrusted(news, at)];
  }

  /** A device of this user is in the numbers of all. */
  #distrusted({ user, device, what }: DeviceNews, at: number): readonly ClientEvent[] {
    const ended = [...this.#numbers]
      .filter(([other, { verified }]) => verified !== undefined && (other === user || user === this.#world.self.user))
      .map(([other]) => other);
    if (ended.length === 0) return [];
    for (const other of ended) {
      const { verified: _verified, ...numbers } = this.#numbers.get(other) ?? {};
      this.#numbers.set(other, numbers);
    }
    this.#world.put([this.#kept()]);
    const who = namesOf(ended);
    const message = `@${user} ${DID[what]} (${shortOf(device)}): the number that was compared with ${who} is another one now, and has to be compared again`;
    return [{ event: "alarm", at, code: "safety-number-changed", message }];
  }
}

const DID: Readonly<Record<DeviceNews["what"], string>> = {
  added: "has a new device",
  key: "has a new key on a device",
  lobby: "has another device or key in #lobby",
  revoked: "has lost a device",
};

function personOf(user: Handle, devices: readonly MemberView[]): Person {
  return { user, keys: devices.map(({ key }) => bytesOf(key)) };
}

function namesOf(users: readonly Handle[]): string {
  const more = users.length - NAMED_MOST;
  const named = users.slice(0, NAMED_MOST).map((user) => `@${user}`);
  return [...named, ...(more > 0 ? [`${more} others`] : [])].join(", ");
}

function shortOf(device: DeviceId): string {
  return device.slice(0, 8);
}
