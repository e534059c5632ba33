// `make bench`: the codecs, the store, the fan-out, the memory, the vault and its search, one after the other. ARGS="full" takes its time; quick is the default.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Each part with what it is told; the codecs have one size only. */
const PARTS = {
  "codec.ts": false,
  "store.ts": true,
  "fanout.ts": true,
  "memory.ts": true,
  "vault.ts": false,
  "search.ts": true,
};
const mode = process.argv[2] ?? "quick";
if (mode !== "quick" && mode !== "full") throw new Error("quick or full?");

for (const [part, hasSizes] of Object.entries(PARTS)) {
  console.log(`==== ${part} ${mode}\n`);
  const args = hasSizes ? [mode] : [];
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, part), ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
