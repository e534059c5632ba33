// A commit of this device as it is kept until the server's yes or no: sent again it is the same to the byte.
import { Fault } from "../../../model/fault.ts";
import type { Epoch, LogId, Seq } from "../../../model/ids.ts";
import { decodeClientFrame, encodeClientFrame } from "../../../wire/codec.ts";
import type { ClientMessageOf } from "../../../wire/messages.ts";
import type { Change } from "../../port/vault.ts";
import type { Purpose } from "../membership-state.ts";

export interface CommitRecord {
  readonly purpose: Purpose;
  readonly append: ClientMessageOf<"append">;
}

/** The names under which it waits in the vault, beside the group. */
const COMMIT_ROW = "commit";
const PURPOSE_ROW = "purpose";
const ENTERED_ROW = "entered";
const REWOUND_ROW = "rewound";
/** Before a frame stands its length. */
const LENGTH_BYTES = 4;

/** What keeps it. */
export function kept({ purpose, append }: CommitRecord): readonly Change[] {
  const { log } = append;
  const value = encodeClientFrame({ request: 0, message: append });
  return [
    { put: "pending", log, name: COMMIT_ROW, value },
    { put: "pending", log, name: PURPOSE_ROW, value: Buffer.from(JSON.stringify(purpose), "utf8") },
  ];
}

/** What makes that none waits. */
export function forgotten(log: LogId): readonly Change[] {
  return [COMMIT_ROW, PURPOSE_ROW].map((name): Change => ({ drop: "pending", log, name }));
}

/** The vault is ours: what does not fit is damage. @throws Fault `state-malformed` */
export function recordFrom(pending: ReadonlyMap<string, Uint8Array>): CommitRecord | undefined {
  const [frame, purpose] = [pending.get(COMMIT_ROW), pending.get(PURPOSE_ROW)];
  if (frame === undefined || purpose === undefined) return undefined;
  const { message } = decodeClientFrame(frame.subarray(LENGTH_BYTES));
  if (message.type !== "append") throw new Fault("state-malformed", "what waits for the server is no commit");
  return { purpose: JSON.parse(Buffer.from(purpose).toString("utf8")) as Purpose, append: message };
}

/** The server has forgotten what this device knows: true until a commit has told it. */
export function rewound(log: LogId, is: boolean): Change {
  if (!is) return { drop: "pending", log, name: REWOUND_ROW };
  return { put: "pending", log, name: REWOUND_ROW, value: new Uint8Array(1) };
}

export function isRewoundIn(pending: ReadonlyMap<string, Uint8Array>): boolean {
  return pending.has(REWOUND_ROW);
}

/** Where in the log this device came in: kept until the log itself is held up to there. */
export interface EnteredAt {
  readonly epoch: Epoch;
  readonly seq: Seq;
}

export function enteredAt(log: LogId, { epoch, seq }: EnteredAt): readonly Change[] {
  const value = Buffer.from(JSON.stringify({ epoch, seq }), "utf8");
  return [{ put: "pending", log, name: ENTERED_ROW, value }];
}

export function entryOf(pending: ReadonlyMap<string, Uint8Array>): EnteredAt {
  const row = pending.get(ENTERED_ROW);
  return row === undefined ? { epoch: 0, seq: 0 } : (JSON.parse(Buffer.from(row).toString("utf8")) as EnteredAt);
}
