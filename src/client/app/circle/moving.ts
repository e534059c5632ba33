// How a group that is too large for its cipher suite goes on as another one: with a key package of every member, or not yet.
import { Fault } from "../../../model/fault.ts";
import type { DeviceId } from "../../../model/ids.ts";
import { CLAIM_DEVICES } from "../../../model/limits.ts";
import type { GroupView } from "../../../mls/groups.ts";
import { CLASSIC } from "../../../mls/suite.ts";
import { claimed, made, type MakingWorld, type Place, type Propose } from "./making.ts";

/** Claimed, and not used yet: whoever was slower than another commit tries again with the same. */
export type Claimed = Map<DeviceId, Uint8Array>;

/** @throws Fault `no-key-package` */
export async function movingOf(
  world: MakingWorld,
  { view, ...place }: Place & { readonly view: GroupView },
  packages: Claimed,
): Promise<Propose> {
  const others = view.members.map(({ device }) => device).filter((device) => device !== world.self.device);
  await claim(
    world,
    others.filter((device) => !packages.has(device)),
    packages,
  );
  const add = others.flatMap((device) => packages.get(device) ?? []);
  if (add.length < others.length)
    throw new Fault("no-key-package", `${others.length - add.length} devices have none for the other cipher suite`);
  const founding = Math.max(place.epoch, view.founding + 1);
  return async () => {
    const proposed = await world.groups.move(world.log, { founding, add, mid: place.mid });
    return made(world, proposed, { ...place, how: "move" });
  };
}

async function claim(world: MakingWorld, devices: readonly DeviceId[], packages: Claimed): Promise<void> {
  for (let at = 0; at < devices.length; at += CLAIM_DEVICES) {
    const found = await claimed(world, CLASSIC, devices.slice(at, at + CLAIM_DEVICES));
    for (const [device, one] of found) if (one !== undefined) packages.set(device, one);
  }
}
