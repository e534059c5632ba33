// How this device comes into one conversation's group, stays in it and changes it, as pure steps: state + what happened ->
// state + wants. One commit at a time: it is made, kept, sent, and true only when it comes back in the log. Whoever was slower
// takes theirs back, lets the other's through and plans the same wish again. No commit is ever given up for a lost answer.
import type { LogId, MessageId } from "../../model/ids.ts";
import type { Membership, MembershipStep, MembershipWant, Offer, Phase, Purpose } from "./membership-state.ts";
import type { GroupWish } from "./plan.ts";

/** A device that is connected brings another one of its user in within a second or two. @internal */
export const HOPE_MS = 10_000;
/** Who knows more than a restored server tells it so as soon as they are there; what was written before that, they could not read. */
const FORGOTTEN_MS = 3_000;
/** The server says that it was brought in: the Welcome is certain to be on its way. */
const CERTAIN_MS = 60_000;
/** After a lost race: half of the time it takes to make a commit, and twice as long each time, up to this. */
const REST_MS = 100;
const REST_MOST_MS = 10_000;
/** Commits of this device that came too late, before others stop waiting for it to come in. */
const PATIENCE = 6;

export function newMembership(log: LogId, isIn: boolean, proposed?: { purpose: Purpose; mid: MessageId }): Membership {
  const phase: Phase = proposed === undefined ? { at: "rest" } : { at: "proposed", ...proposed, isStored: false };
  return { log, isLive: false, isIn, isBroken: false, phase, wishes: [], losses: 0 };
}

function step(membership: Membership, ...wants: readonly MembershipWant[]): MembershipStep {
  return { membership, wants };
}

// ---- the connection

/** In step with the server: what was not answered is sent again, what is to be done is begun. */
export function live(membership: Membership, offer: Offer): MembershipStep {
  const now: Membership = { ...membership, isLive: true };
  const { phase } = now;
  if (phase.at === "proposed") return step(now, { want: "send", mid: phase.mid });
  const begins: Membership = {
    ...now,
    phase: { at: "rest" },
    isBroken: now.isBroken || (now.isIn && !offer.isRostered),
  };
  return offer.isForgotten && !offer.isEmpty ? hoping(begins, false, FORGOTTEN_MS) : begun(begins, offer);
}

/** What was asked gets no answer any more; what was made is kept. */
export function gone(membership: Membership): Membership {
  const { phase } = membership;
  const isKept = phase.at === "proposed" || phase.at === "making";
  return { ...membership, isLive: false, phase: isKept ? phase : { at: "rest" } };
}

function begun(membership: Membership, offer: Offer): MembershipStep {
  if (membership.isIn && !membership.isBroken) return next(membership);
  if (offer.isEmpty) return making(membership, { for: "founding" });
  if (offer.hasHelper && !membership.isBroken) {
    return hoping(membership, offer.isRostered);
  }
  return asking(membership);
}

/** Somebody has brought this device in: the Welcome is on its way, and what it would do by itself comes too late. */
export function expecting(membership: Membership): MembershipStep {
  const { phase, isIn, isBroken } = membership;
  if (isIn || isBroken || (phase.at !== "asking" && phase.at !== "making" && phase.at !== "hoping"))
    return step(membership);
  return hoping(membership, true);
}

function hoping(membership: Membership, certain: boolean, ms = certain ? CERTAIN_MS : HOPE_MS): MembershipStep {
  return step({ ...membership, phase: { at: "hoping", certain } }, { want: "hope", ms, certain });
}

/** There is nothing to hope for. */
export function hoped(membership: Membership): MembershipStep {
  return membership.phase.at === "hoping" ? asking(membership) : step(membership);
}

/** The time to hope is over. `readsInbox`: a Welcome may still be in what is read just now. */
export function hopedLong(membership: Membership, certain: boolean, readsInbox: boolean): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "hoping" || phase.certain !== certain) return step(membership);
  return certain && readsInbox ? hoping(membership, certain) : asking(membership);
}

