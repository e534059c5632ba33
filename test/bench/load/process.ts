// What /proc tells of a process: CPU time of all its threads, memory.
import { readFileSync, readdirSync } from "node:fs";

/** Milliseconds on a CPU of every thread that lives; threads of ours do not end while they are measured. */
export function cpuMs(pid: number): number {
  let nanos = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    nanos += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return nanos / 1e6;
}

/** CPU milliseconds of each thread by its name, the busiest first. */
export function threadsMs(pid: number): readonly (readonly [string, number])[] {
  const all = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const folder = `/proc/${pid}/task/${thread}`;
    const nanos = Number(readFileSync(`${folder}/schedstat`, "utf8").split(" ")[0]);
    return [`${readFileSync(`${folder}/comm`, "utf8").trim()} ${thread}`, nanos / 1e6] as const;
  });
  return all.toSorted((a, b) => b[1] - a[1]);
}

export interface Memory {
  readonly rssKb: number;
  /** Shared pages counted in parts. */
  readonly pssKb: number;
  readonly peakKb: number;
}

export function memory(pid: number): Memory {
  const field = (file: string, name: string): number => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/${file}`, "utf8"));
    return Number(match?.[1]);
  };
  return { rssKb: field("status", "VmRSS"), pssKb: field("smaps_rollup", "Pss"), peakKb: field("status", "VmHWM") };
}
