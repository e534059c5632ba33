// Makes one executable, or leaves it when nothing it is made of has changed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { bundle, type Bundle } from "./bundle.ts";
import { BUILD, entryOf, executableName, type Program, ROOT } from "./paths.ts";
import type { SealJob } from "./seal.ts";
import { warm } from "./warm.ts";

export interface Order {
  readonly program: Program;
  readonly target: string;
  /** Where the executable goes. */
  readonly folder: string;
  /** The Node binary for this machine; undefined takes pkg's cache (another machine's binary). */
  readonly nodePath: string | undefined;
  /** For pkg's cache: its home folder. */
  readonly home?: string;
  /** Keeps apart the records of two orders of the same program and target. */
  readonly stamp?: string;
}

export interface Made {
  readonly file: string;
  readonly bytes: number;
  readonly fresh: boolean;
  readonly bundle: Bundle;
}

/** Throws when the bundle or the executable cannot be made; the old executable then stays as it was. */
export async function makeExecutable(order: Order): Promise<Made> {
  const file = join(order.folder, executableName(order.program, order.target));
  const made = await bundle(entryOf(order.program));
  const { code } = made;
  const stampFile = join(BUILD, "stamp", `${order.stamp ?? "build"}-${order.target}-${order.program}.json`);
  const recipe = hash(code + (await recipeOf(order)));
  if (await isCurrent(file, stampFile, recipe))
    return { file, bytes: (await stat(file)).size, fresh: false, bundle: made };
  await seal(order, code, file);
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, JSON.stringify({ recipe, ...(await shape(file)) }));
  return { file, bytes: (await stat(file)).size, fresh: true, bundle: made };
}

async function seal(order: Order, code: string, file: string): Promise<void> {
  const work = join(BUILD, "seal", `${order.target}-${order.program}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const { program, target, nodePath } = order;
  const output = join(work, executableName(program, target));
  const main = join(work, `${program}.cjs`);
  await writeFile(main, code);
  // What V8 has compiled fits only the machine type that made it.
  const start = nodePath === undefined ? { main } : await warm(program, code, { work, nodePath });
  const job: SealJob = { output, target, nodePath, ...start };
  const env = order.home === undefined ? process.env : { ...process.env, HOME: order.home };
  await promisify(execFile)(process.execPath, [join(ROOT, "scripts/executable/seal.ts"), JSON.stringify(job)], { env });
  await mkdir(order.folder, { recursive: true });
  // Written anew in small pieces: a file that was written in one piece lies in large pages of memory, of which a running
  // program then holds 10 to 40 MB more than it uses (Linux 6.18, ext4: 90 MB resident instead of 79 for the idle server).
  const copy = `${job.output}.copy`;
  await pipeline(createReadStream(job.output), createWriteStream(copy, { mode: 0o755 }));
  await rm(job.output);
  // A rename, never a write in place: the old executable may be running.
  await rename(copy, file);
}

/** All that goes into the executable besides the bundle. */
async function recipeOf(order: Order): Promise<string> {
  const names = ["seal.ts", "node-flags.ts", "warm.ts", "warm-run.ts", "loader.ts"];
  const own = await Promise.all(names.map((name) => readFile(join(ROOT, "scripts/executable", name), "utf8")));
  const node = order.nodePath === undefined ? process.version : await shape(order.nodePath);
  return JSON.stringify([own, node, order.target]);
}

async function isCurrent(file: string, stampFile: string, recipe: string): Promise<boolean> {
  if (!existsSync(file) || !existsSync(stampFile)) return false;
  return (await readFile(stampFile, "utf8")) === JSON.stringify({ recipe, ...(await shape(file)) });
}

async function shape(file: string): Promise<{ readonly bytes: number; readonly mtimeMs: number }> {
  const { size, mtimeMs } = await stat(file);
  return { bytes: size, mtimeMs };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A line for SHA256SUMS (`sha256sum -c` reads it). */
export async function checksumLine(folder: string, name: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(join(folder, name))) digest.update(chunk as Buffer);
  return `${digest.digest("hex")}  ${name}\n`;
}
