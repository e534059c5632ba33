// A passphrase from a file: never from the command line, where every user of the machine could read it.
import { readFile } from "node:fs/promises";
import { errno, Fault, reason } from "../model/fault.ts";

/** Without the line's end. @throws Fault `passphrase-unreadable` */
export async function passphraseOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const why = errno(error) === "ENOENT" ? "there is no such file" : (errno(error) ?? reason(error));
    throw new Fault("passphrase-unreadable", `cannot read the passphrase file ${path}: ${why}`, {
      hint: "check the name given with --passphrase-file, and who may read it",
      cause: error,
    });
  });
  return text.replace(/\r?\n$/, "");
}
