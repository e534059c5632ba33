// `make build`: dist/chat-server and dist/chat-client for this machine, their checksums, and their manual pages in dist/man.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PROGRAM as CLIENT } from "../src/bin/client-program.ts";
import { manualOf } from "../src/bin/manual.ts";
import { PROGRAM as SERVER } from "../src/bin/server-program.ts";
import { lock } from "./executable/lock.ts";
import { checksumLine, makeExecutable } from "./executable/make.ts";
import { hostNode } from "./executable/node-binary.ts";
import { BUILD, DIST, HOST, PROGRAMS } from "./executable/paths.ts";

async function build(): Promise<void> {
  using _lock = await lock(join(BUILD, "lock"));
  const nodePath = hostNode();
  // One that cannot be built does not hold up the other.
  const results = await Promise.allSettled(
    PROGRAMS.map((program) => makeExecutable({ program, target: HOST, folder: DIST, nodePath })),
  );
  const made = results.filter((result) => result.status === "fulfilled").map(({ value }) => value);
  if (made.some(({ fresh }) => fresh)) {
    const lines = await Promise.all(made.map(({ file }) => checksumLine(DIST, basename(file))));
    await writeFile(join(DIST, "SHA256SUMS"), lines.join(""));
  }
  await writeManuals();
  for (const { file, bytes, fresh } of made) {
    console.log(`${fresh ? "built" : "up to date"}  ${file}  ${(bytes / 1e6).toFixed(0)} MB`);
  }
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as unknown);
  if (failures.length > 0) throw failures[0];
}

async function writeManuals(): Promise<void> {
  const folder = join(DIST, "man");
  await mkdir(folder, { recursive: true });
  for (const program of [SERVER, CLIENT]) await writeFile(join(folder, `${program.name}.1`), manualOf(program));
}

const started = performance.now();
try {
  await build();
  console.log(`build took ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
