// Gives a whole file its name. What has the name already stays, whatever it is, also a link that leads nowhere.
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault, errno } from "../../../model/fault.ts";
import type { SinkPlace } from "../contract.ts";
import { numberedName } from "../file-name.ts";

/** Somebody has this many files of one name: something is wrong. */
const NUMBERS_MOST = 1_000;
const FILE_MODE = 0o600;

/** Returns the path it has now. Throws Fault `target-exists` and errors of the disk. */
export async function giveName({ folder, name, partial, replace }: SinkPlace): Promise<string> {
  if (replace) {
    // Again: it may have come meanwhile.
    const path = join(folder, name);
    await refuseFolder(path);
    // A link of this name is replaced itself, not what it points to (rename(2)).
    await rename(partial, path);
    return path;
  }
  for (let number = 1; number <= NUMBERS_MOST; number += 1) {
    const path = join(folder, number === 1 ? name : numberedName(name, number));
    if (await tookName(partial, path)) return path;
  }
  throw new Fault("target-exists", `there are too many files called ${name} in ${folder}`, {
    values: { path: `${folder}/${name}` },
    hint: "choose another place or name",
  });
}

export async function refuseFolder(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errno(error) !== "ENOENT") throw error;
  });
  if (found?.isDirectory() !== true) return;
  throw new Fault("target-exists", `${path} is a folder`, { values: { path }, hint: "choose another place or name" });
}

/** False if something has the name. A second link to the file: unlike a rename it never replaces anything. */
async function tookName(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
  } catch (error) {
    if (errno(error) === "EEXIST") return false;
    if (!NO_LINKS.has(errno(error) ?? "")) throw error;
    return tookEmpty(partial, path);
  }
  await rm(partial, { force: true });
  return true;
}

/** Disks of cameras and some networks know no second name. */
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EINVAL"]);

/** There the name is taken by an empty file first, which the rename replaces. */
async function tookEmpty(partial: string, path: string): Promise<boolean> {
  try {
    await (await open(path, "wx", FILE_MODE)).close();
  } catch (error) {
    if (errno(error) === "EEXIST") return false;
    throw error;
  }
  await rename(partial, path);
  return true;
}

/** The name itself reaches the disk with the folder. Where a folder cannot be flushed (Windows) that is left to the system. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // The file is whole and named; only a power cut in this moment could take the name again.
  }
}
