// Files that can be sent, with real files: what is read, and what is refused before.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSource } from "../../../../src/client/files/disk/source.ts";
import { asNobody } from "./nobody.ts";

const CONTENT = Buffer.from("what was sent");
const state = { folder: "" };
const at = (...names: string[]): string => join(state.folder, ...names);

beforeEach(() => {
  state.folder = mkdtempSync(join(tmpdir(), "mutual-files-"));
});
afterEach(() => rmSync(state.folder, { recursive: true, force: true }));

describe("a file to send", () => {
  test("is read from anywhere, to its end and not further", async () => {
    writeFileSync(at("a.txt"), CONTENT);
    const source = await openSource(at("a.txt"));
    const into = Buffer.alloc(100);
    expect(source.size).toBe(CONTENT.length);
    expect(await source.read(5, into)).toBe(CONTENT.length - 5);
    expect(into.subarray(0, CONTENT.length - 5).equals(CONTENT.subarray(5))).toBe(true);
    expect(await source.read(1_000, into)).toBe(0);
    await source.close();
  });

  test("is known by its path from the root: the next start may be in another folder", async () => {
    writeFileSync(at("a.txt"), CONTENT);
    const source = await openSource(relative(process.cwd(), at("a.txt")));
    expect(source.path).toBe(at("a.txt"));
    await source.close();
  });

  test("through a link, because the user said so", async () => {
    writeFileSync(at("a.txt"), CONTENT);
    symlinkSync(at("a.txt"), at("link"));
    const source = await openSource(at("link"));
    expect(source.size).toBe(CONTENT.length);
    await source.close();
  });

  test.each<readonly [what: string, path: () => string, code: string]>([
    ["an empty path", () => "", "source-path"],
    ["a path with a zero", () => at("a\0b"), "source-path"],
    ["no such file", () => at("nothing"), "source-missing"],
    ["no such folder", () => at("no", "thing"), "source-missing"],
    ["a file where a folder should be", () => at("file", "x"), "source-missing"],
    ["a folder", () => at(), "source-kind"],
    ["a device without an end", () => "/dev/zero", "source-kind"],
    ["a terminal or nothing", () => "/dev/null", "source-kind"],
    ["a pipe that nobody writes to", () => at("pipe"), "source-kind"],
    ["a name that is too long", () => at("x".repeat(300)), "source-failed"],
  ])("not %s", async (_, path, code) => {
    writeFileSync(at("file"), CONTENT);
    execFileSync("sh", ["-c", 'mkfifo "$0"', at("pipe")]);
    await expect(openSource(path())).rejects.toMatchObject({ code });
  });

  test("not one that may not be read", async () => {
    chmodSync(at(), 0o755);
    writeFileSync(at("secret"), CONTENT, { mode: 0o000 });
    await asNobody(() => expect(openSource(at("secret"))).rejects.toMatchObject({ code: "source-unreadable" }));
  });

  test("its stamp changes when it is written to, and not when it is read", async () => {
    writeFileSync(at("a.txt"), CONTENT);
    const source = await openSource(at("a.txt"));
    const before = await source.stamp();
    await source.read(0, Buffer.alloc(5));
    expect(await source.stamp()).toBe(before);
    appendFileSync(at("a.txt"), "more");
    const longer = await source.stamp();
    expect(longer).not.toBe(before);
    truncateSync(at("a.txt"), CONTENT.length);
    utimesSync(at("a.txt"), 1, 1);
    expect(await source.stamp()).not.toBe(before);
    await source.close();
  });

  test("a file that vanishes while it is open is still read", async () => {
    writeFileSync(at("a.txt"), CONTENT);
    const source = await openSource(at("a.txt"));
    rmSync(at("a.txt"));
    expect(await source.read(0, Buffer.alloc(100))).toBe(CONTENT.length);
    await source.close();
    await expect(openSource(at("a.txt"))).rejects.toMatchObject({ code: "source-missing" });
  });
});
