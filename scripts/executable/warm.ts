// What V8 compiles of a program on its way to the first screen, compiled beforehand: the program is run once, on a realm that is made for
// it and thrown away. Takes about a sixth off every start (docs/decisions/0001-packaging.md).
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { NODE_FLAGS } from "./node-flags.ts";
import { type Program, ROOT } from "./paths.ts";
import { wrapped } from "./warm-run.ts";

export interface Warm {
  /** The script that the executable starts with. */
  readonly main: string;
  readonly assets: { readonly program: string; readonly cache: string };
}

const run = promisify(execFile);
const MOST_MS = 60_000;

/** Nobody listens there. */
const NO_PORT = "1";
const USER = "alice";

function argumentsOf(program: Program, { certs, data }: { readonly certs: string; readonly data: string }): string[] {
  return program === "chat-client"
    ? ["--certs", certs, "--as", USER, "--home", data, "--ip", "127.0.0.1", "--port", NO_PORT]
    : ["--certs", certs, "--data", data, "--ip", "127.0.0.1", "--port", "0"];
}

/** In `work`, for an executable with the Node of `nodePath`. @throws Error if the program does not come so far */
export async function warm(
  program: Program,
  code: string,
  { work, nodePath }: { work: string; nodePath: string },
): Promise<Warm> {
  const realm = await mkdtemp(join(tmpdir(), "mutual-warm-"));
  try {
    const assets = { program: join(work, `${program}.asset`), cache: join(work, `${program}.cache`) };
    const [certs, data] = [join(realm, "certs"), join(realm, "data")];
    const env = { PATH: process.env["PATH"], HOME: realm, TERM: "xterm-256color", LANG: "C.UTF-8" };
    const options = { env, timeout: MOST_MS };
    await writeFile(assets.program, wrapped(code));
    await run(process.execPath, [join(ROOT, "scripts/gen-certs.ts"), "--certs", certs, "--clients", USER], options);
    const runner = join(ROOT, "scripts/executable/warm-run.ts");
    const tried = [...NODE_FLAGS, runner, assets.program, assets.cache];
    await run(nodePath, [...tried, ...argumentsOf(program, { certs, data })], options);
    await run(nodePath, tried, options);
    return { main: await loader(work), assets };
  } finally {
    await rm(realm, { recursive: true, force: true });
  }
}

async function loader(work: string): Promise<string> {
  const main = join(work, "loader.cjs");
  await build({
    entryPoints: [join(ROOT, "scripts/executable/loader.ts")],
    outfile: main,
    platform: "node",
    target: "node26",
    format: "cjs",
    bundle: true,
    logLevel: "silent",
  });
  return main;
}
