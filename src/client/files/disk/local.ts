// The files of this machine, as the contract wants them.
import type { FileDisk } from "../contract.ts";
import { createSink, destinationOf, reopenSink } from "./sink.ts";
import { openSource } from "./source.ts";

export const localDisk: FileDisk = { openSource, destinationOf, createSink, reopenSink };
