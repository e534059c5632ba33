// What the groups tell of entries, as it is kept.
import type { Terms } from "../../model/terms.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { CommitSaid, Named } from "./payload/opened.ts";
import { diffTerms } from "./payload/terms-diff.ts";

/** `before`: the terms until then. */
export function commitSaid(commit: Extract<Outcome, { kind: "commit" }>, before: Terms | undefined): CommitSaid {
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
    ...(terms === undefined ? {} : { terms }),
  };
}

function named({ device, user, name }: Named): Named {
  return { device, user, name };
}
