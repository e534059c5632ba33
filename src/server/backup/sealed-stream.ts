// A sealed file (sealing/sealed-file.ts) as a stream of bytes, written and read piece by piece: of a large one no more than two chunks are
// in memory. It is there whole, or not at all.
import { type FileHandle, link, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errno, Fault, reason } from "../../model/fault.ts";
import { COST, type Cost, stretchAside } from "../../sealing/passphrase.ts";
import {
  CHUNK_BYTES,
  HEADER_BYTES_MOST,
  keyOf,
  newHeader,
  openChunk,
  readHeader,
  saltOf,
  SEALED_CHUNK_BYTES,
  sealChunk,
  type SealedKind,
  writeHeader,
} from "../../sealing/sealed-file.ts";

const KIND: SealedKind = { magic: "mutual-server-backup", version: 1 };

export interface SealedWish {
  readonly passphrase: string;
  /** What is there already may be replaced. */
  readonly force: boolean;
  /** Other than usual: for tests. */
  readonly cost?: Cost | undefined;
}

/** Written beside, and in its place when it is finished. */
export class SealedWriter {
  readonly #path: string;
  readonly #force: boolean;
  readonly #file: FileHandle;
  readonly #key: Buffer;
  readonly #pending = Buffer.alloc(CHUNK_BYTES);
  #held = 0;
  #chunk = 0;
  #bytes: number;

  private constructor(parts: { path: string; force: boolean; file: FileHandle; key: Buffer; bytes: number }) {
    this.#path = parts.path;
    this.#force = parts.force;
    this.#file = parts.file;
    this.#key = parts.key;
    this.#bytes = parts.bytes;
  }

  /** @throws Fault `backup-exists`, `backup-unwritable` */
  static async create(path: string, { passphrase, force, cost = COST }: SealedWish): Promise<SealedWriter> {
    if (!force) await checkFree(path);
    // What a killed one left is worth nothing.
    const file = await writing(() => open(besideOf(path), "w", 0o600));
    try {
      const header = newHeader(cost);
      const { key, text } = writeHeader(KIND, header, await stretchAside(passphrase, saltOf(header), header));
      const { bytesWritten: bytes } = await writing(() => file.write(text));
      return new SealedWriter({ path, force, file, key, bytes });
    } catch (error) {
      await file.close();
      await rm(besideOf(path), { force: true });
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.#held === CHUNK_BYTES) await this.#seal(false);
      const part = bytes.subarray(at, at + CHUNK_BYTES - this.#held);
      this.#pending.set(part, this.#held);
      this.#held += part.length;
      at += part.length;
    }
  }

  /** It is there, whole, also after a power cut. Returns its size. */
  async finish(): Promise<number> {
    await this.#seal(true);
    await writing(async () => {
      await this.#file.sync();
      await this.#file.close();
      await this.#name();
      await syncFolder(dirname(this.#path));
    });
    return this.#bytes;
  }

  /** Nothing is left of it. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(besideOf(this.#path), { force: true });
  }

  /** Whoever has put something there meanwhile keeps it: a link, unlike a rename, replaces nothing. */
  async #name(): Promise<void> {
    const beside = besideOf(this.#path);
    if (this.#force) return rename(beside, this.#path);
    try {
      await link(beside, this.#path);
      await rm(beside);
    } catch (error) {
      if (errno(error) === "EEXIST") throw exists(this.#path);
      // Not every file system has links.
      await checkFree(this.#path);
      await rename(beside, this.#path);
    }
  }

  async #seal(isLast: boolean): Promise<void> {
    const sealed = sealChunk(this.#key, this.#pending.subarray(0, this.#held), { chunk: this.#chunk, isLast });
    await writing(() => writeAll(this.#file, sealed));
    this.#chunk += 1;
    this.#bytes += sealed.length;
    this.#held = 0;
  }
}

/** Chunk by chunk; at the end it is certain that nothing is missing. @throws Fault `backup-*`, `wrong-passphrase` */
export async function* readSealed(path: string, passphrase: string): AsyncGenerator<Buffer> {
  await using file = await reading(() => open(path, "r"), path);
  const opened = readHeader(KIND, await readAt(file, 0, HEADER_BYTES_MOST));
  const key = keyOf(KIND, opened, await stretchAside(passphrase, saltOf(opened.header), opened.header));
  let at = opened.start;
  let sealed = await readAt(file, at, SEALED_CHUNK_BYTES);
  for (let chunk = 0; ; chunk += 1) {
    at += sealed.length;
    // Whether a chunk is the last one is sealed with it: a file that was cut between two of them does not open.
    const next = await readAt(file, at, SEALED_CHUNK_BYTES);
    yield openChunk(key, sealed, { chunk, isLast: next.length === 0 });
    if (next.length === 0) return;
    sealed = next;
  }
}

function besideOf(path: string): string {
  return `${path}.new`;
}

async function checkFree(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (errno(error) === "ENOENT") return undefined;
    throw unwritable(error);
  });
  if (found !== undefined) throw exists(path);
}

function exists(path: string): Fault {
  return new Fault("backup-exists", `there is something at ${path} already`, { hint: "give another name, or --force" });
}

async function readAt(file: FileHandle, at: number, most: number): Promise<Buffer> {
  const bytes = Buffer.alloc(most);
  let length = 0;
  while (length < most) {
    const count = await readInto(file, bytes.subarray(length), at + length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

async function readInto(file: FileHandle, bytes: Buffer, at: number): Promise<number> {
  return (await reading(() => file.read(bytes, 0, bytes.length, at))).bytesRead;
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

async function writing<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw error instanceof Fault ? error : unwritable(error);
  }
}

function unwritable(cause: unknown): Fault {
  return new Fault("backup-unwritable", `the backup cannot be written: ${reason(cause)}`, {
    hint: "choose a place where the server may write, or make room",
    cause,
  });
}

async function reading<T>(read: () => Promise<T>, path = "the backup"): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const why = errno(error) === "ENOENT" ? "there is no such file" : reason(error);
    throw new Fault("backup-unreadable", `cannot read ${path}: ${why}`, {
      hint: "check its name and who may read it",
      cause: error,
    });
  }
}
