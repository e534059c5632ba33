// One build at a time: a second one waits for the first, and takes over from one that died.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../src/bin/process-alive.ts";

const WAIT_MS = 200;
/** Longer than any build: then something is wrong and a person should know. */
const LIMIT_MS = 10 * 60_000;

/** Takes the lock `file`; `using` gives it back. Throws after ten minutes. */
export async function lock(file: string): Promise<Disposable> {
  mkdirSync(dirname(file), { recursive: true });
  for (let waitedMs = 0; waitedMs < LIMIT_MS; waitedMs += WAIT_MS) {
    if (taken(file)) return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
    // A file without a number was opened this moment by another process, and 0 is taken for alive.
    if (!isAlive(owner(file))) rmSync(file, { force: true });
    else await sleep(WAIT_MS);
  }
  throw new Error(`another build holds ${file} for ten minutes`);
}

function taken(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

function owner(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}
