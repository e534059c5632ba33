// Every device and every key that was ever seen in a group, so that a new one is never taken for granted. Kept in the vault.
import type { DeviceId, Handle } from "../../../model/ids.ts";
import type { MemberView } from "../../../mls/groups.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Vouched } from "./vouching.ts";

export interface KnownDevice {
  readonly user: Handle;
  /** The newest last. */
  readonly keys: readonly string[];
  /** When it was first seen. */
  readonly at: number;
  /** Its key in the lobby, where every device is; undefined before it was seen there. */
  readonly lobby?: string;
  /** How it came, and a device of the same user that vouches for it. */
  readonly vouched?: Vouched;
  /** It was put out. Its user stays known. */
  readonly isGone?: true;
  /** The lobby's group was founded anew, and it did not come back yet. */
  readonly isAway?: true;
}

/** `renewed`: a device has another key by its own word, in the lobby too. `key`: a device that was known signs with another key. `lobby`: what was seen elsewhere is in the lobby now. */
export interface DeviceNews {
  readonly user: Handle;
  readonly device: DeviceId;
  /** A stranger's text. */
  readonly name: string;
  readonly what: "added" | "key" | "lobby" | "revoked" | "renewed";
  /** With `added`, and with `lobby` where it signs with the key that was vouched for. */
  readonly vouched?: Vouched;
}

export interface Look {
  readonly isLobby: boolean;
  /** Which group of the log it is. */
  readonly founding: number;
  readonly now: number;
  readonly vouched: (member: MemberView) => Vouched;
}

export interface Looked {
  readonly news: readonly DeviceNews[];
  readonly changes: readonly Change[];
}

type Named = Omit<DeviceNews, "what" | "vouched">;

/** Lists in the vault, by the first digit of a device: one of them is written anew with a new device. */
const DIGITS = "0123456789abcdef";
const FOUNDING = "devices/founding";
/** Groups follow a new key one after the other; a key of long ago is news again. */
const KEYS_MOST = 4;

export class KnownDevices {
  readonly #known = new Map<DeviceId, KnownDevice>();
  readonly #users = new Set<Handle>();
  /** The last key of each, by its own word. */
  readonly #renewed = new Map<DeviceId, string>();
  /** The devices of the lobby were seen once: before that everybody is new, and nobody is news. */
  #hasBegun = false;
  #founding: number | undefined;

  constructor(vault: Pick<Vault, "setting">) {
    for (const digit of DIGITS) {
      const kept = JSON.parse(vault.setting(nameOf(digit)) ?? "[]") as [DeviceId, KnownDevice][];
      for (const [device, known] of kept) this.#set(device, known);
    }
    const founding = vault.setting(FOUNDING);
    this.#founding = founding === undefined ? undefined : Number(founding);
  }

  of(device: DeviceId): KnownDevice | undefined {
    return this.#known.get(device);
  }

  /** The device itself has said, with its old key, that this is its new one: no news to anybody. */
  renewed(device: DeviceId, key: string): void {
    this.#renewed.set(device, key);
  }

  /** A group as it is now. */
  look(members: readonly MemberView[], look: Look): Looked {
    // Somebody's first devices are no change: that they came is told by itself.
    const before = this.#hasBegun ? new Set(this.#users) : new Set();
    const touched = new Set<string>();
    const news: DeviceNews[] = [];
    const note = ({ user, device, name }: Named, what: DeviceNews["what"] | "same"): void => {
      touched.add(device.charAt(0));
      if (what === "same" || !before.has(user)) return;
      const { vouched, keys = [] } = this.#known.get(device) ?? {};
      const isFirst = keys.length === 1 && (what === "added" || what === "lobby");
      news.push({ user, device, name, what, ...(isFirst && vouched !== undefined ? { vouched } : {}) });
    };
    for (const member of members) {
      const what = this.#meet(member, look);
      // Who is about to be put out is no new one: a room that nobody has looked after since may still have it.
      if (what !== undefined) note(member, what === "added" && member.suspect !== undefined ? "same" : what);
    }
    const isAnew = look.isLobby && this.#isAnew(look.founding);
    if (look.isLobby) for (const gone of this.#missing(members, isAnew)) note(gone, isAnew ? "same" : "revoked");
    return { news, changes: [...[...touched].map((digit) => this.#kept(digit)), ...this.#founded(look)] };
  }

  /** What is new about it. */
  #meet(member: MemberView, { isLobby, now, vouched }: Look): DeviceNews["what"] | "same" | undefined {
    const { device, user, key } = member;
    const known = this.#known.get(device);
    const lobby = isLobby ? { lobby: key } : {};
    if (known?.user !== user || known.isGone === true) {
      this.#set(device, { user, keys: [key], at: now, vouched: vouched(member), ...lobby });
      return "added";
    }
    const isRenewed = this.#renewed.get(device) === key;
    if (!known.keys.includes(key)) {
      this.#set(device, { ...known, ...lobby, keys: [...known.keys, key].slice(-KEYS_MOST) });
      if (isRenewed) return isLobby ? "renewed" : "same";
      return "key";
    }
    if (!isLobby || (known.lobby === key && known.isAway === undefined)) return undefined;
    const { isAway: _isAway, ...back } = known;
    this.#set(device, { ...back, ...lobby });
    if (known.lobby === key) return "same";
    return isRenewed ? "renewed" : "lobby";
  }

  /** Nobody leaves the lobby: who was there and is not has been put out. */
  #missing(members: readonly MemberView[], isAnew: boolean): readonly Named[] {
    const here = new Set(members.map(({ device }) => device));
    const names = new Map(members.map(({ user, name }) => [user, name]));
    const gone = [...this.#known].filter(([device, known]) => isThere(known) && !here.has(device));
    for (const [device, known] of gone) {
      const { user, at } = known;
      this.#set(device, isAnew ? { ...known, isAway: true } : { user, keys: [], at, isGone: true });
    }
    return gone.map(([device, { user }]) => ({ device, user, name: names.get(user) ?? user }));
  }

  /** Nobody can go on with the group that there was: all come back one by one. */
  #isAnew(founding: number): boolean {
    return this.#founding !== undefined && this.#founding !== founding;
  }

  #founded({ isLobby, founding }: Look): readonly Change[] {
    if (!isLobby || founding === this.#founding) return [];
    this.#founding = founding;
    return [{ put: "setting", name: FOUNDING, value: String(founding) }];
  }

  #set(device: DeviceId, known: KnownDevice): void {
    this.#known.set(device, known);
    this.#users.add(known.user);
    this.#hasBegun ||= known.lobby !== undefined;
  }

  #kept(digit: string): Change {
    const kept = [...this.#known].filter(([device]) => device.startsWith(digit));
    return { put: "setting", name: nameOf(digit), value: JSON.stringify(kept) };
  }
}

function isThere({ lobby, isAway }: KnownDevice): boolean {
  return lobby !== undefined && isAway === undefined;
}

function nameOf(digit: string): string {
  return `devices/${digit}`;
}
