// Entries as they came, made into what the vault keeps: opened, with their chain, and marked where they are held already.
// What was opened and the keys that it took are kept together: a crash between the two would lose a message for ever.
import type { DeviceId, Handle, LogId, MessageId, Seq } from "../../model/ids.ts";
import { roleOf } from "../../model/rights.ts";
import type { Terms } from "../../model/terms.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { Entry } from "../../wire/messages.ts";
import type { Change, HeldEntry, NewEntry, Vault } from "../port/vault.ts";
import type { ClientEvent } from "../port/views.ts";
import type { TakeAside } from "./asides.ts";
import { incoming } from "./circle/incoming.ts";
import { Changes, type ChangesWorld, type Waiting } from "./changes.ts";
import type { Circle } from "./circle/circle.ts";
import type { Held } from "./held.ts";
import { beliefOf, isInnocent } from "./payload/belief.ts";
import { type Named, type Opened, readOpened, writeOpened } from "./payload/opened.ts";
import { unvouched } from "./log/vouched.ts";
import { decodePayload } from "./payload/payload.ts";
import { textOf } from "./payload/projection.ts";
import { commitSaid, type Ground, groundAfter, groundOf } from "./said.ts";
import type { Applied } from "./sync.ts";

export interface IntakeWorld {
  readonly vault: Vault;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly nameOf: (log: LogId) => string;
  readonly alarm: (code: string, message: string) => void;
  readonly tell: (event: ClientEvent) => void;
  readonly now: () => number;
  /** A sender whose certificate the group has checked. */
  readonly met: (sender: Named) => void;
  readonly aside: TakeAside;
  readonly userOf: (device: DeviceId) => Handle | undefined;
  readonly late: ChangesWorld["late"];
  readonly heard: (head: Uint8Array, by: Handle) => void;
}

type NewOne = Waiting & NewEntry;

interface Said {
  readonly opened: Opened;
  readonly by: Handle | undefined;
}

type Fault = Extract<Outcome, { kind: "fault" }>;

/** What is known of entries before they are kept. */
interface Told {
  readonly before: Ground;
  readonly outcomes: ReadonlyMap<Seq, Outcome | undefined>;
  readonly own: ReadonlyMap<Seq, Said>;
}

export class Intake {
  readonly #world: IntakeWorld;
  readonly #changes: Changes;
  /** Read since the last commit, and whether it is proved whose they are: the vault cannot be asked for these yet. */
  readonly #fresh = new Map<string, boolean>();

  /** Conversations where this device found messages of its own again: told once. */
  readonly #found = new Set<LogId>();

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
    const entries = applied.map(({ entry }) => entry);
    const own = this.#ownIn(held, entries);
    const others = entries.filter(({ seq }) => !own.has(seq));
    // Before an own commit among them is the group: what it changes is told like any other change.
    const before = groundOf(circle.view);
    const keep = (outcomes: readonly Outcome[]): void => {
      const bySeq = new Map(others.map(({ seq }, at) => [seq, outcomes[at]]));
      put(this.#kept(held.log, applied, { before, outcomes: bySeq, own }));
    };
    if (others.length === 0) return keep([]);
    await circle.open(others, keep);
  }

  committed(): void {
    this.#fresh.clear();
    this.#changes.committed();
  }

