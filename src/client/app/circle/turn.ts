// Whose turn it is to take out who must be out: all members come to the same order, another one in every epoch; whoever is behind in it
// waits longer, so that as a rule one of them commits and the others see it. Pure.
import { createHash } from "node:crypto";
import type { DeviceId } from "../../../model/ids.ts";
import type { GroupView } from "../../../mls/groups.ts";

/** The way of a commit to the others, with some to spare. */
const STEP_MS = 400;
/** So many wait for each other; those behind them come in bunches. */
const STEPS = 10;
const BUNCH = 20;
/** So many are waited for without asking who is there at all. */
const FIRST = 2;

export interface Turn {
  /** 0: at once. */
  readonly ms: number;
  /** Those who come before this device, and after the first ones: whoever of them is there is waited for as well. */
  readonly others: readonly DeviceId[];
}

/** Who must be out themselves are in nobody's way. */
export function turnOf({ epoch, members }: GroupView, self: DeviceId): Turn {
  const order = members
    .filter(({ suspect }) => suspect === undefined)
    .map(({ device }) => ({ device, place: placeOf(epoch, device) }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ device }) => device);
  const before = order.slice(0, Math.max(0, order.indexOf(self)));
  return { ms: waitMs(Math.min(FIRST, before.length)), others: before.slice(FIRST) };
}

/** After so many others. */
export function waitMs(others: number): number {
  return STEP_MS * (Math.min(others, STEPS) + Math.max(0, others - STEPS) / BUNCH);
}

function placeOf(epoch: number, device: DeviceId): string {
  return createHash("sha256").update(`${epoch} ${device}`).digest("hex");
}
