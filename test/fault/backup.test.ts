// kill -9 in the middle of a backup and of a restore: nothing that was there is touched, nothing half-made is taken for whole, and the same
// command again does it. A disk that is full ends both with a sentence.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Program, run, SERVER } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";

const BLOBS = 24;
const BLOB_BYTES = 4 * 1024 * 1024;
/** Moments of the work, spread over it, at which it is killed. */
const KILLS = [0.02, 0.15, 0.4, 0.7, 0.95];

let realm: OwnRealm;
let pass: readonly string[] = [];
beforeAll(async () => {
  realm = await OwnRealm.init(["--owner", "ann"]);
  writeFileSync(realm.file("pass"), "a passphrase");
  pass = ["--passphrase-file", realm.file("pass")];
  for (let each = 0; each < BLOBS; each += 1) {
    const bytes = Buffer.alloc(BLOB_BYTES, each);
    const id = createHash("sha256").update(bytes).digest("hex");
    mkdirSync(join(realm.data, "blobs", id.slice(0, 2)), { recursive: true, mode: 0o700 });
    writeFileSync(join(realm.data, "blobs", id.slice(0, 2), id), bytes);
  }
  const { stderr } = await run(SERVER, ["backup", realm.file("good"), "--data", realm.data, ...pass]);
  if (stderr !== "") throw new Error(stderr);
});
afterAll(() => realm[Symbol.asyncDispose]());

/** Started, and killed when what it writes has so many bytes; or it ended before. */
async function killedAt(args: readonly string[], written: () => number, bytes: number): Promise<void> {
  const program = new Program(SERVER, args);
  while (!program.isOver && written() < bytes) await sleep(1);
  program.kill("SIGKILL");
  await program.exited;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const treeBytes = (folder: string): number => {
  try {
    const all = readdirSync(folder, { recursive: true, withFileTypes: true });
    return all.reduce((sum, one) => sum + (one.isFile() ? sizeOf(join(one.parentPath, one.name)) : 0), 0);
  } catch {
    return 0;
  }
};

describe("a backup", () => {
  it("that was killed is not there, and the one of before still is; the next one is good", async () => {
    const good = readFileSync(realm.file("good"));
    for (const part of KILLS) {
      const file = realm.file("killed");
      const args = ["backup", file, "--data", realm.data, "--force", ...pass];
      writeFileSync(file, "the one of before");
      await killedAt(args, () => sizeOf(`${file}.new`), good.length * part);
      const left = readFileSync(file);
      expect(left.length === good.length || left.toString("latin1", 0, 40) === "the one of before").toBe(true);
    }
    const again = await run(SERVER, ["backup", realm.file("killed"), "--data", realm.data, "--force", ...pass]);
    expect(again.code).toBe(0);
    expect(existsSync(realm.file("killed.new"))).toBe(false);
    expect(readdirSync(realm.data)).not.toContain(".backup");
    const drill = await run(SERVER, ["drill", realm.file("killed"), "--json", "--place", realm.folder, ...pass]);
    expect(JSON.parse(drill.stdout)).toMatchObject({ ok: true, blobs: BLOBS });
  });

  it("of a running server that was killed: the server starts again, and its realm is as it was", async () => {
    await realm.start();
    const administrator = new Program(SERVER, ["backup", realm.file("b2"), "--data", realm.data, ...pass]);
    while (sizeOf(realm.file("b2.new")) < BLOB_BYTES && !administrator.isOver) await sleep(1);
    realm.server.kill("SIGKILL");
    await realm.server.exited;
    expect(await administrator.exited).toMatchObject({ code: 4 });
    expect(existsSync(realm.file("b2"))).toBe(false);
    await realm.start();
    expect(await realm.asked("doctor")).toMatchObject({ ok: true });
    await realm.stop();
  });
});

describe("a restore", () => {
  it("that was killed into an empty folder: no server is fooled, and the same command again does it", async () => {
    const data = realm.file("machine");
    const bytes = BLOBS * BLOB_BYTES;
    for (const part of KILLS) {
      const args = ["restore", realm.file("good"), "--data", data, ...pass];
      await killedAt(args, () => treeBytes(data), bytes * part);
      expect(await isWholeOrNothing(data)).toBe(true);
      rmSync(data, { recursive: true, force: true });
      // What a killed one leaves is in the way of nobody.
      await killedAt(args, () => treeBytes(data), bytes * part);
      if (existsSync(join(data, "chat.db"))) continue;
      const again = await run(SERVER, args);
      expect(again.code).toBe(0);
      expect(await isWholeOrNothing(data)).toBe(true);
      expect(readdirSync(data).toSorted()).toEqual(["blobs", "chat-server.json", "chat.db", "realm"]);
      rmSync(data, { recursive: true, force: true });
    }
  });

  it("with --force that was killed: the old is there, whole, or the new", async () => {
    const data = realm.file("forced");
    const args = ["restore", realm.file("good"), "--data", data, "--force", ...pass];
    for (const part of KILLS) {
      rmSync(data, { recursive: true, force: true });
      expect((await run(SERVER, args)).code).toBe(0);
      const old = treeBytes(data);
      await killedAt(args, () => treeBytes(data) - old, BLOBS * BLOB_BYTES * part);
      expect(await isWholeOrNothing(data)).toBe(true);
      expect(existsSync(join(data, "chat.db")) || existsSync(join(data, ".restored"))).toBe(true);
    }
  });

  it("that had been decided is finished by whatever comes next", async () => {
    const data = realm.file("decided");
    const args = ["restore", realm.file("good"), "--data", data, ...pass];
    expect((await run(SERVER, args)).code).toBe(0);
    // As if it had been killed after the first of its last steps.
    mkdirSync(join(data, ".restored"));
    for (const name of ["realm", "chat-server.json", "chat.db"])
      renameSync(join(data, name), join(data, ".restored", name));
    const stats = await run(SERVER, ["stats", "--data", data, "--json"]);
    expect(stats.code).toBe(0);
    expect(JSON.parse(stats.stdout)).toMatchObject({ ok: true, blobs: BLOBS });
    expect(existsSync(join(data, ".restored"))).toBe(false);
  });

  /** The database opens and is in order, with every blob; or there is none at all. */
  async function isWholeOrNothing(data: string): Promise<boolean> {
    if (!existsSync(join(data, "chat.db")))
      return !existsSync(join(data, "realm")) || existsSync(join(data, ".restored"));
    const stats = await run(SERVER, ["stats", "--data", data, "--json"]);
    return stats.code === 0 && (JSON.parse(stats.stdout) as { blobs: number }).blobs === BLOBS;
  }
});
