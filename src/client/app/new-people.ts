// Who people are, put together on the connection and the vault.
import type { DeviceId } from "../../model/ids.ts";
import { newPathCache } from "../../pki/peer.ts";
import type { HeldDevice } from "../port/vault.ts";
import type { AppWorld } from "./app-world.ts";
import type { Batch } from "./batch.ts";
import type { Connector } from "./connector.ts";
import type { Lists } from "./log/lists.ts";
import { People, type PeopleWorld } from "./people.ts";

type Common = Omit<PeopleWorld, "realm" | "cache" | "ask" | "keep"> & {
  readonly batch: Batch;
  readonly connector: Connector;
};

export function newPeople({ vault, peer }: AppWorld, lists: Pick<Lists, "realm">, common: Common): People {
  const { batch, connector } = common;
  const ask = async (devices: readonly DeviceId[]) =>
    (await connector.ask({ type: "getDevices", devices, former: false }, "deviceList")).devices;
  const keep = (device: HeldDevice): void => batch.put({ put: "device", device }, { durable: false });
  const self = { device: peer.device, user: peer.user, name: peer.name, problem: "" };
  return new People({ ...common, realm: () => lists.realm, cache: newPathCache(), ask, keep }, [
    ...vault.devices(),
    self,
  ]);
}
