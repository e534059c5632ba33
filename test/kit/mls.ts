// Devices of one realm with their groups, and a log that orders what they say: no server, no vault, no network.
// Every change is kept as rows, so that any device can be started anew from them at any moment.
import { expect } from "vitest";
import { randomBytes } from "node:crypto";
import type { DeviceId, Handle, LogId, MessageId } from "../../src/model/ids.ts";
import type { Role, Terms } from "../../src/model/terms.ts";
import { Credentials } from "../../src/mls/credentials.ts";
import { GroupHost } from "../../src/mls/group-host.ts";
import type { GroupView, Incoming, KeyPackage, Outcome, Proposed, Wish } from "../../src/mls/groups.ts";
import type { OwnCredential } from "../../src/mls/key-package.ts";
import type { RowChanges } from "../../src/mls/saved.ts";
import { HYBRID, type SuiteName } from "../../src/mls/suite.ts";
import { nameDevice, newPathCache } from "../../src/pki/peer.ts";
import type { Realm } from "../../src/pki/realm.ts";
import { makeRealm, type ClientOverrides, type TestIdentity, type TestRealm } from "./realm.ts";

export const LOG = `0003${"0".repeat(28)}` as LogId;

export interface DeviceWish extends ClientOverrides {
  readonly suite?: SuiteName;
  readonly now?: () => Date;
  /** The conversation that it is in. */
  readonly log?: LogId;
}

/** A realm with its devices; `realm` is what a device knows of it. */
export interface Table {
  readonly certificates: TestRealm;
  readonly realm: Realm;
  device(wish: DeviceWish): TestDevice;
  /** One device of each. */
  devices<T extends readonly string[]>(...users: T): { readonly [K in keyof T]: TestDevice };
  [Symbol.dispose](): void;
}

export async function table(): Promise<Table> {
  const certificates = await makeRealm({ clients: [] });
  const realm = await certificates.load();
  const device = (wish: DeviceWish): TestDevice => new TestDevice(certificates, realm, wish);
  return {
    certificates,
    realm,
    device,
    // A tuple is mapped to a tuple of the same length: the type system cannot see that.
    devices: <T extends readonly string[]>(...users: T) =>
      users.map((user) => device({ user })) as unknown as { readonly [K in keyof T]: TestDevice },
    [Symbol.dispose]: () => certificates.remove(),
  };
}

/** One device: its groups, its rows, its key packages. */
export class TestDevice {
  readonly identity: TestIdentity;
  readonly device: DeviceId;
  readonly user: Handle;
  readonly log: LogId;
  readonly rows = new Map<string, Uint8Array>();
  readonly packages: KeyPackage[] = [];
  readonly #suite: SuiteName;
  readonly #make: () => GroupHost;
  host: GroupHost;

  constructor(certificates: TestRealm, realm: Realm, { suite = HYBRID, log = LOG, now, ...wish }: DeviceWish) {
    this.identity = certificates.issueClient(wish);
    const peer = nameDevice(this.identity.chain, realm);
    [this.device, this.user, this.log] = [peer.device, peer.user, log];
    this.#suite = suite;
    const own = ownOf(this.identity, this.device);
    this.#make = () =>
      new GroupHost({
        credentials: new Credentials(realm, newPathCache()),
        own,
        now: now ?? (() => new Date()),
        newSuite: suite,
      });
    this.host = this.#make();
  }

  /** Forgets everything but its rows. */
  async restart(log: LogId = this.log): Promise<GroupView | undefined> {
    this.host = this.#make();
    return this.host.open(log, this.rows);
  }

  keep<T extends { readonly rows: RowChanges }>(result: T): T {
    for (const name of result.rows.drop) this.rows.delete(name);
    for (const [name, row] of result.rows.put) this.rows.set(name, row);
    return result;
  }

  async keyPackage(suite: SuiteName = this.#suite): Promise<Uint8Array> {
    const [made] = await this.host.keyPackages(suite, 1);
    if (made === undefined) throw new Error("no key package was made");
    this.packages.push(made);
    return made.bytes;
  }

