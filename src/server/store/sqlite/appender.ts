// Decides and writes appends inside one transaction: what each op comes to is decided before anything of it is written,
// so an op that is refused leaves no trace. Knows nothing of threads and queues.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ENTRY_KIND } from "../../../wire/entry-kind.ts";
import { inboxLogBytes } from "../../../wire/log-id.ts";
import { hexOf } from "../../../model/ids.ts";
import type { LogId } from "../../../model/ids.ts";
import { encodeWelcomeNote } from "../../../wire/note.ts";
import { LATE_EPOCHS, SINCE_SPAN } from "../../port/store.ts";
import type { Belonging } from "./belonging.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import type { Departures } from "./departures.ts";
import type { GroupInfos } from "./group-infos.ts";
import type { Outcome, PackedChange, PackedOp } from "./pack.ts";
import type { Found } from "./recent-mids.ts";
import type { Roster } from "./roster.ts";
import { numberOf } from "./sql.ts";
import type { Welcomes } from "./welcomes.ts";

interface Target {
  readonly device: Uint8Array;
  readonly inbox: Conversation;
  readonly body: Uint8Array;
}

interface CommitOp {
  readonly conv: Conversation;
  readonly op: PackedOp;
  readonly change: PackedChange;
  readonly at: number;
}

interface Placed extends Omit<CommitOp, "change"> {
  readonly seq: number;
  readonly epoch: number;
}

const NONE: readonly never[] = [];
const NOTHING = { seq: 0, epoch: 0, at: 0, inboxes: NONE, approved: NONE };

export interface AppenderParts {
  readonly conversations: Conversations;
  readonly roster: Roster;
  readonly belonging: Belonging;
  readonly groupInfos: GroupInfos;
  readonly departures: Departures;
  readonly welcomes: Welcomes;
}

export class Appender {
  readonly #conversations: Conversations;
  readonly #roster: Roster;
  readonly #belonging: Belonging;
  readonly #groupInfos: GroupInfos;
  readonly #departures: Departures;
  readonly #welcomes: Welcomes;
  readonly #findMid: StatementSync;

