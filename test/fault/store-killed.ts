// Opens a store, appends, and kills itself without closing: `node store-killed.ts <file> <entries>`.
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { appOp, realClock, roomWith } from "../contract/store-harness.ts";

const [file = "", entries = "0"] = process.argv.slice(2);
const store = await openSqliteStore({ file, clock: realClock, onFailed: () => process.exit(1) });
const log = await roomWith(store, ["ann"]);
for (let n = 0; n < Number(entries); n += 10) {
  await store.append(
    Array.from({ length: 10 }, (_, i) => appOp(log, n + i, { since: n, body: Buffer.alloc(1_000, 1) })),
  );
}
process.kill(process.pid, "SIGKILL");
