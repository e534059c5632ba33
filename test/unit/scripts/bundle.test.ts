// The bundle of a program: one CommonJS script, lazy where the source is lazy, workers inside.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../../scripts/executable/bundle.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-bundle-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Bundles `files` (the first is the entry), runs the result and returns its lines. */
async function run(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<readonly string[]> {
  const [entry = ""] = Object.keys(files);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, "src/room"), { recursive: true });
    writeFileSync(join(folder, "src/room", name), text);
  }
  const script = join(folder, "out.cjs");
  writeFileSync(script, (await bundle(join(folder, "src/room", entry))).code);
  return execFileSync(process.execPath, [script, ...args], { encoding: "utf8", stdio: "pipe" })
    .trim()
    .split("\n");
}

test("a lazy import, and the built-in modules it needs, wait until they are wanted", async () => {
  const lines = await run({
    "lazy.entry.ts": 'console.log("first"); void import("./late.ts").then(({ late }) => console.log(late()));',
    "late.ts": 'import { connect } from "node:tls"; console.log("loaded"); export const late = () => typeof connect;',
  });
  expect(lines).toEqual(["first", "loaded", "function"]);
});

test("a worker runs from its bundled text", async () => {
  const lines = await run({
    "worker.entry.ts": 'import { start } from "./spawn.ts"; start(41).on("message", (answer) => console.log(answer));',
    "spawn.ts":
      'import { Worker } from "node:worker_threads";\nexport function start(n: number): Worker {\n' +
      '  return new Worker(new URL("./worker.ts", import.meta.url), {\n    workerData: n,\n  });\n}',
    "worker.ts":
      'import { parentPort, workerData } from "node:worker_threads"; import { next } from "./next.ts"; parentPort?.postMessage(next(workerData));',
    "next.ts": "export function next(n: number): number { return n + 1; }",
  });
  expect(lines).toEqual(["42"]);
});

test("what only measures words for a help that nobody lays out with it stays outside", async () => {
  const source = 'import yargs from "yargs"; console.log(Object.keys(yargs(["-p", "1"]).parseSync()).includes("p"));';
  const entry = { "flags.entry.ts": source };
  symlinkSync(join(import.meta.dirname, "../../../node_modules"), join(folder, "node_modules"));
  expect(await run(entry)).toEqual(["true"]);
  expect(readFileSync(join(folder, "out.cjs"), "utf8").includes("RGI_Emoji")).toBe(false);
});

test("what is not ASCII is written so that it is, and says the same", async () => {
  const lines = await run({
    "wide.entry.ts":
      "const tag = (parts: TemplateStringsArray): string => parts.join();\n" +
      'console.log(tag`✓ 👋`, /^[¹👋]+$/u.test("👋¹"), "größe" === `gr\\u00f6\\u00dfe`);',
  });
  expect(lines).toEqual(["✓ 👋 true true"]);
  expect(readFileSync(join(folder, "out.cjs"), "utf8")).toMatch(/^[\0-\x7f]*$/);
});

test("the page of the web face stands in the program, whole and without anything beside it", async () => {
  const lines = await run({
    "page.entry.ts":
      'import { builtPage } from "./built-page.ts"; const { html, script, style, icon } = builtPage(); ' +
      "console.log(html.slice(0, 15)); console.log(script.length > 10_000, style.length > 1_000, icon.slice(0, 4)); " +
      'console.log(/<script(?! type="module" src="\\/page.js")/.test(html), /^import /.test(script), style.includes("@import"));',
    "built-page.ts": "export const builtPage = () => ({ html: '', script: '', style: '', icon: '' });",
  });
  expect(lines).toEqual(["<!doctype html>", "true true <svg", "false false false"]);
});

test("a spawn.ts that starts its worker in another way stops the build", async () => {
  const spawn = 'import { Worker } from "node:worker_threads"; export const start = () => new Worker("./worker.js");';
  await expect(
    run({ "other.entry.ts": 'import { start } from "./spawn.ts"; start();', "spawn.ts": spawn }),
  ).rejects.toThrow("write new Worker(new URL(");
});

test("import.meta names the executable, and no module takes itself for the main one", async () => {
  const [line] = await run({
    "meta.entry.ts": "console.log(JSON.stringify([import.meta.url, import.meta.filename, import.meta.main]));",
  });
  expect(JSON.parse(line ?? "")).toEqual([`file://${process.execPath}`, process.execPath, false]);
});
