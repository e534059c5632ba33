// The directory: users and devices of the realm. What it says of a device is proved by the certificate it hands out.
import { USERS_PAGE } from "../../model/limits.ts";
import type { ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
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

  async devices({ devices }: ClientMessageOf<"getDevices">): Promise<ServerMessage> {
    const found = await this.#world.store.devices([...new Set(devices)]);
    return {
      type: "deviceList",
      devices: found.map(({ device, user, certificates }) => ({ device, user, certificates })),
    };
  }
}
