// Ratchet trees in parts: what a commit names must be there, what a kept group info names stays, the rest goes.
import { describe, expect, test } from "vitest";
import type { LogId } from "../../src/model/ids.ts";
import { TREE_PART_BYTES, TREE_WAITING_BYTES } from "../../src/model/limits.ts";
import { GROUP_INFO_EPOCHS } from "../../src/server/port/store.ts";
import { PART_WAITS_MS } from "../../src/server/port/records.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { appendOne, commitOp, deviceOf, readAll, roomOf, roomWith, sha256Of } from "./store-harness.ts";

const partOf = (name: string): Buffer => Buffer.from(`part ${name}`);
const nameOf = (name: string) => sha256Of(partOf(name));

export function treeContract(current: StoreUnderTest): void {
  describe("ratchet trees", () => {
    commitTests(current);
    lifeTests(current);
  });
}

interface Parts {
  readonly names: readonly string[];
  readonly at?: number;
}

function put(current: StoreUnderTest, log: LogId, { names, at = Date.now() }: Parts): Promise<boolean> {
  return current.store.putTreeParts(log, { device: deviceOf("ann"), parts: names.map(partOf), at });
}

interface Tree {
  readonly epoch: number;
  readonly names: readonly string[];
}

function commit(current: StoreUnderTest, log: LogId, { epoch, names }: Tree) {
  const groupInfo = { body: Buffer.from(`info ${epoch + 1}`), tree: names.map(nameOf) };
  return appendOne(current.store, commitOp(log, `${log} ${epoch}`, { epoch, change: { groupInfo } }));
}

async function there(current: StoreUnderTest, log: LogId, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map((name) => current.store.treeParts(log, [nameOf(name)], 1_000)));
  return names.filter((_, at) => found[at]?.length === 1);
}

function commitTests(current: StoreUnderTest): void {
  test("a commit whose tree has a part that is not there leaves no trace; with all of them it brings the tree", async () => {
    const [log, other] = [await roomWith(current.store, ["ann"]), await roomWith(current.store, ["ann"], "other")];
    await put(current, log, { names: ["a"] });
    await put(current, other, { names: ["b"] });
    expect(await commit(current, log, { epoch: 0, names: ["a", "b"] }), "a part of another log").toEqual({
      result: "no-part",
    });
    expect(await readAll(current.store, log)).toEqual([]);
    await put(current, log, { names: ["b"] });
    expect(await commit(current, log, { epoch: 0, names: ["a", "b"] })).toMatchObject({ result: "ok", epoch: 1 });
    await current.reopen();
    const info = await current.store.groupInfo(log, undefined);
    expect(info).toMatchObject({ epoch: 1, seq: 1, tree: [nameOf("a"), nameOf("b")] });
    expect(await current.store.groupInfo(log, 1)).toEqual(info);
    const parts = await current.store.treeParts(log, info?.tree ?? [], 1_000);
    expect(parts.map((part) => Buffer.from(part))).toEqual([partOf("a"), partOf("b")]);
  });

  test("parts come in order, as many as fit, at least one, and none after one that is not there", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await put(current, log, { names: ["1", "2", "3"] });
    const count = async (names: readonly string[], maxBytes: number) =>
      (await current.store.treeParts(log, names.map(nameOf), maxBytes)).length;
    const [size] = [partOf("1").length];
    expect([
      await count(["1", "2", "3"], 2 * size),
      await count(["1", "2"], 1),
      await count(["1", "x", "2"], 99),
    ]).toEqual([2, 1, 1]);
    expect(await current.store.treeParts(roomOf("none"), [nameOf("1")], 99)).toEqual([]);
    await expect(put(current, roomOf("none"), { names: ["1"] })).rejects.toMatchObject({ code: "no-such-log" });
  });
}

function lifeTests(current: StoreUnderTest): void {
  test("a part stays as long as a kept group info names it", async () => {
    const log = await roomWith(current.store, ["ann"]);
    const old = Date.now() - PART_WAITS_MS + 60_000;
    await put(current, log, { names: ["first", "all"], at: old });
    await commit(current, log, { epoch: 0, names: ["first", "all"] });
    for (let epoch = 1; epoch < GROUP_INFO_EPOCHS; epoch += 1) {
      await put(current, log, { names: [`p${epoch}`], at: old });
      await commit(current, log, { epoch, names: ["all", `p${epoch}`] });
    }
    await current.store.tidy(old + PART_WAITS_MS);
    expect(await there(current, log, ["first", "all", "p1"])).toEqual(["first", "all", "p1"]);
    await put(current, log, { names: ["last"] });
    await commit(current, log, { epoch: GROUP_INFO_EPOCHS, names: ["all", "last"] });
    await current.store.tidy(old + PART_WAITS_MS);
    expect(await there(current, log, ["first", "all", "p1", "last"])).toEqual(["all", "p1", "last"]);
    expect(await current.store.groupInfo(log, 1)).toBeUndefined();
  });

  test("a part that was put lately outlives the group info that named it, and can be named anew", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await put(current, log, { names: ["old"], at: 1 });
    await commit(current, log, { epoch: 0, names: ["old"] });
    await put(current, log, { names: ["old", "new"] });
    for (let epoch = 1; epoch <= GROUP_INFO_EPOCHS; epoch += 1) await commit(current, log, { epoch, names: ["new"] });
    expect(await there(current, log, ["old"])).toEqual(["old"]);
    expect(await commit(current, log, { epoch: GROUP_INFO_EPOCHS + 1, names: ["old"] })).toMatchObject({
      result: "ok",
    });
  });

  test("parts that nobody names go after their time, and are bounded for a device meanwhile", async () => {
    const log = await roomWith(current.store, ["ann"]);
    await put(current, log, { names: ["lone"], at: 1 });
    const big = Array.from({ length: 7 }, (_, n) => Buffer.alloc(TREE_PART_BYTES, n + 1));
    const device = deviceOf("ann");
    let stored = 0;
    for (let round = 0; stored < TREE_WAITING_BYTES; round += 1) {
      const parts = big.map((part) => Buffer.concat([part.subarray(2), Buffer.of(round & 255, round >> 8)]));
      if (!(await current.store.putTreeParts(log, { device, parts, at: 2 }))) break;
      stored += parts.length * TREE_PART_BYTES;
    }
    expect(stored).toBeGreaterThan(TREE_WAITING_BYTES - 8 * TREE_PART_BYTES);
    expect(stored).toBeLessThanOrEqual(TREE_WAITING_BYTES);
    const parts = [Buffer.alloc(TREE_PART_BYTES)];
    expect(await current.store.putTreeParts(log, { device: deviceOf("bob"), parts, at: 3 }), "another one").toBe(true);
    await put(current, log, { names: ["fresh"], at: PART_WAITS_MS + 2 });
    expect(await there(current, log, ["lone", "fresh"])).toEqual(["fresh"]);
    expect(await current.store.putTreeParts(log, { device, parts, at: PART_WAITS_MS + 2 })).toBe(true);
  });
}
