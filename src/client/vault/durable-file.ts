// Small files that must be whole at any moment, kill -9 and power cut included: written beside, flushed, renamed.
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, sep } from "node:path";
import { errno } from "../../model/fault.ts";

const PRIVATE = 0o600;

/** Undefined if there is no such file. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Afterwards the file is there with these bytes; before, it was as it had been. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const beside = besideOf(path);
  const old = openOld(path);
  try {
    const fd = openSync(beside, "w", PRIVATE);
    try {
      writeSync(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
    syncFolder(dirname(path));
    if (old !== undefined) wipe(old);
  } finally {
    if (old !== undefined) closeSync(old);
  }
}

/** What a killed run left half-done beside this file: it may be as secret as the file. */
export function removeLeftover(path: string): void {
  const fd = openOld(besideOf(path));
  rmSync(besideOf(path), { force: true });
  if (fd === undefined) return;
  wipe(fd);
  closeSync(fd);
}

function besideOf(path: string): string {
  return `${path}.new`;
}

/** A rename is kept when its folder is flushed. Windows cannot flush a folder, and does not need to. */
export function syncFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(fd);
  } catch {
    // Some network file systems refuse; there is nothing better.
  } finally {
    closeSync(fd);
  }
}

/** Windows does not replace a file that is open: there the old one is not wiped. */
function openOld(path: string): number | undefined {
  if (sep === "\\") return undefined;
  try {
    return openSync(path, "r+");
  } catch {
    return undefined;
  }
}

/** What the file held is overwritten where it lay; a disk that copies on write keeps it all the same. */
function wipe(fd: number): void {
  try {
    const { size, nlink } = fstatSync(fd);
    // Somebody else keeps it under another name: it is theirs.
    if (nlink > 0) return;
    writeSync(fd, Buffer.alloc(size), 0, size, 0);
    fsyncSync(fd);
  } catch {
    // The new file is in its place: this was only care.
  }
}
