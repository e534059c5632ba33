// What the packager reads from an executable's own bytes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { formatOf, isSealed } from "../../../scripts/executable/format.ts";

const folder = mkdtempSync(join(tmpdir(), "mutual-format-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, ...parts: readonly (readonly [number, string])[]): string {
  const bytes = Buffer.alloc(4096);
  for (const [offset, hex] of parts) bytes.write(hex, offset, "hex");
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

describe("formatOf", () => {
  test.each([
    ["linux-x64", file("elf", [0, "7f454c46"], [18, "3e00"])],
    ["linux-arm64", file("elf-arm", [0, "7f454c46"], [18, "b700"])],
    ["darwin-x64", file("macho", [0, "cffaedfe07000001"])],
    ["darwin-arm64", file("macho-arm", [0, "cffaedfe0c000001"])],
    ["win32-x64", file("pe", [0, "4d5a"], [0x3c, "80000000"], [0x80, "504500006486"])],
  ])("%s", (target, path) => {
    expect(formatOf(path)).toBe(target);
  });

  test("refuses what it does not know", () => {
    expect(() => formatOf(file("text", [0, "23212f62696e2f7368"]))).toThrow("no executable");
    expect(() => formatOf(file("mips", [0, "7f454c46"], [18, "0800"]))).toThrow("machine type 8 of linux");
    expect(() => formatOf(file("pe-far", [0, "4d5a"], [0x3c, "ffffff7f"]))).toThrow("no executable");
  });
});

describe("isSealed", () => {
  const fuse = Buffer.from(["NODE_SEA_FUSE", "fce680ab2cc467b6e072b8b5df1996b2"].join("_")).toString("hex");

  test("only with one fuse, and that one flipped", () => {
    expect(isSealed(file("flipped", [100, `${fuse}3a31`]))).toBe(true);
    expect(isSealed(file("not-flipped", [100, `${fuse}3a30`]))).toBe(false);
    expect(isSealed(file("twice", [100, `${fuse}3a31`], [900, `${fuse}3a30`]))).toBe(false);
    expect(isSealed(file("none"))).toBe(false);
  });
});
