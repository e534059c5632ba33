// What the realm's log says that a person must hear: certificates in one's own name, and every act of an administrator.
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import type { ClientEvent } from "../../port/views.ts";
import type { Placed } from "./mirror.ts";

export interface Self {
  readonly user: Handle;
  readonly device: DeviceId;
  /** What this user calls a device of theirs. */
  readonly labelOf: (device: DeviceId) => string | undefined;
}

/** `isOwn`: the certificate is, or was, this device's. */
export function eventOf(entry: Placed, self: Self, isOwn: (certificate: Sha256) => boolean): ClientEvent | undefined {
  const { at } = entry;
  if (entry.kind === "act") {
    const { by, act, on, detail } = entry;
    return {
      event: "act",
      at,
      by,
      act,
      ...(on === undefined ? {} : { on }),
      ...(detail === undefined ? {} : { detail }),
    };
  }
  const { user, device, serial } = entry;
  if (user !== self.user) return undefined;
  const label = self.labelOf(device);
  const which = { user, device, serial, ...(label === undefined ? {} : { label }) };
  if (entry.kind === "revoked") {
    const { reason, by } = entry;
    return { event: "certificate", at, ...which, change: "revoked", reason, by };
  }
  // A device of one's own that renews itself is nothing to look up for.
  if (isOwn(entry.cert) || (entry.how === "renewal" && device !== self.device)) return undefined;
  const { how, until } = entry;
  return { event: "certificate", at, ...which, change: "issued", how, until };
}
