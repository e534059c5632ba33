// What is missing, step by step.
import { describe, expect, it } from "vitest";
import * as steps from "../../../../../src/client/app/past/state.ts";
import type { Gap, PastState } from "../../../../../src/client/app/past/state.ts";
import type { Handle, LogId, MessageId, Sha256 } from "../../../../../src/model/ids.ts";

const DAY = 86_400_000;
const NOW = 20_000 * DAY;
const ASK = "a5".repeat(16) as MessageId;
const CAME = { entered: 40, after: 0, now: NOW, reach: 0, admins: ["alice" as Handle] };
const came = (more: Partial<steps.CameIn> = {}): PastState => steps.cameIn(steps.NEW_PAST, { ...CAME, ...more });
const gapOf = (past: PastState): Gap => {
  if (past.gap === undefined) throw new Error("nothing is missing");
  return past.gap;
};
const walking = (past: PastState, counts: Partial<steps.Counts> = {}): PastState =>
  steps.inPhase(past, { at: "walking", ...steps.NOTHING_MET, ...counts });

describe("coming in", () => {
  it("leaves a gap from the last entry that is here to the one by which it came in", () => {
    expect(came()).toEqual({
      entered: 40,
      reach: 0,
      gap: {
        after: 0,
        until: 40,
        since: NOW,
        floor: 0,
        admins: ["alice"],
        asks: 0,
        phase: { at: "asking", from: NOW },
      },
    });
    expect(gapOf(came({ reach: NOW - 7 * DAY })).floor).toBe(NOW - 9 * DAY);
  });

  it("leaves none where nothing was before; where nothing is given, it is remembered that this device has less", () => {
    expect(came({ after: 40 })).toEqual({ entered: 40, reach: 0 });
    expect(came({ reach: undefined })).toEqual({ entered: 40, reach: NOW });
  });

  it("anew makes one gap of both, from above", () => {
    const half = steps.inPhase(steps.asked(came(), ASK), {
      at: "walking",
      ...steps.NOTHING_MET,
      top: { seq: 9, chain: "" as Sha256 },
    });
    const again = steps.cameIn(half, { ...CAME, entered: 90, after: 80, now: NOW + 5 });
    expect(gapOf(again)).toMatchObject({ after: 0, until: 90, since: NOW + 5, asks: 0, phase: { at: "asking" } });
    const healed = steps.cameIn({ entered: 40, reach: 0 }, { ...CAME, entered: 90, after: 80 });
    expect(gapOf(healed)).toMatchObject({ after: 80, until: 90 });
  });

  it("is kept and read as it is", () => {
    const log = `0003${"0".repeat(28)}` as LogId;
    for (const past of [came(), steps.asked(came(), ASK), walking(came()), { entered: 3, reach: 7 }]) {
      const kept = steps.keptPast(log, past);
      if (!("put" in kept) || kept.put !== "pending") throw new Error("it is not kept");
      expect(steps.pastFrom(new Map([[kept.name, kept.value]]))).toEqual(past);
    }
    expect(steps.pastFrom(new Map())).toEqual(steps.NEW_PAST);
  });
});

describe("how far the terms let a newcomer look back", () => {
  it.each([
    ["none", undefined],
    ["all", 0],
    [3, NOW - 3 * DAY],
  ] as const)("%s", (history, expected) => {
    expect(steps.reachOf(history, NOW)).toBe(expected);
  });
});

describe("an ask", () => {
  it("that was answered with what is of no use is made again: at once, then after a day, and not for ever", () => {
    let past = came();
    const from: (number | undefined)[] = [];
    for (let times = 0; times < 5; times += 1) {
      past = steps.deceived(steps.asked(past, ASK), NOW);
      from.push(past.gap?.phase.at === "asking" ? past.gap.phase.from - NOW : undefined);
    }
    expect(from).toEqual([0, DAY, DAY, DAY, undefined]);
    // It does not have what others have.
    expect(past).toEqual({ entered: 40, reach: NOW });
  });

  it("that nobody answers is over after thirty days", () => {
    const gap = gapOf(steps.asked(came(), ASK));
    expect([steps.isOver(gap, NOW + 30 * DAY), steps.isOver(gap, NOW + 30 * DAY + 1)]).toEqual([false, true]);
  });
});

