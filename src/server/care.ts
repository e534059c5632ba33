// How the server is, and a copy of all that it needs: what the acts `stats` and `backup` are given.
import { statSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../model/fault.ts";
import { DATABASE } from "./data-folder.ts";
import type { CareParts } from "./care-parts.ts";
import type { ServerConfig } from "./config.ts";
import type { BackupWish } from "./service/realm/act-world.ts";

export class Care {
  readonly stats: () => Promise<object>;
  readonly backup: (wish: BackupWish) => Promise<object>;

  constructor(config: ServerConfig, parts: CareParts) {
    this.stats = () => statsOf(config, parts);
    let isRunning = false;
    this.backup = async (wish) => {
      if (isRunning)
        throw new Fault("backup-running", "another backup is being made", { hint: "wait until it is done" });
      isRunning = true;
      try {
        const { makeBackup } = await import("./backup.ts");
        return await makeBackup(config, parts, wish);
      } finally {
        isRunning = false;
      }
    };
  }
}

export interface Stats {
  readonly running: boolean;
  /** In bytes: the database with what waits beside it, whole blobs. */
  readonly databaseBytes: number;
  readonly blobBytes: number;
  readonly blobs: number;
  readonly users: number;
  readonly devices: number;
  readonly conversations: number;
  /** Ever stored. */
  readonly entries: number;
  /** Entries of the realm's log. */
  readonly realmLog: number;
  readonly uptimeMs?: number;
  readonly connections?: number;
  readonly messages?: number;
  readonly messagesPerSecond?: number;
  readonly deliveredBytes?: number;
  readonly memoryBytes?: number;
  readonly heapBytes?: number;
  readonly loopMeanMs?: number;
  readonly loopP99Ms?: number;
  readonly loopMaxMs?: number;
}

export async function statsOf(config: Pick<ServerConfig, "data">, parts: CareParts): Promise<Stats> {
  const { store, blobs, meter, clock, connections, memory } = parts;
  const sizes = await store.sizes();
  const whole = { count: 0, bytes: 0 };
  for await (const { bytes } of blobs.list()) {
    whole.count += 1;
    whole.bytes += bytes;
  }
  const { accounts: users, devices, conversations, entries, realmLog } = sizes;
  const stored = {
    databaseBytes: sizes.databaseBytes + sizeOf(join(config.data, `${DATABASE}-wal`)),
    blobBytes: whole.bytes,
    blobs: whole.count,
    users,
    devices,
    conversations,
    entries,
    realmLog,
  };
  if (meter === undefined) return { running: false, ...stored };
  const { meanMs, p99Ms, maxMs } = meter.loop;
  const used = memory?.();
  return {
    running: true,
    uptimeMs: clock.now() - meter.startedAt,
    connections: connections(),
    messages: meter.messages,
    messagesPerSecond: rounded(meter.messagesPerSecond),
    deliveredBytes: meter.deliveredBytes,
    ...stored,
    ...(used === undefined ? {} : { memoryBytes: used.rss, heapBytes: used.heapUsed }),
    loopMeanMs: rounded(meanMs),
    loopP99Ms: rounded(p99Ms),
    loopMaxMs: rounded(maxMs),
  };
}

/** To hundredths. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
