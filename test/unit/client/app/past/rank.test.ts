// Whose turn it is to answer: every member comes to the same order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankOf, waitMs } from "../../../../../src/client/app/past/rank.ts";
import type { DeviceId, Handle, MessageId } from "../../../../../src/model/ids.ts";

const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
const user = fc.constantFrom("alice", "bob", "carol");
const members = fc
  .uniqueArray(fc.record({ device: hex, user }), { minLength: 2, maxLength: 40, selector: ({ device }) => device })
  .map((all) => all.map((one) => ({ device: one.device as DeviceId, user: one.user as Handle })));
const NOTHING = { lacks: false, members: 0 };

describe("the order of answers", () => {
  it("gives each member but the asker a place of its own, whatever the order of the list; those of the user first", () => {
    fc.assert(
      fc.property(members, hex, fc.nat(), (all, mid, at) => {
        const asker = all[at % all.length];
        if (asker === undefined) return;
        const ask = { device: asker.device, mid: mid as MessageId };
        const others = all.filter(({ device }) => device !== asker.device);
        const ranks = others.map(({ device }) => rankOf(device, all, ask) ?? -1);
        expect(ranks.toSorted((a, b) => a - b)).toEqual(others.map((_, place) => place));
        expect(others.map(({ device }) => rankOf(device, all.toReversed(), ask) ?? -1)).toEqual(ranks);
        const own = others.filter((one) => one.user === asker.user).length;
        for (const [place, one] of others.entries()) expect((ranks[place] ?? 0) < own).toBe(one.user === asker.user);
        expect(rankOf(asker.device, all, ask)).toBeUndefined();
      }),
    );
  });

  it("begins elsewhere with each ask", () => {
    const all = ["2", "5", "8", "b"].map((digit) => {
      return { device: digit.repeat(32) as DeviceId, user: digit as Handle };
    });
    const first = (mid: string): string | undefined =>
      all.find(({ device }) => rankOf(device, all, { device: "b".repeat(32) as DeviceId, mid: mid as MessageId }) === 0)
        ?.user;
    expect(["0", "3", "6", "9", "f"].map((digit) => first(digit.repeat(32)))).toEqual(["2", "5", "8", "2", "2"]);
  });

  it("has no place for whoever is about to be taken out, and none where the asker is out again", () => {
    const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(32) as DeviceId);
    if (a === undefined || b === undefined || c === undefined) throw new Error("three were made");
    const all = [
      { device: a, user: "alice" as Handle },
      { device: b, user: "bob" as Handle, suspect: "revoked" },
      { device: c, user: "carol" as Handle },
    ];
    const ask = { device: a, mid: "0".repeat(32) as MessageId };
    expect([rankOf(b, all, ask), rankOf(c, all, ask)]).toEqual([undefined, 0]);
    expect(rankOf(c, all.slice(1), ask)).toBeUndefined();
    expect(rankOf("d".repeat(32) as DeviceId, all, ask)).toBeUndefined();
  });
});

describe("the time to wait", () => {
  it("grows with the rank; whoever lacks something waits behind all the others", () => {
    const waits = Array.from({ length: 5_000 }, (_, rank) => waitMs(rank, NOTHING));
    expect(waits.every((ms, rank) => rank === 0 || ms > (waits[rank - 1] ?? 0))).toBe(true);
    expect(waitMs(0, { lacks: true, members: 5_000 })).toBeGreaterThan(waits.at(-1) ?? 0);
    expect(waitMs(1, { lacks: true, members: 3 })).toBeGreaterThan(waitMs(0, { lacks: true, members: 3 }));
    // Of five thousand the last one still comes within a quarter of an hour.
    expect(waits.at(-1)).toBeLessThan(15 * 60_000);
  });
});
