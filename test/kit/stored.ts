// What lies in the data folder of a server that does not run: the entries of a conversation as they are stored.
import { join } from "node:path";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { LogId } from "../../src/model/ids.ts";
import type { Entry, Store } from "../../src/server/port/store.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";

const ALL = { maxCount: 100_000, maxBytes: 64 * 1024 * 1024 };

export async function inStore<T>(data: string, read: (store: Store) => Promise<T>): Promise<T> {
  const store = await openSqliteStore({ file: join(data, "chat.db"), clock: systemClock, onFailed: () => undefined });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

export async function entriesIn(data: string, log: LogId): Promise<readonly Entry[]> {
  const page = await inStore(data, (store) => store.readFrom(log, 0, ALL));
  if (page === undefined || page.entries.length < page.head) throw new Error(`not all of ${log} is here`);
  return page.entries;
}
