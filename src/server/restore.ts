// A backup takes the place of what is in a data folder. Everything is checked before anything is written, and again before it takes its
// place; what was there is kept beside it. A kill at any moment leaves the old or the new: what was begun is finished at the next start.
import { type FileHandle, mkdir, open, readdir, rename, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errno, Fault } from "../model/fault.ts";
import type { Sha256 } from "../model/ids.ts";
import { corrupt } from "../sealing/sealed-file.ts";
import { type Manifest, type Member, readArchive } from "./backup/archive.ts";
import { syncFolder } from "./backup/sealed-stream.ts";
import { BLOBS, DATABASE, makeDataFolder, OWN_CONFIG, OWN_REALM, READY } from "./data-folder.ts";
import { checkUnused, type ExaminedFile, examineFile } from "./store/sqlite/examine-file.ts";

export interface RestoreWish {
  readonly file: string;
  readonly data: string;
  readonly passphrase: string;
  /** What is there is kept beside, in a folder of the data folder. */
  readonly force: boolean;
  readonly now: () => number;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly files: number;
  readonly bytes: number;
  readonly blobs: number;
  /** Not what their names say, and left out: the disk had changed them before the backup was made. */
  readonly damagedBlobs: readonly string[];
  readonly examined: ExaminedFile;
  /** Where what was there before is now. */
  readonly kept: string | undefined;
}

/** In the data folder: what is being written, and nothing is decided. */
const STAGING = ".restoring";
/** In READY: where the old goes. */
const KEEPING = ".kept";
/** The database last: without it a server would begin anew. */
const OURS = [BLOBS, OWN_REALM, OWN_CONFIG, DATABASE] as const;
const BESIDE = [`${DATABASE}-wal`, `${DATABASE}-shm`] as const;
/** For the file system's own. */
const ROOM = 1.05;