describe("the end of the walk", () => {
  const asked = steps.asked(came(), ASK);

  it("leaves nothing to be done where everything was found", () => {
    expect(steps.walked(walking(asked, { found: 7 }), NOW)).toEqual({ entered: 40, reach: 0 });
    const week = steps.asked(came({ reach: NOW - 7 * DAY }), ASK);
    // Older messages have no key by the terms: that is how it is to be.
    expect(steps.walked(walking(week, { found: 7, missing: 3 }), NOW)).toEqual({ entered: 40, reach: NOW - 7 * DAY });
  });

  it("leads to another ask where keys were missing or wrong", () => {
    const later = steps.walked(walking(asked, { found: 7, missing: 1 }), NOW);
    expect(gapOf(later).phase).toEqual({ at: "asking", from: NOW + DAY });
    const now = steps.walked(walking(asked, { forged: 1 }), NOW);
    expect(gapOf(now).phase).toEqual({ at: "asking", from: NOW });
  });

  it("is far away again when it begins anew: what was found stays found", () => {
    const half = steps.inPhase(asked, {
      at: "walking",
      found: 4,
      missing: 1,
      forged: 1,
      top: { seq: 9, chain: "" as Sha256 },
    });
    expect(gapOf(steps.fromAbove(half)).phase).toEqual({ at: "walking", found: 4, missing: 0, forged: 0 });
    expect(steps.fromAbove(asked)).toBe(asked);
  });
});

describe("keys that were laid by", () => {
  const laid = (own: boolean): PastState =>
    steps.answered(steps.asked(came(), ASK), own ? { ask: ASK, laid: ASK } : { laid: ASK });
  const met = (past: PastState, counts: Partial<steps.Counts>): PastState =>
    steps.inPhase(past, { ...gapOf(past).phase, at: "walking", ...steps.NOTHING_MET, ...counts });

  it("let the walk begin while what was asked may still be answered, by others too", () => {
    expect(gapOf(laid(false)).phase).toEqual({ at: "walking", ...steps.NOTHING_MET, laid: ASK });
    for (const past of [laid(true), laid(false)]) {
      expect(steps.askOf(gapOf(past).phase)).toBe(ASK);
      expect(steps.isOpenToOthers(gapOf(past).phase)).toBe(true);
    }
    const answered = steps.answered(steps.asked(came(), ASK), { ask: ASK });
    expect(steps.isOpenToOthers(gapOf(answered).phase)).toBe(false);
    expect(steps.askOf(gapOf(came()).phase)).toBeUndefined();
  });

  it("are enough where nothing is missing and nobody else is waited for", () => {
    expect(steps.walked(met(laid(false), { found: 3 }), NOW)).toEqual({ entered: 40, reach: 0 });
  });

  it("may be too old: then whoever was asked is waited for, as if nobody had answered", () => {
    const waiting = steps.walked(met(laid(false), { missing: 1 }), NOW);
    expect(gapOf(waiting).phase).toEqual({ at: "waiting", ask: ASK });
    expect(steps.isOpenToOthers(gapOf(waiting).phase)).toBe(true);
  });

  it("do not end the wait for another own device, which holds what was never archived", () => {
    const waiting = steps.walked(met(laid(true), { found: 3 }), NOW);
    expect(gapOf(waiting).phase).toEqual({ at: "waiting", ask: ASK });
  });

  it("are remembered where a walk begins anew", () => {
    expect(gapOf(steps.fromAbove(laid(true))).phase).toMatchObject({ ask: ASK, laid: ASK });
  });
});
