// Members who hear an ask: one answers, as a rule, and whoever was away makes up for it.
import { beforeEach, describe, expect, it } from "vitest";
import { Fault } from "../../../../../src/model/fault.ts";
import type { DeviceId, MessageId } from "../../../../../src/model/ids.ts";
import { HandClock } from "../../../../kit/hand-clock.ts";
import { Answerer, inOrder, LOG, MEMBERS, MID, NEWCOMER } from "./answerers.ts";

const DAY = 86_400_000;
const QUARTER_HOUR = 15 * 60_000;

let clock: HandClock;
let all: readonly [Answerer, Answerer, Answerer];
let first: Answerer;
let second: Answerer;
beforeEach(() => {
  clock = new HandClock(20_000 * DAY);
  all = inOrder(clock);
  [first, second] = all;
});

async function pass(ms: number): Promise<void> {
  clock.pass(ms);
  for (const one of all) await one.settled();
}

const answers = (): number[] => all.map(({ said }) => said.length);

describe("an ask", () => {
  it("is answered by one, and the others forget it when they see the answer", async () => {
    for (const one of all) one.hears();
    await pass(500);
    expect(answers()).toEqual([1, 0, 0]);
    expect(first.said[0]).toEqual({
      kind: "archive-grant",
      to: NEWCOMER,
      ask: MID,
      chain: "07".repeat(32),
      more: false,
      sealed: Buffer.of(0).toString("base64url"),
    });
    for (const one of all) one.sees();
    expect(all.map(({ asks }) => asks)).toEqual([0, 0, 0]);
    await pass(QUARTER_HOUR);
    expect([answers(), clock.waiting]).toEqual([[1, 0, 0], 0]);
  });

  it("is answered by the next where the first is away, and each waits longer", async () => {
    first.isConnected = false;
    for (const one of all) one.hears();
    await pass(1_000);
    expect(answers()).toEqual([0, 0, 0]);
    await pass(1_000);
    expect(answers()).toEqual([0, 1, 0]);
    for (const one of all) one.sees();
    await pass(QUARTER_HOUR);
    expect(answers()).toEqual([0, 1, 0]);
  });

  it("that was heard in a run before is answered when the log is in step again, and once", async () => {
    first.isConnected = false;
    first.hears();
    await pass(QUARTER_HOUR);
    first.restart();
    first.isConnected = true;
    await pass(QUARTER_HOUR);
    expect(first.said).toEqual([]);
    first.answering.inStep(LOG);
    await pass(QUARTER_HOUR);
    first.answering.greeted();
    first.answering.inStep(LOG);
    await pass(QUARTER_HOUR);
    expect(first.said).toHaveLength(1);
    // It waits in the queue, and the program was started anew.
    first.queued.push({ mid: MID, log: LOG, since: 0, payload: JSON.stringify(first.said[0]), storedAt: undefined });
    first.restart();
    first.answering.inStep(LOG);
    await pass(QUARTER_HOUR);
    expect(first.said).toHaveLength(1);
  });

  it("is not answered before everything else is here: somebody may have answered it", async () => {
    first.answering.greeted();
    first.hears();
    await pass(QUARTER_HOUR);
    first.sees();
    first.answering.inStep(LOG);
    await pass(QUARTER_HOUR);
    expect(first.said).toEqual([]);
  });

  it("of which only a part was answered is open until the rest has come", async () => {
    second.hears();
    second.sees({ more: true });
    expect(second.asks).toBe(1);
    second.sees({ ask: "00".repeat(16) as MessageId });
    expect(second.asks).toBe(1);
    await pass(QUARTER_HOUR);
    expect(second.said).toHaveLength(1);
  });

  it("is answered in parts where there are many keys", async () => {
    first.parts = 3;
    first.hears();
    await pass(500);
    expect(first.said.map(({ more, sealed }) => [more, sealed])).toEqual(
      [0, 1, 2].map((at) => [at < 2, Buffer.of(at).toString("base64url")]),
    );
  });

  it("is forgotten where there is nothing to give, after thirty days, and when its device is out again", async () => {
    first.fails = new Fault("no-archive", "nothing");
    first.hears();
    await pass(500);
    expect([first.asks, first.said]).toEqual([0, []]);
    second.isConnected = false;
    second.hears();
    await pass(30 * DAY + 1);
    second.isConnected = true;
    second.answering.inStep(LOG);
    expect([second.asks, clock.waiting]).toEqual([0, 0]);
    second.hears();
    second.members = MEMBERS.filter(({ device }) => device !== NEWCOMER);
    second.answering.inStep(LOG);
    expect([second.asks, clock.waiting, second.said]).toEqual([0, 0, []]);
  });

  it("stays open where the groups have too much to do, and is answered at the next look", async () => {
    first.fails = new Fault("mls-overload", "not now");
    first.hears();
    await pass(500);
    expect(first.asks).toBe(1);
    first.fails = undefined;
    first.answering.inStep(LOG);
    await pass(500);
    expect(first.said).toHaveLength(1);
  });

  it("of this device itself is none", async () => {
    const own = new Answerer(NEWCOMER, clock);
    own.hears();
    await pass(QUARTER_HOUR);
    expect([own.asks, own.said]).toEqual([0, []]);
  });
});

describe("whoever lacks something", () => {
  it("lets all the others go first, and gives what there is when nobody else does", async () => {
    first.reach = Number.POSITIVE_INFINITY;
    for (const one of all) one.hears();
    await pass(5_000);
    expect(answers()).toEqual([0, 1, 1]);
    await pass(QUARTER_HOUR);
    expect(answers()).toEqual([1, 1, 1]);
  });

  it("is whoever has less than the asker may have, and nobody else", async () => {
    first.history = 7;
    first.reach = clock.now() - 8 * DAY;
    first.hears();
    await pass(500);
    expect(first.said).toHaveLength(1);
    second.history = 7;
    second.reach = clock.now() - 6 * DAY;
    second.hears();
    await pass(5_000);
    expect(second.said).toEqual([]);
  });
});

describe("the limits", () => {
  it("a device that asks again and again is answered a few times a day", async () => {
    const mid = (at: number): MessageId => at.toString(16).padStart(32, "0") as MessageId;
    for (let at = 0; at < 9; at += 1) {
      first.hears(mid(at));
      await pass(QUARTER_HOUR);
      first.sees({ ask: mid(at) });
    }
    expect(first.said).toHaveLength(5);
    await pass(DAY);
    first.hears(mid(99));
    await pass(QUARTER_HOUR);
    expect(first.said).toHaveLength(6);
  });

  it("more asks than a hundred are not remembered", () => {
    // Nothing is done about them yet.
    first.answering.greeted();
    for (let at = 0; at < 120; at += 1)
      first.hears(
        at.toString(16).padStart(32, "0") as MessageId,
        at.toString(16).padStart(32, "f") as DeviceId,
        at + 1,
      );
    expect(first.asks).toBe(100);
  });
});
