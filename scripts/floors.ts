// Holds the import rule: `npm run floors`. Prints each fault as path:line and exits with 1 when there is one.
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { judge } from "./floors/judge.ts";

const root = join(import.meta.dirname, "..");
const paths = ["src", "scripts", "test"]
  .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx,mts,mjs}`, { cwd: root }))
  .concat(globSync("*.config.ts", { cwd: root }))
  .map((path) => path.replaceAll(sep, "/"))
  .filter((path) => !path.startsWith("src/wire/generated/") && !path.includes("/node_modules/"))
  .toSorted();

const findings = judge(new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")])));
for (const finding of findings) console.error(finding);
console.log(`floors: ${paths.length} files, ${findings.length} faults`);
process.exitCode = findings.length === 0 ? 0 : 1;
