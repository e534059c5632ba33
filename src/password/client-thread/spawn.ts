// Starts the client's password thread from its source file; the build puts its bundled text in the place of the file.
import { Worker } from "node:worker_threads";

export function spawnOpaqueClient(): Worker {
  // Without the flags of the parent: a test runner's loader has no business here.
  return new Worker(new URL("./worker.ts", import.meta.url), { execArgv: [], name: "opaque-client" });
}
