// `make check`: every check of this repository, each counted as one, and every test. The last line is the sum.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Count, countTests } from "./check/tally.ts";
import { BUILD, ROOT } from "./executable/paths.ts";

const CHECKS = [
  ["format", "oxfmt --check"],
  ["lint", "oxlint --type-aware"],
  ["types", "tsc --noEmit -p ."],
  ["types of the page", "tsc --noEmit -p src/client/face/web/page"],
  ["floors and cycles", "node scripts/floors.ts"],
  ["dead code", "knip"],
  ["code that only tests use", "knip --production"],
] as const;

const folder = join(BUILD, "check");
const report = join(folder, "vitest.json");
const env = { ...process.env, PATH: [join(ROOT, "node_modules/.bin"), process.env["PATH"]].join(delimiter) };

function run(command: string, stdio: "inherit" | "pipe"): { readonly ok: boolean; readonly output: string } {
  const done = spawnSync(command, { cwd: ROOT, env, shell: true, stdio: ["ignore", stdio, stdio], encoding: "utf8" });
  return { ok: done.status === 0, output: `${done.stdout ?? ""}${done.stderr ?? ""}` };
}

function check([name, command]: (typeof CHECKS)[number]): boolean {
  const started = performance.now();
  const { ok, output } = run(command, "pipe");
  console.log(`${ok ? "✔" : "✘"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${output.trimEnd()}\n  ${name} failed: ${command}\n`);
  return ok;
}

function test(): Count {
  const { ok } = run(`vitest run --reporter=default --reporter=json --outputFile.json="${report}"`, "inherit");
  return countTests(readReport(), ok);
}

function readReport(): string | undefined {
  try {
    return readFileSync(report, "utf8");
  } catch {
    return undefined;
  }
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const kept = CHECKS.map((each) => check(each)).filter(Boolean).length;
const tests = test();
for (const note of tests.notes) console.log(note);
const failed = CHECKS.length - kept + tests.failed;
const summary = `${kept + tests.passed} passed, ${failed} failed`;
writeFileSync(join(folder, "summary.txt"), `${summary}\n`);
console.log(summary);
process.exitCode = failed === 0 ? 0 : 1;
