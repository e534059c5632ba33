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

/** 0: at once. Who must be out themselves are in nobody's way. */
export function waitForTurnMs({ epoch, members }: GroupView, self: DeviceId): number {
  const order = members
    .filter(({ suspect }) => suspect === undefined)
    .map(({ device }) => ({ device, place: placeOf(epoch, device) }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const rank = Math.max(
    0,
    order.findIndex(({ device }) => device === self),
  );
  return STEP_MS * (Math.min(rank, STEPS) + Math.max(0, rank - STEPS) / BUNCH);
}

function placeOf(epoch: number, device: DeviceId): string {
  return createHash("sha256").update(`${epoch} ${device}`).digest("hex");
}
