// Installs the codecs that are compared (package.json beside this file) and generates their code from src/wire/mutual.proto,
// all into folders that git ignores. Does nothing when both are there and newer than what they are made from.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";

const HERE = import.meta.dirname;
const PROTO = join(HERE, "../../../src/wire/mutual.proto");
const MODULES = join(HERE, "node_modules");
/** The generated code: it imports its runtimes from node_modules beside it. */
export const GENERATED = join(HERE, "build");
const STAMP = join(GENERATED, "stamp");

/** Needs the network the first time only. */
export function installCodecs(): void {
  const sources = [PROTO, join(HERE, "package.json"), import.meta.filename];
  if (sources.every((source) => changedMs(source) < changedMs(STAMP))) return;
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], {
    cwd: HERE,
    stdio: ["ignore", "ignore", "inherit"],
  });
  mkdirSync(GENERATED, { recursive: true });
  generateEs();
  generatePbf();
  generateProtons();
  writeFileSync(STAMP, "");
}

function changedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function run(program: string, args: readonly string[], cwd: string): Buffer {
  const path = `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`;
  return execFileSync(join(MODULES, ".bin", program), args, { cwd, env: { ...process.env, PATH: path } });
}

function generateEs(): void {
  const plugin = { local: join(MODULES, ".bin/protoc-gen-es"), out: GENERATED, opt: ["target=js"] };
  const template = JSON.stringify({ version: "v2", plugins: [plugin] });
  run("buf", ["generate", "mutual.proto", "--template", template], dirname(PROTO));
}

function generatePbf(): void {
  writeFileSync(join(GENERATED, "pbf.js"), run("pbf", [PROTO], HERE));
}

/** protons takes a dotted `package` for an enum and fails, and 64-bit numbers are BigInt unless each field says otherwise. */
function generateProtons(): void {
  const schema = readFileSync(PROTO, "utf8")
    .replace(/^package .*$/m, "")
    .replaceAll(/(uint64 \w+ = \d+);/g, "$1 [jstype = JS_NUMBER];");
  writeFileSync(join(GENERATED, "protons.proto"), schema);
  run("protons", ["protons.proto", "-o", GENERATED], GENERATED);
  const code = readFileSync(join(GENERATED, "protons.ts"), "utf8");
  writeFileSync(join(GENERATED, "protons.js"), transformSync(code, { loader: "ts", format: "esm" }).code);
  // Not for the type checker of the project.
  writeFileSync(join(GENERATED, "protons.ts"), "export {};\n");
}
