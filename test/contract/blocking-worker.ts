// The storage thread with a brake: it stops at its next message while the flag is 1. For the overload tests.
import { parentPort, workerData } from "node:worker_threads";

const flag = new Int32Array(workerData as SharedArrayBuffer);

// Registered before the storage's own listener, so it runs first.
parentPort?.on("message", () => {
  while (Atomics.load(flag, 0) === 1) Atomics.wait(flag, 0, 1);
});

await import("../../src/server/store/sqlite/worker.ts");
