// Judges a set of files against the table of rooms. Pure: paths and texts in, findings out.
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { cycles } from "./cycles.ts";
import { importsOf } from "./imports.ts";
import { IO_BUILTINS, OUTSIDE, PACKAGES, ROOMS, SIBLINGS, type Room } from "./rooms.ts";

interface Place extends Room {
  /** What tells one sibling from the next: two files with the same key stand in the same room. */
  readonly key: string;
}

/** `files`: path from the root of the repository (with `/`) to its text. Returns one line for each fault. */
export function judge(files: ReadonlyMap<string, string>): readonly string[] {
  const findings: string[] = [];
  const edges = new Map<string, readonly string[]>();
  for (const [path, text] of files) {
    const { imports, barrel } = importsOf(path, text);
    const from = placeOf(path);
    if (from === undefined) findings.push(`${path}: stands in no room (scripts/floors/rooms.ts)`);
    if (barrel && path.startsWith("src/")) findings.push(`${path}: a barrel: import from the file that defines`);
    for (const { specifier, line } of imports) {
      const fault = from && faultOf({ path, from, specifier, files });
      if (fault !== undefined) findings.push(`${path}:${line}: ${fault}`);
    }
    edges.set(
      path,
      imports.map(({ specifier }) => target(path, specifier ?? "")).filter((to) => files.has(to)),
    );
  }
  return [...findings, ...cycles(edges).map((cycle) => `import cycle: ${cycle.join(" → ")}`)];
}

/** One import in one file. */
interface Case {
  readonly path: string;
  readonly from: Place;
  readonly specifier: string | undefined;
  readonly files: ReadonlyMap<string, string>;
}

interface Known extends Case {
  readonly specifier: string;
}

function faultOf(found: Case): string | undefined {
  const { path, specifier } = found;
  if (specifier === undefined) {
    return path.startsWith("src/") ? "an import without a plain string cannot be judged" : undefined;
  }
  return knownFault({ ...found, specifier });
}

function knownFault(found: Known): string | undefined {
  const { specifier } = found;
  if (specifier.startsWith(".")) return relativeFault(found);
  if (specifier.startsWith("node:")) return builtinFault(found);
  if (isBuiltin(specifier)) return `write node:${specifier}`;
  return packageFault(found);
}

function relativeFault({ path, from, specifier, files }: Known): string | undefined {
  const to = target(path, specifier);
  const place = placeOf(to);
  if (place === undefined) return `${specifier} stands in no room`;
  const below = from.below.includes(place.name) || (from.below.includes("src") && to.startsWith("src/"));
  if (place.key !== from.key && !below) return `${from.key} may not import ${place.key} (${specifier})`;
  const elsewhere = to.startsWith("src/wire/generated/") || to.endsWith(".json");
  return files.has(to) || elsewhere ? undefined : `${specifier} is not a file of this repository`;
}

function builtinFault({ path, from, specifier }: Known): string | undefined {
  if (from.purity === "ground") return `${from.key} imports nothing, not even ${specifier}`;
  if (from.purity === "pure" && IO_BUILTINS.has(specifier)) return `${from.key} does no I/O: ${specifier}`;
  const inner = path.startsWith("src/") && !path.startsWith("src/bin/");
  return specifier === "node:process" && inner ? `only src/bin touches the process: ${specifier}` : undefined;
}

function packageFault({ path, from, specifier }: Known): string | undefined {
  const parts = specifier.startsWith("@") ? 2 : 1;
  const name = specifier.split("/").slice(0, parts).join("/");
  const home = PACKAGES.get(name);
  if (home?.test(path) === true || from.key === "test") return undefined;
  if (home === undefined && !path.startsWith("src/")) return undefined;
  return `${name} is not for ${from.key} (packages have one room each: scripts/floors/rooms.ts)`;
}

function target(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}

function placeOf(path: string): Place | undefined {
  for (const { files, as, below, purity } of SIBLINGS) {
    const key = files.exec(path)?.[0];
    if (key === undefined) continue;
    const place = { name: as, files, below: [...below, parentOf(key)], key: key.slice(4, -1) };
    return purity === undefined ? place : { ...place, purity };
  }
  const room = [...ROOMS, ...OUTSIDE].find(({ files }) => files.test(path));
  return room && { ...room, key: room.name };
}

/** `src/server/store/sqlite/` stands on the files of `server/store`. */
function parentOf(folder: string): string {
  return posix.dirname(folder.slice(4, -1));
}
