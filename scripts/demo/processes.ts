// Which processes a demonstration has started, written into its folder, so that a later one can end those that were left.
// A number alone may be another program's by now: what runs under it must also name the folder on its command line.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STOP_MS = 5_000;
const STEP_MS = 100;

/** Notes these processes, and what they have started themselves, beside those that were noted before. */
export function note(folder: string, pids: readonly number[]): void {
  // Added in one write: who is killed meanwhile leaves what was there before.
  const lines = [...pids, ...childrenOf(pids)].map((pid) => `${pid}\n`).join("");
  appendFileSync(join(folder, "pids"), lines, { mode: 0o600 });
}

function childrenOf(pids: readonly number[]): readonly number[] {
  if (pids.length === 0) return [];
  const pairs = ps("-A", "-o", "pid=,ppid=").map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid = 0, parent = 0]) => (pids.includes(parent) ? [pid] : []));
}

/** Ends what was noted and is still there, first asking, then by force; returns when it is gone. */
export async function endNoted(folder: string): Promise<void> {
  const pids = noted(folder);
  const left = (): readonly number[] => runningWith(pids, folder);
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of left()) signalTo(pid, signal);
    for (let waitedMs = 0; waitedMs < STOP_MS && left().length > 0; waitedMs += STEP_MS) await sleep(STEP_MS);
  }
  rmSync(join(folder, "pids"), { force: true });
}

/** Empty when nothing was noted. */
function noted(folder: string): readonly number[] {
  try {
    return readFileSync(join(folder, "pids"), "utf8").split("\n").map(Number).filter(isPid);
  } catch {
    return [];
  }
}

function isPid(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 1;
}

/** Those of the processes whose command line has `words` in it. One that has ended and waits to be collected has none. */
export function runningWith(pids: readonly number[], words: string): readonly number[] {
  if (pids.length === 0) return [];
  const lines = ps("-ww", "-o", "pid=,args=", "-p", pids.join(",")).filter((line) => line.includes(words));
  return lines.map((line) => Number(line.trim().split(" ", 1)[0]));
}

function ps(...args: readonly string[]): readonly string[] {
  const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
  try {
    return execFileSync("ps", args, { encoding: "utf8", stdio }).split("\n");
  } catch {
    // None of them is there.
    return [];
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in this moment.
  }
}
