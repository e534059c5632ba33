// What was read of before, made into what the vault keeps: messages as they stand now, in the place of what could not be read when
// it came, and what was done to messages that are not here yet.
import type { Handle, LogId, MessageId } from "../../../model/ids.ts";
import type { Change, HeldEntry, PastEntry, Vault } from "../../port/vault.ts";
import type { Aside } from "../asides.ts";
import { lasting } from "../expiry/expiry.ts";
import { isMessage, readOpened, writeOpened } from "../payload/opened.ts";
import { textOf } from "../payload/projection.ts";
import { standingSince } from "../payload/standing.ts";
import { type LateChanges, withLate } from "./late.ts";
import { mightDelete, type Read } from "./reading.ts";

export interface KeepingWorld {
  readonly vault: Pick<Vault, "find" | "after" | "named">;
  readonly late: LateChanges;
  readonly now: () => number;
  readonly userOf: (device: Aside["device"]) => Handle | undefined;
  /** A message that disappears: what finds it when its time is over. */
  readonly lasts: (aside: Aside) => readonly Change[];
}

export interface Kept {
  readonly changes: readonly Change[];
  readonly found: number;
}

/** Why an entry could not be read that can be read now. */
const MENDED = new Set(["before-joining", "epoch-ahead", "epoch-gone", "undecryptable", "not-in-group", "own-lost"]);

/** It came, and nobody here could read it. */
export function isUnread({ payload }: Pick<HeldEntry, "payload">): boolean {
  const opened = readOpened(payload);
  return opened.kind === "unreadable" && MENDED.has(opened.code);
}

/** `read`: from the newest down. */
export function keep(
  world: KeepingWorld,
  log: LogId,
  { read, admins }: { readonly read: readonly Read[]; readonly admins: readonly Handle[] | undefined },
): Kept {
  const changes: Change[] = [];
  const entries: PastEntry[] = [];
  let found = 0;
  for (const one of read) {
    const kept = keepOne(world, log, { one, admins });
    if (kept.isFound) found += 1;
    if (kept.entry !== undefined) entries.push(kept.entry);
    changes.push(...kept.changes);
  }
  return { changes: entries.length === 0 ? changes : [{ put: "past", log, entries }, ...changes], found };
}

interface KeptOne {
  readonly changes: readonly Change[];
  /** There is something to read. */
  readonly isFound: boolean;
  readonly entry?: PastEntry;
}

const NOTHING: KeptOne = { changes: [], isFound: false };

function keepOne(
  world: KeepingWorld,
  log: LogId,
  { one, admins }: { readonly one: Read; readonly admins: readonly Handle[] | undefined },
): KeptOne {
  const { opened, proved, from } = one;
  if (opened.kind === "edit" || opened.kind === "delete" || opened.kind === "react") {
    const late = { change: opened, user: from.user, mayDelete: mightDelete(admins, from.user), at: proved.entry.at };
    return { changes: world.late.add(log, late, { older: true }), isFound: false };
  }
  return isMessage(opened) || opened.kind === "newer" ? keepMessage(world, log, one) : NOTHING;
}

function keepMessage(world: KeepingWorld, log: LogId, { proved, from, opened, handed }: Read): KeptOne {
  const { entry, chain } = proved;
  const { seq, at, sender, mid, kind, epoch } = entry;
  const held = heldAs(world, log, { mid, sender });
  if (held !== undefined && !isUnread(held)) return handed === undefined ? NOTHING : brought(held, handed);
  const { late, changes } = world.late.take(log, mid);
  // What is handed over stands as it did after all of before.
  const since = handed === undefined ? late : late.filter(({ isOld }) => isOld !== true);
  const now = withLate(lasting(opened, { at, now: world.now() }), from.user, since);
  const said = { payload: writeOpened(now), text: textOf(now) };
  const aside: Aside = { log, seq, mid, at, device: sender, by: from.user, role: "member", said: now };
  const more = [...changes, ...world.lasts(aside)];
  const isFound = now.kind !== "deleted" && now.kind !== "expired";
  if (held !== undefined) return { changes: [{ put: "rewritten", row: held.row, ...said }, ...more], isFound };
  return { changes: more, isFound, entry: { log, seq, at, sender, mid, kind, epoch, chain, ...said } };
}

/** It came from somebody else before, who could not say all that was done to it. */
function brought({ row, payload }: HeldEntry, handed: NonNullable<Read["handed"]>): KeptOne {
  const now = standingSince(readOpened(payload), handed);
  const said = writeOpened(now);
  if (said === payload) return NOTHING;
  return { changes: [{ put: "rewritten", row, payload: said, text: textOf(now) }], isFound: false };
}

function heldAs(
  { vault }: KeepingWorld,
  log: LogId,
  { mid, sender }: { readonly mid: MessageId; readonly sender: HeldEntry["sender"] },
): HeldEntry | undefined {
  const found = vault.find(log, mid, sender);
  if (found === undefined || found.lost) return undefined;
  return vault.after(found.row - 1, 1)[0];
}

/** Everything is here that will come: what still waits concerns messages that were here before, or none. */
export function settleLate(world: KeepingWorld, log: LogId): readonly Change[] {
  const changes: Change[] = [];
  for (const target of world.late.targets(log)) {
    const taken = world.late.take(log, target);
    changes.push(...taken.changes);
    const row = world.vault.named(log, target);
    if (row === undefined) continue;
    const before = readOpened(row.payload);
    const opened = withLate(before, world.userOf(row.sender), taken.late);
    if (opened === before) continue;
    changes.push({ put: "rewritten", row: row.row, payload: writeOpened(opened), text: textOf(opened) });
  }
  return changes;
}
