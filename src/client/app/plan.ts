// What a wish of the user means for the group as it stands now: which devices come in and go out, and which terms are written.
// Pure. When another commit came first, the same wish is planned again on what is there then; it may have come true by itself.
import type { DeviceId, Handle } from "../../model/ids.ts";
import { belongs, refusesCommit, roleOf, type Leaf, type Refusal, type Standing } from "../../model/rights.ts";
import type { HistoryPolicy, JoinPolicy, Role, Terms } from "../../model/terms.ts";
import type { GroupView } from "../../mls/groups.ts";

/** A change of a conversation that somebody asked for. */
export type GroupWish =
  | { readonly want: "add"; readonly users: readonly Handle[] }
  | { readonly want: "remove"; readonly users: readonly Handle[] }
  | { readonly want: "role"; readonly user: Handle; readonly role: Role }
  | { readonly want: "policy"; readonly join?: JoinPolicy; readonly history?: HistoryPolicy }
  | { readonly want: "close" }
  /** New keys, and whoever must go out goes out. */
  | { readonly want: "renew" }
  /** The group has grown too large for its cipher suite. */
  | { readonly want: "move" };

/** What the planner knows beside the wish. */
export interface Ground {
  readonly self: Leaf;
  readonly view: GroupView;
  /** Users who asked to be let out, by the server's word. */
  readonly leaving: ReadonlySet<Handle>;
  /** Devices of which the server knows that they are revoked, and this one need not know. */
  readonly overdue: readonly DeviceId[];
  /** Devices of each user that is to come in, and the key package of each, if it has one. */
  readonly devices: ReadonlyMap<Handle, ReadonlyMap<DeviceId, Uint8Array | undefined>>;
}

export interface Plan {
  /** Key packages, no more than one commit has room for; the rest are planned again after it. */
  readonly add: readonly Uint8Array[];
  readonly remove: readonly DeviceId[];
  readonly terms: Terms | undefined;
}

export type Planned =
  | { readonly plan: "commit"; readonly commit: Plan }
  /** It is so already. */
  | { readonly plan: "nothing" }
  | { readonly plan: "refused"; readonly refusal: Refusal };

/** Devices in one commit: about 3.5 kB each with X-Wing, in a body of 512 kB. @internal */
export const ADD_AT_ONCE = 50;

/** Users whose devices must be looked up, and key packages claimed for those that are not in, before the wish can be planned. */
export function usersToBring(wish: GroupWish): readonly Handle[] {
  return wish.want === "add" ? wish.users : [];
}

export function planned(wish: GroupWish, ground: Ground): Planned {
  const standing = standingOf(ground);
  const out = devicesOut(wish, ground);
  const added = devicesIn(wish, ground);
  const terms = termsAfter(wish, ground, added);
  const isSame = sameTerms(terms, ground.view.terms);
  if (out.length === 0 && added.length === 0 && isSame && wish.want !== "renew") return { plan: "nothing" };
  const change = { add: added.map(({ leaf }) => leaf), remove: out, terms: isSame ? undefined : terms };
  const revoked = new Set([...suspectsOf(ground.view), ...ground.overdue]);
  const refusal = refusesCommit(standing, ground.self, { ...change, revoked });
  if (refusal !== undefined) return { plan: "refused", refusal };
  const add = added.map(({ keyPackage }) => keyPackage);
  return { plan: "commit", commit: { add, remove: out.map(({ device }) => device), terms: change.terms } };
}

function standingOf({ view, leaving }: Ground): Standing {
  return { terms: view.terms, roster: new Map(view.members.map(({ device, user }) => [device, user])), leaving };
}

function suspectsOf(view: GroupView): readonly DeviceId[] {
  return view.members.filter(({ suspect }) => suspect !== undefined).map(({ device }) => device);
}

