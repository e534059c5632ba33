// What the client's thread and the thread of the groups say to each other: calls by number, answers by the same number.
import type { FaultParts } from "../../model/fault.ts";
import type { Groups } from "../groups.ts";
import type { OwnCredential } from "../key-package.ts";
import type { SuiteName } from "../suite.ts";

export type GroupCall = keyof Groups;

/** Given to the thread when it starts. */
export interface ThreadData {
  readonly realm: RealmBytes;
  /** With the signature key: it goes from memory to memory and nowhere else. */
  readonly own: OwnCredential;
  readonly newSuite: SuiteName;
}

/** A realm in DER: what node:crypto made of it does not cross. */
export interface RealmBytes {
  readonly root: Uint8Array;
  readonly issuers: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

export interface Call {
  readonly id: number;
  readonly call: GroupCall;
  readonly args: readonly unknown[];
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly fault: FaultParts };
