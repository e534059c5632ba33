// `make bench`: every part, one after the other. ARGS="full" takes its time; quick is the default. ARGS="room mls" runs only these.
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
  "start.ts": true,
  "faces.ts": true,
  "mls.ts": true,
  "room.ts": true,
  "revoke.ts": true,
};
const words = process.argv.slice(2);
const mode = words.includes("full") ? "full" : "quick";
const named = words.filter((word) => word !== "full" && word !== "quick").map((word) => `${word}.ts`);
const unknown = named.filter((part) => !Object.hasOwn(PARTS, part));
if (unknown.length > 0) throw new Error(`no part ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);

for (const [part, hasSizes] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(part)) continue;
  console.log(`==== ${part} ${mode}\n`);
  const args = hasSizes ? [mode] : [];
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, part), ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
