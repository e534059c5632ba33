// The seam where end-to-end encryption goes: the only place that turns payloads into bodies and bodies into payloads.
// Nothing else in the client may look into a body. The present seal writes the payload as it is.
import type { LogId } from "../../model/ids.ts";
import type { Entry } from "../../wire/messages.ts";
import { type Opened, type Payload, decodePayload, encodePayload } from "./payload.ts";

export interface Seal {
  /** The body of an append. Throws a Fault when the payload cannot be sent. */
  seal(log: LogId, payload: Payload): Uint8Array;
  /** Never throws: a body that cannot be opened is an `unreadable` to show. */
  open(log: LogId, entry: Entry): Opened;
}

/** Not encrypted: the server can read these bodies. docs/threat-model.md says so. */
export const openSeal: Seal = {
  seal: (_log, payload) => encodePayload(payload),
  open: (_log, entry) => (entry.kind === "app" ? decodePayload(entry.body) : { kind: "newer" }),
};
