import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as outbox from "../../../../src/client/app/outbox.ts";
import type { LogId, MessageId } from "../../../../src/model/ids.ts";

const LOG = "00020000000000000000000000000000" as LogId;
const item = (order: number): outbox.Item => ({
  mid: order.toString(16).padStart(32, "0") as MessageId,
  order,
  since: 10,
  payload: "",
});
const items = (count: number): outbox.Item[] => Array.from({ length: count }, (_, order) => item(order));
const sent = ({ wants }: outbox.LaneStep): number[] =>
  wants.flatMap((want) => (want.want === "append" ? [want.item.order] : []));
const reply = (result: outbox.Appended["result"]): outbox.Appended => ({
  result,
  seq: 1,
  at: 1,
  epoch: 3,
  head: 4,
  code: "",
  devices: [],
});
const opened = (count: number): outbox.LaneStep => outbox.opened(outbox.newLane(LOG, items(count)));

describe("the lane", () => {
  test("at most a window is on the way; each answer lets the next go", () => {
    const step = opened(100);
    expect(sent(step)).toEqual(Array.from({ length: outbox.WINDOW }, (_, order) => order));
    const next = outbox.answered(step.lane, item(0).mid, reply("ok"));
    expect(sent(next)).toEqual([outbox.WINDOW]);
    expect(next.wants[0]).toMatchObject({ want: "stored", seq: 1 });
  });

  test("nothing goes while it is closed; what was on the way goes first, and in order, when it opens", () => {
    const { lane } = outbox.answered(opened(5).lane, item(1).mid, reply("ok"));
    const closed = outbox.closed(lane);
    expect(sent(outbox.added(closed, [item(5)]))).toEqual([]);
    expect(sent(outbox.opened(outbox.added(closed, [item(5)]).lane))).toEqual([0, 2, 3, 4, 5]);
  });

  test("a late answer after the connection ended changes nothing", () => {
    const closed = outbox.closed(opened(2).lane);
    expect(outbox.answered(closed, item(0).mid, reply("ok"))).toEqual({ lane: closed, wants: [] });
  });

  test("overload: what was refused waits, and goes again in order before anything new", () => {
    let step = opened(4);
    step = outbox.answered(step.lane, item(1).mid, reply("overload"));
    step = outbox.added(step.lane, [item(9)]);
    expect(sent(step)).toEqual([]);
    step = outbox.answered(step.lane, item(0).mid, reply("ok"));
    step = outbox.answered(step.lane, item(3).mid, reply("overload"));
    step = outbox.answered(step.lane, item(2).mid, reply("overload"));
    expect(step.wants).toEqual([{ want: "hold", ms: 250 }]);
    step = outbox.released(step.lane);
    expect(sent(step)).toEqual([1, 2, 3, 9]);
    step = outbox.answered(step.lane, item(1).mid, reply("overload"));
    for (const order of [2, 3, 9]) step = outbox.answered(step.lane, item(order).mid, reply("overload"));
    expect(step.wants).toEqual([{ want: "hold", ms: 500 }]);
  });

  test("stale: the new epoch, and again a little later, or at once when the log has caught up", () => {
    const step = outbox.answered(opened(1).lane, item(0).mid, reply("stale"));
    expect(step.wants).toEqual([
      { want: "epoch", epoch: 3 },
      { want: "hold", ms: 250 },
    ]);
    expect(sent(outbox.released(step.lane))).toEqual([0]);
    expect(sent(outbox.opened(step.lane))).toEqual([0]);
  });

  test("ahead: nothing goes before the log was looked at; then with a lower since", () => {
    let step = outbox.answered(opened(2).lane, item(0).mid, reply("ahead"));
    expect(step.wants).toEqual([{ want: "contradicted", head: 4, epoch: 3 }]);
    step = outbox.answered(step.lane, item(1).mid, reply("ahead"));
    expect(step.wants).toEqual([]);
    step = outbox.opened(outbox.lowered(step.lane, 4));
    expect(step.wants).toEqual([0, 1].map((order) => ({ want: "append", item: { ...item(order), since: 4 } })));
  });

  test("denied and errors fail one message and let the next go", () => {
    const step = outbox.answered(opened(70).lane, item(0).mid, reply("denied"));
    expect(step.wants).toMatchObject([{ want: "failed", code: "denied" }, { want: "append" }]);
    expect(outbox.refused(step.lane, item(1).mid, "not-supported").wants[0]).toMatchObject({
      want: "failed",
      code: "not-supported",
    });
  });

  test("a message that came back as an entry needs no answer", () => {
    const step = outbox.cameBack(opened(70).lane, item(3).mid);
    expect(sent(step)).toEqual([64]);
    expect(outbox.answered(step.lane, item(3).mid, reply("dup")).wants).toEqual([]);
  });

  test("whatever happens, everything is stored once and nothing is lost", () => {
    const event = fc.oneof(
      fc.record({
        on: fc.constant("answer" as const),
        which: fc.nat(70),
        result: fc.constantFrom("ok" as const, "dup" as const, "overload" as const, "stale" as const),
      }),
      fc.record({ on: fc.constantFrom("close" as const, "open" as const, "release" as const, "add" as const) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let lane = outbox.newLane(LOG);
        let made = 0;
        const stored: number[] = [];
        const take = (step: outbox.LaneStep): void => {
          lane = step.lane;
          for (const want of step.wants) if (want.want === "stored") stored.push(want.item.order);
        };
        for (const one of events) {
          if (one.on === "answer") {
            const flying = lane.flying[one.which % Math.max(1, lane.flying.length)];
            if (flying !== undefined) take(outbox.answered(lane, flying.mid, reply(one.result)));
          } else if (one.on === "close") lane = outbox.closed(lane);
          else if (one.on === "open") take(outbox.opened(lane));
          else if (one.on === "release") take(outbox.released(lane));
          else take(outbox.added(lane, [item(made++)]));
          expect(lane.flying.length).toBeLessThanOrEqual(outbox.WINDOW);
        }
        take(outbox.opened(outbox.closed(lane)));
        while (lane.flying.length > 0) take(outbox.answered(lane, lane.flying[0]?.mid ?? item(0).mid, reply("ok")));
        expect(stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: made }, (_, order) => order));
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});
