// One stretch of before, read: which messages are in it and what was done to them. What is not proved to be somebody's is nobody's:
// a message is its writer's by the signature of its copy, or by the word of another device of this user.
import type { DeviceId, Handle, LogId, Seq } from "../../../model/ids.ts";
import type { Archived, Groups, Outcome } from "../../../mls/groups.ts";
import { decodeCommitNote } from "../../../wire/note.ts";
import { isMessage, type Named, type Opened } from "../payload/opened.ts";
import { unvouched } from "../log/vouched.ts";
import { decodePayload } from "../payload/payload.ts";
import { standingSince } from "../payload/standing.ts";
import type { KnownCertificates } from "./certificates.ts";
import type { HandedEntry } from "./segment.ts";
import type { Counts } from "./state.ts";
import type { Proved } from "./stretch.ts";

export interface ReadingWorld {
  readonly groups: Pick<Groups, "openArchived">;
  readonly certificates: KnownCertificates;
  /** Who is behind these devices, as far as their certificates prove it. @throws Fault `offline` */
  readonly namesOf: (devices: readonly DeviceId[]) => Promise<ReadonlyMap<DeviceId, Named>>;
}

/** What an own device handed over, by its place. */
export type Handed = ReadonlyMap<Seq, HandedEntry>;

/** One entry of before that could be opened. */
export interface Read {
  readonly proved: Proved;
  readonly from: Named;
  readonly opened: Opened;
  /** By the signature of its writer. */
  readonly isProved: boolean;
  /** As an own device handed it over: with all that was done to it until then. */
  readonly handed?: HandedEntry["said"] | undefined;
}

export interface Reading {
  /** In the order of the log. */
  readonly read: readonly Read[];
  readonly counts: Omit<Counts, "found">;
  /** Why the first was not believed. */
  readonly doubt?: string | undefined;
  /** Handed over as what the log says is something else. */
  readonly misplaced: number;
}

/** Without an archived copy, without a key of that day, or not even a message: it says nothing of anybody. */
const NOT_GIVEN = new Set(["no-archive-copy", "no-archive-key", "envelope-malformed"]);

/** @throws Fault `offline`, … */
export async function readStretch(
  { groups, certificates, namesOf }: ReadingWorld,
  log: LogId,
  { stretch, handed }: { readonly stretch: readonly Proved[]; readonly handed: Handed },
): Promise<Reading> {
  const said = stretch.filter(({ entry }) => entry.kind === "app");
  const known = await certificates.of(said.map(({ entry }) => entry.sender));
  const archived = said.map(({ entry: { body, mid, sender } }): Archived => {
    return { body, mid, device: sender, chains: known.get(sender) ?? [] };
  });
  const outcomes = await groups.openArchived(log, archived);
  const right = said.flatMap(({ entry }) => (isOf(handed.get(entry.seq), entry) ? entry : []));
  const names = await namesOf(right.map(({ sender }) => sender));
  const isRight = new Set(right.map(({ seq }) => seq));
  const read = said.flatMap((proved, at) => {
    const own = isRight.has(proved.entry.seq) ? handed.get(proved.entry.seq) : undefined;
    return withHanded(proved, readOne(proved, outcomes[at]), { own, from: names.get(proved.entry.sender) }) ?? [];
  });
  const isRead = new Set(read.map(({ proved }) => proved.entry.seq));
  const wrong = outcomes.filter((outcome) => outcome.kind === "fault" && !NOT_GIVEN.has(outcome.code));
  const missing = said.filter(({ entry }, at) => isKeyMissing(outcomes[at]) && !isRead.has(entry.seq)).length;
  const promised = stretch.filter(({ entry }) => handed.has(entry.seq)).length;
  const misplaced = promised - right.length;
  return { read, counts: { missing, forged: wrong.length }, doubt: doubtIn(wrong), misplaced };
}

function isOf(handed: HandedEntry | undefined, { mid, sender }: Proved["entry"]): boolean {
  return handed?.mid === mid && handed.sender === sender;
}

function isKeyMissing(outcome: Outcome | undefined): boolean {
  return outcome?.kind === "fault" && outcome.code === "no-archive-key";
}

/** The writer's own copy comes first; what became of the message since, an own device knows better. */
function withHanded(
  proved: Proved,
  read: Read | undefined,
  { own, from }: { readonly own: HandedEntry | undefined; readonly from: Named | undefined },
): Read | undefined {
  if (own === undefined) return read;
  const handed = own.said;
  if (read !== undefined)
    return isMessage(read.opened) ? { ...read, opened: standingSince(read.opened, handed), handed } : read;
  return from && { proved, from, opened: handed, isProved: false, handed };
}

function readOne(proved: Proved, outcome: Outcome | undefined): Read | undefined {
  if (outcome?.kind !== "message") return undefined;
  return { proved, from: outcome.from, opened: decodePayload(unvouched(outcome.plaintext).payload), isProved: true };
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
