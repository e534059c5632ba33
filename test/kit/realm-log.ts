// The realm's log as it lies in the data folder of a server that does not run.
import { decodeEntry, type LogEntry } from "../../src/transparency/entry.ts";
import { inStore } from "./stored.ts";

export function realmLogIn(data: string): Promise<readonly LogEntry[]> {
  return inStore(data, async ({ realm }) => {
    const size = await realm.logSize();
    const entries = await realm.logEntries(0, { maxCount: size, maxBytes: 64 * 1024 * 1024 });
    return entries.map((entry) => decodeEntry(entry));
  });
}
