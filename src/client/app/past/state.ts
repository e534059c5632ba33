// What is missing of the time before this device came in, as it is kept beside the group until it is here. Pure.
import type { Handle, LogId, MessageId, Seq, Sha256 } from "../../../model/ids.ts";
import type { HistoryPolicy } from "../../../model/terms.ts";
import type { Change } from "../../port/vault.ts";

/** A place in the log, and the chain there. */
export interface Mark {
  readonly seq: Seq;
  readonly chain: Sha256;
}

/** What was met on the way down. */
export interface Counts {
  /** Messages that are here now. */
  readonly found: number;
  /** Archived, and there was no key for it; or handed over, and gone. */
  readonly missing: number;
  /** Not what it is said to be. */
  readonly forged: number;
}

export type Phase =
  /** Keys are to be asked for, not before this time. */
  | { readonly at: "asking"; readonly from: number }
  /** Asked for with this message. `own`: others have answered, and only another device of the user is waited for. */
  | { readonly at: "waiting"; readonly ask: MessageId; readonly own?: true }
  /**
   * The keys are here: from the newest down. Everything behind `top` was looked at. `ask`: another own device shall answer it yet.
   * `laid`: with keys that were laid by, and whoever was asked with this may answer, too.
   */
  | ({
      readonly at: "walking";
      readonly top?: Mark | undefined;
      readonly ask?: MessageId | undefined;
      readonly laid?: MessageId | undefined;
    } & Counts);

/** Entries behind `after`, up to `until`, that this device could not read when they came. */
export interface Gap {
  readonly after: Seq;
  readonly until: Seq;
  /** Milliseconds: when it was found. */
  readonly since: number;
  /** Nothing of before this time is given by the terms; 0: everything is. */
  readonly floor: number;
  /** Who might delete messages of others, by the terms at its end; undefined: not known so far down. */
  readonly admins?: readonly Handle[] | undefined;
  /** How often keys were asked for. */
  readonly asks: number;
  readonly phase: Phase;
}

export interface PastState {
  /** The newest coming in of this device that was looked at. */
  readonly entered: Seq;
  /** Milliseconds: of the time before, nothing need be here. 0: this device has everything that anybody has. */
  readonly reach: number;
  readonly gap?: Gap | undefined;
}

const DAY_MS = 86_400_000;
/** An ask that nobody answered is forgotten, and so is what it was for. */
export const KEPT_MS = 30 * DAY_MS;
/** Somebody else is asked: after this time, so that they have come. */
const AGAIN_MS = DAY_MS;
const ASKS_MOST = 5;
/** Clocks of writers differ, and a day begins at midnight: so much more is looked at. */
const MARGIN_DAYS = 2;
/** @internal */
export const NOTHING_MET: Counts = { found: 0, missing: 0, forged: 0 };
/** @internal */
export const NEW_PAST: PastState = { entered: 0, reach: 0 };

const PAST_ROW = "past";
export const SECRET_ROW = "past/secret";

export function pastFrom(pending: ReadonlyMap<string, Uint8Array>): PastState {
  const row = pending.get(PAST_ROW);
  return row === undefined ? NEW_PAST : (JSON.parse(Buffer.from(row).toString("utf8")) as PastState);
}

export function keptPast(log: LogId, past: PastState): Change {
  return { put: "pending", log, name: PAST_ROW, value: Buffer.from(JSON.stringify(past), "utf8") };
}

/** The ask that may still be answered. */
export function askOf(phase: Phase): MessageId | undefined {
  if (phase.at === "asking") return undefined;
  return phase.at === "walking" ? (phase.ask ?? phase.laid) : phase.ask;
}

/** No other member has answered yet. */
export function isOpenToOthers(phase: Phase): boolean {
  return phase.at === "walking" ? phase.laid !== undefined : phase.at === "waiting" && phase.own !== true;
}

/** How far back the terms let a newcomer look from `now`; undefined: not at all. */
export function reachOf(history: HistoryPolicy, now: number): number | undefined {
  if (history === "none") return undefined;
  return history === "all" ? 0 : Math.max(0, now - history * DAY_MS);
}

