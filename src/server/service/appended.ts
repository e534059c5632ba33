// The answer to an append, from what the store made of it.
import type { ServerMessageOf } from "../../wire/messages.ts";
import type { AppendResult } from "../port/store.ts";
import type { Denial } from "./admission.ts";

type Appended = ServerMessageOf<"appended">;

const NOTHING = { type: "appended", seq: 0, epoch: 0, at: 0, head: 0, code: "", devices: [] } as const;

export function appended(stored: AppendResult): Appended {
  switch (stored.result) {
    case "ok":
    case "dup": {
      const { result, seq, epoch, at } = stored;
      return { type: "appended", result, seq, epoch, at, head: seq, code: "", devices: NOTHING.devices };
    }
    case "stale":
    case "ahead":
      return { ...NOTHING, result: stored.result, epoch: stored.epoch, head: stored.head };
    case "denied":
      return denied("not-a-member");
    case "no-part":
      return denied("no-such-part");
    // The roster changes faster than anybody can commit: as with a full queue, later.
    case "moved":
      return { ...NOTHING, result: "overload" };
    case "gone":
    case "overload":
      return { ...NOTHING, result: stored.result };
  }
}

export function denied(code: string, devices: Denial["devices"] = []): Appended {
  return { ...NOTHING, result: "denied", code, devices };
}