  constructor(db: DatabaseSync, parts: AppenderParts) {
    this.#conversations = parts.conversations;
    this.#roster = parts.roster;
    this.#belonging = parts.belonging;
    this.#groupInfos = parts.groupInfos;
    this.#departures = parts.departures;
    this.#welcomes = parts.welcomes;
    this.#findMid = db.prepare(
      "SELECT seq, at FROM log WHERE conv = ? AND seq > ? AND seq <= ? AND mid = ? ORDER BY seq LIMIT 1",
    );
  }

  /** In the open transaction; the outcomes are true only once it is committed. */
  appendAll(ops: readonly PackedOp[], at: number): Outcome[] {
    return ops.map((op) => this.#append(op, at));
  }

  #append(op: PackedOp, at: number): Outcome {
    const conv = this.#conversations.find(op.log);
    if (conv === undefined) return nothing("gone");
    const refused = this.#storedBefore(conv, op) ?? wrongEpoch(conv, op);
    if (refused !== undefined) return refused;
    if (op.change !== undefined) return this.#commit({ conv, op, change: op.change, at });
    // Until the first commit, who is in a log is the service's own business.
    if (conv.epoch > 0 && op.kind === ENTRY_KIND.app && !this.#roster.mayWrite(conv, op.sender))
      return nothing("denied");
    return this.#write(conv, op, at);
  }

  /** C4. Most senders know the head, then there is nothing to look through. */
  #storedBefore(conv: Conversation, op: PackedOp): Outcome | undefined {
    if (op.since > conv.head) return refusal("ahead", conv);
    if (op.since === conv.head) return undefined;
    if (conv.head - op.since > SINCE_SPAN) return refusal("stale", conv);
    const found = this.#conversations.recentlyStored(conv, op.mid, op.since) ?? this.#storedLongAgo(conv, op);
    return found === undefined ? undefined : { ...NOTHING, result: "dup", ...found, epoch: conv.epoch };
  }

  #storedLongAgo(conv: Conversation, op: PackedOp): Found | undefined {
    if (op.since >= conv.recent.after) return undefined;
    const row = this.#findMid.get(conv.id, op.since, conv.recent.after, op.mid);
    return row === undefined ? undefined : { seq: numberOf(row, "seq"), at: numberOf(row, "at") };
  }

  #write(conv: Conversation, op: PackedOp, at: number): Outcome {
    const { sender, mid, kind, epoch, body, change } = op;
    const seq = this.#conversations.write(conv, { at, sender, mid, kind, epoch, body, note: change?.note });
    // Said in full: this is made for every message.
    return { result: "ok", seq, epoch: conv.epoch, at, inboxes: NONE, approved: NONE };
  }

  #commit({ conv, op, change, at }: CommitOp): Outcome {
    if (change.version !== undefined && change.version !== conv.version) return nothing("moved");
    const targets = this.#targets(change);
    if (targets === undefined || !change.add.every((device) => this.#roster.isEnrolled(device))) return nothing("gone");
    if (change.groupInfo !== undefined && !this.#groupInfos.hasParts(conv, change.groupInfo.tree))
      return nothing("no-part");
    return this.#perform({ conv, op, change, at }, targets);
  }

  /** C5: the entry, the epoch, the members, terms, the group info and the welcomes, all in the batch's transaction. */
  #perform({ conv, op, change, at }: CommitOp, targets: readonly Target[]): Outcome {
    const { seq } = this.#write(conv, op, at);
    const epoch = this.#conversations.raiseEpoch(conv, change.fence);
    // Removed first: a device that is removed and added again starts after this commit.
    const departure = { until: seq - 1, epoch: op.epoch, at };
    for (const device of change.remove) this.#roster.takeOut(conv, device, departure);
    for (const device of change.add) this.#letIn(conv, device, { seq, by: op.sender });
    if (change.terms !== undefined) this.#belonging.setTerms(conv, change.terms);
    const approved = this.#belonging.settle(conv, change.add);
    this.#conversations.touch(conv);
    if (change.groupInfo !== undefined) this.#groupInfos.put(conv, { ...change.groupInfo, epoch, seq, at });
    const inboxes = this.#welcome({ conv, op, at, seq, epoch }, targets);
    return { result: "ok", seq, epoch, at, inboxes, approved };
  }

  #letIn(conv: Conversation, device: Uint8Array, { seq, by }: { readonly seq: number; readonly by: Uint8Array }): void {
    this.#roster.add(conv, device, seq);
    // By itself: it has read what it could, or has lost what it would need for that.
    if (Buffer.compare(device, by) === 0) this.#departures.forget(conv, device);
  }

  #welcome({ conv, op, at, seq, epoch }: Placed, targets: readonly Target[]): Outcome["inboxes"] {
    const heads = new Map<Conversation, number>();
    const note = encodeWelcomeNote({ log: hexOf(conv.log) as LogId, seq, epoch });
    for (const { device, inbox, body } of targets) {
      const entry = { at, sender: op.sender, mid: op.mid, kind: ENTRY_KIND.inbox, epoch: 0, body, note };
      const head = this.#conversations.write(inbox, entry);
      this.#welcomes.add(conv, { device, epoch, seq: head, at });
      heads.set(inbox, head);
    }
    return [...heads].map(([inbox, head]) => ({ log: inbox.log, head }));
  }

  /** Undefined when it welcomes a device that was never enrolled. */
  #targets({ welcomes }: PackedChange): readonly Target[] | undefined {
    const targets: Target[] = [];
    for (const { devices, body } of welcomes) {
      for (const device of devices) {
        const inbox = this.#conversations.find(inboxLogBytes(device));
        if (inbox === undefined) return undefined;
        targets.push({ device, inbox, body });
      }
    }
    return targets;
  }
}

function wrongEpoch(conv: Conversation, op: PackedOp): Outcome | undefined {
  if (op.kind === ENTRY_KIND.inbox || op.epoch === conv.epoch) return undefined;
  if (op.epoch > conv.epoch) return refusal("ahead", conv);
  if (op.kind === ENTRY_KIND.app && op.epoch >= Math.max(conv.epoch - LATE_EPOCHS, conv.fence)) return undefined;
  return refusal("stale", conv);
}

function refusal(result: "stale" | "ahead", conv: Conversation): Outcome {
  return { ...NOTHING, result, seq: conv.head, epoch: conv.epoch };
}

function nothing(result: "gone" | "denied" | "moved" | "no-part"): Outcome {
  return { ...NOTHING, result };
}
