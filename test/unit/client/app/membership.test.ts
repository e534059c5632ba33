// How a device comes in, changes the group and goes out, step by step.
import { describe, expect, it } from "vitest";
import * as steps from "../../../../src/client/app/membership.ts";
import type { Membership, MembershipStep, Offer } from "../../../../src/client/app/membership-state.ts";
import type { LogId, MessageId } from "../../../../src/model/ids.ts";

const LOG = "00".repeat(16) as LogId;
const MID = "11".repeat(16) as MessageId;
const inGroup: Offer = { isEmpty: false, isRostered: true, hasHelper: false, isForgotten: false };
const outside: Offer = { isEmpty: false, isRostered: false, hasHelper: false, isForgotten: false };

const kinds = ({ wants }: MembershipStep): readonly string[] => wants.map(({ want }) => want);

function member(): Membership {
  return steps.live(steps.newMembership(LOG, true), inGroup).membership;
}

function proposed(): Membership {
  const wished = steps.wished(member(), 1, { want: "renew" });
  return steps.made(wished.membership, MID).membership;
}

describe("coming in", () => {
  it("founds a group where there is none", () => {
    const step = steps.live(steps.newMembership(LOG, false), { ...outside, isEmpty: true });
    expect(step.wants).toEqual([{ want: "make", purpose: { for: "founding" } }]);
  });

  it("asks for the group info and joins by itself", () => {
    const asks = steps.live(steps.newMembership(LOG, false), outside);
    expect(kinds(asks)).toEqual(["group-info"]);
    expect(steps.informed(asks.membership, true).wants).toEqual([{ want: "make", purpose: { for: "joining" } }]);
  });

  it("hopes for another device first, and goes by itself when nothing comes", () => {
    const hopes = steps.live(steps.newMembership(LOG, false), { ...outside, hasHelper: true });
    expect(hopes.wants).toEqual([{ want: "hope", ms: steps.HOPE_MS, certain: false }]);
    expect(kinds(steps.hoped(hopes.membership))).toEqual(["group-info"]);
    const in_ = steps.welcomed(hopes.membership);
    expect(kinds(in_)).toEqual(["told"]);
    expect(kinds(steps.hoped(in_.membership))).toEqual([]);
  });

  it("hopes on as long as the Welcome may be in what is read just now, and not for a helper", () => {
    const certain = steps.live(steps.newMembership(LOG, false), { ...inGroup, hasHelper: true }).membership;
    expect(kinds(steps.hopedLong(certain, true, true))).toEqual(["hope"]);
    expect(kinds(steps.hopedLong(certain, true, false))).toEqual(["group-info"]);
    expect(kinds(steps.hopedLong(certain, false, false))).toEqual([]);
    const maybe = steps.live(steps.newMembership(LOG, false), { ...outside, hasHelper: true }).membership;
    expect(kinds(steps.hopedLong(maybe, false, true))).toEqual(["group-info"]);
  });

  it("says so when it may not", () => {
    const asks = steps.live(steps.newMembership(LOG, false), outside);
    expect(steps.informed(asks.membership, false).wants).toEqual([{ want: "told", what: "shut", why: "not-open" }]);
  });

  it("lets those who know more tell a restored server so, before it comes in anew", () => {
    const forgotten = { ...outside, isForgotten: true };
    const waits = steps.live(steps.newMembership(LOG, true), forgotten);
    expect(waits.wants).toEqual([{ want: "hope", ms: 3_000, certain: false }]);
    expect(kinds(steps.hopedLong(waits.membership, false, false))).toEqual(["group-info"]);
    expect(kinds(steps.live(steps.newMembership(LOG, true), { ...forgotten, isEmpty: true }))).toEqual(["make"]);
  });

  it("comes in anew when the server no longer counts it in, or its state is lost", () => {
    expect(kinds(steps.live(steps.newMembership(LOG, true), outside))).toEqual(["group-info"]);
    expect(kinds(steps.broke(member()))).toEqual(["group-info"]);
  });
});

