// Starts the storage thread from its source file, for development and tests.
// The packaged program hands in its own way: it has no files to load, and must not import this one.
import { Worker } from "node:worker_threads";

export function spawnFromSource(): Worker {
  // Without the flags of the parent: a test runner's loader has no business here.
  return new Worker(new URL("./worker.ts", import.meta.url), { execArgv: [], name: "store" });
}
