// The other devices of this user in a group.
import type { DeviceId, Handle } from "../../model/ids.ts";
import type { GroupView } from "../../mls/groups.ts";

export function hasOwn(
  members: GroupView["members"],
  self: { readonly device: DeviceId; readonly user: Handle },
): boolean {
  return members.some(({ user, device }) => user === self.user && device !== self.device);
}