export interface CameIn {
  readonly entered: Seq;
  /** The last entry of before that is here. */
  readonly after: Seq;
  readonly now: number;
  /** As far as the terms or another device of the user give it; undefined: nothing is given. */
  readonly reach: number | undefined;
  readonly admins: readonly Handle[];
}

/** The device came in, for the first time or anew: what was before is missing. */
export function cameIn(past: PastState, { entered, after, now, reach, admins }: CameIn): PastState {
  const { gap } = past;
  const from = Math.min(after, gap?.after ?? after);
  if (from >= entered) return { ...past, entered };
  if (reach === undefined) return { entered, reach: now };
  const floor = Math.max(0, reach - MARGIN_DAYS * DAY_MS);
  const fresh: Gap = {
    after: from,
    until: entered,
    since: now,
    floor: reach === 0 ? 0 : floor,
    admins,
    asks: 0,
    phase: { at: "asking", from: now },
  };
  return { ...past, entered, gap: fresh };
}

export function isOver(gap: Gap, now: number): boolean {
  return now - gap.since > KEPT_MS;
}

/** @internal */
export function inPhase(past: PastState, phase: Phase): PastState {
  return past.gap === undefined ? past : { ...past, gap: { ...past.gap, phase } };
}

/** It is looked for no longer. */
export function givenUp({ entered, reach, gap }: PastState): PastState {
  return { entered, reach: Math.max(reach, gap?.since ?? 0) };
}

export function asked(past: PastState, ask: MessageId): PastState {
  const { gap } = past;
  return gap === undefined ? past : { ...past, gap: { ...gap, asks: gap.asks + 1, phase: { at: "waiting", ask } } };
}

/** What was handed over is of no use: the first time another one is asked at once. */
export function deceived(past: PastState, now: number): PastState {
  return askAgain(past, past.gap !== undefined && past.gap.asks <= 1 ? now : now + AGAIN_MS);
}

function askAgain(past: PastState, from: number): PastState {
  const { gap } = past;
  if (gap === undefined) return past;
  return gap.asks >= ASKS_MOST ? givenUp(past) : { ...past, gap: { ...gap, phase: { at: "asking", from } } };
}

interface Answered {
  readonly ask?: MessageId | undefined;
  readonly after?: Seq;
  readonly laid?: MessageId | undefined;
}

/** Somebody has answered. `ask`: that another own device does is waited for. `after`: there is nothing further down. `laid`: as in Phase. */
export function answered(past: PastState, { ask, after = 0, laid }: Answered): PastState {
  const { gap } = past;
  if (gap === undefined) return past;
  const phase: Phase = { at: "walking", ...NOTHING_MET, ...waitedFor({ ask, laid }) };
  return { ...past, gap: { ...gap, after: Math.max(gap.after, after), phase } };
}

/** The walk begins anew; what was found stays. */
export function fromAbove(past: PastState): PastState {
  const phase = past.gap?.phase;
  if (phase?.at !== "walking") return past;
  return inPhase(past, { ...NOTHING_MET, at: "walking", found: phase.found, ...waitedFor(phase) });
}

function waitedFor({ ask, laid }: Pick<Answered, "ask" | "laid">): Pick<Answered, "ask" | "laid"> {
  return { ...(ask === undefined ? {} : { ask }), ...(laid === undefined ? {} : { laid }) };
}

/** Everything down to its end was looked at. */
export function walked(past: PastState, now: number): PastState {
  const { gap } = past;
  if (gap?.phase.at !== "walking") return past;
  const { ask, laid } = gap.phase;
  // Whoever was asked lied, or did not have it all either: others may.
  if (gap.phase.forged > 0 && (ask === undefined || gap.asks < ASKS_MOST)) return deceived(past, now);
  // Nobody has answered yet, and what was laid by may be too old.
  const open = ask ?? (gap.phase.missing > 0 ? laid : undefined);
  if (laid !== undefined && open !== undefined) return inPhase(past, { at: "waiting", ask: open });
  if (ask !== undefined) return inPhase(past, { at: "waiting", ask, own: true });
  if (gap.phase.missing > 0 && gap.floor === 0) return askAgain(past, now + AGAIN_MS);
  return { entered: past.entered, reach: Math.max(past.reach, gap.floor === 0 ? 0 : gap.floor + MARGIN_DAYS * DAY_MS) };
}
