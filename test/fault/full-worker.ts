// The storage thread with a limit on the pages of its database while the flag is 1: SQLite then fails as it does on a full disk.
import { DatabaseSync } from "node:sqlite";
import { workerData } from "node:worker_threads";

const flag = new Int32Array(workerData as SharedArrayBuffer);
/** 4 MiB; and what SQLite has without a limit. */
const SMALL_PAGES = 1_000;
const LARGE_PAGES = 4_294_967_294;

// oxlint-disable-next-line typescript/unbound-method -- called with the connection below
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function limited(this: DatabaseSync, sql: string): void {
  const pages = Atomics.load(flag, 0) === 1 ? SMALL_PAGES : LARGE_PAGES;
  if (sql.startsWith("BEGIN")) exec.call(this, `PRAGMA max_page_count = ${pages}`);
  exec.call(this, sql);
};

await import("../../src/server/store/sqlite/worker.ts");
