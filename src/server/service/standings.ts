// How a conversation stands, as the rules of src/model/rights.ts want to see it, and who may know of it at all.
import { Fault } from "../../model/fault.ts";
import { type DeviceId, type LogId, logKind } from "../../model/ids.ts";
import {
  type Leaf,
  type RosterChange,
  type Standing,
  belongs,
  refusesCommit,
  refusesJoin,
  roleOf,
} from "../../model/rights.ts";
import { decodeTerms } from "../../model/terms.ts";
import type { Store, StandingRecord } from "../port/store.ts";

export interface Now {
  readonly record: StandingRecord;
  readonly standing: Standing;
  readonly revoked: ReadonlySet<DeviceId>;
}

/** Undefined: no such conversation (an inbox is none). */
export async function standingOf(store: Store, log: LogId): Promise<Now | undefined> {
  if (logKind(log) === "inbox") return undefined;
  const record = await store.standing(log);
  const terms = record === undefined ? undefined : decodeTerms(record.terms);
  if (record === undefined || terms === undefined) return undefined;
  const roster = new Map(record.roster.map(({ device, user }) => [device, user]));
  const standing = { terms, roster, leaving: new Set(record.leaving) };
  return { record, standing, revoked: new Set(record.revoked) };
}

/** The same answer for a conversation that is not there and one that is not theirs: a stranger learns nothing. */
export function noSuchConversation(): Fault {
  return new Fault("no-such-conversation", "there is no such conversation, or you are not in it");
}

/** Belongs, and does not leave. */
export function isAtHome({ standing }: Now, { user }: Leaf): boolean {
  return belongs(standing, user) && !standing.leaving.has(user);
}

/** May know that the conversation is there. */
export function mayKnow(now: Now, by: Leaf): boolean {
  return isAtHome(now, by) || now.standing.terms.join === "open";
}

/** May have what one needs to come in: group info and tree. */
export function mayEnter(now: Now, by: Leaf): boolean {
  if (!mayKnow(now, by)) return false;
  const isThere = now.standing.roster.has(by.device);
  return isThere || refusesJoin(now.standing, by, { add: [by], remove: [] }) === undefined;
}

/** Why `by` may not make the group itself, in a conversation where nobody is yet. It adds its own device and others. */
export function refusesFounding(standing: Standing, by: Leaf, change: RosterChange): string | undefined {
  if (!change.add.some(({ device }) => device === by.device)) return "other-device";
  if (!belongs(standing, by.user)) return "not-a-member";
  if (standing.terms.kind === "room" && roleOf(standing, by.user) !== "owner") return "not-an-owner";
  const others = change.add.filter(({ device }) => device !== by.device);
  return refusesCommit(foundedBy(standing, by), by, { ...change, add: others });
}

/** The standing as if `by` were in it, where nobody is yet. */
export function foundedBy(standing: Standing, by: Leaf): Standing {
  return standing.roster.size > 0 ? standing : { ...standing, roster: new Map([[by.device, by.user]]) };
}
