// An ask of another device of one's own: it gets what is held here, segment by segment, and nobody else's answer ends it.
import { beforeEach, describe, expect, it } from "vitest";
import type { HeldEntry } from "../../../../../src/client/port/vault.ts";
import type { DeviceId } from "../../../../../src/model/ids.ts";
import { HandClock } from "../../../../kit/hand-clock.ts";
import { entry } from "../../../../kit/vault.ts";
import { Answerer, LOG, MEMBERS, MID, NEWCOMER } from "./answerers.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const LONG = "x".repeat(60_000);
/** Dave's other device; what it holds fills two segments. */
const OWN = { ...MEMBERS[0], device: "1".repeat(32) as DeviceId, user: "dave" } as (typeof MEMBERS)[number];
const HELD = Array.from({ length: 20 }, (_, at): HeldEntry => {
  return { ...entry(at + 1, { log: LOG, text: LONG }), aside: false, row: at + 1, lost: false };
});

let clock: HandClock;
let own: Answerer;
beforeEach(() => {
  clock = new HandClock(20_000 * DAY);
  own = ownDevice();
});

function ownDevice(): Answerer {
  const made = new Answerer(OWN.device, clock, "dave");
  made.members = [OWN, ...MEMBERS.slice(1)];
  made.held = HELD;
  return made;
}

async function pass(ms: number, ...others: readonly Answerer[]): Promise<void> {
  clock.pass(ms);
  for (const one of [own, ...others]) await one.settled();
}

const rows = (): readonly string[] => [...own.pending.keys()].map((name) => name.split("/")[0] ?? "");

describe("an ask of an own device", () => {
  it("is answered with the keys at once, and with segments of all that is held before it and was missing there", async () => {
    own.askedAfter = 3;
    own.hears(MID, NEWCOMER, 19);
    await pass(500);
    expect(own.said.map(({ more }) => more)).toEqual([true, false]);
    expect(own.handed).toHaveLength(1);
    expect(own.handed[0]?.map(({ first, last }) => [first, last])).toEqual([[4, 18]]);
    expect([...own.blobs.blobs.keys()]).toEqual(own.handed[0]?.map(({ blob }) => blob));
    expect(rows()).toEqual(["asked", "handing"]);
    own.sees({}, "dave");
    expect([rows(), clock.waiting]).toEqual([[], 0]);
  });

  it("is not over when somebody else has answered", async () => {
    own.answering.greeted();
    own.hears(MID, NEWCOMER, 99);
    own.sees({}, "bob");
    expect(own.asks).toBe(1);
    own.answering.inStep(LOG);
    await pass(500);
    expect(own.handed).toHaveLength(1);
  });

  it("goes on where it broke off, also after a restart: with new segments for what was not put yet", async () => {
    own.hears(MID, NEWCOMER, 99);
    own.breakAfter = 1;
    await pass(500);
    expect([own.said.length, own.handed, own.blobs.blobs.size]).toEqual([1, [], 1]);
    own.breakAfter = undefined;
    own.restart();
    own.answering.inStep(LOG);
    await pass(500);
    expect(own.said.map(({ more }) => more)).toEqual([true, false]);
    const [segments = []] = own.handed;
    expect(segments).toHaveLength(2);
    expect(segments[0]?.last).toBe(20);
    expect(segments[1]).toMatchObject({ first: 1, last: (segments[0]?.first ?? 0) - 1 });
    expect(own.blobs.blobs.size).toBe(2);
  });

  it("that was begun with counts once, however often it breaks off", async () => {
    own.hears(MID, NEWCOMER, 99);
    for (let times = 0; times < 9; times += 1) {
      own.breakAfter = 0;
      own.answering.inStep(LOG);
      await pass(500);
    }
    own.breakAfter = undefined;
    own.answering.inStep(LOG);
    await pass(500);
    expect(own.handed).toHaveLength(1);
  });

  it("that another own device has begun to answer is left to it for a while", async () => {
    own.answering.greeted();
    own.hears(MID, NEWCOMER, 99);
    own.answering.inStep(LOG);
    own.sees({ more: true }, "dave", "7".repeat(32) as DeviceId);
    await pass(MINUTE - 1_000);
    expect(own.said).toEqual([]);
    await pass(MINUTE);
    expect(own.handed).toHaveLength(1);
  });

  it("waits while as much is missing here, and is answered when it is here", async () => {
    own.missingFrom = 0;
    own.hears(MID, NEWCOMER, 99);
    await pass(60 * MINUTE);
    expect([own.said, own.asks]).toEqual([[], 1]);
    own.missingFrom = undefined;
    own.answering.whole(LOG);
    await pass(500);
    expect(own.handed).toHaveLength(1);
  });

  it("of a device that has less than this one does not wait", async () => {
    own.missingFrom = 7;
    own.hears(MID, NEWCOMER, 99);
    await pass(500);
    expect(own.handed).toHaveLength(1);
  });

  it("is given nothing that has expired or was lost, and what was deleted as such", async () => {
    const said = (seq: number, payload: object, lost = false): HeldEntry => {
      return { ...entry(seq, { log: LOG }), payload: JSON.stringify(payload), aside: false, row: seq, lost };
    };
    own.held = [
      said(1, { kind: "text", text: "x", expire: 5, expiresAt: clock.now() }),
      said(2, { kind: "expired" }),
      said(3, { kind: "deleted", by: "bob" }),
      said(4, { kind: "unreadable", code: "epoch-gone" }),
      said(5, { kind: "text", text: "lost" }, true),
    ];
    own.hears(MID, NEWCOMER, 99);
    await pass(500);
    expect(own.handed[0]?.map(({ first, last }) => [first, last])).toEqual([[3, 3]]);
  });

  it("is answered by a member of another user with keys and nothing else", async () => {
    const bob = new Answerer(MEMBERS[1]?.device ?? OWN.device, clock);
    bob.held = HELD;
    bob.hears(MID, NEWCOMER, 99);
    await pass(5 * MINUTE, bob);
    expect([bob.said.map(({ more }) => more), bob.handed, bob.blobs.blobs.size]).toEqual([[false], [], 0]);
  });
});
