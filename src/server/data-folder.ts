// The folder of --data.
import { Fault } from "../model/fault.ts";
import { makeFolders } from "../pki/folders.ts";

const HINT = "give the server a folder it may write to, with --data";

/** Makes the folder and those above it that are missing, 0700. @throws Fault `store-unwritable` */
export function makeDataFolder(path: string): void {
  makeFolders(path, (sentence, cause) => new Fault("store-unwritable", sentence, { hint: HINT, cause }));
}
