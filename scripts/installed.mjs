// Are the installed packages those of package-lock.json, and is ts-mls corrected as it is here? Exits with 1 when not. Runs on whatever Node is there.
import { existsSync, readFileSync } from "node:fs";
import { INSTALLED, stateOf } from "./correct-mls.mjs";

function packagesOf(file) {
  return Object.entries(JSON.parse(readFileSync(file, "utf8")).packages);
}

function isCurrent() {
  if (!existsSync("node_modules/.package-lock.json") || !existsSync("node_modules/node/bin/node")) return false;
  const installed = new Map(packagesOf("node_modules/.package-lock.json"));
  // An optional package is for another machine, unless it is there.
  return packagesOf("package-lock.json").every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = installed.get(path);
    return found === undefined ? optional === true : found.version === version;
  });
}

process.exitCode = isCurrent() && stateOf(INSTALLED) === "corrected" ? 0 : 1;
