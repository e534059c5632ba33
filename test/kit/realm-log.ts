// The realm's log as it lies in the data folder of a server that does not run.
import { join } from "node:path";
import { systemClock } from "../../src/bin/system-clock.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { decodeEntry, type LogEntry } from "../../src/transparency/entry.ts";

export async function realmLogIn(data: string): Promise<readonly LogEntry[]> {
  const store = await openSqliteStore({ file: join(data, "chat.db"), clock: systemClock, onFailed: () => undefined });
  try {
    const size = await store.realm.logSize();
    const entries = await store.realm.logEntries(0, { maxCount: size, maxBytes: 64 * 1024 * 1024 });
    return entries.map((entry) => decodeEntry(entry));
  } finally {
    await store.close();
  }
}
