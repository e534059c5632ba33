// Whom this user has compared numbers with, and what ends it: a device or a key of one of the two that comes or goes.
import { Fault } from "../../../model/fault.ts";
import { bytesOf, type DeviceId, type Handle, type LogId, type Sha256 } from "../../../model/ids.ts";
import type { GroupView, MemberView } from "../../../mls/groups.ts";
import { type Person, safetyNumber } from "../../../mls/safety-number.ts";
import type { Replies } from "../../port/replies.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { DeviceView } from "../../port/device-view.ts";
import type { ClientEvent } from "../../port/views.ts";
import { present } from "../command-fields.ts";
import type { Bulletins } from "./bulletins.ts";
import { type DeviceNews, KnownDevices } from "./known-devices.ts";
import { type Vouched, vouchedOf, type VouchingWorld } from "./vouching.ts";
import { qrLines } from "./qr-lines.ts";

export interface TrustWorld {
  readonly vault: Pick<Vault, "setting">;
  readonly realm: Sha256;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly lobby: LogId;
  readonly now: () => number;
  /** The group of a conversation; undefined if this device is not in it. */
  readonly view: (log: LogId) => Pick<GroupView, "members" | "founding"> | undefined;
  /** Of somebody in it the realm's log has not told yet. */
  readonly awaits: (log: LogId) => boolean;
  /** See vouching.ts. */
  readonly entriesOf: VouchingWorld["entriesOf"];
  /** What this user calls a device of theirs. */
  readonly labelOf: (device: DeviceId) => string | undefined;
  readonly bulletins: Pick<Bulletins, "post">;
  readonly put: (changes: readonly Change[]) => void;
}

/** Numbers of one user. `shown`: the last that a person has seen; `verified`: the one that was compared. */
interface Numbers {
  readonly shown?: string;
  readonly verified?: string;
}

type ToldNews = DeviceNews & { readonly what: keyof typeof DID };

const SETTING = "numbers";
/** In one sentence. */
const NAMED_MOST = 10;

export class Trust {
  readonly #world: TrustWorld;
  readonly #known: KnownDevices;
  readonly #numbers: Map<Handle, Numbers>;
  /** Looked at again when more of the realm's log is known. */
  readonly #later = new Set<LogId>();

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
        values: { user },
        hint: "look at it again and compare it anew",
      });
    this.#set(user, { ...numbers, verified: number });
    return {};
  }

  /** Of this user, where nobody else is named. @throws Fault `no-such-user`, `not-a-member` */
  devices(user: Handle = this.#world.self.user): Replies["devices"] {
    const { self } = this.#world;
    const devices = this.#devicesOf(user).map(({ device, name, suspect, until }): DeviceView => {
      const out = suspect === "revoked" ? { revoked: true } : {};
      const isCurrent = device === self.device;
      const view = { device, name, user, verified: suspect === undefined, ...out, until, current: isCurrent };
      const { at: added, vouched } = this.#known.of(device) ?? {};
      const known = added === undefined ? {} : { added, ...vouched };
      return Object.assign(view, known, this.#labels({ user, device }, vouched?.cosigned));
    });
    return { devices };
  }

  /** See KnownDevices. */
  renewed(device: DeviceId, key: string): void {
    this.#known.renewed(device, key);
  }

  /** A group is another one now, or was looked at for the first time. */
  look(log: LogId): void {
    const { view, lobby, now, put, bulletins, awaits } = this.#world;
    const { members, founding } = view(log) ?? {};
    if (members === undefined || founding === undefined) return;
    if (awaits(log)) return void this.#later.add(log);
    const vouched = (member: MemberView): Vouched => this.#vouched(member);
    const { news, changes } = this.#known.look(members, { isLobby: log === lobby, founding, now: now(), vouched });
    const events = news.flatMap((one) => this.#told(one));
    put([...changes, ...bulletins.post(events)]);
  }

  /** What is known of certificates has changed. */
  judged(): void {
    const logs = [...this.#later];
    this.#later.clear();
    for (const log of logs) this.look(log);
  }

  #vouched(member: MemberView): Vouched {
    const { realm, entriesOf } = this.#world;
    const keysOf = (user: Handle, device: DeviceId): readonly string[] => {
      const known = this.#known.of(device);
      return known?.user === user ? known.keys : [];
    };
    return vouchedOf({ realm, entriesOf, keysOf }, member);
  }

  /** Of one's own devices. */
  #labels({ user, device }: Pick<DeviceNews, "user" | "device">, by: DeviceId | undefined) {
    const { self, labelOf } = this.#world;
    if (user !== self.user) return {};
    return present({ label: labelOf(device), cosignedLabel: by === undefined ? undefined : labelOf(by) });
  }

  // ---- numbers

  #pair(user: Handle): { readonly number: string; readonly name: string } {
    const { self, realm } = this.#world;
    if (user === self.user)
      throw new Fault("bad-field", "the field user names this user, and a number is one of two", {
        hint: "/devices in the chat, or chat-client devices, shows your own",
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
      values: { user },
      hint: "check the name; /users in the chat lists everybody",
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
    const { user, device, name, what, vouched } = news;
    if (what === "renewed") return this.#carriedOver(user);
    const at = this.#world.now();
    const events: ClientEvent[] = [];
    if (what === "added" || what === "revoked")
      events.push({
        event: "device",
        at,
        user,
        device,
        name,
        change: what,
        ...vouched,
        ...this.#labels(news, vouched?.cosigned),
      });
    // Who compared numbers with the device that vouches need not do it again.
    if (vouched?.cosigned !== undefined) return [...events, ...this.#carriedOver(user)];
    if (what === "key")
      events.push({ event: "notice", at, code: "key-changed", message: `@${user} ${DID.key} (${shortOf(device)})` });
    return [...events, ...this.#distrusted({ ...news, what }, at)];
  }

  /** The same devices, and each new key vouched for by the old one: what was compared still holds, as another number. */
  #carriedOver(user: Handle): readonly ClientEvent[] {
    for (const [other, { verified }] of this.#numbers) {
      if (verified === undefined || (other !== user && user !== this.#world.self.user)) continue;
      this.#numbers.set(other, { verified: this.#pair(other).number });
    }
    this.#world.put([this.#kept()]);
    return [];
  }

  /** A device of this user is in the numbers of all. */
  #distrusted({ user, device, what }: ToldNews, at: number): readonly ClientEvent[] {
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

const DID: Readonly<Record<Exclude<DeviceNews["what"], "renewed">, string>> = {
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
