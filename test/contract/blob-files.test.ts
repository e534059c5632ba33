// The blob store's contract on the adapter over files, and what only files have: modes and names.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { openFileBlobs } from "../../src/server/store/files/blobs.ts";
import { blobContract } from "./blob-contract.ts";
import type { BlobHarness } from "./blob-contract.ts";
import { sha256Of } from "./store-harness.ts";

blobContract("files", async () => {
  const dir = await mkdtemp(join(tmpdir(), "mutual-blobs-"));
  return {
    open: () => openFileBlobs({ dir }),
    killUpload: (upload) => killUpload(dir, upload),
    remove: () => rm(dir, { recursive: true }),
  };
});

async function killUpload(
  dir: string,
  { fill, size, step, at }: Parameters<BlobHarness["killUpload"]>[0],
): Promise<void> {
  const script = new URL("./blob-writer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, dir, ...[fill, size, step].map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (Number(line) >= at) child.kill("SIGKILL");
  }
  if (child.signalCode !== "SIGKILL" && child.exitCode !== null)
    throw new Error(`the writer ended by itself with ${child.exitCode}`);
}

test("a whole blob is `ab/<hash>`, 0600 in folders of 0700, and nothing is left of its upload", async () => {
  const dir = await mkdtemp(join(tmpdir(), "mutual-blobs-"));
  const blobs = await openFileBlobs({ dir: join(dir, "blobs") });
  const id = sha256Of("x");
  await blobs.put(id, 1, { offset: 0, bytes: Buffer.from("x") });
  const folder = join(dir, "blobs", id.slice(0, 2));
  expect(await readdir(folder)).toEqual([id]);
  expect(await readdir(join(dir, "blobs", ".partial"))).toEqual([]);
  expect((await stat(join(folder, id))).mode & 0o777).toBe(0o600);
  for (const each of [folder, join(dir, "blobs"), join(dir, "blobs", ".partial")])
    expect((await stat(each)).mode & 0o777).toBe(0o700);
  await rm(dir, { recursive: true });
});

test("a folder that cannot be made is told as a Fault", async () => {
  const dir = await mkdtemp(join(tmpdir(), "mutual-blobs-"));
  await writeFile(join(dir, "file"), "");
  await expect(openFileBlobs({ dir: join(dir, "file", "blobs") })).rejects.toMatchObject({ code: "store-unwritable" });
  await rm(dir, { recursive: true });
});
