// What a commit changed in the terms of a conversation, for the lines that tell of it.
import type { Handle } from "../../../model/ids.ts";
import type { HistoryPolicy, JoinPolicy, Role, Terms } from "../../../model/terms.ts";

/** Plain JSON. What did not change is not there. Users in order of their handles. */
export interface TermsDiff {
  /** Who is not named in the terms is a member. */
  readonly roles?: readonly { readonly user: Handle; readonly was: Role; readonly role: Role }[];
  /** Belong from now on, whether a device of theirs is in or not. */
  readonly named?: readonly Handle[];
  /** Are no longer named: they belong only if a device of theirs is in. */
  readonly unnamed?: readonly Handle[];
  readonly join?: JoinPolicy;
  readonly history?: HistoryPolicy;
  readonly closed?: boolean;
}

/** Undefined where nothing changed. The kind of a conversation never does. */
export function diffTerms(before: Terms, after: Terms): TermsDiff | undefined {
  const diff: TermsDiff = {
    ...some("roles", roleChanges(before, after)),
    ...some("named", missing(after, before)),
    ...some("unnamed", missing(before, after)),
    ...(before.join === after.join ? {} : { join: after.join }),
    ...(before.history === after.history ? {} : { history: after.history }),
    ...(before.closed === after.closed ? {} : { closed: after.closed }),
  };
  return Object.keys(diff).length === 0 ? undefined : diff;
}

function some<K extends string, T>(name: K, list: readonly T[]): { readonly [N in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [name]: list } as { readonly [N in K]: readonly T[] });
}

function roleChanges(before: Terms, after: Terms): Required<TermsDiff>["roles"] {
  const users = new Set([...before.roles.keys(), ...after.roles.keys()]);
  return [...users]
    .map((user) => ({ user, was: roleIn(before, user), role: roleIn(after, user) }))
    .filter(({ was, role }) => was !== role)
    .toSorted((a, b) => inOrder(a.user, b.user));
}

function roleIn({ roles }: Terms, user: Handle): Role {
  return roles.get(user) ?? "member";
}

/** Named in `these` and not in `those`. */
function missing(these: Terms, those: Terms): readonly Handle[] {
  return [...these.roles.keys()].filter((user) => !those.roles.has(user)).toSorted(inOrder);
}

function inOrder(a: Handle, b: Handle): number {
  return a < b ? -1 : Number(a > b);
}
