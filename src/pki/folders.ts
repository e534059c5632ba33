// Folders made step by step, so that a place where nothing can be made gives an error.
// `mkdir({ recursive: true })` of Node 26.10 never returns where a folder that is there has room for nothing (/proc).
import { lstatSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errno, type Fault } from "../model/fault.ts";

/** Only for the user. */
const PRIVATE = 0o700;

/** The caller's fault for a sentence. */
export type Refuse = (sentence: string, cause: unknown) => Fault;

/** Makes the folder and those above it that are missing, 0700. Returns the first that was made. */
export function makeFolders(path: string, refuse: Refuse): string | undefined {
  const missing: string[] = [];
  for (let at = resolve(path); !isFolder(at, refuse); at = dirname(at)) missing.unshift(at);
  for (const folder of missing) makeOne(folder, refuse);
  return missing[0];
}

/** False when nothing is there. */
function isFolder(path: string, refuse: Refuse): boolean {
  try {
    if (statSync(path).isDirectory()) return true;
  } catch (error) {
    // A file stands further up in the path: the walk comes to it.
    if (errno(error) === "ENOTDIR") return false;
    if (errno(error) !== "ENOENT") throw unmade(path, error, refuse);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return false;
    throw refuse(`${path} is a link to what is not there`, error);
  }
  throw refuse(`${path} is not a folder`, undefined);
}

function makeOne(path: string, refuse: Refuse): void {
  try {
    mkdirSync(path, { mode: PRIVATE });
  } catch (error) {
    // Another program may have made it in this moment.
    if (errno(error) !== "EEXIST") throw unmade(path, error, refuse);
  }
}

function unmade(path: string, cause: unknown, refuse: Refuse): Fault {
  const code = errno(cause);
  // What the kernel says in its own folders, where nobody may make anything.
  const why = code === undefined || code === "ENOENT" ? "" : ` (${code})`;
  return refuse(`cannot make the folder ${path}${why}`, cause);
}
