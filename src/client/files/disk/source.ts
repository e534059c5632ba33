// A file of this machine that is to be sent. Only regular files: a pipe has no end, a device no size, a folder no content.
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault } from "../../../model/fault.ts";
import type { Source } from "../contract.ts";
import { sourceFault } from "./faults.ts";

interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
}

/** See the contract. */
export async function openSource(path: string): Promise<Source> {
  if (path === "" || path.includes("\0"))
    throw new Fault("source-path", "the path of the file is empty or no path", { hint: "name a file" });
  try {
    // Opening can do something to a device; and it may be a pipe by the time it is opened, which would wait for a writer.
    refuseKind(path, await stat(path));
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await asSource(path, handle);
  } catch (error) {
    throw sourceFault(path, error);
  }
}

async function asSource(path: string, handle: FileHandle): Promise<Source> {
  try {
    const opened = await handle.stat();
    refuseKind(path, opened);
    return {
      path: resolve(path),
      size: opened.size,
      read: (offset, into) => guard(path, () => readAt(handle, offset, into)),
      stamp: () => guard(path, () => stampOf(handle)),
      close: () => guard(path, () => handle.close()),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Fewer than asked only at the end of the file. */
export async function readAt(handle: FileHandle, offset: number, into: Uint8Array): Promise<number> {
  let held = 0;
  while (held < into.length) {
    const { bytesRead } = await handle.read(into, held, into.length - held, offset + held);
    if (bytesRead === 0) break;
    held += bytesRead;
  }
  return held;
}

async function stampOf(handle: FileHandle): Promise<string> {
  const { size, mtimeNs } = await handle.stat({ bigint: true });
  return `${size} ${mtimeNs}`;
}

function refuseKind(path: string, kind: Kind): void {
  if (kind.isFile()) return;
  const what = kind.isDirectory() ? "a folder" : "no regular file";
  throw new Fault("source-kind", `${path} is ${what}`, { values: { path }, hint: "send a file" });
}

async function guard<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw sourceFault(path, error);
  }
}
