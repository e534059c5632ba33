// Backups that are not what was written: damaged, cut short, put together, of somebody else. Nothing on the disk changes.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { restoreBackup } from "../../src/client/vault/restore.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import { entries, fault, keep, ME, withLog } from "../kit/vault.ts";

const COST = { memoryKiB: 64, passes: 1, lanes: 1 };
const PASSPHRASE = "a passphrase of the backup";
const CHUNK = 64 * 1024 + 16;

let root: string;
let right: Buffer;
let header: number;
const file = (): string => join(root, "backup");
const home = (): string => join(root, "home");

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "mutual-backup-"));
  right = backupOf(2_000);
  header = right.indexOf("\n", right.indexOf("\n") + 1) + 1;
  if (right.length - header < 3 * CHUNK) throw new Error("these tests need several whole chunks and a part of one");
});
afterEach(() => rmSync(home(), { recursive: true, force: true }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function backupOf(count: number): Buffer {
  const folder = mkdtempSync(join(root, "vault-"));
  const vault = withLog(openVault(folder));
  keep(vault, ...entries(1, count));
  const about = { realm: "ab".repeat(32) as Sha256, device: ME, user: "alice", at: 0 };
  vault.backup({ file: file(), passphrase: PASSPHRASE, cost: COST, force: true, about, identity: [] });
  vault.close();
  return readFileSync(file());
}

function codeOf(bytes: Uint8Array | string, passphrase = PASSPHRASE): string {
  mkdirSync(home(), { recursive: true });
  writeFileSync(file(), bytes);
  const { code } = fault(() =>
    restoreBackup({ file: file(), passphrase, home: home(), force: false, check: () => {} }),
  );
  expect(
    readdirSync(home(), { recursive: true }).filter((name) => statSync(join(home(), String(name))).isFile()),
  ).toEqual([]);
  return code;
}

function changed(at: number): Buffer {
  const bytes = Buffer.from(right);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

const chunk = (index: number): Buffer => right.subarray(header + index * CHUNK, header + (index + 1) * CHUNK);
const head = (): Buffer => right.subarray(0, header);

describe("a backup", () => {
  test("with another passphrase: that is said, and not that it is damaged", () => {
    expect([codeOf(right, "another one"), codeOf(right, "")]).toEqual(["wrong-passphrase", "wrong-passphrase"]);
  });

  test("that is not there, or no file", () => {
    const wish = { passphrase: PASSPHRASE, home: home(), force: false, check: () => {} };
    expect(fault(() => restoreBackup({ ...wish, file: join(root, "none") })).code).toBe("backup-unreadable");
    expect(fault(() => restoreBackup({ ...wish, file: root })).code).toBe("backup-unreadable");
  });

  test.each([
    ["empty", ""],
    ["another file", "#!/bin/sh\necho hello\n"],
    ["its first line alone", "mutual-chat-backup 1\n"],
    ["a header that is no JSON", "mutual-chat-backup 1\n{\n"],
    ["a header of nothing", "mutual-chat-backup 1\nnull\n"],
    ["a header without its fields", "mutual-chat-backup 1\n{}\n"],
    ["a header that never ends", `mutual-chat-backup 1\n${" ".repeat(10_000)}`],
  ])("%s", (_what, bytes) => {
    expect(codeOf(bytes)).toBe("backup-corrupt");
  });

  test("of a newer version", () => {
    expect(codeOf("mutual-chat-backup 2\n{}\n")).toBe("backup-newer");
  });

  test("with one bit changed anywhere in its header", () => {
    const codes = new Set<string>();
    for (let at = 0; at < header; at += 7) codes.add(codeOf(changed(at)));
    // In the version it is another version; everywhere else the sum tells.
    expect([...codes].filter((code) => code !== "backup-newer")).toEqual(["backup-corrupt"]);
  });

  test("that asks for more memory than there is: refused before", () => {
    const text = right.toString("latin1", 0, header).replace('"memoryKiB":64', '"memoryKiB":2147483648');
    expect(codeOf(Buffer.concat([Buffer.from(text, "latin1"), right.subarray(header)]))).toBe("backup-corrupt");
  });

  test("with one bit changed in any chunk", () => {
    for (const at of [
      header,
      header + 100,
      header + CHUNK - 1,
      header + CHUNK,
      header + 2 * CHUNK + 5,
      right.length - 1,
    ])
      expect([at, codeOf(changed(at))]).toEqual([at, "backup-corrupt"]);
  });

  test("cut short anywhere, also between two chunks", () => {
    for (const length of [
      header - 1,
      header,
      header + 1,
      header + CHUNK,
      header + 2 * CHUNK,
      header + 2 * CHUNK + 100,
      right.length - 1,
    ])
      expect([length, codeOf(right.subarray(0, length))]).toEqual([length, "backup-corrupt"]);
  });

  test("with more behind its end", () => {
    expect(codeOf(Buffer.concat([right, Buffer.from([0])]))).toBe("backup-corrupt");
    expect(codeOf(Buffer.concat([right, right.subarray(header)]))).toBe("backup-corrupt");
  });

  test("with its chunks in another order, twice, or not at all", () => {
    const rest = right.subarray(header + 2 * CHUNK);
    for (const parts of [
      [head(), chunk(1), chunk(0), rest],
      [head(), chunk(0), chunk(0), chunk(1), rest],
      [head(), chunk(0), rest],
      [head(), chunk(1), rest],
    ])
      expect(codeOf(Buffer.concat(parts))).toBe("backup-corrupt");
  });

  test("with a chunk of another backup under the same passphrase", () => {
    const other = backupOf(2_000);
    const start = other.indexOf("\n", other.indexOf("\n") + 1) + 1;
    expect(codeOf(Buffer.concat([head(), other.subarray(start, start + CHUNK), right.subarray(header + CHUNK)]))).toBe(
      "backup-corrupt",
    );
    expect(codeOf(Buffer.concat([head(), other.subarray(start)]))).toBe("backup-corrupt");
  });
});
