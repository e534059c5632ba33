// Who answers a newcomer, and after how long: all members come to the same order, and whoever is behind in it waits longer, so
// that as a rule one of them answers and the others see it. Pure.
import type { DeviceId, Handle, MessageId } from "../../../model/ids.ts";

interface Member {
  readonly device: DeviceId;
  readonly user: Handle;
  /** It is about to be taken out: nobody waits for it. */
  readonly suspect?: string | undefined;
}

export interface AskedBy {
  readonly device: DeviceId;
  readonly mid: MessageId;
}

/** Before the first: what was answered a moment ago is seen. */
const FIRST_MS = 100;
/** The way of an answer to the others and back, with some to spare. */
const STEP_MS = 1_500;
/** So many wait for each other; those behind them come in bunches, or nobody would wait for their turn. */
const STEPS = 40;
const BUNCH = 10;

/** The devices of the asker's user before all others; each ask begins elsewhere. Undefined: `self` does not answer. */
export function rankOf(self: DeviceId, members: readonly Member[], { device, mid }: AskedBy): number | undefined {
  const user = members.find((one) => one.device === device)?.user;
  const others = members.filter((one) => one.device !== device && one.suspect === undefined);
  const [own, strange] = [others.filter((one) => one.user === user), others.filter((one) => one.user !== user)];
  const rank = [...turned(own, mid), ...turned(strange, mid)].indexOf(self);
  return user === undefined || rank === -1 ? undefined : rank;
}

/** `lacks`: this device does not hold all that the asker may have, so it comes behind all `members`. */
export function waitMs(rank: number, more: { readonly lacks: boolean; readonly members: number }): number {
  return more.lacks ? stepsMs(more.members) + stepsMs(rank) : stepsMs(rank);
}

function stepsMs(rank: number): number {
  return FIRST_MS + STEP_MS * (Math.min(rank, STEPS) + Math.max(0, rank - STEPS) / BUNCH);
}

/** In the order of their ids, beginning behind that of the ask. */
function turned(members: readonly Member[], mid: MessageId): readonly DeviceId[] {
  const inOrder = members.map(({ device }) => device).toSorted();
  const start = inOrder.findIndex((device) => device > String(mid));
  return start <= 0 ? inOrder : [...inOrder.slice(start), ...inOrder.slice(0, start)];
}
