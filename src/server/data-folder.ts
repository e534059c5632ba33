// The folder of --data.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../model/fault.ts";
import { makeFolders } from "../pki/folders.ts";

/** What is in it: the database, what devices keep here, the realm that `init` has made with what it has found out, the local socket. */
export const DATABASE = "chat.db";
export const BLOBS = "blobs";
export const OWN_REALM = "realm";
export const OWN_CONFIG = "chat-server.json";
export const SOCKET = "admin.sock";

/** What a restore has checked, and what takes its place whatever happens: restore.ts. */
export const READY = ".restored";

/** Where a file of the folder is, or comes to be when what was begun is finished. */
export function placeIn(data: string, ...name: readonly string[]): string {
  const coming = join(data, READY, ...name);
  return existsSync(coming) ? coming : join(data, ...name);
}

const HINT = "give the server a folder it may write to, with --data";

/** Makes the folder and those above it that are missing, 0700. @throws Fault `store-unwritable` */
export function makeDataFolder(path: string): void {
  makeFolders(path, (sentence, cause) => new Fault("store-unwritable", sentence, { hint: HINT, cause }));
}
