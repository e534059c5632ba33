// Starts the thread that decodes one picture from its source file; the build puts its bundled text in the place of the file.
import { Worker } from "node:worker_threads";
import type { Order } from "./order.ts";

/** A picture of 16 million points takes 400 MB for a moment, most of it outside of the heap. */
const HEAP_MB = 512;

export function spawnDecoder(order: Order): Worker {
  // Without the flags of the parent: a test runner's loader has no business here.
  return new Worker(new URL("./worker.ts", import.meta.url), {
    execArgv: [],
    name: "picture",
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
}