  #kept(log: LogId, applied: readonly Applied[], told: Told): readonly Change[] {
    let ground = told.before;
    const changes: Change[] = [];
    const entries: NewOne[] = [];
    for (const { entry, chain } of applied) {
      const outcome = told.outcomes.get(entry.seq);
      const before = this.#before(log, entry, told.own.has(entry.seq) || isProof(outcome));
      const said =
        before === "here"
          ? this.#replayed(log, entry)
          : (told.own.get(entry.seq) ?? this.#said(log, entry, { outcome, ground }));
      if (outcome?.kind === "commit") ground = groundAfter(ground, outcome.view);
      const done = this.#done(log, entry, { ...said, terms: ground.terms });
      const { seq, at, sender, mid, kind, epoch } = entry;
      const { opened } = said;
      const isQuiet = before !== "new" || isBefore(opened) || (isAbout(opened) && done.changes.length === 0);
      const kept = {
        payload: writeOpened(done.opened),
        text: textOf(done.opened),
        aside: before === "here" || isAside(opened),
      };
      const one = { log, seq, at, sender, mid, kind, epoch, chain, quiet: isQuiet, ...kept };
      this.#changes.add(one);
      entries.push(one);
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

  /** Own messages that this device knows: their keys were spent when they were sealed, and what they say is here. */
  #ownIn(held: Held, entries: readonly Entry[]): ReadonlyMap<Seq, Said> {
    const own = new Map<Seq, Said>();
    for (const entry of entries) {
      if (entry.sender !== this.#world.self.device || entry.kind === "commit") continue;
      const payload = (held.acked.get(entry.mid)?.item ?? itemOf(held, entry.mid) ?? this.#rowOf(held.log, entry))
        ?.payload;
      const opened = payload === undefined ? undefined : readOpened(payload);
      if (opened !== undefined && beliefOf(opened) === "theirs")
        own.set(entry.seq, { opened, by: this.#world.self.user });
    }
    return own;
  }

  /** What it says; the head of the realm's log that its writer knew is looked at beside it. */
  #read({ plaintext, from }: Extract<Outcome, { kind: "message" }>): Opened {
    const { payload, head } = unvouched(plaintext);
    if (head !== undefined) this.#world.heard(head, from.user);
    return decodePayload(payload);
  }

  #said(
    log: LogId,
    entry: Entry,
    { outcome, ground }: { readonly outcome: Outcome | undefined; readonly ground: Ground },
  ): Said {
    switch (outcome?.kind) {
      case undefined:
        return nobodys("not-in-group");
      case "message":
        this.#world.met(outcome.from);
        if (outcome.copy === "other")
          this.#doubt(log, entry, { code: "archive-mismatch", message: "its archived copy says something else" });
        if (outcome.from.device === this.#world.self.device) this.#foundAgain(log);
        return { opened: this.#read(outcome), by: outcome.from.user };
      case "commit":
        for (const one of [outcome.by, ...outcome.added, ...outcome.removed]) this.#world.met(one);
        this.#mended(log, entry, outcome);
        return {
          opened: commitSaid(outcome, ground, incoming(entry).declared?.leaving),
          by: outcome.by.user,
        };
      case "fault":
        return this.#saidBefore(log, entry) ?? this.#refused(log, entry, outcome);
    }
  }

  /** The server had lost it and gives it again as it was: it was opened then, and its keys are gone. */
  #saidBefore(log: LogId, entry: Entry): Said | undefined {
    const kept = this.#rowOf(log, entry);
    return kept?.lost === true && kept.kind === entry.kind
      ? { opened: readOpened(kept.payload), by: undefined }
      : undefined;
  }

  #refused(log: LogId, entry: Entry, { code, message }: Fault): Said {
    if (entry.sender === this.#world.self.device) return this.#notOurs(log, entry, { code, message });
    if (!isInnocent(code)) this.#doubt(log, entry, { code, message });
    return nobodys(code);
  }

  /** This device knows what it has written: it was not this, or it has lost it. */
  #notOurs(log: LogId, entry: Entry, { code, message }: Pick<Fault, "code" | "message">): Said {
    if (isInnocent(code)) return nobodys(code === "before-joining" ? code : "own-lost");
    this.#doubt(log, entry, { code: "own-forged", message });
    return nobodys("own-forged");
  }

  #doubt(log: LogId, { seq, sender }: Entry, why: Pick<Fault, "code" | "message">): void {
    const { nameOf, alarm } = this.#world;
    alarm(why.code, `${nameOf(log)}: entry ${seq} of the device ${sender} is not believed: ${why.message}`);
  }

  /** Written by this device after what its vault holds: the machine, or all of its files, were put back as they were. */
  #foundAgain(log: LogId): void {
    const { tell, now, nameOf } = this.#world;
    if (this.#found.has(log)) return;
    this.#found.add(log);
    const conversation = nameOf(log);
    const message = `${conversation}: this device had lost messages of its own, as after its machine was put back to an earlier day; they are here again`;
    tell({ event: "notice", at: now(), code: "own-found", message, conversation });
  }

  /** The server was told of devices that are not in the group: an older state of it had them again. */
  #mended(log: LogId, entry: Entry, { by, removed }: Extract<Outcome, { kind: "commit" }>): void {
    const gone = new Set(removed.map(({ device }) => device));
    const again = (incoming(entry).declared?.remove ?? []).filter((device) => !gone.has(device));
    if (again.length === 0) return;
    const { tell, now, nameOf } = this.#world;
    const conversation = nameOf(log);
    const devices = again.length === 1 ? "a device" : `${again.length} devices`;
    const message = `${conversation}: the server, restored from an older backup, had ${devices} in it again that had been put out; ${by.user} has put that right`;
    tell({ event: "notice", at: now(), code: "roster-mended", message, conversation });
  }

  #replayed(log: LogId, { seq, mid }: Entry): Said {
    const { nameOf, alarm } = this.#world;
    alarm("replay", `${nameOf(log)}: entry ${seq} repeats the message ${mid} that is there already`);
    return nobodys("replay");
  }

  /** `here`: it comes again. `lost`: so it does, and the server had lost it. What was no proof of it before does not stand in its way. */
  #before(log: LogId, entry: Entry, isProved: boolean): "new" | "lost" | "here" {
    const key = `${log}${entry.mid}${entry.sender}`;
    const row = this.#fresh.has(key) ? undefined : this.#rowOf(log, entry);
    const wasProved = this.#fresh.get(key) ?? (row && beliefOf(readOpened(row.payload)) === "theirs");
    this.#fresh.set(key, isProved || wasProved === true);
    if (wasProved === undefined || (isProved && !wasProved)) return "new";
    return row?.lost === true ? "lost" : "here";
  }

  #rowOf(log: LogId, { mid, sender }: Entry): HeldEntry | undefined {
    const found = this.#world.vault.find(log, mid, sender);
    return found && this.#world.vault.after(found.row - 1, 1)[0];
  }
}

function nobodys(code: string): Said {
  return { opened: { kind: "unreadable", code }, by: undefined };
}

function isProof(outcome: Outcome | undefined): boolean {
  return outcome?.kind === "message" || outcome?.kind === "commit";
}

/** What was before this device came in is no news. */
function isBefore(opened: Opened): boolean {
  return opened.kind === "unreadable" && opened.code === "before-joining";
}

/** It is told of only where it changes something. */
function isAbout({ kind }: Opened): boolean {
  return kind === "about" || kind === "timer" || kind === "listing" || kind === "label";
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
