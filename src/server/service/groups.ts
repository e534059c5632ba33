// What one needs to come into a group: group infos, ratchet trees in parts, key packages. Opaque to the server.
import { Fault } from "../../model/fault.ts";
import type { DeviceId, Epoch, LogId, Sha256 } from "../../model/ids.ts";
import { KEY_PACKAGES_LOW, PAGE_BYTES, TREE_WAITING_BYTES } from "../../model/limits.ts";
import { type Leaf, belongs, refusesCommit } from "../../model/rights.ts";
import type { ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import { Allowance } from "./allowance.ts";
import { type Now, foundedBy, isAtHome, mayEnter, noSuchConversation, standingOf } from "./standings.ts";
import type { ServiceWorld } from "./world.ts";

/** Key packages of one device for one claimer: enough for every try of a busy admin, too few to drain it unseen. */
const CLAIMS_A_MINUTE = 10;
const NONE = new Uint8Array(0);

export class Groups {
  readonly #world: ServiceWorld;
  readonly #claims = new Allowance(CLAIMS_A_MINUTE);

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  async putTreeParts(outlet: Outlet, { log, parts }: ClientMessageOf<"putTreeParts">): Promise<ServerMessage> {
    if (!(await this.#mayEnter(outlet, log))) throw noSuchConversation();
    const { store, clock } = this.#world;
    if (!(await store.putTreeParts(log, { device: outlet.device, parts, at: clock.now() })))
      throw new Fault("too-many-parts", `${TREE_WAITING_BYTES} bytes of trees wait for a commit already`, {
        hint: "commit, or wait for an hour",
      });
    return { type: "treePartsStored" };
  }

  async getTreeParts(outlet: Outlet, { log, parts }: ClientMessageOf<"getTreeParts">): Promise<ServerMessage> {
    if (!(await this.#mayEnter(outlet, log)) && !(await this.#isWelcomeTo(outlet, log, parts)))
      throw noSuchConversation();
    return { type: "treeParts", parts: await this.#world.store.treeParts(log, parts, PAGE_BYTES) };
  }

  async getGroupInfo(outlet: Outlet, { log, epoch }: ClientMessageOf<"getGroupInfo">): Promise<ServerMessage> {
    if (!(await this.#mayEnter(outlet, log)) && !(await this.#welcomes(outlet, log)).includes(epoch))
      throw noSuchConversation();
    const found = await this.#world.store.groupInfo(log, epoch === 0 ? undefined : epoch);
    if (found === undefined)
      throw new Fault("no-group-info", "there is no group info of this epoch", {
        hint: "ask for the newest one; a conversation without any has not had its first commit",
      });
    const { seq, body, tree } = found;
    return { type: "groupInfo", log, epoch: found.epoch, seq, groupInfo: body, tree };
  }

  async putKeyPackages(outlet: Outlet, message: ClientMessageOf<"putKeyPackages">): Promise<ServerMessage> {
    const { packages, lastResorts, replaces } = message;
    const put = { packages, lastResorts, replaces, now: this.#world.clock.now() };
    return { type: "keyPackagesStored", stocks: await this.#world.store.putKeyPackages(outlet.device, put) };
  }

  /** For devices that the claimer could add there, and not too often: the others have an empty answer, as if they had none. */
  async claimKeyPackages(outlet: Outlet, message: ClientMessageOf<"claimKeyPackages">): Promise<ServerMessage> {
    const { store, clock } = this.#world;
    const now = await standingOf(store, message.log);
    if (now === undefined || !isAtHome(now, outlet)) throw noSuchConversation();
    const owners = await store.owners(message.devices);
    const nowMs = clock.now();
    const granted = [...new Set(message.devices)].filter((device) => {
      const user = owners.get(device);
      if (user === undefined || !mayAdd(now, outlet, { device, user })) return false;
      return this.#claims.take(`${outlet.device} ${device}`, nowMs);
    });
    const claimed = await store.claimKeyPackages(granted, message.suite, nowMs);
    const byDevice = new Map(granted.map((device, at) => [device, claimed[at]]));
    await this.#warnLow(granted, message.suite, nowMs);
    const packages = message.devices.map((device) => {
      const found = byDevice.get(device);
      byDevice.delete(device);
      return { device, package: found?.package ?? NONE, lastResort: found?.lastResort ?? false };
    });
    return { type: "keyPackages", packages };
  }

  async #warnLow(devices: readonly DeviceId[], suite: number, nowMs: number): Promise<void> {
    for (const device of devices) {
      const outlet = this.#world.audience.outletOf(device);
      if (outlet === undefined) continue;
      const stocks = await this.#world.store.keyPackageStocks(device, nowMs);
      const left = stocks.find((one) => one.suite === suite)?.count ?? 0;
      if (left < KEY_PACKAGES_LOW) this.#world.notify(outlet, { type: "keyPackagesLow", stocks });
    }
  }

  async #mayEnter(outlet: Outlet, log: LogId): Promise<boolean> {
    const now = await standingOf(this.#world.store, log);
    return now !== undefined && mayEnter(now, outlet);
  }

  /** Where it was brought in and taken out again while away: without the group of that time it could not read what was said. */
  async #welcomes(outlet: Outlet, log: LogId): Promise<readonly Epoch[]> {
    return outlet.departed.has(log) ? this.#world.store.welcomes(log, outlet.device) : [];
  }

  async #isWelcomeTo(outlet: Outlet, log: LogId, parts: readonly Sha256[]): Promise<boolean> {
    for (const epoch of await this.#welcomes(outlet, log)) {
      const tree = new Set((await this.#world.store.groupInfo(log, epoch))?.tree);
      if (parts.every((part) => tree.has(part))) return true;
    }
    return false;
  }
}

function mayAdd({ standing }: Now, { device, user }: Leaf, leaf: Leaf): boolean {
  const founded = foundedBy(standing, { device, user });
  if (!founded.roster.has(device)) return false;
  if (belongs(standing, leaf.user) && !standing.leaving.has(leaf.user)) return true;
  return refusesCommit(founded, { device, user }, { add: [leaf], remove: [] }) === undefined;
}
