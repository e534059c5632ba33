// Runs a program until it has shown its first screen, and keeps what V8 has compiled of it by then:
// node scripts/executable/warm-run.ts PROGRAM CACHE argument …. PROGRAM is wrapped by `wrapped`. Without arguments: is the cache of use?
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { PassThrough } from "node:stream";
import { Script } from "node:vm";

export type ProgramFunction = (exports: object, require: NodeJS.Require, module: object) => void;

/** As the loader runs it. */
export function wrapped(code: string): string {
  return `(function (exports, require, module) {${code}\n})`;
}

/** The first screen is there, and the first attempt to connect is over. */
const TRIED_MS = 1_500;

/** Whoever types nothing, and looks at nothing. */
function nobody(): object {
  const columns = { isTTY: true, columns: 120, rows: 40 };
  return Object.assign(new PassThrough().resume(), columns, { fd: 1, setRawMode: () => undefined });
}

function run(program: string, cache: string, args: readonly string[]): void {
  const script = new Script(readFileSync(program, "latin1"), { filename: program });
  process.argv = [process.execPath, program, ...args];
  Object.defineProperties(process, { stdin: { value: nobody() }, stdout: { value: nobody() } });
  setTimeout(() => {
    writeFileSync(cache, script.createCachedData());
    process.exit(0);
  }, TRIED_MS);
  const start = script.runInThisContext() as ProgramFunction;
  start({}, createRequire(import.meta.url), { exports: {} });
}

/** @throws Error where the next process like this one would compile everything anew */
function check(program: string, cache: string): void {
  const { cachedDataRejected } = new Script(readFileSync(program, "latin1"), { cachedData: readFileSync(cache) });
  if (cachedDataRejected !== false) throw new Error("V8 refuses what it has compiled itself");
}

const [program, cache, ...args] = process.argv.slice(2);
if (import.meta.main && program !== undefined && cache !== undefined) {
  if (args.length === 0) check(program, cache);
  else run(program, cache, args);
}
