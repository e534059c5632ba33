// A passphrase from a file: never from the command line, where every user of the machine could read it.
import { readFile } from "node:fs/promises";
import { Fault, reason } from "../model/fault.ts";

/** Without the line's end. @throws Fault `passphrase-unreadable` */
export async function passphraseOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Fault("passphrase-unreadable", `cannot read the passphrase file ${path}: ${reason(error)}`, {
      cause: error,
    });
  });
  return text.replace(/\r?\n$/, "");
}
