// What is held of one conversation's group, and its rows.
import { addHistoricalReceiverData } from "ts-mls/clientState.js";
import { zeroOutUint8Array } from "ts-mls/util/byteArray.js";
import { Fault } from "../model/fault.ts";
import type { LogId } from "../model/ids.ts";
import { ARCHIVE_ROWS, Archives } from "./archives.ts";
import type { Credentials } from "./credentials.ts";
import { isSameGroup, nameOf, type Group } from "./group.ts";
import { groupFrom, namesOf, rowChanges, type RowChanges } from "./saved.ts";

export interface Held {
  /** Undefined while the first commit of a group that this device founds or joins by itself waits. */
  readonly group: Group | undefined;
  readonly proposed: { readonly next: Group; readonly spent: readonly Uint8Array[] } | undefined;
  readonly archives: Archives;
}

export type Rows = ReadonlyMap<string, Uint8Array>;

/** The rows of a commit that waits are kept beside those of the group, under this. */
const PROPOSED = "proposed/";

export function nothingHeld(): Held {
  return { group: undefined, proposed: undefined, archives: new Archives() };
}

/** @throws Fault `state-malformed` */
export function heldFrom(rows: Rows, credentials: Credentials): Held {
  const [own, proposed, archive] = [0, 1, 2].map(() => new Map<string, Uint8Array>());
  for (const [name, row] of rows) {
    if (name.startsWith(PROPOSED)) proposed?.set(name.slice(PROPOSED.length), row);
    else (name.startsWith(ARCHIVE_ROWS) ? archive : own)?.set(name, row);
  }
  const groupIn = (kept: Rows | undefined): Group | undefined =>
    kept === undefined || kept.size === 0 ? undefined : groupFrom(kept, credentials);
  const next = groupIn(proposed);
  return { group: groupIn(own), proposed: next && { next, spent: [] }, archives: new Archives(archive) };
}

/** `base`: the group as it goes on while the commit waits, `before`: as it was. */
export function proposedRows(
  next: Group,
  { base, before }: { readonly base: Group | undefined; readonly before: Group | undefined },
): RowChanges {
  const proposed = [...rowChanges(next).put].map(([name, row]) => [PROPOSED + name, row] as const);
  const { put, drop } = base === undefined ? NO_CHANGES : rowChanges(base, before);
  return { put: new Map([...put, ...proposed]), drop };
}

const NO_CHANGES: RowChanges = { put: new Map(), drop: [] };

/**
 * While a commit waited, messages were sent and opened in the old epoch: the keys that are kept of it for late ones are those
 * of now, not those of when the commit was made.
 */
export function withLateKeys(next: Group, group: Group | undefined): Group {
  if (group === undefined || !isSameGroup(next, group)) return next;
  if (!next.state.historicalReceiverData.has(group.state.groupContext.epoch)) return next;
  const [historicalReceiverData] = addHistoricalReceiverData({ ...group.state, clientConfig: next.state.clientConfig });
  return { state: { ...next.state, historicalReceiverData } };
}

/** The names that go when a commit no longer waits. */
export function proposedNames(proposed: Held["proposed"]): readonly string[] {
  return proposed === undefined ? [] : namesOf(proposed.next).map((name) => PROPOSED + name);
}

/** A group of another conversation must not slip in under this one's name. */
export function checkLog(log: LogId, group: Group): void {
  if (nameOf(group).log !== log) throw new Fault("other-group", "the group is of another conversation");
}

/** Keys that are spent: their bytes go, whoever else may still hold the arrays. */
export function wipe(spent: readonly Uint8Array[]): void {
  for (const one of spent) zeroOutUint8Array(one);
}