/** @throws Fault `backup-*`, `wrong-passphrase`, `restore-*`, `store-*` */
export async function restoreBackup(wish: RestoreWish): Promise<Restored> {
  const { data, force } = wish;
  const checked = await checkArchive(wish);
  makeDataFolder(data);
  await finishRestore(data);
  await checkPlace(data, force);
  await checkRoom(data, checked.bytes);
  const staging = join(data, STAGING);
  await rm(staging, { recursive: true, force: true });
  try {
    const damagedBlobs = await unpack(wish, staging);
    const examined = await examineStaged(staging, checked.manifest);
    await syncFolders(staging);
    const hadOld = (await oursIn(data)).length > 0;
    await checkUnused(join(data, DATABASE));
    const keeping = `before-${new Date(wish.now()).toISOString().replaceAll(/[:.]/g, "-")}`;
    if (hadOld) await mkdir(join(staging, KEEPING, keeping), { recursive: true, mode: 0o700 });
    await rename(staging, join(data, READY));
    await syncFolder(data);
    await finishRestore(data);
    const { blobs } = checked;
    const counts = { files: checked.files, bytes: checked.bytes, blobs, damagedBlobs };
    return { manifest: checked.manifest, ...counts, examined, kept: hadOld ? join(data, keeping) : undefined };
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

/** What a restore has checked takes its place; nothing where none was begun. Before anything of the folder is opened. */
export async function finishRestore(data: string): Promise<void> {
  const ready = join(data, READY);
  const names = await readdir(ready).catch(ignoreNoFolder);
  if (names === undefined) return;
  const [keeping] = (await readdir(join(ready, KEEPING)).catch(ignoreMissing)) ?? [];
  if (keeping !== undefined) await mkdir(join(data, keeping), { mode: 0o700 }).catch(ignoreExisting);
  for (const name of OURS) {
    if (!names.includes(name)) continue;
    // The old one is still here only as long as the new one is not: this may be a second attempt.
    if (keeping !== undefined) await moveIfThere(join(data, name), join(data, keeping, name));
    if (name === DATABASE && keeping !== undefined)
      for (const one of BESIDE) await moveIfThere(join(data, one), join(data, keeping, one));
    await rename(join(ready, name), join(data, name));
  }
  await syncFolder(data);
  await rm(ready, { recursive: true, force: true });
  await syncFolder(data);
}

interface Checked {
  readonly manifest: Manifest;
  readonly files: number;
  readonly bytes: number;
  readonly blobs: number;
}

/** From its first byte to its last, before anything is written. */
async function checkArchive({ file, passphrase }: RestoreWish): Promise<Checked> {
  let manifest: Manifest | undefined;
  let blobs = 0;
  let totals = { files: 0, bytes: 0 };
  const paths = new Set<string>();
  for await (const part of readArchive(file, passphrase)) {
    if (part.part === "begin") manifest = part.manifest;
    if (part.part === "end") totals = part;
    if (part.part !== "file") continue;
    paths.add(part.member.path);
    if (part.member.path.startsWith(`${BLOBS}/`)) blobs += 1;
  }
  if (manifest === undefined || !paths.has(DATABASE) || !paths.has(`${OWN_REALM}/ca.crt`))
    throw corrupt("it is not of a whole server");
  return { manifest, files: totals.files, bytes: totals.bytes, blobs };
}

/** Only over nothing, or with --force; never under a running server. */
async function checkPlace(data: string, force: boolean): Promise<void> {
  await checkUnused(join(data, DATABASE));
  const [there] = await oursIn(data);
  if (there === undefined || force) return;
  throw new Fault("restore-not-empty", `the folder ${data} is not empty: ${there} is in it`, {
    hint: "name an empty folder with --data, or give --force: what is there is then kept beside",
  });
}

async function checkRoom(data: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(data);
  if (bavail * bsize >= bytes * ROOM) return;
  throw new Fault("store-full", `the disk of ${data} has no room for ${bytes} bytes`, {
    hint: "make room, or name another folder with --data",
  });
}

async function oursIn(data: string): Promise<readonly string[]> {
  const names = new Set(await readdir(data));
  return OURS.filter((name) => names.has(name));
}

/** Returns the blobs that were left out. */
async function unpack({ file, passphrase }: RestoreWish, staging: string): Promise<readonly string[]> {
  const damaged: string[] = [];
  let output: Output | undefined;
  await mkdir(join(staging, BLOBS), { recursive: true, mode: 0o700 });
  try {
    for await (const part of readArchive(file, passphrase)) {
      if (part.part === "file") output = await Output.create(staging, part.member);
      if (part.part === "data") await output?.write(part.bytes);
      if (part.part === "done" && (await output?.finish(part.sha256)) === "damaged") damaged.push(part.sha256);
    }
  } finally {
    await output?.close();
  }
  return damaged;
}

class Output {
  readonly #path: string;
  readonly #member: Member;
  readonly #file: FileHandle;
  #isOpen = true;

  private constructor(path: string, member: Member, file: FileHandle) {
    this.#path = path;
    this.#member = member;
    this.#file = file;
  }

  static async create(staging: string, member: Member): Promise<Output> {
    const path = join(staging, member.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return new Output(path, member, await open(path, "wx", member.mode));
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done);
      done += bytesWritten;
    }
  }

  /** A blob is what its name says, or it is none. */
  async finish(sha256: Sha256): Promise<"whole" | "damaged"> {
    await this.#file.sync();
    await this.close();
    const { path } = this.#member;
    if (!path.startsWith(`${BLOBS}/`) || path.endsWith(sha256)) return "whole";
    await rm(this.#path);
    return "damaged";
  }

  /** Twice is harmless. */
  async close(): Promise<void> {
    if (this.#isOpen) await this.#file.close();
    this.#isOpen = false;
  }
}

/** It opens, it is in order, and it is the one that the backup says. */
async function examineStaged(staging: string, { storeId, generation }: Manifest): Promise<ExaminedFile> {
  const examined = await examineFile(join(staging, DATABASE));
  if (!examined.ok) throw corrupt(`its database is not in order: ${examined.findings.slice(0, 3).join("; ")}`);
  if (examined.storeId !== storeId || examined.generation !== generation || !examined.isCopy)
    throw corrupt("its database is not the one that it says");
  return examined;
}

async function syncFolders(root: string): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) await syncFolder(join(entry.parentPath, entry.name));
  await syncFolder(root);
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if (errno(error) !== "ENOENT") throw error;
}

/** Whoever makes the data folder says what is in its place. */
function ignoreNoFolder(error: unknown): undefined {
  if (!["ENOENT", "ENOTDIR", "ELOOP"].includes(errno(error) ?? "")) throw error;
}

function ignoreExisting(error: unknown): undefined {
  if (errno(error) !== "EEXIST") throw error;
}
