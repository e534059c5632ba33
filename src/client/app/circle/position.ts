// Where a circle stands: the group as it is seen, the log as far as it was seen, and the commit of this device that waits.
import type { DeviceId, Epoch, Handle, Seq } from "../../../model/ids.ts";
import type { GroupView } from "../../../mls/groups.ts";
import { CLASSIC, suiteFor } from "../../../mls/suite.ts";
import type { LogState, WelcomeNote } from "../../../wire/messages.ts";
import type { Judged } from "../log/judge.ts";
import type { Offer } from "../membership-state.ts";
import { mustGo } from "../plan.ts";
import type { Info } from "./making.ts";
import { type CommitRecord, entryOf, isRewoundIn, recordFrom } from "./record.ts";

export interface Position {
  /** Undefined: this device is not in. */
  view: GroupView | undefined;
  /** Of somebody in it nothing is known yet: nothing is written until it is. */
  awaits: boolean;
  /** As the server told it last. */
  told: LogState | undefined;
  /** What the server holds for those who come in. */
  info: Info | undefined;
  /** The commit that waits. */
  record: CommitRecord | undefined;
  /** Of the tree of that commit: not on the server yet. */
  parts: readonly Uint8Array[];
  /** Somebody is bringing this device in. */
  hopes: boolean;
  /** Of the log. */
  epoch: Epoch;
  /** The last entry that was for this circle; nothing up to there is. */
  seq: Seq;
  /** The server forgot what this device knows: who is in the conversation and on which terms it is told with the next commit. */
  isRewound: boolean;
  /** Devices that the server wants to see removed, by its last word. */
  overdue: readonly DeviceId[];
  /** The epoch in which this device came in: what was sealed before is not for it, whenever it was stored. */
  entered: Epoch;
}

export function newPosition(): Position {
  return {
    view: undefined,
    awaits: false,
    told: undefined,
    info: undefined,
    record: undefined,
    parts: [],
    hopes: false,
    epoch: 0,
    seq: 0,
    isRewound: false,
    overdue: [],
    entered: 0,
  };
}

/** As the vault holds it. */
export function resume(
  at: Position,
  pending: ReadonlyMap<string, Uint8Array>,
  { epoch, seq }: { readonly epoch: Epoch; readonly seq: Seq },
): void {
  const entered = entryOf(pending);
  [at.epoch, at.seq] = [Math.max(epoch, entered.epoch), Math.max(seq, entered.seq)];
  [at.entered, at.isRewound] = [entered.epoch, isRewoundIn(pending)];
  at.record = recordFrom(pending);
}

/** The group as it is, with what is known of its members. */
export function see(at: Position, judged: (view: GroupView) => Judged, view: GroupView | undefined): void {
  [at.view, at.awaits] = [undefined, false];
  if (view === undefined) return;
  ({ view: at.view, awaits: at.awaits } = judged(view));
}

/** Brought in by the commit that a Welcome names. */
export function broughtIn(at: Position, { epoch, seq }: WelcomeNote): void {
  [at.epoch, at.entered, at.seq] = [epoch, epoch, Math.max(at.seq, seq)];
}

/** Somebody has brought it in, by the server's word, and the Welcome has not been there yet. */
export function isBroughtIn({ told, hopes }: Position): boolean {
  return hopes && told?.member === true;
}

/** What the server says of the conversation to a device that is not in it. */
export function offerOf({ told, view, epoch, seq, hopes, isRewound }: Position): Offer {
  const isRostered = told?.member === true;
  const isShorter = view !== undefined && told !== undefined && told.head < seq;
  return {
    isEmpty: told?.epoch === 0 && epoch === 0,
    isRostered,
    hasHelper: hopes,
    isForgotten: !isRostered && (isShorter || isRewound),
  };
}

/** Somebody is to be out before the next message, or the server must hear again who is. */
export function mustClean({ view, told, isRewound }: Position): boolean {
  return view !== undefined && (isRewound || mustGo(view, told?.leaving ?? []).length > 0);
}

/** There are more devices in the group than its cipher suite is for. */
export function isOutgrown({ view }: Position): boolean {
  return view !== undefined && view.suite !== CLASSIC && suiteFor(view.members.length) === CLASSIC;
}

/** These too; none: who had asked to be let out is back. */
export function nowLeaving(at: Position, users: readonly Handle[]): void {
  if (at.told === undefined) return;
  const before = users.length === 0 ? [] : at.told.leaving;
  at.told = { ...at.told, leaving: [...new Set([...before, ...users])] };
}

/** Who has gone, or is back again, leaves no more. */
export function stillLeaving(at: Position, added: readonly { readonly user: string }[]): void {
  if (at.told === undefined || at.told.leaving.length === 0) return;
  const back = new Set(added.map(({ user }) => user));
  const inside = new Set<string>(at.view?.members.map(({ user }) => user));
  at.told = { ...at.told, leaving: at.told.leaving.filter((user) => inside.has(user) && !back.has(user)) };
}

/** A direct conversation is written to when both are in it: who comes later reads nothing of before. */
export function awaitsOther({ view }: Position): boolean {
  if (view?.terms.kind !== "direct") return false;
  const inside = new Set(view.members.map(({ user }) => user));
  return [...view.terms.roles.keys()].some((user) => !inside.has(user));
}
