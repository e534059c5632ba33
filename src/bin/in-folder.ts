// What is in a folder, for whoever types a path.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Of a larger folder nobody chooses from a list. */
const MOST = 10_000;

/** By name. Nothing, where it cannot be read. `~/` is the home folder; empty: the one in which this program was started. */
export async function inFolder(
  path: string,
  homeFolder: string,
): Promise<readonly { readonly name: string; readonly isFolder: boolean }[]> {
  const folder = path === "" ? "." : path.replace(/^~(?=\/)/, () => homeFolder);
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sorted = found.slice(0, MOST).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return Promise.all(
    sorted.map(async (entry) => ({
      name: entry.name,
      isFolder: entry.isSymbolicLink() ? await leadsToFolder(join(folder, entry.name)) : entry.isDirectory(),
    })),
  );
}

function leadsToFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
