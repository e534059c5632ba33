// What a circle is given, and what it tells.
import type { Seq } from "../../../model/ids.ts";
import type { GroupView, Outcome } from "../../../mls/groups.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { MakingWorld } from "./making.ts";

export interface CircleWorld extends MakingWorld {
  readonly vault: Pick<Vault, "groupRows" | "pending" | "keyPackage">;
  /** Resolves once it is in the vault, durably. */
  readonly keep: (changes: readonly Change[]) => Promise<void>;
  readonly random: (bytes: number) => Uint8Array;
  /** 0 ≤ chance < 1. */
  readonly chance: () => number;
  readonly after: (ms: number, run: () => void) => void;
  /** Another device of this user is connected and in this conversation. */
  readonly hasHelper: () => boolean;
  readonly onNews: (news: CircleNews) => void;
}

export type CircleNews =
  | { readonly news: "in"; readonly view: GroupView }
  | { readonly news: "shut"; readonly why: string }
  /** A commit went through; what a refused one would have done is an alarm. */
  | { readonly news: "commit"; readonly outcome: Outcome; readonly seq: Seq | undefined };

/** Entries in, outcomes out, and what must be kept together with them. */
export interface Opened {
  readonly outcomes: readonly Outcome[];
  readonly changes: readonly Change[];
}