/** Devices that must be out before anybody's next message. */
export function mustGo({ members }: GroupView, leaving: readonly string[]): readonly DeviceId[] {
  const users = new Set(leaving);
  return members.filter(({ user, suspect }) => users.has(user) || suspect !== undefined).map(({ device }) => device);
}

/** Whoever must go out goes with the next commit, whatever that is for: it comes before anybody's next message. */
function devicesOut(wish: GroupWish, { view, leaving, overdue, self }: Ground): readonly Leaf[] {
  const must = new Set(overdue);
  const users = new Set([...(wish.want === "remove" ? wish.users : []), ...leaving]);
  return view.members
    .filter(({ device, user, suspect }) => users.has(user) || suspect !== undefined || must.has(device))
    .filter(({ device }) => device !== self.device)
    .map(({ device, user }) => ({ device, user }));
}

interface Newcomer {
  readonly leaf: Leaf;
  readonly keyPackage: Uint8Array;
}

function devicesIn(wish: GroupWish, ground: Ground): readonly Newcomer[] {
  if (wish.want !== "add") return [];
  const there = new Set(ground.view.members.map(({ device }) => device));
  const newcomers: Newcomer[] = [];
  for (const user of wish.users) {
    for (const [device, keyPackage] of ground.devices.get(user) ?? [])
      if (keyPackage !== undefined && !there.has(device)) newcomers.push({ leaf: { device, user }, keyPackage });
  }
  return newcomers.slice(0, ADD_AT_ONCE);
}

function termsAfter(wish: GroupWish, ground: Ground, added: readonly Newcomer[]): Terms {
  const { terms } = ground.view;
  // A direct conversation is of its two users, whether they are there or not.
  const isGone = (user: Handle): boolean => terms.kind !== "direct" && ground.leaving.has(user);
  const kept = new Map([...terms.roles].filter(([user]) => !isGone(user)));
  switch (wish.want) {
    case "add":
      return { ...terms, roles: withAwaited(kept, wish.users, { ground, added }) };
    case "remove":
      for (const user of wish.users) kept.delete(user);
      return { ...terms, roles: kept };
    case "role":
      return { ...terms, roles: withRole(kept, wish.user, wish.role) };
    case "policy":
      return { ...terms, roles: kept, join: wish.join ?? terms.join, history: wish.history ?? terms.history };
    case "close":
      return { ...terms, roles: kept, closed: true };
    case "renew":
    case "move":
      return { ...terms, roles: kept };
  }
}

/** Whoever has no device that can be added now is named: their devices come in by themselves. */
function withAwaited(
  roles: Map<Handle, Role>,
  users: readonly Handle[],
  { ground, added }: { readonly ground: Ground; readonly added: readonly Newcomer[] },
): Map<Handle, Role> {
  const coming = new Set(added.map(({ leaf }) => leaf.user));
  const standing = standingOf(ground);
  for (const user of users) if (!coming.has(user) && !belongs(standing, user)) roles.set(user, "member");
  return roles;
}

/** A member is one by having a device there; only a member who has none is named. */
function withRole(roles: Map<Handle, Role>, user: Handle, role: Role): Map<Handle, Role> {
  if (role === "member") roles.delete(user);
  else roles.set(user, role);
  return roles;
}

function sameTerms(a: Terms, b: Terms): boolean {
  const isSame = a.join === b.join && a.history === b.history && a.closed === b.closed && a.roles.size === b.roles.size;
  return isSame && [...a.roles].every(([user, role]) => b.roles.get(user) === role);
}

/** The last owner stays until there is another (or closes the conversation). @internal */
export function mayLeave({ view, self }: Pick<Ground, "view" | "self">): boolean {
  const { terms, members } = view;
  if (roleOf({ terms }, self.user) !== "owner") return true;
  const otherOwners = [...terms.roles].filter(([user, role]) => role === "owner" && user !== self.user);
  return otherOwners.length > 0 || members.every(({ user }) => user === self.user);
}
