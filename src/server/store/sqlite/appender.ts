// Decides and writes appends inside one transaction: what each op comes to is decided before anything of it is written,
// so an op that is refused leaves no trace. Knows nothing of threads and queues.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ENTRY_KIND } from "../../../wire/entry-kind.ts";
import { inboxLogBytes } from "../../../wire/log-id.ts";
import { GROUP_INFO_EPOCHS, LATE_EPOCHS, SINCE_SPAN } from "../../port/store.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import type { Outcome, PackedChange, PackedOp } from "./pack.ts";
import type { Found } from "./recent-mids.ts";
import type { Roster } from "./roster.ts";
import { numberOf } from "./sql.ts";

interface Target {
  readonly inbox: Conversation;
  readonly body: Uint8Array;
}

/** A commit's change with everything it names found: nothing can be missing once writing has begun. */
interface ReadyChange {
  readonly change: PackedChange;
  readonly targets: readonly Target[];
}

const GONE: Outcome = { result: "gone", seq: 0, epoch: 0, at: 0, inboxes: [] };

export class Appender {
  readonly #conversations: Conversations;
  readonly #roster: Roster;
  readonly #findMid: StatementSync;
  readonly #putGroupInfo: StatementSync;
  readonly #pruneGroupInfos: StatementSync;

  constructor(db: DatabaseSync, conversations: Conversations, roster: Roster) {
    this.#conversations = conversations;
    this.#roster = roster;
    this.#findMid = db.prepare(
      "SELECT seq, at FROM log WHERE conv = ? AND seq > ? AND seq <= ? AND mid = ? ORDER BY seq LIMIT 1",
    );
    this.#putGroupInfo = db.prepare("INSERT INTO group_info (conv, epoch, body) VALUES (?, ?, ?)");
    this.#pruneGroupInfos = db.prepare("DELETE FROM group_info WHERE conv = ? AND epoch <= ?");
  }

  /** In the open transaction; the outcomes are true only once it is committed. */
  appendAll(ops: readonly PackedOp[], at: number): Outcome[] {
    const outcomes = ops.map((op) => this.#append(op, at));
    this.#conversations.save();
    return outcomes;
  }

  #append(op: PackedOp, at: number): Outcome {
    const conv = this.#conversations.find(op.log);
    if (conv === undefined) return GONE;
    const refused = this.#storedBefore(conv, op) ?? wrongEpoch(conv, op);
    if (refused !== undefined) return refused;
    if (op.change === undefined) return this.#write(conv, op, at);
    const ready = this.#ready(op.change);
    return ready === undefined ? GONE : this.#commit({ conv, op, ready, at });
  }

  /** C4. Most senders know the head, then there is nothing to look through. */
  #storedBefore(conv: Conversation, op: PackedOp): Outcome | undefined {
    if (op.since > conv.head) return refusal("ahead", conv);
    if (op.since === conv.head) return undefined;
    if (conv.head - op.since > SINCE_SPAN) return refusal("stale", conv);
    const found = this.#conversations.recentlyStored(conv, op.mid, op.since) ?? this.#storedLongAgo(conv, op);
    return found === undefined ? undefined : { result: "dup", ...found, epoch: conv.epoch, inboxes: [] };
  }

  #storedLongAgo(conv: Conversation, op: PackedOp): Found | undefined {
    if (op.since >= conv.recent.after) return undefined;
    const row = this.#findMid.get(conv.id, op.since, conv.recent.after, op.mid);
    return row === undefined ? undefined : { seq: numberOf(row, "seq"), at: numberOf(row, "at") };
  }

  #write(conv: Conversation, op: PackedOp, at: number): Outcome {
    const { sender, mid, kind, epoch, body } = op;
    const seq = this.#conversations.write(conv, { at, sender, mid, kind, epoch, body });
    return { result: "ok", seq, epoch: conv.epoch, at, inboxes: [] };
  }

  /** C5: the entry, the epoch, the members, the group info and the welcomes, all in the batch's transaction. */
  #commit({ conv, op, ready, at }: { conv: Conversation; op: PackedOp; ready: ReadyChange; at: number }): Outcome {
    const { seq } = this.#write(conv, op, at);
    const epoch = this.#conversations.raiseEpoch(conv);
    const { change, targets } = ready;
    // Removed first: a device that is removed and added again starts after this commit.
    for (const device of change.remove) this.#roster.remove(conv, device);
    for (const device of change.add) this.#roster.add(conv, device, seq);
    if (change.groupInfo !== undefined) {
      this.#putGroupInfo.run(conv.id, epoch, change.groupInfo);
      this.#pruneGroupInfos.run(conv.id, epoch - GROUP_INFO_EPOCHS);
    }
    const heads = new Map<Conversation, number>();
    for (const { inbox, body } of targets) {
      const entry = { at, sender: op.sender, mid: op.mid, kind: ENTRY_KIND.inbox, epoch: 0, body };
      heads.set(inbox, this.#conversations.write(inbox, entry));
    }
    return { result: "ok", seq, epoch, at, inboxes: [...heads].map(([inbox, head]) => ({ log: inbox.log, head })) };
  }

  /** Undefined when the change names a device that was never enrolled. */
  #ready(change: PackedChange): ReadyChange | undefined {
    if (!change.add.every((device) => this.#roster.isEnrolled(device))) return undefined;
    const targets: Target[] = [];
    for (const { device, body } of change.welcomes) {
      const inbox = this.#conversations.find(inboxLogBytes(device));
      if (inbox === undefined) return undefined;
      targets.push({ inbox, body });
    }
    return { change, targets };
  }
}

function wrongEpoch(conv: Conversation, op: PackedOp): Outcome | undefined {
  if (op.kind === ENTRY_KIND.inbox || op.epoch === conv.epoch) return undefined;
  if (op.epoch > conv.epoch) return refusal("ahead", conv);
  if (op.kind === ENTRY_KIND.app && op.epoch >= conv.epoch - LATE_EPOCHS) return undefined;
  return refusal("stale", conv);
}

function refusal(result: "stale" | "ahead", conv: Conversation): Outcome {
  return { result, seq: conv.head, epoch: conv.epoch, at: 0, inboxes: [] };
}
