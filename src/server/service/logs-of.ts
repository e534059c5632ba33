// What a device is told of when it comes: its own logs and those of its user.
import { ITEMS } from "../../model/limits.ts";
import { decodeTerms } from "../../model/terms.ts";
import type { Outlet } from "../port/outlet.ts";
import type { DeviceLog } from "../port/store.ts";
import type { ServiceWorld } from "./world.ts";

type LogsOfWorld = Pick<ServiceWorld, "store" | "lobby" | "lobbyByCommit">;

export function openLogsOf({ store, lobby, lobbyByCommit }: LogsOfWorld): ServiceWorld["logsOf"] {
  return async (outlet: Outlet) => {
    // The lobby is everybody's, also where no device of the user is in it.
    const standing = lobbyByCommit ? await store.standing(lobby) : undefined;
    // Those it is in come first. Others may name a user as often as they like: more than a greeting can hold is left out.
    const logs = (await store.logsOf(outlet.device)).filter((log) => !isOver(log)).slice(0, ITEMS - 1);
    if (standing === undefined || logs.some(({ log }) => log === lobby)) return logs;
    const { head, first, epoch, terms, leaving } = standing;
    return [...logs, { log: lobby, head, first, epoch, cursor: 0, from: head, member: false, terms, leaving }];
  };
}

/** Closed, and there is nothing in it that this device has not read. */
function isOver({ terms, member, cursor, head }: DeviceLog): boolean {
  if (member && cursor < head) return false;
  return terms.length > 0 && decodeTerms(terms)?.closed === true;
}
