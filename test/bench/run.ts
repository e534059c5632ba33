// `make bench`: the codecs, the fan-out and the memory, one after the other. ARGS="full" takes its time; quick is the default.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const PARTS = ["codec.ts", "fanout.ts", "memory.ts"];
const mode = process.argv[2] ?? "quick";
if (mode !== "quick" && mode !== "full") throw new Error("quick or full?");

for (const part of PARTS) {
  console.log(`==== ${part} ${mode}\n`);
  const args = part === "codec.ts" ? [] : [mode];
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, part), ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
