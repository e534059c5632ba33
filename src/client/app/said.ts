// What the groups tell of entries, as it is kept.
import type { DeviceId, Handle } from "../../model/ids.ts";
import type { Terms } from "../../model/terms.ts";
import type { GroupView, MemberView, Outcome } from "../../mls/groups.ts";
import type { CommitSaid, Named } from "./payload/opened.ts";
import { diffTerms } from "./payload/terms-diff.ts";

/** Before it. */
export interface Ground {
  readonly terms: Terms | undefined;
  readonly members: readonly Pick<MemberView, "user" | "device">[];
  /** Who had to be out. */
  readonly suspects: readonly DeviceId[];
}

export function groundOf(view: GroupView | undefined): Ground {
  const { terms, members = [] } = view ?? {};
  const suspects = members.filter(({ suspect }) => suspect !== undefined).map(({ device }) => device);
  return { terms, members, suspects };
}

/** Who must be out is judged again behind them all. */
export function groundAfter({ terms, members, suspects }: Ground, view: GroupView | undefined): Ground {
  return { terms: view?.terms ?? terms, members: view?.members ?? members, suspects };
}

/** `leaving`: who had asked to be let out, by the server's word. */
export function commitSaid(
  commit: Extract<Outcome, { kind: "commit" }>,
  before: Ground,
  leaving: readonly Handle[] = [],
): CommitSaid {
  const left = leaving.filter((user) => commit.removed.some((one) => one.user === user));
  const { by, isExternal, isRenewed, movedTo, added, removed, terms: after } = commit;
  const terms = before.terms === undefined || after === undefined ? undefined : diffTerms(before.terms, after);
  const out = removed.map(({ device }) => device).filter((device) => before.suspects.includes(device));
  const beside = besideOf(commit, before);
  return {
    kind: "commit",
    by: by.user,
    isExternal,
    isRenewed,
    added: added.map(named),
    removed: removed.map(named),
    ...(movedTo === undefined ? {} : { movedTo }),
    ...(left.length === 0 ? {} : { left }),
    ...(out.length === 0 ? {} : { out }),
    ...(beside.length === 0 ? {} : { beside }),
    ...(terms === undefined ? {} : { terms }),
  };
}

/** Whose user was there before, and is afterwards. */
function besideOf({ added, removed, view }: Extract<Outcome, { kind: "commit" }>, before: Ground): readonly DeviceId[] {
  const were = new Set(before.members.map(({ user }) => user));
  const are = new Set(view?.members.map(({ user }) => user));
  return [...added, ...removed].filter(({ user }) => were.has(user) && are.has(user)).map(({ device }) => device);
}

function named({ device, user, name }: Named): Named {
  return { device, user, name };
}
