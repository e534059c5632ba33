// C1, C3 and C5 under kill -9: a real process writes, is killed many times, and a checker reads what is left.
import { describe, expect, test } from "vitest";
import { GROUP_INFO_EPOCHS, type Store, WELCOME_EPOCHS } from "../../src/server/port/store.ts";
import { inboxLog } from "../../src/wire/log-id.ts";
import type { StoreUnderTest } from "./store-harness.ts";
import { deviceOf, readAll, roomOf } from "./store-harness.ts";
import type { Ack } from "./store-harness.ts";

const ROUNDS = 5;
/** The moment between two halves of a commit is short: it takes more kills to meet it. */
const COMMIT_ROUNDS = 8;
const LOG = roomOf("room");

export function survivalContract(current: StoreUnderTest): void {
  describe("C1 durable", () => {
    test("every acknowledged append is there once, in order, after each of several kills", async () => {
      const { generation, storeId } = current.store.info();
      const acked: Ack[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        await current.store.close();
        acked.push(...(await current.harness.startWriter("stream", round).killAfter(150 + 333 * round)));
        await current.reopen();
        expect(current.store.info()).toMatchObject({ generation, storeId });
        await checkAcked(current.store, acked);
      }
      expect(acked.length).toBeGreaterThan(3_000);
      expect(await current.store.check()).toEqual({ ok: true, findings: [] });
    }, 30_000);
  });

  describe("C5 atomic, C3 compare-and-set", () => {
    test("after kills, every commit has its member, its welcome and its group info, or none of them", async () => {
      const acked: Ack[] = [];
      for (let round = 0; round < COMMIT_ROUNDS; round += 1) {
        await current.store.close();
        acked.push(...(await current.harness.startWriter("commits", round).killAfter(5 + 6 * round)));
        await current.reopen();
        await checkAcked(current.store, acked);
        await checkCommits(current.store, round);
      }
      expect(await current.store.check()).toEqual({ ok: true, findings: [] });
    }, 30_000);
  });
}

async function checkAcked(store: Store, acked: readonly Ack[]): Promise<void> {
  const entries = await readAll(store, LOG);
  for (const { mid, seq } of acked) expect(entries[seq - 1]?.mid).toBe(mid);
  expect(new Set(entries.map(({ mid }) => mid)).size).toBe(entries.length);
}

async function checkCommits(store: Store, rounds: number): Promise<void> {
  const commits = await readAll(store, LOG);
  const head = (await store.heads([LOG])).get(LOG);
  expect(head?.epoch).toBe(commits.length);
  expect(commits.map(({ epoch }) => epoch)).toEqual(commits.map((_, index) => index));
  const names = commits.map(({ body }) => Buffer.from(body).toString());
  const members = new Set((await store.membersOf(LOG)).map(({ device }) => device));
  expect(members).toEqual(new Set(["ann", ...names].map(deviceOf)));
  for (const [epoch, name] of names.entries()) {
    const inbox = await readAll(store, inboxLog(deviceOf(name)));
    expect(inbox.map(({ body }) => Buffer.from(body).toString())).toEqual([name]);
    // Nobody has come for any of the Welcomes.
    const kept = epoch + 1 > names.length - GROUP_INFO_EPOCHS - WELCOME_EPOCHS;
    expect(Buffer.from((await store.groupInfo(LOG, epoch + 1))?.body ?? []).toString()).toBe(kept ? name : "");
  }
  await checkLosers(store, rounds, new Set(names));
}

/** Rivals that lost, or whose batch died with the process, have left nothing. */
async function checkLosers(store: Store, rounds: number, winners: ReadonlySet<string>): Promise<void> {
  for (let n = 0; n < 60; n += 1) {
    for (const rival of ["a", "b", "c"]) {
      const name = `${rounds} ${n} ${rival}`;
      if (winners.has(name)) continue;
      const inbox = inboxLog(deviceOf(name));
      expect((await store.heads([inbox])).get(inbox)?.head ?? 0).toBe(0);
    }
  }
}
