// A Trust on a lobby that a test changes.
import { Trust } from "../../../../../src/client/app/trust/trust.ts";
import type { Change } from "../../../../../src/client/port/vault.ts";
import type { ClientEvent } from "../../../../../src/client/port/views.ts";
import type { MemberView } from "../../../../../src/mls/groups.ts";
import type { IssuedEntry, RevokedEntry } from "../../../../../src/transparency/entry.ts";
import type { DeviceId, Handle, LogId, Sha256 } from "../../../../../src/model/ids.ts";

export const REALM = "ab".repeat(32) as Sha256;
const LOBBY = "00020000000000000000000000000000" as LogId;
export const ROOM = "00030000000000000000000000000001" as LogId;
export const [alice, bob, carol] = ["alice", "bob", "carol"] as Handle[] as [Handle, Handle, Handle];

export const device = (name: string): DeviceId => Buffer.from(name).toString("hex").padEnd(32, "0") as DeviceId;
export const keyOf = (name: string): string => Buffer.from(name).toString("hex").padEnd(64, "0");

export function member(user: Handle, number: number, more: Partial<MemberView> = {}): MemberView {
  const name = `${user}${number}`;
  const base = { user, device: device(name), name: user.toUpperCase(), certificate: "", key: keyOf(name) };
  return { ...base, serial: "01", until: Number.MAX_SAFE_INTEGER, suspect: undefined, ...more };
}

/** Alice's first device. */
export class Scene {
  readonly settings = new Map<string, string>();
  readonly told: ClientEvent[] = [];
  /** What alice calls her devices. */
  readonly labels = new Map<string, string>();
  founding = 1;
  awaits = false;
  entries: readonly (IssuedEntry | RevokedEntry)[] = [];
  lobby: readonly MemberView[] | undefined = [member(alice, 1), member(bob, 1), member(carol, 1)];
  trust = this.start();

  start(): Trust {
    const put = (changes: readonly Change[]): void => {
      for (const change of changes)
        if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
    };
    this.trust = new Trust({
      vault: { setting: (name) => this.settings.get(name) },
      realm: REALM,
      self: { device: device("alice1"), user: alice },
      lobby: LOBBY,
      now: () => 7,
      view: () => this.lobby && { members: this.lobby, founding: this.founding },
      awaits: () => this.awaits,
      entriesOf: (user) => this.entries.filter((entry) => entry.user === user),
      labelOf: (one) => this.labels.get(one),
      put,
      bulletins: {
        post: (events) => {
          this.told.push(...events);
          return [];
        },
      },
    });
    this.trust.look(LOBBY);
    return this.trust;
  }

  /** The lobby is another one now; what is told of it. */
  becomes(...members: readonly MemberView[]): readonly string[] {
    this.lobby = members;
    this.told.length = 0;
    this.trust.look(LOBBY);
    return this.told.map((one) => {
      if (one.event === "device")
        return `${one.user} ${one.change} ${Buffer.from(one.device, "hex").toString().replaceAll("\0", "")}`;
      return one.event === "alarm" || one.event === "notice" ? `${one.event} ${one.code}: ${one.message}` : one.event;
    });
  }
}

export const everybody = [member(alice, 1), member(bob, 1), member(carol, 1)] as const;