function asking(membership: Membership): MembershipStep {
  return step({ ...membership, phase: { at: "asking", purpose: { for: "joining" } } }, { want: "group-info" });
}

function making(membership: Membership, purpose: Purpose): MembershipStep {
  return step({ ...membership, phase: { at: "making", purpose } }, { want: "make", purpose });
}

/** The next wish, if nothing else is on its way; a group that is of no use is come into anew before. */
function next(membership: Membership): MembershipStep {
  const [wish] = membership.wishes;
  if (!membership.isLive || !membership.isIn || membership.phase.at !== "rest") return step(membership);
  if (membership.isBroken) return asking(membership);
  if (wish === undefined) return step(membership);
  return making(membership, { for: "wish", ...wish });
}

/** On its way in, without having failed often. */
export function isComing({ isIn, isBroken, isLive, phase, losses }: Membership): boolean {
  if (!isLive || (isIn && !isBroken) || losses >= PATIENCE) return false;
  return phase.at === "asking" || phase.at === "making" || phase.at === "proposed" || phase.at === "rest";
}

// ---- wishes

export function wished(membership: Membership, id: number, wish: GroupWish): MembershipStep {
  return next({ ...membership, wishes: [...membership.wishes, { id, wish }] });
}

function without(membership: Membership, purpose: Purpose): Membership {
  if (purpose.for !== "wish") return membership;
  return { ...membership, wishes: membership.wishes.filter(({ id }) => id !== purpose.id) };
}

// ---- making

/** What the server holds for those who come in. `undefined`: nothing for this device. */
export function informed(membership: Membership, hasInfo: boolean): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "asking") return step(membership);
  if (hasInfo) return making(membership, phase.purpose);
  return shut(membership, "not-open");
}

/** The commit is in the vault. */
export function made(membership: Membership, mid: MessageId): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "making") return step(membership, { want: "withdraw" });
  const proposed: Membership = {
    ...membership,
    phase: { at: "proposed", purpose: phase.purpose, mid, isStored: false },
  };
  return membership.isLive ? step(proposed, { want: "send", mid }) : step(proposed);
}

/** The wish has come true without a commit. */
export function idle(membership: Membership): MembershipStep {
  return ended(membership, "granted");
}

/** It cannot be made: a right is missing, a key package, a fitting group info. */
export function unmade(membership: Membership, code: string): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "making") return step(membership);
  if (phase.purpose.for !== "wish") return rest({ ...membership, losses: membership.losses + 1 });
  return ended(membership, code);
}

/** It could not be sent: the server takes nothing of this device there any more, or not now. */
export function unsent(membership: Membership, code: string): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "proposed" || phase.isStored) return step(membership);
  return code === "no-such-conversation"
    ? denied(membership, code)
    : step(membership, { want: "rest", ms: REST_MOST_MS });
}

function ended(membership: Membership, how: string): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "making" && phase.at !== "proposed") return step(membership);
  const { purpose } = phase;
  const after = next({ ...without(membership, purpose), phase: { at: "rest" }, losses: 0 });
  if (purpose.for !== "wish") return after;
  const { id } = purpose;
  const told: MembershipWant = how === "granted" ? { want: "granted", id } : { want: "refused", id, code: how };
  return { membership: after.membership, wants: [told, ...after.wants] };
}

// ---- the answer

export type CommitAnswer =
  | { readonly result: "ok" | "dup" }
  | { readonly result: "stale" | "ahead" | "overload" }
  | { readonly result: "denied" | "gone"; readonly code: string };

export function answered(membership: Membership, mid: MessageId, answer: CommitAnswer): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "proposed" || phase.mid !== mid) return step(membership);
  switch (answer.result) {
    case "ok":
    case "dup":
      return step({ ...membership, phase: { ...phase, isStored: true } });
    case "overload":
      return step(membership, { want: "rest", ms: REST_MOST_MS });
    case "stale":
    case "ahead":
      return lost(membership);
    case "denied":
    case "gone":
      return denied(membership, answer.code);
  }
}

