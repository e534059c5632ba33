// What every part of the service is given. No part reaches for anything else.
import type { LogId } from "../../model/ids.ts";
import type { Bus } from "../port/bus.ts";
import type { Clock } from "../port/clock.ts";
import type { Log } from "../port/log.ts";
import type { BlobStore, Store } from "../port/store.ts";
import type { ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { Audience } from "./audience.ts";
import type { Newcomers } from "./newcomers.ts";
import type { Presence } from "./presence.ts";

export interface ServiceWorld {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** The log of `#lobby`, the same for the realm's whole life. */
  readonly lobby: LogId;
  /** Program and version, told in the greeting. */
  readonly agent: string;
  readonly idleMs: number;
  readonly audience: Audience;
  readonly presence: Presence;
  readonly newcomers: Newcomers;
  /** One frame that nobody asked for, to one device. */
  readonly notify: (outlet: Outlet, message: ServerMessage) => void;
}
