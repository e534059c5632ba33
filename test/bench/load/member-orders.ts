// What a process of members is told to do, and what it says of it.
import type { SuiteName } from "../../../src/mls/suite.ts";

export interface MembersSetup {
  readonly port: number;
  /** JSON: see realm.ts. Of its clients these are here: */
  readonly identities: string;
  readonly from: number;
  readonly to: number;
  /** A folder for their vaults. */
  readonly homes: string;
  readonly suite: SuiteName;
}

export type MembersOrder =
  /** Everybody connects. */
  | { readonly do: "connect" }
  /** All but so many of them leave, and stay members. */
  | { readonly do: "leave"; readonly keep: number }
  /** Answered when everybody has seen the event of this name (see watch.ts). Told before it can come. */
  | { readonly do: "watch"; readonly name: string };

export interface MembersReport {
  /** When each of them saw it: milliseconds since 1970. */
  readonly seen: readonly number[];
  /** CPU of the process meanwhile. */
  readonly cpuMs: number;
}
