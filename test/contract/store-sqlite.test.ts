// The store's contract on the embedded adapter, with a real database file, thread and process.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import type { Store } from "../../src/server/port/store.ts";
import { storeContract } from "./store-contract.ts";
import { deviceOf, realClock } from "./store-harness.ts";
import type { Ack, StoreHarness, StoreWriter } from "./store-harness.ts";

storeContract("sqlite", makeHarness);

async function makeHarness(): Promise<StoreHarness> {
  const folder = await mkdtemp(join(tmpdir(), "mutual-store-"));
  const file = join(folder, "data", "chat.db");
  return {
    open: () => openAt(file),
    openBackup: (path) => openAt(path),
    path: (name) => join(folder, name),
    openBlockable: () => openBlockable(file),
    startWriter: (scenario, round) => startWriter([file, scenario, String(round)]),
    remove: () => rm(folder, { recursive: true }),
  };
}

function openAt(file: string, spawnWorker?: () => Worker): Promise<Store> {
  const onFailed = (fault: Error): void => {
    throw fault;
  };
  return openSqliteStore({
    file,
    clock: realClock,
    onFailed,
    ...(spawnWorker === undefined ? {} : { spawn: spawnWorker }),
  });
}

async function openBlockable(file: string) {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const url = new URL("./blocking-worker.ts", import.meta.url);
  const store = await openAt(file, () => new Worker(url, { execArgv: [], workerData: flag.buffer }));
  return {
    store,
    block() {
      Atomics.store(flag, 0, 1);
      // Not awaited: this is the message at which the thread stops.
      void store.logsOf(deviceOf("nobody"));
    },
    release() {
      Atomics.store(flag, 0, 0);
      Atomics.notify(flag, 0);
    },
  };
}

function startWriter(args: readonly string[]): StoreWriter {
  const script = new URL("./store-writer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  return {
    async killAfter(acks) {
      const told: Ack[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        // The last line may be cut off by the kill.
        if (line.endsWith("}")) told.push(JSON.parse(line) as Ack);
        if (told.length === acks) child.kill("SIGKILL");
      }
      if (told.length < acks) throw new Error(`the writer ended by itself after ${told.length} acks`);
      return told;
    },
  };
}
