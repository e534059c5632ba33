// Edits, deletes and reactions whose message is not here yet: entries are read from the newest down, so a change comes before
// what it changes. They wait beside the group, one row for each message. The lists are pure values.
import type { Handle, LogId, MessageId } from "../../../model/ids.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { Opened } from "../payload/opened.ts";
import type { ChangePayload } from "../payload/payload.ts";
import { applied } from "../payload/projection.ts";

export interface LateChange {
  readonly change: ChangePayload;
  readonly user: Handle;
  readonly mayDelete: boolean;
  /** Milliseconds: the time of its entry. */
  readonly at: number;
  /** Of before this device came in. */
  readonly isOld?: true;
}

/** In the order of the log. */
export type Late = readonly LateChange[];

const ROW = "past/late/";
/** On one message: more reactions than that are not remembered. */
const LIST_MOST = 500;
/** Of one conversation: then only deletes are remembered. */
const CHARS_MOST = 8 * 1024 * 1024;

/** A change that is newer than those that wait. @internal */
export function withNewer(late: Late, one: LateChange): Late {
  if (one.change.kind === "delete" && late.some((before) => isAlike(before, one))) return late;
  return [...late.filter((before) => !isAlike(before, one)), one].slice(-LIST_MOST);
}

/** One that is older than all of them. @internal */
export function withOlder(late: Late, one: LateChange): Late {
  if (one.change.kind === "delete") return [one, ...late.filter((newer) => !isAlike(newer, one))];
  return late.length >= LIST_MOST || late.some((newer) => isAlike(newer, one)) ? late : [one, ...late];
}

/** What becomes of the message. What was done to it since and is known already is not undone. */
export function withLate(message: Opened, author: Handle | undefined, late: Late): Opened {
  return late.reduce((opened, { change, user, mayDelete, at }) => {
    if (change.kind === "edit" && isEditedSince(opened, at)) return opened;
    const result = applied(opened, change, { user, isAuthor: user === author, mayDelete, at });
    return "refused" in result ? opened : result.opened;
  }, message);
}

function isEditedSince(opened: Opened, at: number): boolean {
  return (opened.kind === "text" || opened.kind === "file") && opened.edited !== undefined && opened.edited.at > at;
}

/** Only one of the two counts: of deletes the first, of all else the last. */
function isAlike(one: LateChange, other: LateChange): boolean {
  const [a, b] = [one.change, other.change];
  if (one.user !== other.user || a.kind !== b.kind) return false;
  if (a.kind === "delete") return one.mayDelete === other.mayDelete;
  return a.kind !== "react" || b.kind !== "react" || a.emoji === b.emoji;
}

interface Waiting {
  readonly byTarget: Map<MessageId, Late>;
  chars: number;
}

export class LateChanges {
  readonly #vault: Pick<Vault, "pending">;
  readonly #logs = new Map<LogId, Waiting>();

  constructor(vault: Pick<Vault, "pending">) {
    this.#vault = vault;
  }

  /** What keeps it. `older`: than all that were added before. */
  add(log: LogId, late: LateChange, { older }: { readonly older: boolean }): readonly Change[] {
    const waiting = this.#of(log);
    const { target } = late.change;
    const before = waiting.byTarget.get(target) ?? [];
    if (late.change.kind !== "delete" && waiting.chars > CHARS_MOST) return [];
    const list = older ? withOlder(before, { ...late, isOld: true }) : withNewer(before, late);
    if (list === before) return [];
    waiting.byTarget.set(target, list);
    waiting.chars += charsOf(list) - charsOf(before);
    return [{ put: "pending", log, name: ROW + target, value: Buffer.from(JSON.stringify(list), "utf8") }];
  }

  /** What waits for this message, which is here now. */
  take(log: LogId, target: MessageId): { readonly late: Late; readonly changes: readonly Change[] } {
    const waiting = this.#of(log);
    const late = waiting.byTarget.get(target);
    if (late === undefined) return { late: [], changes: [] };
    waiting.byTarget.delete(target);
    waiting.chars -= charsOf(late);
    return { late, changes: [{ drop: "pending", log, name: ROW + target }] };
  }

  targets(log: LogId): readonly MessageId[] {
    return [...this.#of(log).byTarget.keys()];
  }

  /** The group is given up, and its rows with it. */
  forget(log: LogId): void {
    this.#logs.delete(log);
  }

  #of(log: LogId): Waiting {
    const known = this.#logs.get(log);
    if (known !== undefined) return known;
    const read: Waiting = { byTarget: new Map(), chars: 0 };
    for (const [name, row] of this.#vault.pending(log)) {
      if (!name.startsWith(ROW)) continue;
      const late = JSON.parse(Buffer.from(row).toString("utf8")) as Late;
      read.byTarget.set(name.slice(ROW.length) as MessageId, late);
      read.chars += charsOf(late);
    }
    this.#logs.set(log, read);
    return read;
  }
}

/** About: ids and names are short. */
function charsOf(late: Late): number {
  return late.reduce((sum, { change }) => sum + 200 + (change.kind === "edit" ? change.text.length : 0), 0);
}
