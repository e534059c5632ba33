// What the groups tell of entries, as it is kept.
import type { Handle } from "../../model/ids.ts";
import type { Terms } from "../../model/terms.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { CommitSaid, Named } from "./payload/opened.ts";
import { diffTerms } from "./payload/terms-diff.ts";

/** `before`: the terms until then; `leaving`: who had asked to be let out, by the server's word. */
export function commitSaid(
  commit: Extract<Outcome, { kind: "commit" }>,
  { before, leaving = [] }: { readonly before: Terms | undefined; readonly leaving?: readonly Handle[] | undefined },
): CommitSaid {
  const left = leaving.filter((user) => commit.removed.some((one) => one.user === user));
  const { by, isExternal, isRenewed, movedTo, added, removed, terms: after } = commit;
  const terms = before === undefined || after === undefined ? undefined : diffTerms(before, after);
  return {
    kind: "commit",
    by: by.user,
    isExternal,
    isRenewed,
    added: added.map(named),
    removed: removed.map(named),
    ...(movedTo === undefined ? {} : { movedTo }),
    ...(left.length === 0 ? {} : { left }),
    ...(terms === undefined ? {} : { terms }),
  };
}

function named({ device, user, name }: Named): Named {
  return { device, user, name };
}
