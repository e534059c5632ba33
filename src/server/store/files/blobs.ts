// Blobs as files: `ab/<sha-256>` when whole and right, `.partial/<sha-256>` while an upload is under way.
// A kill at any moment leaves a partial that can be gone on with, or a whole blob. Knows nothing of what is in them.
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { Fault, errno, reason } from "../../../model/fault.ts";
import { isSha256 } from "../../../model/ids.ts";
import type { Sha256 } from "../../../model/ids.ts";
import { BLOB_BYTES, BLOB_CHUNK_BYTES } from "../../../model/limits.ts";
import type { BlobStore } from "../../port/blobs.ts";

export interface FileBlobsOptions {
  /** Made (0700) if it is not there, but none above it. */
  readonly dir: string;
}

interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

type Held = Awaited<ReturnType<BlobStore["put"]>>;

/** Read at once while the whole is hashed. */
const HASH_STEP_BYTES = 1024 * 1024;
const PARTIAL = ".partial";
const FOLDER = /^[0-9a-f]{2}$/;
/** Beside a partial: the size that its upload declared, as text, so that it stays the same over a restart. */
const SIZE = ".size";
const FILE_MODE = 0o600;

/** Throws Fault `store-unwritable`. */
export async function openFileBlobs(options: FileBlobsOptions): Promise<BlobStore> {
  await guard(() => makeFolder(options.dir));
  await guard(() => makeFolder(join(options.dir, PARTIAL)));
  return new FileBlobs(options.dir);
}

