// One stretch of before, read: which messages are in it and what was done to them. What is not proved to be somebody's is nobody's.
import type { Handle, LogId } from "../../../model/ids.ts";
import type { Archived, Groups, Outcome } from "../../../mls/groups.ts";
import { decodeCommitNote } from "../../../wire/note.ts";
import type { Named, Opened } from "../payload/opened.ts";
import { decodePayload } from "../payload/payload.ts";
import type { KnownCertificates } from "./certificates.ts";
import type { Counts } from "./state.ts";
import type { Proved } from "./stretch.ts";

export interface ReadingWorld {
  readonly groups: Pick<Groups, "openArchived">;
  readonly certificates: KnownCertificates;
}

/** One entry of before that could be opened. */
export interface Read {
  readonly proved: Proved;
  readonly from: Named;
  readonly opened: Opened;
}

export interface Reading {
  /** In the order of the log. */
  readonly read: readonly Read[];
  readonly counts: Omit<Counts, "found">;
  /** Why the first was not believed. */
  readonly doubt?: string | undefined;
}

/** Without an archived copy, without a key of that day, or not even a message: it says nothing of anybody. */
const NOT_GIVEN = new Set(["no-archive-copy", "no-archive-key", "envelope-malformed"]);

/** @throws Fault `offline`, … */
export async function readStretch(
  { groups, certificates }: ReadingWorld,
  log: LogId,
  stretch: readonly Proved[],
): Promise<Reading> {
  const said = stretch.filter(({ entry }) => entry.kind === "app");
  const known = await certificates.of(said.map(({ entry }) => entry.sender));
  const archived = said.map(({ entry: { body, mid, sender } }): Archived => {
    return { body, mid, device: sender, certificates: known.get(sender) ?? [] };
  });
  const outcomes = await groups.openArchived(log, archived);
  const read = said.flatMap((proved, at) => readOne(proved, outcomes[at]) ?? []);
  const codes = outcomes.map((outcome) => (outcome.kind === "fault" ? outcome.code : undefined));
  const wrong = outcomes.filter((outcome) => outcome.kind === "fault" && !NOT_GIVEN.has(outcome.code));
  const missing = codes.filter((code) => code === "no-archive-key").length;
  return { read, counts: { missing, forged: wrong.length }, doubt: doubtIn(wrong) };
}

function readOne(proved: Proved, outcome: Outcome | undefined): Read | undefined {
  if (outcome?.kind !== "message") return undefined;
  return { proved, from: outcome.from, opened: decodePayload(outcome.plaintext) };
}

function doubtIn([first]: readonly Outcome[]): string | undefined {
  return first?.kind === "fault" ? first.message : undefined;
}

/** A commit that changed who may do what: who might before is not said in it. */
export function changesTerms({ entry: { kind, note } }: Proved): boolean {
  if (kind !== "commit") return false;
  try {
    return decodeCommitNote(note).terms.length > 0;
  } catch {
    return true;
  }
}

/** May `user` have deleted what others wrote? Where it is not known any more, what members took for deleted stays so. */
export function mightDelete(admins: readonly Handle[] | undefined, user: Handle): boolean {
  return admins?.includes(user) ?? true;
}
