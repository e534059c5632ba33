// The Node binary that goes into the executables of this machine: the one of the npm package `node`, stripped where possible.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { BUILD, HOST } from "./paths.ts";

/** Strips debug symbols once (117 MB instead of 150) and keeps the copy; without `strip` the binary is used as it is. */
export function hostNode(): string {
  const source = process.execPath;
  const folder = join(BUILD, "node");
  const stripped = join(folder, `${HOST}-${process.version}-${statSync(source).size}`);
  if (process.platform !== "linux" || existsSync(stripped)) return existsSync(stripped) ? stripped : source;
  mkdirSync(folder, { recursive: true });
  const copy = `${stripped}.${process.pid}`;
  copyFileSync(source, copy);
  try {
    execFileSync("strip", [copy], { stdio: "ignore" });
    renameSync(copy, stripped);
    return stripped;
  } catch {
    rmSync(copy, { force: true });
    return source;
  }
}