describe("a commit of this device", () => {
  it("is true when it comes back in the log, whatever was answered", () => {
    const stored = steps.answered(proposed(), MID, { result: "ok" }).membership;
    expect(steps.accepted(stored).wants).toEqual([{ want: "granted", id: 1 }]);
    expect(steps.accepted(proposed()).wants).toEqual([{ want: "granted", id: 1 }]);
  });

  it("is sent again after a lost connection, as it was", () => {
    const later = steps.live(steps.gone(proposed()), inGroup);
    expect(later.wants).toEqual([{ want: "send", mid: MID }]);
    const restarted = steps.newMembership(LOG, true, { purpose: { for: "joining" }, mid: MID });
    expect(steps.live(restarted, inGroup).wants).toEqual([{ want: "send", mid: MID }]);
  });

  it("that was made without a connection is sent with the next", () => {
    const making = steps.wished(member(), 1, { want: "renew" }).membership;
    const kept = steps.made(steps.gone(making), MID);
    expect(kinds(kept)).toEqual([]);
    expect(steps.live(kept.membership, inGroup).wants).toEqual([{ want: "send", mid: MID }]);
  });

  it("that came too late is withdrawn, and the wish is planned again after a rest", () => {
    const late = steps.answered(proposed(), MID, { result: "stale" });
    expect(kinds(late)).toEqual(["withdraw", "rest"]);
    expect(kinds(steps.rested(late.membership, inGroup))).toEqual(["make"]);
    const again = steps.overtaken(proposed());
    expect(kinds(again)).toEqual(["withdraw", "rest"]);
  });

  it("rests longer each time, up to a limit", () => {
    let membership = proposed();
    const rests: number[] = [];
    for (let race = 0; race < 12; race += 1) {
      const late = steps.answered(membership, MID, { result: "stale" });
      rests.push(...late.wants.flatMap((want) => (want.want === "rest" ? [want.ms] : [])));
      membership = steps.made(steps.rested(late.membership, inGroup).membership, MID).membership;
    }
    expect(rests.slice(0, 3)).toEqual([200, 400, 800]);
    expect(rests.at(-1)).toBe(10_000);
  });

  it("that is denied ends the wish, and the next one goes on", () => {
    const two = steps.wished(proposed(), 2, { want: "close" });
    const denied = steps.answered(two.membership, MID, { result: "denied", code: "not-an-admin" });
    expect(kinds(denied)).toEqual(["withdraw", "refused", "make"]);
  });

  it("that forgot somebody who must go is planned again", () => {
    const denied = steps.answered(proposed(), MID, { result: "denied", code: "must-remove" });
    expect(kinds(denied)).toEqual(["withdraw", "rest"]);
  });

  it("that cannot be sent where this device may not be any more is taken back, and the wish refused", () => {
    const refused = steps.unsent(proposed(), "no-such-conversation");
    expect(refused.wants).toEqual([{ want: "withdraw" }, { want: "refused", id: 1, code: "no-such-conversation" }]);
    const asks = steps.live(steps.newMembership(LOG, false), outside);
    const joining = steps.made(steps.informed(asks.membership, true).membership, MID);
    const shut = steps.unsent(joining.membership, "no-such-conversation");
    expect(shut.wants).toEqual([{ want: "withdraw" }, { want: "told", what: "shut", why: "no-such-conversation" }]);
    expect(steps.isComing(shut.membership)).toBe(false);
    // The server tells of it again.
    expect(kinds(steps.live(shut.membership, outside))).toEqual(["group-info"]);
  });

  it("that cannot be sent for now is sent again after a rest", () => {
    const later = steps.unsent(proposed(), "too-many-parts");
    expect(kinds(later)).toEqual(["rest"]);
    expect(steps.rested(later.membership, inGroup).wants).toEqual([{ want: "send", mid: MID }]);
    const stored = steps.answered(proposed(), MID, { result: "ok" }).membership;
    expect(kinds(steps.unsent(stored, "too-many-parts"))).toEqual([]);
  });

  it("that comes to nothing in a group that broke meanwhile leaves nobody behind", () => {
    const wished = steps.wished(member(), 1, { want: "renew" }).membership;
    const broken = steps.broke(wished).membership;
    for (const end of [steps.unmade(broken, "no-key-package"), steps.idle(broken)])
      expect(kinds(end)).toEqual([expect.stringMatching(/granted|refused/), "group-info"]);
  });

  it("of another time is not mixed up with this one", () => {
    const other = "22".repeat(16) as MessageId;
    expect(steps.answered(proposed(), other, { result: "stale" }).wants).toEqual([]);
    expect(kinds(steps.made(member(), other))).toEqual(["withdraw"]);
  });
});

describe("being put out", () => {
  it("refuses every wish that waits", () => {
    const two = steps.wished(proposed(), 2, { want: "close" }).membership;
    expect(steps.putOut(two, "removed").wants).toEqual([
      { want: "refused", id: 1, code: "removed" },
      { want: "refused", id: 2, code: "removed" },
      { want: "told", what: "shut", why: "removed" },
    ]);
  });
});
