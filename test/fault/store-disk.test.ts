// A damaged file, with the real thing each time: flipped bytes, a cut WAL, a folder that is none,
// a second process, a storage thread that dies. Nothing acknowledged may be lost, nothing refused may be changed.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../src/model/fault.ts";
import type { Store } from "../../src/server/port/store.ts";
import type { OpenReport } from "../../src/server/store/sqlite/database.ts";
import { MIGRATIONS } from "../../src/server/store/sqlite/migrations.ts";
import { spawnFromSource } from "../../src/server/store/sqlite/spawn.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { appOp, appendOne, readAll, realClock, roomWith, sha256Of } from "../contract/store-harness.ts";

const state = { folder: "", failures: [] as Fault[], reports: [] as OpenReport[] };
const file = (): string => join(state.folder, "data", "chat.db");

beforeEach(() => {
  state.folder = mkdtempSync(join(tmpdir(), "mutual-disk-"));
  state.failures = [];
  state.reports = [];
});
afterEach(() => rmSync(state.folder, { recursive: true, force: true }));

function open(at = file(), spawn: () => Worker = spawnFromSource): Promise<Store> {
  const onFailed = (fault: Fault): void => void state.failures.push(fault);
  const onOpened = (report: OpenReport): void => void state.reports.push(report);
  return openSqliteStore({ file: at, clock: realClock, spawn, onFailed, onOpened });
}

/** A database as a killed server leaves it: copied while it is open, with its WAL. */
async function killedDatabase(entries: number): Promise<string> {
  const script = new URL("./store-killed.ts", import.meta.url).pathname;
  const { signal, stderr } = spawnSync(process.execPath, [script, file(), String(entries)], { encoding: "utf8" });
  expect([signal, stderr]).toEqual(["SIGKILL", ""]);
  return file();
}

function fingerprints(path: string): readonly string[] {
  return ["", "-wal", "-shm"].map((suffix) =>
    existsSync(path + suffix) ? sha256Of(readFileSync(path + suffix)) : "none",
  );
}

describe("damaged file", () => {
  test("after an unclean stop a damaged page is found, the store refuses and changes nothing", async () => {
    // Closed once, so that the pages are in the file and not in the WAL.
    await killedDatabase(3_000);
    await (await open()).close();
    const path = await killedDatabase(10);
    const bytes = readFileSync(path);
    // Not what opening itself reads: only an examination can find it.
    for (let at = 4_096 * Math.floor(bytes.length / 8_192); at < bytes.length; at += 4_096)
      bytes.fill(0xa5, at, at + 64);
    writeFileSync(path, bytes);
    truncateSync(`${path}-wal`, 0);
    const before = fingerprints(path);
    await expect(open()).rejects.toMatchObject({
      code: "store-corrupt",
      hint: expect.stringContaining("restore a backup") as unknown,
    });
    expect(fingerprints(path)).toEqual(before);
    expect(state.failures).toEqual([]);
  });

  test.each([
    ["text", Buffer.from("this is my diary, not a database\n".repeat(200))],
    ["noise", Buffer.alloc(8_192, 0x5a)],
  ])("a file of %s is refused unchanged", async (_, bytes) => {
    mkdirSync(dirname(file()));
    writeFileSync(file(), bytes);
    await expect(open()).rejects.toMatchObject({ code: "store-corrupt" });
    expect(readFileSync(file()).equals(bytes)).toBe(true);
  });

  test("a body changed behind SQLite's back, which SQLite cannot see, is found by check", async () => {
    const store = await open();
    const log = await roomWith(store, ["ann"]);
    await appendOne(store, appOp(log, 1, { body: Buffer.from("pay 10 to bob") }));
    await store.close();
    const bytes = readFileSync(file());
    bytes.write("pay 99", bytes.indexOf("pay 10"));
    writeFileSync(file(), bytes);
    const again = await open();
    expect(await again.check()).toEqual({ ok: false, findings: [`log ${log} was changed at entry 1`] });
    await again.close();
  });

  test("a WAL that was cut opens with a whole beginning of the log", async () => {
    const path = await killedDatabase(500);
    const wal = statSync(`${path}-wal`).size;
    for (const keep of [wal - 1, Math.floor(wal * 0.7), Math.floor(wal * 0.3)]) {
      const copy = join(state.folder, `cut-${keep}`, "chat.db");
      mkdirSync(dirname(copy));
      for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, copy + suffix);
      truncateSync(`${copy}-wal`, keep);
      const store = await open(copy);
      expect(state.reports.at(-1)).toMatchObject({ unclean: true, created: false });
      expect(await store.check()).toEqual({ ok: true, findings: [] });
      await readAll(store, await roomWith(store, ["ann"]));
      await store.close();
    }
  });
});

