// Every log of this device at work: carries out what the steps of sync.ts and outbox.ts want, against vault and server.
// It knows no socket and no face.
import { Fault } from "../../model/fault.ts";
import { CHAIN_START } from "../../wire/chain.ts";
import { type Epoch, type LogId, logKind, type MessageId, type Seq } from "../../model/ids.ts";
import type { Entry, LogState, ServerMessageOf } from "../../wire/messages.ts";
import type { HeldLog } from "../port/vault.ts";
import type { ConversationsWorld, Held } from "./held.ts";
import * as outbox from "./outbox.ts";
import { Intake } from "./intake.ts";
import { type Payload, readOpened } from "./payload.ts";
import { Recovery } from "./recovery.ts";
import * as sync from "./sync.ts";

export class Conversations {
  readonly #world: ConversationsWorld;
  readonly #held = new Map<LogId, Held>();
  readonly #intake: Intake;
  readonly #recovery: Recovery;
  #order = 0;

  constructor(world: ConversationsWorld) {
    this.#world = world;
    const alarm = (code: string, message: string): void => this.#alarm(code, message);
    this.#intake = new Intake({ ...world, alarm });
    this.#recovery = new Recovery({
      ...world,
      alarm,
      lane: (held, step) => this.#lane(held, step),
      openLane: (held) => this.#openLane(held),
    });
    for (const log of world.vault.logs()) this.#hold(log);
    for (const { log, mid, since, payload, storedAt } of world.vault.outgoing()) {
      const item = { mid, since, payload, order: this.#order++ };
      const held = this.#held.get(log);
      if (storedAt !== undefined) held?.acked.set(mid, { seq: storedAt, item });
      else if (held !== undefined) held.lane = outbox.added(held.lane, [item]).lane;
    }
  }

  /** The log, made if it is new here. */
  open(log: LogId, epoch: Epoch = 0): Held {
    const known = this.#held.get(log);
    if (known !== undefined) return known;
    const kind = logKind(log) ?? "room";
    this.#world.batch.put({ put: "log", log, kind, epoch }, { durable: true });
    return this.#hold({ log, kind, epoch, seq: 0, chain: CHAIN_START });
  }

  has(log: LogId): boolean {
    return this.#held.has(log);
  }

  seqOf(log: LogId): Seq {
    return this.#held.get(log)?.sync.seq ?? 0;
  }

  all(): readonly Pick<Held, "log" | "kind" | "epoch">[] {
    return [...this.#held.values()];
  }

  /** For the hello: what we hold of each log. */
  positions(): { readonly log: LogId; readonly seq: Seq; readonly chain: Uint8Array | undefined }[] {
    return [...this.#held.values()].map(({ log, sync: { seq, chain } }) => ({
      log,
      seq,
      chain: seq === 0 ? undefined : chain,
    }));
  }

  /** Every log is in step, or will not be on this connection, and what came is in the vault, where the presenter finds it. */
  get settled(): boolean {
    return [...this.#held.values()].every(
      ({ sync: { phase, seq }, settled }) => phase.at !== "fetching" && phase.at !== "probing" && settled >= seq,
    );
  }

  /** Every own message that the server has stored has come back as an entry; a log that is stuck brings none. */
  get allBack(): boolean {
    return [...this.#held.values()].every(({ sync: { phase }, acked }) => phase.at !== "live" || acked.size === 0);
  }

  greeted(states: readonly LogState[], restored: boolean): void {
    for (const state of states) this.joined(state, restored);
  }

  joined(state: LogState, restored: boolean): void {
    const held = this.open(state.log, state.epoch);
    this.#setEpoch(held, state.epoch);
    this.#sync(held, sync.greeted(held.sync, state, restored));
    this.#openLane(held);
  }

  disconnected(): void {
    for (const held of this.#held.values()) {
      held.sync = sync.disconnected(held.sync);
      held.lane = outbox.closed(held.lane);
    }
  }

  delivered(log: LogId, entries: readonly Entry[]): void {
    const held = this.#held.get(log);
    if (held !== undefined) this.#sync(held, sync.delivered(held.sync, entries));
  }

  paged(log: LogId, page: ServerMessageOf<"page">): void {
    const held = this.#held.get(log);
    if (held === undefined) return;
    // The chain is looked up in the vault: what was applied in this tick must be there.
    if (held.sync.phase.at === "probing") this.#world.batch.flush();
    this.#sync(
      held,
      sync.paged(held.sync, page, (seq) => this.#world.vault.chainAt(log, seq)),
    );
  }

  appended(log: LogId, mid: MessageId, answer: outbox.Appended): void {
    const held = this.#held.get(log);
    if (held !== undefined) this.#lane(held, outbox.answered(held.lane, mid, answer));
  }

  refused(log: LogId, mid: MessageId, code: string): void {
    const held = this.#held.get(log);
    if (held !== undefined) this.#lane(held, outbox.refused(held.lane, mid, code));
  }

  /** Into the queue, and on its way once it is in the vault. */
  send(log: LogId, mid: MessageId, payload: string): void {
    const held = this.open(log);
    const item = { mid, since: held.sync.seq, payload, order: this.#order++ };
    this.#world.batch.put(
      { put: "outgoing", message: { mid, log, since: item.since, payload, storedAt: undefined } },
      { durable: true },
    );
    this.#world.batch.afterwards(() => {
      this.#world.onQueued(mid, payload.length);
      this.#lane(held, outbox.added(held.lane, [item]));
    });
  }

  #hold(log: Pick<HeldLog, "log" | "kind" | "epoch" | "seq" | "chain">): Held {
    const held: Held = {
      log: log.log,
      kind: log.kind,
      epoch: log.epoch,
      sync: sync.newSync(log.log, log.seq, log.chain),
      lane: outbox.newLane(log.log),
      settled: log.seq,
      acked: new Map(),
    };
    this.#held.set(log.log, held);
    return held;
  }

  #setEpoch(held: Held, epoch: Epoch): void {
    if (held.epoch === epoch) return;
    held.epoch = epoch;
    this.#world.batch.put({ put: "log", log: held.log, kind: held.kind, epoch }, { durable: false });
  }

  // ---- in

  #sync(held: Held, step: sync.SyncStep): void {
    held.sync = step.sync;
    for (const want of step.wants) this.#perform(held, want);
  }

  #perform(held: Held, want: sync.SyncWant): void {
    switch (want.want) {
      case "apply":
        return this.#apply(held, want.entries);
      case "fetch":
        return this.#world.fetch(held.log, want.after, want.maxCount);
      case "move":
        return this.#recovery.move(held, want);
      case "alarm":
        return this.#alarm(want.code, `${this.#world.nameOf(held.log)}: ${want.message}`);
      case "caught-up": {
        const { seq } = held.sync;
        // After the commit: only then has everything up to `seq` come back that will.
        this.#world.batch.afterwards(() => {
          this.#recovery.requeueUnseen(held, seq);
          this.#openLane(held);
          this.#world.onCaughtUp();
        });
      }
    }
  }

  #apply(held: Held, applied: readonly sync.Applied[]): void {
    const { batch } = this.#world;
    const { entries, own } = this.#intake.read(held.log, applied);
    batch.put({ put: "entries", log: held.log, entries, own }, { durable: true });
    const last = applied.at(-1)?.entry.seq ?? held.settled;
    batch.afterwards(() => {
      this.#intake.committed();
      for (const { entry } of applied) if (entry.sender === this.#world.self) this.#cameBack(held, entry);
      held.settled = last;
      this.#world.onHeld(held.log, last);
    });
  }

  #cameBack(held: Held, { mid, seq, at }: Entry): void {
    held.acked.delete(mid);
    this.#lane(held, outbox.cameBack(held.lane, mid));
    this.#world.onStored(mid, { seq, at });
  }

  // ---- out

  #lane(held: Held, step: outbox.LaneStep): void {
    held.lane = step.lane;
    for (const want of step.wants) this.#performLane(held, want);
  }

  #performLane(held: Held, want: outbox.LaneWant): void {
    switch (want.want) {
      case "append":
        return this.#append(held, want.item);
      case "stored":
        return this.#stored(held, want);
      case "failed":
        return this.#failed(want.mid, want.code);
      case "hold": {
        this.#world.after(want.ms * (0.5 + this.#world.chance() / 2), () =>
          this.#lane(held, outbox.released(held.lane)),
        );
        return;
      }
      case "epoch":
        return this.#setEpoch(held, want.epoch);
      case "contradicted":
        this.#setEpoch(held, want.epoch);
        held.lane = outbox.lowered(held.lane, want.head);
        return this.#sync(held, sync.contradicted(held.sync));
    }
  }

  /** Unless the connection has gone meanwhile, or the log is being compared. */
  #openLane(held: Held): void {
    const { at } = held.sync.phase;
    if (at !== "offline" && at !== "probing") this.#lane(held, outbox.opened(held.lane));
  }

  #append(held: Held, item: outbox.Item): void {
    const opened = readOpened(item.payload);
    if (opened.kind !== "text") return this.#lane(held, outbox.refused(held.lane, item.mid, "unreadable"));
    const since = Math.max(item.since, held.settled);
    const body = this.#sealed(held, opened);
    // One message that cannot be sealed fails; those behind it go on.
    if (body === undefined) return this.#lane(held, outbox.refused(held.lane, item.mid, "unreadable"));
    this.#world.append(held.log, { ...item, since }, { epoch: held.epoch, body });
  }

  #sealed(held: Held, opened: Payload): Uint8Array | undefined {
    try {
      return this.#world.seal.seal(held.log, opened);
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  #stored(held: Held, { item, seq, at }: Extract<outbox.LaneWant, { want: "stored" }>): void {
    held.acked.set(item.mid, { seq, item });
    this.#world.batch.put({ put: "stored", mid: item.mid, seq }, { durable: false });
    this.#world.batch.afterwards(() => this.#world.onStored(item.mid, { seq, at }));
  }

  #failed(mid: MessageId, code: string): void {
    this.#world.batch.put({ put: "failed", mid }, { durable: true });
    this.#world.batch.afterwards(() => this.#world.onFailed(mid, code));
  }

  #alarm(code: string, message: string): void {
    this.#world.batch.afterwards(() => this.#world.tell({ event: "alarm", at: this.#world.now(), code, message }));
  }
}
