// Entries as they came, made into what the vault keeps: opened, with their chain, and marked where they are held already.
// What was opened and the keys that it took are kept together: a crash between the two would lose a message for ever.
import type { DeviceId, Handle, LogId, MessageId } from "../../model/ids.ts";
import { roleOf } from "../../model/rights.ts";
import type { Terms } from "../../model/terms.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { Entry } from "../../wire/messages.ts";
import type { Change, NewEntry, Vault } from "../port/vault.ts";
import type { TakeAside } from "./asides.ts";
import { Changes, type ChangesWorld, type Waiting } from "./changes.ts";
import type { Circle } from "./circle/circle.ts";
import type { Held } from "./held.ts";
import { type Named, type Opened, readOpened, writeOpened } from "./payload/opened.ts";
import { decodePayload } from "./payload/payload.ts";
import { textOf } from "./payload/projection.ts";
import { commitSaid } from "./said.ts";
import type { Applied } from "./sync.ts";

export interface IntakeWorld {
  readonly vault: Vault;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly nameOf: (log: LogId) => string;
  readonly alarm: (code: string, message: string) => void;
  /** A sender whose certificate the group has checked. */
  readonly met: (sender: Named) => void;
  readonly aside: TakeAside;
  readonly userOf: (device: DeviceId) => Handle | undefined;
  readonly late: ChangesWorld["late"];
}

/** What happens without anybody having done wrong: everything else that a group refuses is an alarm. */
const EXPECTED = new Set(["before-joining", "epoch-gone", "epoch-ahead", "not-in-group"]);

type NewOne = Waiting & NewEntry;

interface Said {
  readonly opened: Opened;
  readonly by: Handle | undefined;
}

export class Intake {
  readonly #world: IntakeWorld;
  readonly #changes: Changes;
  /** Read since the last commit: the vault cannot be asked for these yet. */
  readonly #fresh = new Set<string>();

  constructor(world: IntakeWorld) {
    this.#world = world;
    this.#changes = new Changes(world);
  }

  /** Resolves once all of it is in the next commit of the vault. `put`: called once. */
  async read(
    held: Held,
    applied: readonly Applied[],
    to: { readonly circle: Circle; readonly put: (changes: readonly Change[]) => void },
  ): Promise<void> {
    const { circle, put } = to;
    const others = applied.map(({ entry }) => entry).filter((entry) => !this.#isOwn(entry));
    const keep = (outcomes: readonly Outcome[]): void => {
      const bySeq = new Map(others.map(({ seq }, at) => [seq, outcomes[at]]));
      put(this.#kept(held, applied, { terms: circle.view?.terms, outcomes: bySeq }));
    };
    if (others.length === 0) return keep([]);
    await circle.open(others, keep);
  }

  committed(): void {
    this.#fresh.clear();
    this.#changes.committed();
  }

  /** An own message: its key was spent when it was sealed, and what it says is in the queue. */
  #isOwn({ sender, kind }: Entry): boolean {
    return sender === this.#world.self.device && kind !== "commit";
  }

  #kept(
    held: Held,
    applied: readonly Applied[],
    told: { readonly terms: Terms | undefined; readonly outcomes: ReadonlyMap<number, Outcome | undefined> },
  ): readonly Change[] {
    const { log } = held;
    let { terms } = told;
    const changes: Change[] = [];
    const entries: NewOne[] = [];
    for (const { entry, chain } of applied) {
      const outcome = told.outcomes.get(entry.seq);
      const { opened, by } = this.#isOwn(entry)
        ? this.#ownSaid(held, entry)
        : this.#said(log, entry, { outcome, terms });
      if (outcome?.kind === "commit") terms = outcome.view?.terms ?? terms;
      const done = this.#done(log, entry, { opened, by, terms });
      const { seq, at, sender, mid, kind, epoch } = entry;
      const quiet = this.#isHeld(log, entry) || isBefore(opened) || (isAbout(opened) && done.changes.length === 0);
      const said = { payload: writeOpened(done.opened), text: textOf(done.opened), aside: isAside(opened) };
      const kept = { log, seq, at, sender, mid, kind, epoch, chain, quiet, ...said };
      this.#changes.add(kept);
      entries.push(kept);
      changes.push(...done.changes);
    }
    const own = entries.filter(({ sender }) => sender === this.#world.self.device).map(({ mid }) => mid);
    return [{ put: "entries", log, entries, own }, ...changes];
  }

  /** What it does to messages that are there. */
  #done(
    log: LogId,
    { at, seq, mid, sender: device }: Entry,
    { opened, by, terms }: Said & { readonly terms: Terms | undefined },
  ): { readonly opened: Opened; readonly changes: readonly Change[] } {
    if (by === undefined) return { opened, changes: [] };
    const role = terms === undefined ? "member" : roleOf({ terms }, by);
    if (opened.kind !== "edit" && opened.kind !== "delete" && opened.kind !== "react")
      return this.#world.aside({ log, seq, mid, at, device, by, role, said: opened });
    return this.#changes.apply(log, opened, { user: by, mayDelete: role === "owner" || role === "admin", at });
  }

