// May this commit be let in? Pure: how the conversation stands, who commits, what the commit says that it does.
import type { DeviceId, Handle } from "../../model/ids.ts";
import { COMMIT_BYTES, MEMBERS, WELCOME_BYTES } from "../../model/limits.ts";
import { type Leaf, type RosterChange, refusesCommit, refusesJoin } from "../../model/rights.ts";
import { type Terms, decodeTerms } from "../../model/terms.ts";
import type { Commit, CommitNote } from "../../wire/messages.ts";
import { encodeCommitNote } from "../../wire/note.ts";
import type { TermsRecord } from "../port/records.ts";
import type { CommitChange } from "../port/store.ts";
import { type Now, refusesFounding } from "./standings.ts";

/** `devices`: with `must-remove`, which ones. */
export interface Denial {
  readonly code: string;
  readonly devices: readonly DeviceId[];
}

export interface Admitted {
  readonly add: readonly Leaf[];
  readonly remove: readonly Leaf[];
  /** Of afterwards, where they change. */
  readonly terms: Terms | undefined;
  readonly change: CommitChange;
}

export interface Proposal {
  readonly by: Leaf;
  readonly commit: Commit;
  /** Of the entry. */
  readonly bodyBytes: number;
  /** Users of the devices that it adds and removes, as far as they are known. */
  readonly owners: ReadonlyMap<DeviceId, Handle>;
  /** Devices among those that it removes whose lease is over by some clock: they may go, and need not. */
  readonly ending: ReadonlySet<DeviceId>;
}

/** Of a device that this server, put back to an older state, has never seen. */
const NOBODY = "" as Handle;

/** To take out what the roster does not have changes nothing here: it may be in the group, which only the members know. */
export function admit(told: Now, proposal: Proposal): Admitted | Denial {
  const { by, commit, owners, ending } = proposal;
  const now = aligned(told, proposal);
  const shape = refusesShape(commit, by);
  if (shape !== undefined) return denial(shape);
  const terms = commit.terms.length === 0 ? undefined : decodeTerms(commit.terms);
  if (terms === undefined && commit.terms.length > 0) return denial("bad-terms");
  const add = commit.add.map((device) => ({ device, user: owners.get(device) }));
  if (!add.every(isLeaf)) return denial("no-such-device");
  const { roster } = now.standing;
  const remove = commit.remove.map((device) => ({ device, user: roster.get(device) ?? owners.get(device) ?? NOBODY }));
  const there = remove.filter(({ device }) => roster.has(device));
  if (there.length < remove.length && (commit.external || roster.size === 0)) return denial("not-in-roster");
  const revoked = new Set(commit.remove.filter((device) => now.revoked.has(device) || ending.has(device)));
  const change = { add, remove, terms, revoked };
  const judged = { ...change, remove: there };
  const refusal = refuses(now, proposal, judged) ?? refusesCounts(now, judged);
  if (refusal !== undefined) return denial(refusal);
  const forgotten = commit.external ? [] : forgottenIn(now, commit);
  if (forgotten.length > 0) return denial("must-remove", forgotten);
  return sized(proposal, { add, remove, terms, change: changeOf(now, proposal, change) });
}

/**
 * Who comes in by itself knows from the tree whether its device is in the group. The roster may not, where an older database was
 * put back.
 */
function aligned(now: Now, { by, commit: { external, remove } }: Proposal): Now {
  const isThere = now.standing.roster.has(by.device);
  const isReplaced = remove.includes(by.device);
  if (!external || isThere === isReplaced) return now;
  const roster = new Map(now.standing.roster);
  if (isReplaced) roster.set(by.device, by.user);
  else roster.delete(by.device);
  return { ...now, standing: { ...now.standing, roster } };
}

/** What is wrong whoever says it. */
function refusesShape(commit: Commit, by: Leaf): string | undefined {
  const { add, remove, external, groupInfo, tree, welcomes, reinit } = commit;
  if (groupInfo.length === 0 || tree.length === 0) return "bad-commit";
  if (new Set(add).size !== add.length || new Set(remove).size !== remove.length) return "bad-commit";
  // The same members on the same terms, or it is another change as well.
  if (reinit && (external || add.length + remove.length + commit.terms.length > 0)) return "bad-commit";
  const welcomed = welcomes.flatMap(({ devices }) => devices);
  const others = new Set(add.filter((device) => device !== by.device));
  const isWhole = welcomed.length === others.size && welcomed.every((device) => others.delete(device));
  if (!isWhole || (external && welcomes.length > 0)) return "bad-commit";
  return undefined;
}

function refuses(now: Now, { by, commit }: Proposal, change: RosterChange): string | undefined {
  const { standing } = now;
  if (standing.roster.size === 0) return commit.external ? "not-founded" : refusesFounding(standing, by, change);
  if (commit.external) return refusesJoin(standing, by, change);
  // Who leaves commits nothing any more; it may come in again where everybody may.
  if (standing.leaving.has(by.user)) return "not-a-member";
  return refusesCommit(standing, by, change);
}

function refusesCounts({ standing }: Now, { add, remove }: RosterChange): string | undefined {
  return standing.roster.size - remove.length + add.length > MEMBERS ? "too-many-members" : undefined;
}

/** Devices that any commit of a member must remove, and that this one does not. */
function forgottenIn({ standing, revoked }: Now, { remove }: Commit): DeviceId[] {
  const removed = new Set(remove);
  const must: DeviceId[] = [];
  for (const [device, user] of standing.roster)
    if ((standing.leaving.has(user) || revoked.has(device)) && !removed.has(device)) must.push(device);
  return must;
}

function changeOf(now: Now, { commit }: Proposal, { add, remove, terms, revoked }: RosterChange): CommitChange {
  const note: CommitNote = {
    add,
    remove,
    external: commit.external,
    terms: commit.terms,
    revoked: [...(revoked ?? [])],
    leaving: now.record.leaving,
    restored: commit.restored,
  };
  return {
    version: now.record.version,
    add: commit.add,
    remove: commit.remove,
    terms: terms === undefined ? undefined : termsRecord(terms, commit.terms),
    note: encodeCommitNote(note),
    groupInfo: { body: commit.groupInfo, tree: commit.tree },
    welcomes: commit.welcomes,
    fence: commit.reinit,
  };
}

export function termsRecord(terms: Terms, bytes: Uint8Array): TermsRecord {
  return { bytes, named: [...terms.roles.keys()], closed: terms.closed };
}

function sized({ bodyBytes }: Proposal, admitted: Admitted): Admitted | Denial {
  const { note, welcomes } = admitted.change;
  const inboxBytes = welcomes.reduce((sum, { devices, body }) => sum + devices.length * body.length, 0);
  return bodyBytes + note.length > COMMIT_BYTES || inboxBytes > WELCOME_BYTES ? denial("too-large") : admitted;
}

function isLeaf(leaf: { readonly device: DeviceId; readonly user: Handle | undefined }): leaf is Leaf {
  return leaf.user !== undefined;
}

function denial(code: string, devices: readonly DeviceId[] = []): Denial {
  return { code, devices };
}
