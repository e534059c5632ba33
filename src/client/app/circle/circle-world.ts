// What a circle is given, and what it tells.
import type { Epoch, Seq } from "../../../model/ids.ts";
import type { GroupView, Outcome } from "../../../mls/groups.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Judged } from "../log/judge.ts";
import type { MakingWorld } from "./making.ts";

export interface CircleWorld extends MakingWorld {
  readonly vault: Pick<Vault, "groupRows" | "pending" | "keyPackage">;
  /** Into the next commit of the vault, after what was put before, and durably. */
  readonly put: (changes: readonly Change[]) => void;
  /** Resolves once everything put so far is in the vault. */
  readonly settled: () => Promise<void>;
  readonly random: (bytes: number) => Uint8Array;
  /** 0 ≤ chance < 1. */
  readonly chance: () => number;
  readonly after: (ms: number, run: () => void) => void;
  /** With what this device knows of the members. */
  readonly judged: (view: GroupView) => Judged;
  /** What came into the inbox is not all read yet. */
  readonly readsInbox: () => boolean;
  readonly onNews: (news: CircleNews) => void;
}

export type CircleNews =
  | { readonly news: "in"; readonly view: GroupView }
  | { readonly news: "shut"; readonly why: string }
  /** The other one of a direct conversation had left, and is back. */
  | { readonly news: "back" }
  /** Somebody brought this device in so long ago that the group of then is not there any more. */
  | { readonly news: "too-late" }
  /** A commit went through; what a refused one would have done is an alarm. */
  | { readonly news: "commit"; readonly outcome: Outcome; readonly seq: Seq | undefined };

/** Bodies in the order of what was sealed, and the epoch of the log they are for. */
export interface Sealed {
  readonly bodies: readonly Uint8Array[];
  readonly epoch: Epoch;
}
