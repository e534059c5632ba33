// What is needed to say how a server is, and to copy it.
import type { ServerFiles } from "../pki/load.ts";
import type { ServerWorld } from "./config.ts";
import type { ServerMeter } from "./metrics/meter.ts";
import type { Stores } from "./stores.ts";

export interface CareParts extends ServerWorld, Stores {
  readonly files: ServerFiles;
  /** Undefined: no server runs. */
  readonly meter: ServerMeter | undefined;
  readonly connections: () => number;
}