describe("opening", () => {
  test("an unclean stop is noticed and examined, a clean one is not", async () => {
    await killedDatabase(10);
    await (await open()).close();
    await (await open()).close();
    expect(state.reports.map(({ unclean }) => unclean)).toEqual([true, false]);
  });

  test("a store whose WAL was deleted after its first start is still the same store, not a new one", async () => {
    const path = await killedDatabase(10);
    rmSync(`${path}-wal`);
    const store = await open();
    expect(state.reports).toMatchObject([{ created: false, fromVersion: MIGRATIONS.length }]);
    await store.close();
  });

  test("a second process is refused while the first lives, and a lock does not outlive kill -9", async () => {
    const store = await open();
    const script = new URL("./store-killed.ts", import.meta.url).pathname;
    const second = spawnSync(process.execPath, [script, file(), "0"], { encoding: "utf8" });
    expect([second.signal, second.stderr]).toEqual([null, expect.stringContaining("store-locked")]);
    await expect(open()).rejects.toMatchObject({ code: "store-locked" });
    expect(await appendOne(store, appOp(await roomWith(store, ["ann"]), 1))).toMatchObject({ result: "ok" });
    await store.close();
    await killedDatabase(1);
    await (await open()).close();
  });

  test("a place that cannot be written is told: under a file, in a folder of the kernel", async () => {
    writeFileSync(join(state.folder, "file"), "");
    await expect(open(join(state.folder, "file", "chat.db"))).rejects.toMatchObject({ code: "store-unwritable" });
    await expect(open("/proc/self/chat.db")).rejects.toMatchObject({ code: "store-unwritable" });
    await expect(open(state.folder)).rejects.toMatchObject({ code: "store-unwritable" });
  });

  test("files are 0600 in a folder of 0700, also when they were wider", async () => {
    const modes = (): readonly number[] => ["", "-wal"].map((suffix) => statSync(file() + suffix).mode & 0o777);
    const store = await open();
    expect(modes()).toEqual([0o600, 0o600]);
    expect(statSync(dirname(file())).mode & 0o777).toBe(0o700);
    await store.close();
    chmodSync(file(), 0o644);
    const again = await open();
    expect(modes()).toEqual([0o600, 0o600]);
    await again.close();
  });
});

test("a storage thread that dies: what waits is rejected, the server is told once, later calls reject", async () => {
  const workers: Worker[] = [];
  const store = await open(file(), () => {
    const worker = spawnFromSource();
    workers.push(worker);
    return worker;
  });
  const log = await roomWith(store, ["ann"]);
  await appendOne(store, appOp(log, "kept"));
  const waiting = Array.from({ length: 100 }, (_, n) => appendOne(store, appOp(log, n, { since: 1 })));
  await workers[0]?.terminate();
  const settled = await Promise.allSettled([...waiting, store.heads([log])]);
  const reasons = settled.filter((each) => each.status === "rejected").map((each): unknown => each.reason);
  for (const reason of reasons) expect(reason).toMatchObject({ code: "store-failed" });
  expect(settled.at(-1)?.status).toBe("rejected");
  expect(state.failures.map(({ code }) => code)).toEqual(["store-failed"]);
  await expect(store.append([appOp(log, "late")])).rejects.toMatchObject({ code: "store-failed" });
  await expect(store.close()).rejects.toMatchObject({ code: "store-failed" });
  const again = await open();
  expect((await readAll(again, log)).length).toBeGreaterThanOrEqual(1);
  await again.close();
});