/** Another commit came first: this one is taken back, and the same is planned on top of that. */
function lost(membership: Membership): MembershipStep {
  const { wants, membership: resting } = rest({ ...membership, losses: membership.losses + 1 });
  return { membership: resting, wants: [{ want: "withdraw" }, ...wants] };
}

function rest(membership: Membership): MembershipStep {
  const ms = Math.min(REST_MOST_MS, REST_MS * 2 ** Math.min(membership.losses, 10));
  return step({ ...membership, phase: { at: "rest" } }, { want: "rest", ms });
}

function denied(membership: Membership, code: string): MembershipStep {
  const { phase } = membership;
  if (phase.at !== "proposed") return step(membership);
  // Somebody must be taken out with it: known by now, so the next plan does it.
  if (code === "must-remove" && phase.purpose.for === "wish") return lost(membership);
  if (phase.purpose.for === "wish") {
    const after = ended(membership, code);
    return { membership: after.membership, wants: [{ want: "withdraw" }, ...after.wants] };
  }
  const closed = shut(membership, code);
  return { membership: closed.membership, wants: [{ want: "withdraw" }, ...closed.wants] };
}

function shut(membership: Membership, why: string): MembershipStep {
  return step({ ...membership, phase: { at: "shut", why } }, { want: "told", what: "shut", why });
}

/** The time to rest is over. `offer`: as the server said it last. */
export function rested(membership: Membership, offer: Offer): MembershipStep {
  const { phase, isLive } = membership;
  if (!isLive) return step(membership);
  if (phase.at === "proposed" && !phase.isStored) return step(membership, { want: "send", mid: phase.mid });
  return phase.at === "rest" ? begun(membership, offer) : step(membership);
}

// ---- the log

/** This device's commit came back: it is the group now. */
export function accepted(membership: Membership): MembershipStep {
  const { phase } = membership;
  const isNew = !membership.isIn || membership.isBroken;
  const now: Membership = { ...membership, isIn: true, isBroken: false, losses: 0 };
  const after = phase.at === "proposed" ? ended(now, "granted") : step(now);
  if (!isNew) return after;
  return { membership: after.membership, wants: [{ want: "told", what: "in", why: "" }, ...after.wants] };
}

/** Somebody's commit went through, or a refused one took the place: what this device proposed is of yesterday. */
export function overtaken(membership: Membership): MembershipStep {
  return membership.phase.at === "proposed" ? lost(membership) : step(membership);
}

/** Brought in by another. */
export function welcomed(membership: Membership): MembershipStep {
  const now: Membership = { ...membership, isIn: true, isBroken: false, phase: { at: "rest" }, losses: 0 };
  const after = next(now);
  const told: MembershipWant = { want: "told", what: "in", why: "" };
  return { membership: after.membership, wants: [told, ...after.wants] };
}

/** Put out: by name, with the conversation's end, or at the user's own wish. */
export function putOut(membership: Membership, why: string): MembershipStep {
  const refused = membership.wishes.map(({ id }): MembershipWant => ({ want: "refused", id, code: why }));
  const out: Membership = { ...membership, isIn: false, isBroken: false, wishes: [] };
  const closed = shut(out, why);
  return { membership: closed.membership, wants: [...refused, ...closed.wants] };
}

/** The membership that the group was of has ended, and this device comes in anew. */
export function setAside(membership: Membership): MembershipStep {
  return step({ ...membership, isIn: false, isBroken: false, isLive: false, phase: { at: "rest" } });
}

/** The group that is held cannot go on: state lost, commits missed, or a vault of yesterday. */
export function broke(membership: Membership): MembershipStep {
  const { phase } = membership;
  const broken: Membership = { ...membership, isBroken: true };
  if (phase.at === "proposed" || phase.at === "making") return step(broken);
  return membership.isLive ? asking(broken) : step(broken);
}
