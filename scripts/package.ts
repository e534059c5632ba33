// `make package`: the executables of every machine we build for, in dist/<target>/, with the licences of what is in them, and checksums.
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatOf, isSealed } from "./executable/format.ts";
import { FOREIGN, PKG_HOME, takeNode } from "./executable/foreign-node.ts";
import { lock } from "./executable/lock.ts";
import { checksumLine, makeExecutable } from "./executable/make.ts";
import { hostNode } from "./executable/node-binary.ts";
import { licencesText } from "./executable/licences.ts";
import { BUILD, DIST, executableName, HOST, PROGRAMS, ROOT } from "./executable/paths.ts";

const LICENCES = "LICENCES-OF-OTHERS.txt";
const { values } = parseArgs({ options: { target: { type: "string", multiple: true } } });
const targets = values.target ?? [...FOREIGN.keys()];

async function packageFor(target: string): Promise<void> {
  const folder = join(DIST, target);
  const own = target === HOST;
  if (!own) takeNode(target);
  const from = own ? { nodePath: hostNode() } : { nodePath: undefined, home: PKG_HOME };
  const made = await Promise.all(
    PROGRAMS.map((program) => makeExecutable({ program, target, folder, stamp: "package", ...from })),
  );
  for (const { file, bytes } of made) {
    if (formatOf(file) !== target) throw new Error(`${file} is for ${formatOf(file)}`);
    if (!isSealed(file)) throw new Error(`${file} does not hold the program`);
    console.log(`${target.padEnd(13)} ${file}  ${(bytes / 1e6).toFixed(0)} MB`);
  }
  await copyFile(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  await writeFile(join(folder, LICENCES), licencesText(made.map((one) => one.bundle)));
  const names = [...PROGRAMS.map((program) => executableName(program, target)), "LICENSE", LICENCES];
  const lines = await Promise.all(names.map((name) => checksumLine(folder, name)));
  await writeFile(join(folder, "SHA256SUMS"), lines.join(""));
}

async function packageAll(): Promise<void> {
  using _lock = await lock(join(BUILD, "lock"));
  for (const target of targets) await packageFor(target);
  if (targets.some((target) => target.startsWith("darwin")) && process.platform !== "darwin") {
    console.log("\nmacOS: the executables carry no valid signature. Before the first start, on a Mac:");
    console.log("  codesign --force --sign - chat-server chat-client");
  }
}

try {
  await packageAll();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
