// What a server that was put back to an older state is told again: who is no longer in the conversation, and its terms.
// Only as far as it will hear it: rights are judged by what the server knows.
import type { DeviceId, Handle } from "../../../model/ids.ts";
import { type Leaf, refusesCommit, type Standing } from "../../../model/rights.ts";
import { decodeTerms, encodeTerms } from "../../../model/terms.ts";
import type { GroupView } from "../../../mls/groups.ts";
import type { LogState } from "../../../wire/messages.ts";

/** What stands in a commit beside what it does. */
export interface Mend {
  readonly remove: readonly DeviceId[];
  readonly terms: Uint8Array | undefined;
  /** The group knows more than the log: who went on from the log gives way. */
  readonly restored: boolean;
}

export interface Told {
  readonly roster: readonly Leaf[];
  readonly state: Pick<LogState, "terms" | "leaving">;
}

export const NO_MEND: Mend = { remove: [], terms: undefined, restored: false };

export function mendOf({ roster, state }: Told, view: GroupView, self: Leaf): Mend {
  const standing: Standing = {
    terms: decodeTerms(state.terms) ?? view.terms,
    roster: new Map(roster.map(({ device, user }) => [device, user])),
    leaving: new Set(state.leaving as readonly Handle[]),
  };
  const inside = new Set(view.members.map(({ device }) => device));
  const mayRemove = (leaf: Leaf): boolean => refusesCommit(standing, self, { add: [], remove: [leaf] }) === undefined;
  const remove = roster.filter((leaf) => !inside.has(leaf.device) && mayRemove(leaf)).map(({ device }) => device);
  const terms = encodeTerms(view.terms);
  const isOld = Buffer.compare(terms, encodeTerms(standing.terms)) !== 0;
  const maySay = isOld && refusesCommit(standing, self, { add: [], remove: [], terms: view.terms }) === undefined;
  return { remove, terms: maySay ? terms : undefined, restored: true };
}
