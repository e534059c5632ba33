// What kind of executable a file is, read from its own bytes: a check on what cannot be run on this machine.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** Built by joining, so that this text is not itself a second fuse inside a bundle. */
const FUSE = Buffer.from(["NODE_SEA_FUSE", "fce680ab2cc467b6e072b8b5df1996b2"].join("_"));

/** `linux-x64`, `darwin-arm64`, …; throws when the file is something else. */
export function formatOf(file: string): string {
  const head = Buffer.alloc(4096);
  const descriptor = openSync(file, "r");
  readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  if (head.readUInt32BE(0) === 0x7f_45_4c_46) return named("linux", head.readUInt16LE(18), { 62: "x64", 183: "arm64" });
  if (head.readUInt32LE(0) === 0xfe_ed_fa_cf) {
    return named("darwin", head.readUInt32LE(4), { 0x01_00_00_07: "x64", 0x01_00_00_0c: "arm64" });
  }
  const header = head.readUInt32LE(0x3c);
  if (head.readUInt16BE(0) === 0x4d_5a && header < head.length - 6 && head.readUInt32BE(header) === 0x50_45_00_00) {
    return named("win32", head.readUInt16LE(header + 4), { 0x86_64: "x64", 0xaa_64: "arm64" });
  }
  throw new Error(`${file} is no executable that we know`);
}

function named(platform: string, machine: number, machines: Readonly<Record<number, string>>): string {
  const arch = machines[machine];
  if (arch === undefined) throw new Error(`machine type ${machine} of ${platform} is not known`);
  return `${platform}-${arch}`;
}

/** Whether the binary will look for the program inside it: the mark after the fuse is `:1`, and there is one fuse only. */
export function isSealed(file: string): boolean {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(FUSE);
  if (at < 0 || bytes.includes(FUSE, at + 1)) return false;
  return bytes.toString("latin1", at + FUSE.length, at + FUSE.length + 2) === ":1";
}
