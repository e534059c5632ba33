// The directory: users and devices of the realm. What it says of a device is proved by the certificate it hands out.
import { USERS_PAGE } from "../../model/limits.ts";
import { type ClientMessageOf, FORMER_CERTIFICATES, type ServerMessage } from "../../wire/messages.ts";
import type { DeviceRecord } from "../port/records.ts";
import type { ServiceWorld } from "./world.ts";

export class Directory {
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  async users({ query, after }: ClientMessageOf<"listUsers">): Promise<ServerMessage> {
    const found = await this.#world.store.users(query, after, USERS_PAGE + 1);
    const users = found
      .slice(0, USERS_PAGE)
      .map(({ user, name, devices }) => ({ user, name, devices, online: this.#world.presence.isOnline(user) }));
    return { type: "userList", users, more: found.length > USERS_PAGE };
  }

  async devices({ devices, former }: ClientMessageOf<"getDevices">): Promise<ServerMessage> {
    const { store } = this.#world;
    const found = await store.devices([...new Set(devices)]);
    const before = former ? await Promise.all(found.map((one) => this.#formerOf(one))) : [];
    return {
      type: "deviceList",
      devices: found.map(({ device, user, certificates }, at) => ({
        device,
        user,
        certificates,
        former: before[at] ?? [],
      })),
    };
  }

  /** The newest first, without the one that it has now. */
  async #formerOf({ device, serial }: DeviceRecord) {
    const all = await this.#world.store.realm.certificates({ device }, FORMER_CERTIFICATES);
    return all.filter((one) => one.serial !== serial).map(({ certificates }) => ({ certificates }));
  }
}
