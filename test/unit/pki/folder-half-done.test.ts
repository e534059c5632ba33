// A run that ends between two files: however far it got, the next run makes the folder whole.

import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadServerFiles } from "../../../src/pki/load.ts";
import { loadClientFiles } from "../../../src/pki/load-client.ts";
import { fillFolder } from "../../../src/pki/realm-folder.ts";
import { DAY_MS, folderWish } from "../../kit/realm.ts";

const renames = vi.hoisted(() => ({ left: Infinity }));
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const rename: typeof fs.rename = async (from, to) => {
    if (renames.left === 0) throw new Error("killed here");
    renames.left -= 1;
    await fs.rename(from, to);
  };
  return { ...fs, rename };
});

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "mutual-half-done-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Fills the folder again and again, each time ended after one file more, from the same beginning. How many files a whole run writes. */
async function endedEverywhere(folder: string, begin: () => void): Promise<number> {
  const wish = () => folderWish(folder, { clients: ["alice"] });
  for (let count = 0; ; count += 1) {
    begin();
    renames.left = count;
    const ended = await fillFolder(wish()).then(
      () => "whole",
      () => "half",
    );
    renames.left = Infinity;
    if (ended === "whole") return count;
    await fillFolder(wish());
    await expectWhole(folder);
  }
}

/** Server and client start from it, and every form of a client's certificate is the same one. */
async function expectWhole(folder: string): Promise<void> {
  const now = new Date();
  await loadServerFiles(folder, { now });
  const own = await loadClientFiles({ certs: folder, as: "alice", now });
  const bundle = await loadClientFiles({ p12: join(folder, "clients", "alice.p12"), now });
  expect(bundle.peer.serial).toBe(own.peer.serial);
  expect(own.leaf.notAfter.getTime() - now.getTime()).toBeGreaterThan(300 * DAY_MS);
}

test("at the first run", async () => {
  const folder = join(base, "certs");
  expect(await endedEverywhere(folder, () => rmSync(folder, { recursive: true, force: true }))).toBe(11);
});

test("at a renewal, and the keys stay", async () => {
  const old = join(base, "old");
  await fillFolder(folderWish(old, { clients: ["alice"], now: new Date(Date.now() - 300 * DAY_MS) }));
  const folder = join(base, "certs");
  expect(await endedEverywhere(folder, () => cpSync(old, folder, { recursive: true }))).toBe(5);
  expect(readFileSync(join(folder, "clients/alice.key"))).toEqual(readFileSync(join(old, "clients/alice.key")));
});
