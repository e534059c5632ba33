// A backup of the running server: the database as it is at one moment, then everything that it may name. Blobs are never changed and are
// whole before they are named, so that those which are there afterwards are enough; the realm's files are small and read at once.
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errno, Fault } from "../model/fault.ts";
import { lockFolder } from "../pki/folder-lock.ts";
import { ArchiveWriter } from "./backup/archive.ts";
import type { CareParts } from "./care-parts.ts";
import { BLOBS, DATABASE, OWN_CONFIG, OWN_REALM } from "./data-folder.ts";
import type { ServerConfig } from "./config.ts";
import type { BackupWish } from "./service/realm/act-world.ts";

/** In the data folder: the copy of the database while the backup is written. Only of use to the one that made it. */
const SCRATCH = ".backup";
/** In the data folder: those that owners make from their clients. */
const FOLDER = "backups";
const LOCK_WAIT_MS = 10_000;
const PRIVATE = 0o600;
const PERMISSIONS = 0o777;
/** 100 bits: nobody guesses it, and it can be copied from paper. */
const WORDS = 5;
const WORD_CHARS = 4;
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

export interface BackupMade {
  readonly file: string;
  /** Of the file, and of what is in it. */
  readonly fileBytes: number;
  readonly bytes: number;
  readonly files: number;
  readonly blobs: number;
  /** Blobs that are not any more what their names say: the disk has changed them. They are left out when it is restored. */
  readonly damagedBlobs: readonly string[];
  readonly ms: number;
  /** Where none was given. Nobody can read the backup without it. */
  readonly passphrase?: string;
}

/** One at a time. @throws Fault `backup-exists`, `backup-unwritable`, `backup-changed`, and those of the store */
export async function makeBackup(config: ServerConfig, parts: CareParts, wish: BackupWish): Promise<BackupMade> {
  const { clock, store, files } = parts;
  const begun = performance.now();
  const file = wish.inFolder ? join(config.data, FOLDER, wish.file) : wish.file;
  if (wish.inFolder) await mkdir(join(config.data, FOLDER), { mode: 0o700 }).catch(ignoreExisting);
  const made = wish.passphrase === undefined ? newPassphrase() : undefined;
  const { force } = wish;
  const archive = await ArchiveWriter.create(file, { passphrase: wish.passphrase ?? made ?? "", force });
  try {
    await wish.onBegin();
    const { storeId, generation } = store.info();
    const { agent } = config;
    const realm = files.realm.fingerprint;
    await archive.begin({ format: 1, agent, madeAt: clock.now(), realm, storeId, generation });
    await copyDatabase(archive, config, parts);
    const { blobs, damagedBlobs } = await copyBlobs(archive, config, parts);
    await copyRealm(archive, config, parts);
    const totals = await archive.finish();
    const ms = Math.round(performance.now() - begun);
    parts.log.info({ file, ...totals, blobs, ms }, "a backup was made");
    return { file, ...totals, blobs, damagedBlobs, ms, ...(made === undefined ? {} : { passphrase: made }) };
  } catch (error) {
    await archive.discard();
    throw error;
  } finally {
    await rm(join(config.data, SCRATCH), { recursive: true, force: true });
  }
}

async function copyDatabase(archive: ArchiveWriter, { data }: ServerConfig, { store }: CareParts): Promise<void> {
  const scratch = join(data, SCRATCH);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { mode: 0o700 });
  const copy = join(scratch, DATABASE);
  await store.backup(copy);
  const { size: bytes } = await stat(copy);
  await archive.file({ path: DATABASE, bytes, mode: PRIVATE }, createReadStream(copy));
  await rm(scratch, { recursive: true, force: true });
}

async function copyBlobs(archive: ArchiveWriter, { data }: ServerConfig, { blobs, log }: CareParts) {
  const damagedBlobs: string[] = [];
  let count = 0;
  for await (const { id, bytes } of blobs.list()) {
    const path = `${BLOBS}/${id.slice(0, 2)}/${id}`;
    const found = await archive.file({ path, bytes, mode: PRIVATE }, createReadStream(join(data, path)));
    count += 1;
    if (found === id) continue;
    log.error({ blob: id }, "a blob is not any more what its name says: the disk has changed it");
    damagedBlobs.push(id);
  }
  return { blobs: count, damagedBlobs };
}

/** The CA's files, all of one moment, and what `init` has found out. Not the keys of clients, which are not the server's. */
async function copyRealm(archive: ArchiveWriter, config: ServerConfig, parts: CareParts): Promise<void> {
  const { certs, data } = config;
  const small: { readonly path: string; readonly mode: number; readonly content: Buffer }[] = [];
  {
    await using _held = await heldFolder(certs, parts);
    const entries = await readdir(certs, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && /^[A-Za-z0-9][\w.@+-]{0,99}$/.test(entry.name));
    for (const { name } of names) small.push({ path: `${OWN_REALM}/${name}`, ...(await whole(join(certs, name))) });
  }
  const own = await whole(join(data, OWN_CONFIG)).catch(ignoreMissing);
  if (own !== undefined) small.push({ path: OWN_CONFIG, ...own });
  for (const { path, mode, content } of small) await archive.file({ path, bytes: content.length, mode }, once(content));
}

/** Where nothing can be written nobody else writes either. */
async function heldFolder(certs: string, { pid, isAlive }: CareParts): Promise<AsyncDisposable> {
  try {
    return await lockFolder(certs, { pid, isAlive, waitMs: LOCK_WAIT_MS });
  } catch (error) {
    if (error instanceof Fault && error.code === "file-unwritable")
      return { [Symbol.asyncDispose]: () => Promise.resolve() };
    throw error;
  }
}

async function whole(path: string): Promise<{ readonly mode: number; readonly content: Buffer }> {
  const { mode } = await stat(path);
  return { mode: mode & PERMISSIONS, content: await readFile(path) };
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  if (content.length > 0) yield content;
}

function newPassphrase(): string {
  // 32 letters: five bits of each byte, and none is more likely than another.
  const letters = [...randomBytes(WORDS * WORD_CHARS)].map((byte) => LETTERS[byte % LETTERS.length] ?? "");
  return Array.from({ length: WORDS }, (_, word) =>
    letters.slice(word * WORD_CHARS, (word + 1) * WORD_CHARS).join(""),
  ).join("-");
}

function ignoreExisting(error: unknown): undefined {
  if (errno(error) !== "EEXIST") throw error;
}

function ignoreMissing(error: unknown): undefined {
  if (errno(error) !== "ENOENT") throw error;
}