  async say(text: string, mid = newMid()): Promise<Incoming> {
    const { body } = this.keep(await this.host.seal(this.log, { plaintext: Buffer.from(text, "utf8"), mid }));
    return { kind: "app", body, device: this.device, at: Date.now(), mid };
  }

  async hear(...entries: readonly Incoming[]): Promise<readonly Outcome[]> {
    return this.keep(await this.host.receive(this.log, entries)).outcomes;
  }

  /** What it reads in the entries; a fault's code in brackets. */
  async read(...entries: readonly Incoming[]): Promise<readonly string[]> {
    return (await this.hear(...entries)).map((outcome) => {
      if (outcome.kind === "message") return `${outcome.from.user}: ${Buffer.from(outcome.plaintext).toString("utf8")}`;
      return outcome.kind === "fault" ? `[${outcome.code}]` : "(commit)";
    });
  }

  async acceptOwn(): Promise<GroupView> {
    return this.keep(await this.host.accept(this.log)).view;
  }

  async join({ welcome, tree }: Pick<Proposed, "welcome" | "tree">): Promise<GroupView> {
    const [pack] = this.packages.splice(0, 1);
    if (pack === undefined || welcome === undefined) throw new Error("nothing to join with");
    return this.keep(await this.host.join(this.log, { welcome, tree, secret: pack.secret })).view;
  }
}

export function ownOf(identity: TestIdentity, device: DeviceId): OwnCredential {
  const publicKey = identity.leaf.x509.publicKey.export({ format: "raw-public" });
  const signKey = identity.key.export({ format: "raw-private" });
  return {
    device,
    certificates: identity.chain,
    signKey: new Uint8Array(signKey),
    publicKey: new Uint8Array(publicKey),
  };
}

/** One device commits, the server says yes, the others hear it. */
export async function commits(
  by: TestDevice,
  wish: Partial<Wish>,
  others: readonly TestDevice[],
): Promise<{ readonly made: Proposed; readonly outcomes: readonly Outcome[] }> {
  const made = by.keep(await by.host.commit(by.log, { add: [], remove: [], mid: MID, ...wish }));
  await by.acceptOwn();
  const outcomes: Outcome[] = [];
  for (const one of others) outcomes.push(...(await one.hear(entryOf(by, made))));
  return { made, outcomes };
}

/** A commit as the others get it from the log. */
export function entryOf(by: TestDevice, { commit, add, remove, terms }: Proposed, mid = MID): Incoming {
  return {
    kind: "commit",
    body: commit,
    device: by.device,
    at: Date.now(),
    mid,
    declared: { add, remove, terms, revoked: [], leaving: [] },
  };
}

/** Of commits in tests: which it is says nothing there. */
export const MID = "0f".repeat(16) as MessageId;

export function newMid(): MessageId {
  return randomBytes(16).toString("hex") as MessageId;
}

export function roomTerms(
  roles: Readonly<Record<string, "owner" | "admin" | "member">>,
  more: Partial<Terms> = {},
): Terms {
  return {
    kind: "room",
    join: "invite",
    history: "none",
    closed: false,
    roles: new Map(Object.entries(roles) as [Handle, Role][]),
    ...more,
  };
}

/** `founder` makes the group with the others in it. */
export async function together(founder: TestDevice, others: readonly TestDevice[], terms: Terms): Promise<void> {
  const add = await Promise.all(others.map((one) => one.keyPackage()));
  const made = founder.keep(await founder.host.found(founder.log, 0, { add, remove: [], terms, mid: MID }));
  await founder.acceptOwn();
  for (const one of others) await one.join(made);
}

/** After a lie, everybody still understands everybody. */
export async function goOn(...members: readonly TestDevice[]): Promise<void> {
  for (const one of members) {
    const said = await one.say(`from ${one.user}`);
    const others = members.filter((other) => other !== one);
    const read = await Promise.all(others.map((other) => other.read(said)));
    expect(read).toEqual(others.map(() => [`${one.user}: from ${one.user}`]));
  }
}
