// What stands on the core and is told by it.
import type { DeviceId, LogId } from "../../model/ids.ts";
import type { LogState, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { TakeAside } from "./asides.ts";
import type { ChangesWorld } from "./changes.ts";
import type { CircleNews } from "./circle/circle-world.ts";

export interface CoreHooks {
  readonly nameOf: (log: LogId) => string;
  /** What this user calls a device of theirs. */
  readonly labelOf: (device: DeviceId) => string | undefined;
  /** The user does not want to be disturbed by it now. */
  readonly isMuted: (log: LogId) => boolean;
  /** An entry on its way into the vault: what is kept of it, and what changes together with it. */
  readonly aside: TakeAside;
  /** A change of a message that is not here. */
  readonly late: ChangesWorld["late"];
  /** What the server says and nothing here waits for. */
  readonly onMessage: (message: ServerMessage) => void;
  /** The server says how a conversation stands. */
  readonly onTold: (state: LogState) => void;
  /** This device came into it, or its group has changed. */
  readonly onNews: (log: LogId, news: CircleNews) => void;
  /** Another device of this user is there now, and in it. */
  readonly hasHelper: (log: LogId) => Promise<boolean>;
  /** Everything of the log is here. */
  readonly onInStep: (log: LogId) => void;
  /** Before each attempt to connect. @throws Fault: then it comes to nothing */
  readonly dialling: () => Promise<void>;
  /** What is known of certificates has changed. */
  readonly onJudged: () => void;
  /** With what the server takes at once. */
  readonly onGreeted: (limits: ServerMessageOf<"greeting">["limits"]) => void;
  readonly onOver: (log: LogId) => void;
}
