// Who takes out those who must be out, and when: one member after the other, and nobody waits for who is not there.
import { describe, expect, test } from "vitest";
import { Cleaning, type CleaningWorld } from "../../../../../src/client/app/circle/cleaning.ts";
import { turnOf } from "../../../../../src/client/app/circle/turn.ts";
import type { DeviceId } from "../../../../../src/model/ids.ts";
import type { GroupView } from "../../../../../src/mls/groups.ts";

const DEVICES = Array.from({ length: 200 }, (_, at) => at.toString(16).padStart(32, "0") as DeviceId);
const OUT = DEVICES.at(-1);
const VIEW = {
  epoch: 7,
  members: DEVICES.map((device) => ({ device, ...(device === OUT ? { suspect: "revoked" } : {}) })),
} as unknown as GroupView;
const MEMBERS = DEVICES.filter((device) => device !== OUT);
const before = (device: DeviceId): number => {
  const { ms, others } = turnOf(VIEW, device);
  return ms / 400 + others.length;
};
const ORDER = MEMBERS.toSorted((one, other) => before(one) - before(other));

/** When this one commits, in milliseconds; undefined: not within an hour. `online` undefined: the server does not say. */
async function commitsAt(
  self: DeviceId | undefined,
  online?: readonly (DeviceId | undefined)[],
): Promise<number | undefined> {
  if (self === undefined) throw new Error("nobody");
  const timers: { readonly at: number; readonly run: () => void }[] = [];
  let now = 0;
  let done: number | undefined;
  const at = { view: VIEW, told: { leaving: [] }, isRewound: true } as unknown as CleaningWorld["at"];
  const members = DEVICES.map((device) => ({ device, online: online?.includes(device) === true }));
  const circle = {
    log: "00",
    self: { device: self },
    chance: () => 0,
    after: (ms: number, run: () => void) => void timers.push({ at: now + ms, run }),
    ask: async () => {
      if (online === undefined) throw new Error("offline");
      return { members };
    },
  };
  const renew = (): Promise<void> => {
    done ??= now;
    return Promise.resolve();
  };
  new Cleaning(circle as never, { at, isLive: () => true, renew, move: renew }).clean();
  while (now < 3_600_000) {
    await new Promise((resolve) => setImmediate(resolve));
    const next = timers.toSorted((one, other) => one.at - other.at)[0];
    if (done !== undefined || next === undefined) break;
    timers.splice(timers.indexOf(next), 1);
    now = next.at;
    next.run();
  }
  return done;
}

describe("who is the first in the order", () => {
  test("is another one in every epoch, the same for everybody, and never who must be out", () => {
    expect(ORDER.map((device) => before(device))).toEqual(MEMBERS.map((_, at) => at));
    const firstOf = (epoch: number) => MEMBERS.find((device) => turnOf({ ...VIEW, epoch }, device).ms === 0);
    expect(new Set([1, 2, 3, 4, 5, 6].map(firstOf)).size).toBeGreaterThan(3);
  });

  test("commits at once, and the next ones 400 and 800 ms later", async () => {
    expect(await Promise.all(ORDER.slice(0, 3).map((device) => commitsAt(device, MEMBERS)))).toEqual([0, 400, 800]);
  });
});

describe("those behind them", () => {
  test("wait for whoever before them is there, and for nobody else", async () => {
    const last = ORDER.at(-1);
    expect(await commitsAt(last, [last])).toBe(800);
    expect(await commitsAt(last, [ORDER[5], ORDER[90], last])).toBe(1_600);
  });

  test("wait for all where the server does not say who is there, those far behind in bunches", async () => {
    expect(await commitsAt(ORDER[10])).toBe(800 + 8 * 400);
    expect(await commitsAt(ORDER[198])).toBe(800 + 10 * 400 + (186 / 20) * 400);
  });

  test("who must be out has no say in it", async () => {
    expect(await commitsAt(OUT, MEMBERS)).toBeUndefined();
  });
});
