// Are the installed packages those of package-lock.json? Exits with 1 when not. Runs on whatever Node is there.
import { existsSync, readFileSync } from "node:fs";

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

process.exitCode = isCurrent() ? 0 : 1;
