// A log as its device is told of it.
import { logKind } from "../../model/ids.ts";
import type { LogState } from "../../wire/messages.ts";
import type { DeviceLog } from "../port/store.ts";

export function logState(log: DeviceLog, standing: LogState["standing"] = "ok"): LogState {
  return {
    log: log.log,
    kind: logKind(log.log) ?? "room",
    head: log.head,
    first: Math.max(log.first, log.from + 1),
    epoch: log.epoch,
    cursor: log.cursor,
    standing,
  };
}
