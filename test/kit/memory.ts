// The memory of a running process, searched as a debugger would.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const CHUNK = 1024 * 1024;

/** Which of the texts are somewhere in the memory of the process, as UTF-8 or UTF-16. */
export function inMemoryOf(pid: number, texts: readonly string[]): readonly string[] {
  const wanted = texts.map((text) => ({ text, forms: [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le")] }));
  const longest = Math.max(...wanted.flatMap(({ forms }) => forms.map(({ length }) => length)));
  const found = new Set<string>();
  const fd = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const bytes of chunksOf(fd, regionsOf(pid), longest)) {
      const here = wanted.filter(({ forms }) => forms.some((form) => bytes.includes(form)));
      for (const { text } of here) found.add(text);
    }
  } finally {
    closeSync(fd);
  }
  return [...found];
}

interface Region {
  readonly start: bigint;
  readonly end: bigint;
}

/** Neighbours share so many bytes. */
function* chunksOf(fd: number, regions: readonly Region[], shared: number): Generator<Buffer> {
  for (const { start, end } of regions) {
    for (let at = start; at < end; at += BigInt(CHUNK - shared)) {
      const bytes = readAt(fd, at, end);
      if (bytes === undefined) break;
      yield bytes;
    }
  }
}

/** What the process can read and has written itself. */
function regionsOf(pid: number): readonly Region[] {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n");
  return maps.flatMap((line) => {
    const [, start = "", end = "", rights = "", name = ""] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
    const isOwn = rights.startsWith("rw") && !name.startsWith("[v");
    return isOwn ? [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) }] : [];
  });
}

/** Undefined: the system does not show it, or it is gone meanwhile. */
function readAt(fd: number, at: bigint, end: bigint): Buffer | undefined {
  const length = end - at < BigInt(CHUNK) ? Number(end - at) : CHUNK;
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
  } catch {
    return undefined;
  }
}
