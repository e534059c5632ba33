// The way down through what is missing of one conversation, stretch by stretch: fetched, proved, opened, kept, and only then the
// next. It can end at any moment and goes on where it was.
import { Fault } from "../../../model/fault.ts";
import { hexOf, type LogId, type Sha256 } from "../../../model/ids.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Ask } from "../circle/ask.ts";
import type { Named } from "../payload/opened.ts";
import { keep, type KeepingWorld, type Kept } from "./keeping.ts";
import { changesTerms, type Reading, type ReadingWorld, readStretch } from "./reading.ts";
import type { HandedOver, Segments } from "./segments.ts";
import type { Counts, Gap, Mark, Phase } from "./state.ts";
import { fetchStretch, type Proved, type Stretch } from "./stretch.ts";

export interface WalkWorld extends KeepingWorld, ReadingWorld {
  readonly vault: KeepingWorld["vault"] & Pick<Vault, "chainAt">;
  readonly ask: Ask;
  readonly segments: Segments;
  /** A sender whose certificate proves who it is. */
  readonly met: (sender: Named) => void;
}

type Walking = Extract<Phase, { at: "walking" }>;

/** A stretch that was fetched, proved and opened. */
export interface Seen {
  readonly stretch: Stretch;
  readonly reading: Reading;
  /** Why what was handed over of it cannot be used. */
  readonly wrong: HandedOver["wrong"];
  /** Entries that are asked for at once the next time. */
  readonly most: number | undefined;
}

export interface Step {
  readonly gap: Gap;
  readonly changes: readonly Change[];
  readonly isOver: boolean;
}

/** Where it begins; undefined: the log itself is not held that far yet. */
export function markAbove({ vault }: Pick<WalkWorld, "vault">, log: LogId, { until }: Gap): Mark | undefined {
  for (const seq of [until, until + 1]) {
    const chain = vault.chainAt(log, seq);
    if (chain !== undefined) return { seq, chain: hexOf(chain) as Sha256 };
  }
  return undefined;
}

/** The next stretch down. Nothing is changed by it. @throws Fault `offline`, `history-mismatch`, … */
export async function look(
  world: WalkWorld,
  log: LogId,
  { gap, top, most }: { readonly gap: Gap; readonly top: Mark; readonly most: number | undefined },
): Promise<Seen> {
  const { segments } = world;
  const after = segments.floor(log, { top: top.seq, after: gap.after });
  const stretch = await fetchStretch(world.ask, { log, top, after, most });
  checkBelow(world, log, { gap, stretch });
  const { entries: handed, wrong } = await segments.entries(log, top.seq);
  const reading = await readStretch(world, log, { stretch: missingIn(gap, stretch), handed });
  // One that ended above a segment says nothing of how much fits into a page.
  const next = stretch.below.seq === after ? most : stretch.count * 2;
  return { stretch, reading, wrong: wrong ?? misplacedIn(reading), most: next };
}

function misplacedIn({ misplaced }: Reading): HandedOver["wrong"] {
  return misplaced === 0 ? undefined : { why: "it is not what the log says there", isLie: true };
}

/** What is kept of it, together with the gap as it is then. */
export function stepDown(
  world: WalkWorld,
  log: LogId,
  { gap, phase, seen }: { readonly gap: Gap; readonly phase: Walking; readonly seen: Seen },
): Step {
  const { stretch, reading, wrong } = seen;
  for (const { from, isProved } of reading.read) if (isProved) world.met(from);
  const top = stretch.below.seq + stretch.entries.length;
  const spent = [
    ...(wrong === undefined ? [] : world.segments.spoilt(log, top)),
    ...world.segments.passed(log, stretch.below.seq),
  ];
  const { changes, found } = keepRead(world, log, { gap, seen });
  const missing = missingIn(gap, stretch);
  const newest = missing.at(-1)?.entry.at ?? Number.POSITIVE_INFINITY;
  const lost = wrong === undefined ? 0 : 1;
  const counts = added(phase, { forged: reading.counts.forged, missing: reading.counts.missing + lost, found });
  return {
    gap: {
      ...gap,
      admins: missing.some(changesTerms) ? undefined : gap.admins,
      phase: { ...phase, top: stretch.below, ...counts },
    },
    changes: [...changes, ...spent],
    isOver: stretch.below.seq <= gap.after || newest < gap.floor,
  };
}

/** The mark itself may be an entry that is here. */
function missingIn({ until }: Gap, { entries }: Stretch): readonly Proved[] {
  return entries.filter(({ entry }) => entry.seq <= until);
}

/** Messages and what was done to them, from the newest down: as far as it is known who might delete, and then the rest. */
function keepRead(
  world: WalkWorld,
  log: LogId,
  { gap, seen: { stretch, reading } }: { readonly gap: Gap; readonly seen: Seen },
): Kept {
  const termsAt = missingIn(gap, stretch).findLast((one) => changesTerms(one))?.entry.seq ?? 0;
  const down = reading.read.toReversed();
  const above = down.filter(({ proved }) => proved.entry.seq > termsAt);
  const below = down.filter(({ proved }) => proved.entry.seq < termsAt);
  const first = keep(world, log, { read: above, admins: gap.admins });
  const second = keep(world, log, { read: below, admins: undefined });
  return { changes: [...first.changes, ...second.changes], found: first.found + second.found };
}

/** Where it ends, this device holds the log again: the two must meet. */
function checkBelow(
  { vault }: WalkWorld,
  log: LogId,
  { gap, stretch: { below } }: { readonly gap: Gap; readonly stretch: Stretch },
): void {
  const ours = below.seq === gap.after ? vault.chainAt(log, below.seq) : undefined;
  if (ours !== undefined && hexOf(ours) !== below.chain)
    throw new Fault("history-mismatch", "what the server gives of before does not go on from what this device holds");
}

function added(a: Counts, b: Counts): Counts {
  return { found: a.found + b.found, missing: a.missing + b.missing, forged: a.forged + b.forged };
}
