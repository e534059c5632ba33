// Tests of whole programs run the real executables: build them first (nothing happens when they are up to date).
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./paths.ts";

export function setup(): void {
  execFileSync(process.execPath, [join(ROOT, "scripts/build.ts")], { stdio: "inherit" });
}
