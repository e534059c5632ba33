// Where the official vectors are: data of the MLS working group, not of this repository.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..", "..", "..");
/** The folder `test-vectors` of that commit, or one that holds it as `mls`. */
const FOLDER = process.env["CHAT_VECTORS"] ?? join(ROOT, "..", "shared", "vectors");

export const WHERE_FROM =
  "the folder test-vectors of https://github.com/mlswg/mls-implementations at commit " +
  "cfd450286d1bfd9cd2519b95c80f9771f94a5b1a: get it and set CHAT_VECTORS to its path";

/** The cases of one file; undefined when it is not there. */
export function casesOf(name: string): readonly unknown[] | undefined {
  const path = [join(FOLDER, "mls"), FOLDER]
    .map((folder) => join(folder, `${name}.json`))
    .find((each) => existsSync(each));
  return path === undefined ? undefined : (JSON.parse(readFileSync(path, "utf8")) as unknown[]);
}
