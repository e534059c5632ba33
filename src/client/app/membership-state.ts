// What the steps of membership.ts are about: where this device stands with one group, and what it wants next.
import type { LogId, MessageId } from "../../model/ids.ts";
import type { GroupWish } from "./plan.ts";

/** What a commit is for. */
export type Purpose =
  /** The first commit of a group: this device makes it. */
  | { readonly for: "founding" }
  /** Coming in by itself, for the first time or in the place of a leaf whose state is lost. */
  | { readonly for: "joining" }
  | { readonly for: "wish"; readonly id: number; readonly wish: GroupWish };

export type Phase =
  /** Nothing is on its way. */
  | { readonly at: "rest" }
  /** Another device of the user may bring this one in: until the time is up. */
  | { readonly at: "hoping"; readonly certain: boolean }
  /** The server is asked for what is needed to come in, or to bring somebody in. */
  | { readonly at: "asking"; readonly purpose: Purpose }
  /** The commit is being made. */
  | { readonly at: "making"; readonly purpose: Purpose }
  /** Made and kept, on its way or waiting for a connection. `isStored`: the server said yes, the entry has not come back yet. */
  | { readonly at: "proposed"; readonly purpose: Purpose; readonly mid: MessageId; readonly isStored: boolean }
  /** Not for this device, until the server says otherwise. */
  | { readonly at: "shut"; readonly why: string };

export interface Membership {
  readonly log: LogId;
  /** A connection, and the log is in step with the server. */
  readonly isLive: boolean;
  /** This device holds the group. */
  readonly isIn: boolean;
  /** The group it holds is of no use: it comes in anew. */
  readonly isBroken: boolean;
  readonly phase: Phase;
  readonly wishes: readonly { readonly id: number; readonly wish: GroupWish }[];
  /** Commits of this device in a row that came too late. */
  readonly losses: number;
}

export type MembershipWant =
  /** Ask the server for the group info and its tree; then `informed`. */
  | { readonly want: "group-info" }
  /** Look up devices, claim key packages, plan and make the commit; then `made`, `idle` or `unmade`. */
  | { readonly want: "make"; readonly purpose: Purpose }
  /** Send the kept commit (again); then `answered`. */
  | { readonly want: "send"; readonly mid: MessageId }
  /** Forget the kept commit. */
  | { readonly want: "withdraw" }
  /** Call `hopedLong` after this time, with the same word. */
  | { readonly want: "hope"; readonly ms: number; readonly certain: boolean }
  /** Call `rested` after this time, or a little less by chance. */
  | { readonly want: "rest"; readonly ms: number }
  | { readonly want: "granted"; readonly id: number }
  | { readonly want: "refused"; readonly id: number; readonly code: string }
  | { readonly want: "told"; readonly what: "in" | "shut"; readonly why: string };

export interface MembershipStep {
  readonly membership: Membership;
  readonly wants: readonly MembershipWant[];
}

/** What the server says of the conversation when it greets, or tells that it is ours. */
export interface Offer {
  /** Nobody made its group yet. */
  readonly isEmpty: boolean;
  /** The server counts this device in. */
  readonly isRostered: boolean;
  /** Another device of this user is connected and in it: it brings us in without anybody else seeing a stranger. */
  readonly hasHelper: boolean;
  /** A server that was put back has forgotten this device: who knows more than its log tells it so, and then it comes in anew. */
  readonly isForgotten: boolean;
}
