// What a device is told of when it comes: its own logs and those of its user.
import { ITEMS } from "../../model/limits.ts";
import { decodeTerms } from "../../model/terms.ts";
import type { Outlet } from "../port/outlet.ts";
import type { DeviceLog } from "../port/store.ts";
import type { ServiceWorld } from "./world.ts";

type LogsOfWorld = Pick<ServiceWorld, "store" | "lobby">;

export function openLogsOf({ store, lobby }: LogsOfWorld): ServiceWorld["logsOf"] {
  // Those it is in come first. Others may name a user as often as they like: more than a greeting can hold is left out.
  const ownLogs = async (outlet: Outlet): Promise<readonly DeviceLog[]> =>
    (await store.logsOf(outlet.device)).filter((log) => !isOver(log)).slice(0, ITEMS - 1);
  const isIn = (logs: readonly DeviceLog[]): boolean => logs.some(({ log }) => log === lobby);
  return async (outlet) => {
    const logs = await ownLogs(outlet);
    if (isIn(logs)) return logs;
    // The lobby is everybody's, also where no device of the user is in it. Its whole roster is read, so only for such a device.
    const standing = await store.standing(lobby);
    // Read anew, and last: a commit may have let the device in meanwhile.
    const now = await ownLogs(outlet);
    if (standing === undefined || isIn(now)) return now;
    const { head, first, epoch, terms, leaving } = standing;
    return [...now, { log: lobby, head, first, epoch, cursor: 0, from: head, member: false, until: 0, terms, leaving }];
  };
}

/** Closed, and there is nothing in it that this device has not read. */
function isOver({ terms, member, cursor, head }: DeviceLog): boolean {
  if (member && cursor < head) return false;
  return terms.length > 0 && decodeTerms(terms)?.closed === true;
}
