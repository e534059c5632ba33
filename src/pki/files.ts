// Files of certificates and keys: read whole with a limit, written whole or not at all.
// Knows what a folder is, not what a certificate is.

import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { platform } from "node:os";
import { basename, dirname, join } from "node:path";
import { errno, Fault, reason } from "../model/fault.ts";

/** A revocation list may be 16 MiB (crl.ts); nothing else here is larger than a few kB. */
const FILE_BYTES = 24 * 1024 * 1024;
const PRIVATE_FILE = 0o600;
const PUBLIC_FILE = 0o644;
const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;

/** The whole file, or undefined if there is none. @throws Fault `file-unreadable` */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES) throw new Error(`it is larger than ${FILE_BYTES} bytes`);
    return await readFile(path);
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw new Fault("file-unreadable", `cannot read ${path}: ${reason(error)}`, {
      hint: "check that it is a file and that this user may read it",
      cause: error,
    });
  }
}

/** Runs a reader of a file's contents; its faults are told with the file's name in front. */
export async function about<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new Fault(error.code, `${path}: ${error.message}`, { ...hint, cause: error.cause ?? error });
  }
}

/** A warning if others than the owner may read a private file. Windows keeps no such bits. */
export async function privacyWarnings(path: string): Promise<string[]> {
  if (platform() === "win32") return [];
  const { mode } = await stat(path);
  if ((mode & OTHERS) === 0) return [];
  return [`${path} holds a private key and can be read by others: chmod 600 ${path}`];
}

export type FileToWrite = { readonly path: string; readonly content: string | Buffer; readonly secret: boolean };

/**
 * Writes all files: first every one beside its place and flushed, then all renamed, so that a full disk or a refusal changes
 * nothing. Folders are made private. @throws Fault `file-unwritable`
 */
export async function writeAll(files: readonly FileToWrite[]): Promise<void> {
  const staged: { temporary: string; path: string }[] = [];
  try {
    for (const file of files) {
      await privateFolder(dirname(file.path));
      const temporary = join(dirname(file.path), `.${basename(file.path)}.${randomBytes(6).toString("hex")}.tmp`);
      staged.push({ temporary, path: file.path });
      await writeFlushed(temporary, file);
    }
    for (const { temporary, path } of staged) await rename(temporary, path);
    for (const folder of new Set(files.map((file) => dirname(file.path)))) await flushFolder(folder);
  } catch (error) {
    await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true }).catch(() => undefined)));
    throw unwritable(error);
  }
}

function unwritable(error: unknown): Fault {
  return new Fault("file-unwritable", `cannot write: ${reason(error)}`, {
    hint: "check that the folder exists, that this user may write to it, and that the disk is not full",
    cause: error,
  });
}

async function privateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const { mode } = await stat(folder);
  if ((mode & OTHERS) !== 0) await chmod(folder, PRIVATE_FOLDER);
}

async function writeFlushed(path: string, file: FileToWrite): Promise<void> {
  await using handle = await open(path, "wx", file.secret ? PRIVATE_FILE : PUBLIC_FILE);
  await handle.writeFile(file.content);
  await handle.sync();
}

/** The renames themselves reach the disk with the folder. Windows cannot flush one, and need not. */
async function flushFolder(folder: string): Promise<void> {
  if (platform() === "win32") return;
  await using handle = await open(folder, "r");
  await handle.sync();
}