class FileBlobs implements BlobStore {
  readonly #dir: string;
  /** One upload of a blob at a time: the last promise for each id, removed when it is the last. */
  readonly #turns = new Map<Sha256, Promise<unknown>>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  put(id: Sha256, size: number, chunk: Chunk): Promise<Held> {
    return this.#inTurn(id, () => guard(() => this.#put(id, size, chunk)));
  }

  get(id: Sha256, offset: number, maxBytes: number): ReturnType<BlobStore["get"]> {
    return guard(async () => {
      await using file = await open(this.#path(id), "r").catch(ignoreMissing);
      if (file === undefined) return undefined;
      const { size } = await file.stat();
      const wanted = Math.max(0, Math.min(maxBytes, size - offset, BLOB_CHUNK_BYTES));
      return { size, bytes: await readAt(file, offset, wanted) };
    });
  }

  remove(id: Sha256): Promise<void> {
    return this.#inTurn(id, () =>
      guard(async () => {
        await rm(this.#path(id), { force: true });
        await this.#forget(id);
      }),
    );
  }

  async *list(): ReturnType<BlobStore["list"]> {
    for (const folder of await guard(() => readdir(this.#dir))) {
      if (!FOLDER.test(folder)) continue;
      for (const id of (await guard(() => readdir(join(this.#dir, folder)))).filter(isSha256)) {
        const bytes = await guard(() => sizeIfThere(this.#path(id)));
        if (bytes !== undefined) yield { id, bytes };
      }
    }
  }

  async sweep(olderThanMs: number): Promise<number> {
    const names = await guard(() => readdir(join(this.#dir, PARTIAL)));
    const ids = new Set(
      names.map((name) => (name.endsWith(SIZE) ? name.slice(0, -SIZE.length) : name)).filter(isSha256),
    );
    let removed = 0;
    for (const id of ids) removed += await this.#inTurn(id, () => guard(() => this.#sweepOne(id, olderThanMs)));
    return removed;
  }

  async #put(id: Sha256, size: number, chunk: Chunk): Promise<Held> {
    refuseSizes(size, chunk);
    const whole = await sizeIfThere(this.#path(id));
    if (whole !== undefined) {
      if (whole !== size) throw sizeFault();
      return { offset: whole, complete: true };
    }
    const held = await this.#write(id, size, chunk);
    if (held < size) return { offset: held, complete: false };
    await this.#complete(id);
    return { offset: size, complete: true };
  }

  /** Returns how many bytes are held now. A piece is not synced: completion syncs the whole, a lost piece is sent again. */
  async #write(id: Sha256, size: number, chunk: Chunk): Promise<number> {
    await this.#declare(id, size);
    await using file = await open(this.#partial(id), constants.O_RDWR | constants.O_CREAT, FILE_MODE);
    const held = (await file.stat()).size;
    if (chunk.offset !== held) return held;
    if (chunk.bytes.length > size - held) throw sizeFault();
    await writeAt(file, held, chunk.bytes);
    return held + chunk.bytes.length;
  }

  /** The size is written before the partial is made, so a partial without a size is no partial. */
  async #declare(id: Sha256, size: number): Promise<void> {
    const path = this.#partial(id) + SIZE;
    const declared = await readFile(path, "utf8").catch(ignoreMissing);
    if (declared === `${size}\n`) return;
    if (declared?.endsWith("\n") === true) throw sizeFault();
    await rm(this.#partial(id), { force: true });
    await writeFile(path, `${size}\n`, { mode: FILE_MODE });
  }

  /** Hashes what is on the disk, not what came in: the name must be true of the file. */
  async #complete(id: Sha256): Promise<void> {
    const part = this.#partial(id);
    if ((await hashAndSync(part)) !== id) {
      await this.#forget(id);
      throw new Fault("blob-mismatch", "the blob does not have the hash that names it", {
        hint: "send it again from its beginning",
      });
    }
    const folder = join(this.#dir, id.slice(0, 2));
    if (await makeFolder(folder)) await syncFolder(this.#dir);
    await rename(part, this.#path(id));
    await syncFolder(folder);
    await rm(part + SIZE, { force: true });
  }

  async #forget(id: Sha256): Promise<void> {
    await rm(this.#partial(id), { force: true });
    await rm(this.#partial(id) + SIZE, { force: true });
  }

  async #sweepOne(id: Sha256, olderThanMs: number): Promise<number> {
    const path = this.#partial(id);
    const found = (await stat(path).catch(ignoreMissing)) ?? (await stat(path + SIZE).catch(ignoreMissing));
    if (found === undefined || Date.now() - found.mtimeMs < olderThanMs) return 0;
    await this.#forget(id);
    return 1;
  }

  #path(id: Sha256): string {
    return join(this.#dir, checked(id).slice(0, 2), id);
  }

  #partial(id: Sha256): string {
    return join(this.#dir, PARTIAL, checked(id));
  }

  #inTurn<T>(id: Sha256, run: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(run, run);
    this.#turns.set(id, turn);
    const leave = (): void => {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    };
    turn.then(leave, leave);
    return turn;
  }
}

/** False if it was there. Not `recursive`: see pki/folders.ts. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errno(error) !== "EEXIST") throw error;
    return false;
  }
}

/** Only what was checked becomes a file name. */
function checked(id: Sha256): Sha256 {
  if (!isSha256(id)) throw new Fault("blob-id", "a blob is named by 64 hex digits");
  return id;
}

function refuseSizes(size: number, chunk: Chunk): void {
  const { offset, bytes } = chunk;
  const sound =
    Number.isSafeInteger(size) && size >= 0 && size <= BLOB_BYTES && Number.isSafeInteger(offset) && offset >= 0;
  if (!sound || bytes.length > BLOB_CHUNK_BYTES) throw sizeFault();
}

function sizeFault(): Fault {
  return new Fault("blob-size", "the blob does not have the size that was declared, or it is too large");
}

async function hashAndSync(path: string): Promise<string> {
  await using file = await open(path, "r+");
  const digest = createHash("sha256");
  const step = Buffer.allocUnsafe(HASH_STEP_BYTES);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(step, 0, step.length, at);
    if (bytesRead === 0) break;
    digest.update(step.subarray(0, bytesRead));
    at += bytesRead;
  }
  await file.datasync();
  return digest.digest("hex");
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Uint8Array> {
  const piece = Buffer.alloc(bytes);
  let held = 0;
  while (held < bytes) {
    const { bytesRead } = await file.read(piece, held, bytes - held, at + held);
    if (bytesRead === 0) break;
    held += bytesRead;
  }
  return piece.subarray(0, held);
}

async function writeAt(file: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

async function sizeIfThere(path: string): Promise<number | undefined> {
  return (await stat(path).catch(ignoreMissing))?.size;
}

function ignoreMissing(error: unknown): undefined {
  if (errno(error) !== "ENOENT") throw error;
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

/** The disk's errors as Faults; a Fault passes. */
async function guard<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = errno(error);
    if (code === "ENOSPC" || code === "EDQUOT")
      throw new Fault("store-full", "the disk of the file store is full", { hint: "make room on it", cause: error });
    if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR" || code === "ENOENT") {
      throw new Fault("store-unwritable", `cannot write the file store (${code})`, {
        hint: "give the server a folder it may write to",
        cause: error,
      });
    }
    throw new Fault("store-failed", `the file store failed: ${reason(error)}`, { cause: error });
  }
}
