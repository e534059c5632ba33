// A log as its device is told of it.
import { logKind } from "../../model/ids.ts";
import { GREETING_TERMS_BYTES } from "../../model/limits.ts";
import type { LogState } from "../../wire/messages.ts";
import type { DeviceLog } from "../port/store.ts";

const NO_TERMS = new Uint8Array(0);

export function stateOf(log: DeviceLog, standing: LogState["standing"] = "ok"): LogState {
  return {
    log: log.log,
    kind: logKind(log.log) ?? "room",
    head: log.head,
    first: Math.max(log.first, log.from + 1),
    epoch: log.epoch,
    cursor: log.cursor,
    standing,
    member: log.member,
    terms: log.terms,
    leaving: log.leaving,
    until: log.until,
  };
}

/** Terms only as far as they fit into a frame together; who misses some asks for that one conversation. */
export function fitting(states: readonly LogState[]): readonly LogState[] {
  let bytes = 0;
  return states.map((state) => {
    const size = state.terms.length + state.leaving.length * 34;
    if (bytes + size > GREETING_TERMS_BYTES) return { ...state, terms: NO_TERMS, leaving: [] };
    bytes += size;
    return state;
  });
}
