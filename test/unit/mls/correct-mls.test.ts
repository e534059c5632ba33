// scripts/correct-mls.mjs: corrects once, and refuses loudly what it does not know.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { corrected } from "ts-mls/corrected.js";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-ts-mls-"));
  cpSync(join(ROOT, "node_modules/ts-mls"), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, "scripts/correct-mls.mjs"), folder], { encoding: "utf8" });
}
function edit(file: string, change: (text: string) => string): void {
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), "utf8")));
}

test("the installed library has every correction", () => {
  const numbers = corrected.split(" ").map((id) => Number(id.slice(1)));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
});

test("a second run does nothing", () => {
  const before = readFileSync(join(folder, "dist/src/clientState.js"), "utf8");
  expect(run()).toMatchObject({ status: 0, stderr: "" });
  expect(readFileSync(join(folder, "dist/src/clientState.js"), "utf8")).toBe(before);
});

test("another version is refused", () => {
  edit("package.json", (text) => text.replace('"version": "1.6.4"', '"version": "1.6.5"'));
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain("1.6.5 is installed");
});

test("another text is refused, by the name of the correction, and nothing is written", () => {
  rmSync(join(folder, "dist/src/corrected.js"));
  const before = readFileSync(join(folder, "dist/src/clientState.js"), "utf8");
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain("P1: clientState.js must have this once, and has it 0 times");
  expect(readFileSync(join(folder, "dist/src/clientState.js"), "utf8")).toBe(before);
});

test("a text that was changed after the correction is refused", () => {
  edit("dist/src/updatePath.js", (text) => `${text}\n`);
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("npm ci") as string });
});

test("a library that was corrected in another way is refused", () => {
  edit("dist/src/corrected.js", (text) => text.replace(/sha256 .*/, "sha256 0"));
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("npm ci") as string });
});
