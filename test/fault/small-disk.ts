// `node small-disk.ts <folder>`, with a small file system mounted at the folder: fills it with a store, and prints what came of it.
// A process of its own, because the mount is only in its namespace.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errno } from "../../src/model/fault.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { realClock } from "../contract/store-harness.ts";
import { fillAndGoOn } from "./full-disk.ts";

const BALLAST_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 4096;

const [disk = ""] = process.argv.slice(2);
const ballast = join(disk, "ballast");
const failures: string[] = [];
const open = (name = "chat.db") =>
  openSqliteStore({ file: join(disk, name), clock: realClock, onFailed: ({ code }) => void failures.push(code) });

writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES));
const course = await fillAndGoOn({ open: () => open(), makeRoom: () => rmSync(ballast) });
fillUp();
const opened = await open().then(
  () => "it opened",
  ({ code }: { readonly code: string }) => code,
);
console.log(JSON.stringify({ ...course, opened, failures }));

function fillUp(): void {
  try {
    for (;;) writeFileSync(ballast, Buffer.alloc(PIECE_BYTES), { flag: "a" });
  } catch (error) {
    if (errno(error) !== "ENOSPC") throw error;
  }
}
