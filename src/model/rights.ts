// Who may change what in a conversation: one rule for the server, which admits commits, and for every member, who checks that
// the server did. Pure: both sides must come to the same answer from the same terms and the same roster.
import type { DeviceId, Handle } from "./ids.ts";
import type { Role, Terms } from "./terms.ts";

export interface Leaf {
  readonly device: DeviceId;
  readonly user: Handle;
}

/** How a conversation stands before the change. */
export interface Standing {
  readonly terms: Terms;
  readonly roster: ReadonlyMap<DeviceId, Handle>;
  /** Users who asked to be let out: anybody may take their devices out. */
  readonly leaving: ReadonlySet<Handle>;
}

export interface RosterChange {
  readonly add: readonly Leaf[];
  readonly remove: readonly Leaf[];
  /** The terms afterwards, where they change. */
  readonly terms?: Terms | undefined;
  /** Devices among `remove` whose certificate was revoked: anybody may take them out. */
  readonly revoked?: ReadonlySet<DeviceId> | undefined;
}

/** The first reason against a change: a stable code. */
export type Refusal =
  | "not-a-member"
  | "not-an-admin"
  | "not-an-owner"
  | "not-open"
  | "not-in-roster"
  | "in-roster-already"
  | "other-device"
  | "last-owner"
  | "fixed-members"
  | "bad-terms"
  | "closed";

export function roleOf(standing: Pick<Standing, "terms">, user: Handle): Role {
  return standing.terms.roles.get(user) ?? "member";
}

export function belongs({ terms, roster }: Pick<Standing, "terms" | "roster">, user: Handle): boolean {
  if (terms.kind === "lobby" || terms.roles.has(user)) return true;
  for (const one of roster.values()) if (one === user) return true;
  return false;
}

/**
 * Why `by` may not come in by an external commit (RFC 9420 §12.4.3.2), or undefined if it may. It may take out one leaf:
 * the device's own former one, whose state was lost.
 */
export function refusesJoin(standing: Standing, by: Leaf, change: RosterChange): Refusal | undefined {
  if (standing.terms.closed) return "closed";
  const [added, ...more] = change.add;
  if (added === undefined || more.length > 0 || added.device !== by.device || added.user !== by.user)
    return "other-device";
  if (change.remove.some(({ device }) => device !== by.device)) return "other-device";
  if (change.terms !== undefined) return "not-a-member";
  const isThere = standing.roster.has(by.device);
  if (isThere !== change.remove.length > 0) return isThere ? "in-roster-already" : "not-in-roster";
  if (belongs(standing, by.user) || standing.terms.join === "open") return undefined;
  return "not-open";
}

/** Why the member `by` may not commit this change, or undefined if it may. */
export function refusesCommit(standing: Standing, by: Leaf, change: RosterChange): Refusal | undefined {
  if (standing.roster.get(by.device) !== by.user) return "not-a-member";
  if (standing.terms.closed) return "closed";
  return (
    refusesRemovals(standing, by, change) ??
    refusesAdditions(standing, by, change) ??
    refusesTerms(standing, by, change)
  );
}

function refusesRemovals(standing: Standing, by: Leaf, change: RosterChange): Refusal | undefined {
  for (const { device, user } of change.remove) {
    if (standing.roster.get(device) !== user) return "not-in-roster";
    if (device === by.device) return "other-device"; // RFC 9420 §12.2: a committer cannot remove itself
    if (user === by.user || standing.leaving.has(user) || change.revoked?.has(device) === true) continue;
    if (standing.terms.kind !== "room") return "fixed-members";
    const role = roleOf(standing, by.user);
    if (role === "member") return "not-an-admin";
    if (!outranks(role, roleOf(standing, user))) return "not-an-owner";
  }
  return undefined;
}

function refusesAdditions(standing: Standing, by: Leaf, change: RosterChange): Refusal | undefined {
  const gone = new Set(change.remove.map(({ device }) => device));
  const seen = new Set<DeviceId>();
  for (const { device, user } of change.add) {
    if (seen.has(device) || (standing.roster.has(device) && !gone.has(device))) return "in-roster-already";
    seen.add(device);
    const refusal = refusesNewUser(standing, by, user);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refusesNewUser(standing: Standing, by: Leaf, user: Handle): Refusal | undefined {
  if (belongs(standing, user) && !standing.leaving.has(user)) return undefined;
  if (standing.terms.kind === "direct") return "fixed-members";
  if (standing.terms.join === "open") return undefined;
  return roleOf(standing, by.user) === "member" ? "not-an-admin" : undefined;
}

function refusesTerms(standing: Standing, by: Leaf, { terms }: RosterChange): Refusal | undefined {
  const before = standing.terms;
  if (terms === undefined) return undefined;
  if (terms.kind !== before.kind) return "bad-terms";
  const role = roleOf(standing, by.user);
  if (before.kind === "direct") {
    const isSame = terms.join === before.join && terms.closed === before.closed;
    return isSame && sameRoles(terms, before) ? undefined : "fixed-members";
  }
  if (role === "member") return onlyDropsLeaving(standing, terms) ? undefined : "not-an-admin";
  if (before.kind === "room" && !terms.closed && !hasOwner(terms)) return "last-owner";
  if (role === "owner") return undefined;
  if (terms.closed !== before.closed) return "not-an-owner";
  return refusesAdminsRoles(standing, by, terms);
}

/** An admin may name users who are to come in, and take members out: nobody's rank changes by that. */
function refusesAdminsRoles(standing: Standing, by: Leaf, terms: Terms): Refusal | undefined {
  const users = new Set([...standing.terms.roles.keys(), ...terms.roles.keys()]);
  for (const user of users) {
    const before = standing.terms.roles.get(user) ?? "member";
    const after = terms.roles.get(user) ?? "member";
    // One who leaves gives the rank up; that is all an admin can write down for another.
    const isGivenUp = standing.leaving.has(user) || user === by.user;
    if (before !== after && !(isGivenUp && after === "member")) return "not-an-owner";
  }
  return undefined;
}

/** What a plain member may write: that those who left are no longer named. */
function onlyDropsLeaving({ terms: before, leaving }: Standing, terms: Terms): boolean {
  if (terms.join !== before.join || terms.history !== before.history || terms.closed !== before.closed) return false;
  for (const [user, role] of terms.roles) if (before.roles.get(user) !== role) return false;
  for (const user of before.roles.keys()) if (!terms.roles.has(user) && !leaving.has(user)) return false;
  return true;
}

function sameRoles(a: Terms, b: Terms): boolean {
  return a.roles.size === b.roles.size && [...a.roles].every(([user, role]) => b.roles.get(user) === role);
}

function hasOwner(terms: Terms): boolean {
  return [...terms.roles.values()].includes("owner");
}

const RANK: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 };

function outranks(role: Role, other: Role): boolean {
  return RANK[role] > RANK[other];
}
