// What a connected device hears of a log: everything from now on, nothing, or what was before it was taken out.
import type { LogId, Seq } from "../../model/ids.ts";
import type { Outlet } from "../port/outlet.ts";
import type { DeviceLog } from "../port/store.ts";
import type { Audience } from "./audience.ts";

/** As the store has just told it, without an await since. */
export function hear(audience: Audience, outlet: Outlet, { log, member, until, head }: DeviceLog): void {
  if (until > 0) return depart(audience, outlet, { log, until });
  outlet.departed.delete(log);
  if (member) audience.subscribe(outlet, log, head);
}

/** Nothing of after `until` any more. */
export function depart(
  audience: Audience,
  outlet: Outlet,
  { log, until }: { readonly log: LogId; readonly until: Seq },
): void {
  audience.unsubscribe(outlet, log);
  outlet.departed.set(log, until);
}

/** The last entry that the device may have; none: -1. */
export function lastFor({ logs, departed }: Outlet, log: LogId): Seq {
  return logs.has(log) ? Number.POSITIVE_INFINITY : (departed.get(log) ?? -1);
}
