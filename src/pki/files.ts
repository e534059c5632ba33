// Files of certificates and keys: read whole with a limit, written whole or not at all.
// Knows what a folder is, not what a certificate is.

import { randomBytes } from "node:crypto";
import { chmod, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { platform } from "node:os";
import { basename, dirname, join } from "node:path";
import { errno, Fault, reason } from "../model/fault.ts";
import { makeFolders } from "./folders.ts";

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
    throw unreadable(path, error);
  }
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such folder",
  EISDIR: "it is a folder",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
};

/** The system's own sentence would name the file a second time. */
export function unreadable(path: string, error: unknown): Fault {
  const code = errno(error);
  const why = (code === undefined ? undefined : WHY_UNREADABLE[code]) ?? reason(error);
  return new Fault("file-unreadable", `cannot read ${path}: ${why}`, {
    hint: "check that it is a file and that this user may read it",
    cause: error,
  });
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
      const temporary = temporaryFor(file.path);
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

const TEMPORARY = /^\..+\.[0-9a-f]{12}\.tmp$/;

function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Files of `writeAll` that a run left behind when it was killed. Only for who knows that no other run is at work. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => TEMPORARY.test(one))) await rm(join(folder, name), { force: true });
}

export function unwritable(error: unknown): Fault {
  return unwritableFor(`cannot write: ${reason(error)}`, error);
}

function unwritableFor(sentence: string, cause: unknown): Fault {
  return new Fault("file-unwritable", sentence, {
    hint: "check that the folder exists, that this user may write to it, and that the disk is not full",
    cause,
  });
}

/** Returns the first folder that was made. @throws Fault `file-unwritable` */
export function makePrivateFolders(folder: string): string | undefined {
  return makeFolders(folder, unwritableFor);
}

async function privateFolder(folder: string): Promise<void> {
  makePrivateFolders(folder);
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
