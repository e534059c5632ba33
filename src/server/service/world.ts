// What every part of the service is given. No part reaches for anything else.
import type { LogId, Sha256 } from "../../model/ids.ts";
import type { Bus } from "../port/bus.ts";
import type { Clock } from "../port/clock.ts";
import type { Log } from "../port/log.ts";
import type { BlobStore } from "../port/blobs.ts";
import type { DeviceLog, Store } from "../port/store.ts";
import type { ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { Audience } from "./audience.ts";
import type { Meter } from "../port/meter.ts";
import type { Limits } from "./realm/limits.ts";
import type { Reception } from "./realm/reception.ts";
import type { Registry } from "./realm/registry.ts";
import type { Revoking } from "./realm/revoking.ts";
import type { Presence } from "./presence.ts";

export interface ServiceWorld {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** The log of `#lobby`, the same for the realm's whole life. */
  readonly lobby: LogId;
  /** The fingerprint of the CA's key. */
  readonly realm: Sha256;
  /** Program and version, told in the greeting. */
  readonly agent: string;
  readonly idleMs: number;
  readonly registry: Registry;
  readonly reception: Pick<Reception, "admit" | "attend" | "isClosed" | "motd">;
  readonly limits: Pick<Limits, "values">;
  readonly meter: Meter;
  readonly leases: Pick<Revoking, "isEnding">;
  readonly audience: Audience;
  readonly presence: Presence;
  /** What this device is told of: every log of its own and of its user, without closed ones that it has read. */
  readonly logsOf: (outlet: Outlet) => Promise<readonly DeviceLog[]>;
  /** One frame that nobody asked for, to one device. */
  readonly notify: (outlet: Outlet, message: ServerMessage) => void;
}
