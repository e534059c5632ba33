// Backup, restore and its generation, examination, closing.
import { copyFile, stat, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { StoreUnderTest } from "./store-harness.ts";
import { appOp, appendOne, readAll, roomWith } from "./store-harness.ts";

export function careContract(current: StoreUnderTest): void {
  describe("backup", () => {
    backupTests(current);
  });
  describe("closing", () => {
    closingTests(current);
  });
}

function backupTests(current: StoreUnderTest): void {
  test("the same backup restored again has another, higher generation each time", async () => {
    const path = current.harness.path("again.db");
    await current.store.backup(path);
    const generations = [current.store.info().generation];
    for (let restore = 0; restore < 3; restore += 1) {
      const copy = current.harness.path(`restore-${restore}.db`);
      await copyFile(path, copy);
      const restored = await current.harness.openBackup(copy);
      generations.push(restored.info().generation);
      // A backup of the restored one, restored in its turn.
      if (restore === 2) {
        const second = current.harness.path("second.db");
        await restored.backup(second);
        const grandchild = await current.harness.openBackup(second);
        generations.push(grandchild.info().generation);
        await grandchild.close();
      }
      await restored.close();
      // Two restores are not made in the same millisecond.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(generations).toEqual(generations.toSorted((a, b) => a - b));
    expect(new Set(generations).size).toBe(5);
    expect(generations.every((generation) => Number.isSafeInteger(generation))).toBe(true);
  });

  test("a restored backup is the same store with a higher generation, raised once; the original keeps its own", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await appendOne(current.store, appOp(log, 1));
    const path = current.harness.path("backup.db");
    await current.store.backup(path);
    const { storeId, generation } = current.store.info();
    await appendOne(current.store, appOp(log, 2, { since: 1 }));
    const seen = new Set<number>();
    for (let opening = 0; opening < 2; opening += 1) {
      const restored = await current.harness.openBackup(path);
      expect(restored.info().storeId).toBe(storeId);
      expect(restored.info().generation).toBeGreaterThan(generation);
      seen.add(restored.info().generation);
      expect(await readAll(restored, log)).toHaveLength(1);
      expect(await restored.check()).toEqual({ ok: true, findings: [] });
      await restored.close();
    }
    expect(seen.size).toBe(1);
    await current.reopen();
    expect(current.store.info().generation).toBe(generation);
    expect(await appendOne(current.store, appOp(log, 3, { since: 2 }))).toMatchObject({ result: "ok", seq: 3 });
  });

  test("it ends while appends go on without a pause, and holds a prefix of the log", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const body = Buffer.alloc(1_000);
    await current.store.append(Array.from({ length: 4_000 }, (_, n) => appOp(log, n, { body })));
    const path = current.harness.path("busy.db");
    const state = { isDone: false, written: 4_000 };
    const copying = current.store.backup(path).finally(() => {
      state.isDone = true;
    });
    while (!state.isDone) {
      const ops = Array.from({ length: 20 }, (_, n) => appOp(log, state.written + n, { since: state.written, body }));
      await current.store.append(ops);
      state.written += ops.length;
    }
    await copying;
    expect(state.written).toBeGreaterThan(4_000);
    const restored = await current.harness.openBackup(path);
    const held = (await readAll(restored, log)).length;
    expect(held).toBeGreaterThanOrEqual(4_000);
    expect(held).toBeLessThanOrEqual(state.written);
    await restored.close();
  }, 20_000);

  test("it refuses to overwrite, and a folder that is not there", async () => {
    const path = current.harness.path("there.db");
    await writeFile(path, "mine");
    await expect(current.store.backup(path)).rejects.toMatchObject({ code: "backup-exists" });
    expect((await stat(path)).size).toBe(4);
    await expect(current.store.backup(current.harness.path("no/such/folder.db"))).rejects.toMatchObject({
      code: "store-unwritable",
    });
  });
}

function closingTests(current: StoreUnderTest): void {
  test("close finishes what was appended, twice is harmless, and afterwards every call rejects", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const { store } = current;
    const waiting = Promise.all(Array.from({ length: 2_000 }, (_, n) => appendOne(store, appOp(log, n))));
    await Promise.all([store.close(), store.close()]);
    expect((await waiting).every(({ result }) => result === "ok")).toBe(true);
    await expect(store.append([appOp(log, "late")])).rejects.toMatchObject({ code: "store-failed" });
    await expect(store.heads([log])).rejects.toMatchObject({ code: "store-failed" });
    await current.reopen();
    expect(await readAll(current.store, log)).toHaveLength(2_000);
  });
}
