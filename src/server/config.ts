// What a server is told before it starts, what its machine gives it, and what its parts are handed. Types only.
import type { ServerFiles } from "../pki/load.ts";
import type { OpenpgpConfig } from "./door/openpgp/joining.ts";
import type { ListenerRules } from "./net/listener.ts";
import type { Clock } from "./port/clock.ts";
import type { Log } from "./port/log.ts";
import type { Meter } from "./port/meter.ts";
import type { Store } from "./port/store.ts";
import type { ActWorld } from "./service/realm/act-world.ts";
import type { LimitValues } from "./service/realm/limits.ts";
import type { SessionRules } from "./session/session.ts";

export interface RealmConfig {
  readonly certs: string;
  /** Of the keys of the CAs, if they have one. */
  readonly passphrase: string | undefined;
  readonly ip: string;
  /** Undefined: there is no door. */
  readonly doorPort: number | undefined;
  /** How others reach this server, for invitations; undefined: as its certificate says. */
  readonly host: string | undefined;
  /** Of a device certificate. */
  readonly lifetimeMs: number;
  readonly agent: string;
  /** By the command line: they win when it starts. */
  readonly limits?: Partial<LimitValues>;
  /** Where it is not as usual. */
  readonly openpgp?: Partial<OpenpgpConfig>;
}

export interface RealmParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly files: ServerFiles;
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
  /** Reads certificates and lists again, as SIGHUP does. */
  readonly reload: () => Promise<void>;
  /** The store is one that was put back. */
  readonly wasRestored: boolean;
  readonly meter: Meter;
  readonly care: Pick<ActWorld, "stats" | "backup">;
  /** Where limits are not those of the table; and whoever obeys them. */
  readonly usualLimits: Partial<LimitValues>;
  readonly onLimits: (values: LimitValues) => void;
}

/** `passphrase`: of the server's key too, if it has one. */
export interface ServerConfig extends ListenerRules, RealmConfig {
  readonly data: string;
  /** Where it tells how it is; undefined: nowhere. */
  readonly metrics?: { readonly ip: string; readonly port: number };
  readonly session: SessionRules;
}

export interface ServerWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** Of this process, for the log: whoever sends it a signal must know it. */
  readonly pid: number;
  /** Whether a process of this number runs: who has the folder of the certificates in hand. */
  readonly isAlive: (pid: number) => boolean;
  /** Of this process, in bytes. */
  readonly memory?: () => { readonly rss: number; readonly heapUsed: number } | undefined;
  /** The store cannot go on (disk gone, worker dead): the program should end, so that a supervisor starts it anew. */
  readonly onFailed: (error: Error) => void;
}
