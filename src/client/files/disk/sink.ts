// A file that is being received: written under a name that nobody guesses, in the folder where it shall stay, and given its
// own name when it is whole. Nothing that is there already is touched unless that was asked for.
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, rm, stat, statfs } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { Fault, errno } from "../../../model/fault.ts";
import type { Destination, Sink, SinkPlace, SinkWish } from "../contract.ts";
import { safeFileName } from "../file-name.ts";
import { targetFault } from "./faults.ts";
import { giveName, refuseFolder, syncFolder } from "./naming.ts";
import { readAt } from "./source.ts";

const FILE_MODE = 0o600;
const PARTIAL = /^\.[0-9a-f]{24}\.part$/;
const PARTIAL_RANDOM_BYTES = 12;

/** See the contract. */
export async function createSink({ size, replace, ...wish }: SinkWish): Promise<Sink> {
  const { folder, name: chosen } = await destinationOf(wish);
  return guard(folder, async () => {
    if (replace) await refuseFolder(join(folder, chosen));
    await refuseFull(folder, size);
    const partial = join(folder, `.${randomBytes(PARTIAL_RANDOM_BYTES).toString("hex")}.part`);
    // Exclusive: neither another file nor what a link points to.
    const handle = await open(partial, "wx+", FILE_MODE);
    const file = await fileOf(handle);
    return new DiskSink(handle, { folder, name: chosen, partial, file, replace });
  });
}

/** See the contract. */
export async function reopenSink(place: SinkPlace, offset: number): Promise<Sink> {
  const { folder, partial, name } = place;
  if (dirname(partial) !== folder || !PARTIAL.test(basename(partial)) || basename(name) !== name)
    throw replaced(partial);
  return guard(folder, async () => {
    const handle = await open(partial, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0)).catch(asReplaced(partial));
    try {
      const { nlink, size } = await handle.stat();
      if ((await fileOf(handle)) !== place.file || nlink !== 1 || size < offset) throw replaced(partial);
      await handle.truncate(offset);
      return new DiskSink(handle, place);
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
}

class DiskSink implements Sink {
  readonly place: SinkPlace;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, place: SinkPlace) {
    this.#handle = handle;
    this.place = place;
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#guard(async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    });
  }

  read(offset: number, into: Uint8Array): Promise<number> {
    return this.#guard(() => readAt(this.#handle, offset, into));
  }

  sync(): Promise<void> {
    return this.#guard(() => this.#handle.datasync());
  }

  finish(): Promise<string> {
    return this.#guard(async () => {
      await this.#handle.sync();
      const found = await lstat(this.place.partial, { bigint: true });
      if (`${found.dev} ${found.ino}` !== this.place.file) throw replaced(this.place.partial);
      const path = await giveName(this.place);
      await this.#handle.close();
      await syncFolder(this.place.folder);
      return path;
    });
  }

  discard(): Promise<void> {
    return this.#guard(async () => {
      await this.#handle.close();
      await rm(this.place.partial, { force: true });
    });
  }

  close(): Promise<void> {
    return this.#guard(() => this.#handle.close());
  }

  #guard<T>(run: () => Promise<T>): Promise<T> {
    return guard(this.place.folder, run);
  }
}

/** The path is the user's own and goes where it says; the name is a stranger's and goes nowhere. */
export async function destinationOf({ path, name }: Pick<SinkWish, "path" | "name">): Promise<Destination> {
  if (path === "" || path.includes("\0"))
    throw new Fault("target-path", "the path to save to is empty or no path", { hint: "name a folder or a file" });
  const full = resolve(path);
  try {
    if (await isFolder(full)) return { folder: full, name: safeFileName(name) };
  } catch (error) {
    if (!isMissing(error)) throw targetFault(full, error);
  }
  const folder = dirname(full);
  const isThere = await isFolder(folder).catch(() => false);
  if (!isThere || path.endsWith("/") || path.endsWith(sep))
    throw new Fault("target-missing", `there is no folder ${isThere ? full : folder}`, {
      values: { path: isThere ? full : folder },
      hint: "make it first",
    });
  return { folder, name: basename(full) };
}

function isMissing(error: unknown): boolean {
  const code = errno(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

async function refuseFull(folder: string, size: number): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(folder);
  // A disk that does not tell its size is believed.
  if (blocks === 0 || bavail * bsize >= size) return;
  throw new Fault("target-full", `the disk of ${folder} has no room for the file`, {
    values: { path: folder },
    hint: "make room, or choose another place",
  });
}

async function fileOf(handle: FileHandle): Promise<string> {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `${dev} ${ino}`;
}

function asReplaced(partial: string): (error: unknown) => never {
  return (error) => {
    throw errno(error) === "ELOOP" ? replaced(partial) : error;
  };
}

function replaced(partial: string): Fault {
  return new Fault("target-changed", `the unfinished file ${partial} is not the one that was written`, {
    hint: "save the file again",
  });
}

async function guard<T>(folder: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw targetFault(folder, error);
  }
}