  #ownSaid(held: Held, { mid, sender }: Entry): Said {
    const by = this.#world.self.user;
    const item = held.acked.get(mid)?.item ?? itemOf(held, mid);
    if (item !== undefined) return { opened: readOpened(item.payload), by };
    const before = this.#world.vault.find(held.log, mid, sender);
    const kept = before && this.#world.vault.after(before.row - 1, 1)[0];
    return { opened: kept === undefined ? { kind: "unreadable", code: "own-lost" } : readOpened(kept.payload), by };
  }

  #said(
    log: LogId,
    entry: Entry,
    { outcome, terms }: { readonly outcome: Outcome | undefined; readonly terms: Terms | undefined },
  ): Said {
    switch (outcome?.kind) {
      case undefined:
        return { opened: { kind: "unreadable", code: "not-in-group" }, by: undefined };
      case "message":
        this.#world.met(outcome.from);
        if (outcome.copy === "other")
          this.#doubt(log, entry, { code: "archive-mismatch", message: "its archived copy says something else" });
        return { opened: decodePayload(outcome.plaintext), by: outcome.from.user };
      case "commit":
        for (const one of [outcome.by, ...outcome.added, ...outcome.removed]) this.#world.met(one);
        return { opened: commitSaid(outcome, terms), by: outcome.by.user };
      case "fault": {
        const before = this.#saidBefore(log, entry);
        if (before !== undefined) return before;
        if (!EXPECTED.has(outcome.code)) this.#doubt(log, entry, outcome);
        return { opened: { kind: "unreadable", code: outcome.code }, by: undefined };
      }
    }
  }

  /** The server had lost it and gives it again as it was: it was opened then, and its keys are gone. */
  #saidBefore(log: LogId, { mid, sender, kind }: Entry): Said | undefined {
    const { vault } = this.#world;
    const found = vault.find(log, mid, sender);
    const kept = found?.lost === true ? vault.after(found.row - 1, 1)[0] : undefined;
    return kept?.kind === kind ? { opened: readOpened(kept.payload), by: undefined } : undefined;
  }

  #doubt(log: LogId, { seq, sender }: Entry, why: { readonly code: string; readonly message: string }): void {
    const { nameOf, alarm } = this.#world;
    alarm(why.code, `${nameOf(log)}: entry ${seq} of the device ${sender} is not believed: ${why.message}`);
  }

  /** The server lost it and somebody sent it again; or it is a replay, and that is an alarm. */
  #isHeld(log: LogId, { mid, sender, seq }: Entry): boolean {
    const { vault, nameOf, alarm } = this.#world;
    const key = `${log}${mid}${sender}`;
    const before = this.#fresh.has(key) ? { lost: false } : vault.find(log, mid, sender);
    this.#fresh.add(key);
    if (before === undefined) return false;
    if (!before.lost) alarm("replay", `${nameOf(log)}: entry ${seq} repeats the message ${mid} that is there already`);
    return true;
  }
}

/** What was before this device came in is no news. */
function isBefore(opened: Opened): boolean {
  return opened.kind === "unreadable" && opened.code === "before-joining";
}

/** It is told of only where it changes something. */
function isAbout({ kind }: Opened): boolean {
  return kind === "about" || kind === "timer" || kind === "listing";
}

/** Neither a message nor in the place of one; and what was not for this device. */
function isAside(opened: Opened): boolean {
  const { kind } = opened;
  if (isBefore(opened)) return true;
  return kind !== "text" && kind !== "file" && kind !== "newer" && kind !== "unreadable" && kind !== "deleted";
}

function itemOf({ lane }: Held, mid: MessageId): { readonly payload: string } | undefined {
  const is = (item: { readonly mid: MessageId }): boolean => item.mid === mid;
  return lane.flying.find(is) ?? lane.again.find(is) ?? lane.waiting.find(is);
}
