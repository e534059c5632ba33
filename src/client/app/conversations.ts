// Every log of this device at work: carries out what the steps of sync.ts want, against vault, groups and server.
// It knows no socket and no face.
import { type Epoch, type LogId, logKind, type MessageId, type Seq } from "../../model/ids.ts";
import { CHAIN_START } from "../../wire/chain.ts";
import type { Entry, LogState, ServerMessageOf } from "../../wire/messages.ts";
import type { Change, HeldLog } from "../port/vault.ts";
import { Arrivals } from "./arrivals.ts";
import { type ConversationsWorld, type Held, newHeld } from "./held.ts";
import { readInbox } from "./inbox.ts";
import { Intake } from "./intake.ts";
import { Lanes } from "./lanes.ts";
import * as outbox from "./outbox.ts";
import { Recovery } from "./recovery.ts";
import * as sync from "./sync.ts";
import { Work } from "./work.ts";

export class Conversations {
  readonly #world: ConversationsWorld;
  readonly #held = new Map<LogId, Held>();
  readonly #intake: Intake;
  readonly #lanes: Lanes;
  readonly #recovery: Recovery;
  readonly #arrivals: Arrivals;
  readonly #work: Work;
  #order = 0;

  constructor(world: ConversationsWorld) {
    this.#world = world;
    this.#work = new Work(world);
    const alarm = (code: string, message: string): void => this.#alarm(code, message);
    const setEpoch = (held: Held, epoch: Epoch): void => this.#setEpoch(held, epoch);
    this.#intake = new Intake({ ...world, self: { device: world.self, user: world.user }, alarm });
    this.#lanes = new Lanes({
      ...world,
      setEpoch,
      contradicted: (held) => this.#sync(held, sync.contradicted(held.sync)),
    });
    this.#arrivals = new Arrivals({
      ...world,
      begin: (held, state, restored) => {
        const head = Math.max(state.head, held.heard);
        this.#sync(held, sync.greeted(held.sync, { ...state, head }, restored));
      },
    });
    this.#recovery = new Recovery({
      ...world,
      alarm,
      lane: (held, step) => this.#lanes.take(held, step),
      openLane: (held) => this.#lanes.open(held),
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

  /** For the hello: what the vault holds of each log. What came and is not there yet is fetched again. */
  async positions(): Promise<
    readonly { readonly log: LogId; readonly seq: Seq; readonly chain: Uint8Array | undefined }[]
  > {
    await Promise.all([...this.#held.values()].map(({ work }) => work));
    await this.#world.circles.ready();
    this.#world.batch.flush();
    return this.#world.vault.logs().map(({ log, seq, chain }) => {
      const held = this.#held.get(log);
      if (held !== undefined) [held.sync, held.settled] = [sync.newSync(log, seq, chain), seq];
      return { log, seq, chain: seq === 0 ? undefined : chain };
    });
  }

  /** Every log is in step, or will not be on this connection, and what came is in the vault, where the presenter finds it. */
  get settled(): boolean {
    return this.#arrivals.idle && [...this.#held.values()].every((held) => this.#isSettled(held));
  }

  #isSettled({ log, sync: { phase, seq }, settled }: Held): boolean {
    if (this.#world.circles.get(log)?.isComing === true) return false;
    return phase.at !== "fetching" && phase.at !== "probing" && settled >= seq;
  }

  /** Every own message that the server has stored has come back as an entry; a log that is stuck brings none. */
  get allBack(): boolean {
    return [...this.#held.values()].every(({ sync: { phase }, acked }) => phase.at !== "live" || acked.size === 0);
  }

  greeted(states: readonly LogState[], restored: boolean): void {
    const all = states.map((state) => this.#told(state));
    this.#arrivals.greeted(all, restored);
  }

  /** Those this device is in by what it knows, and not by what the server says: it was taken out while it was away. */
  lostSight(): readonly LogId[] {
    const untold = [...this.#held.values()].filter(({ told, kind }) => told === undefined && kind !== "inbox");
    return untold.map(({ log }) => log).filter((log) => this.#world.circles.get(log)?.isIn === true);
  }

  /** This device or its user belongs to a conversation since now. `hopes`: somebody brings it in, or is about to. */
  joined(state: LogState, hopes = false): void {
    this.#arrivals.told(this.#told(state), hopes);
  }

  /** A circle has changed: what waits may be written now, and what could not be read can be. */
  moved(log: LogId): void {
    const held = this.#held.get(log);
    if (held === undefined) return;
    this.#arrivals.cameIn(held);
    const epoch = this.#world.circles.get(log)?.epoch;
    if (epoch !== undefined) this.#setEpoch(held, epoch);
    this.#lanes.open(held);
    this.#world.onCaughtUp();
  }

  /** Nothing can be written there, and nothing will. */
  shut(log: LogId, code: string): void {
    const held = this.#held.get(log);
    if (held === undefined) return;
    this.#lanes.take(held, outbox.shut(held.lane, code));
    this.#world.onCaughtUp();
  }

  /** This user is out of it: nothing more comes, and the group's keys go. */
  async over(log: LogId): Promise<void> {
    const held = this.#held.get(log);
    if (held === undefined) return;
    held.sync = sync.disconnected(held.sync);
    this.#arrivals.over(log);
    this.#lanes.take(held, outbox.shut(held.lane, "not-a-member"));
    this.#work.run(held, async () => this.#world.circles.get(log)?.close());
    await held.work;
  }

  disconnected(): void {
    this.#work.disconnected();
    this.#lanes.disconnected();
    this.#arrivals.disconnected();
    this.#world.circles.gone();
    for (const held of this.#held.values()) {
      [held.told, held.heard] = [undefined, 0];
      held.sync = sync.disconnected(held.sync);
      this.#lanes.close(held);
    }
  }

  delivered(log: LogId, entries: readonly Entry[]): void {
    const held = this.#held.get(log);
    const last = entries.at(-1);
    if (held === undefined || last === undefined) return;
    held.heard = Math.max(held.heard, last.seq);
    this.#sync(held, sync.delivered(held.sync, entries));
  }

  paged(log: LogId, page: ServerMessageOf<"page">): void {
    const held = this.#held.get(log);
    if (held === undefined) return;
    const answer = (): void =>
      this.#sync(
        held,
        sync.paged(held.sync, page, (seq) => this.#world.vault.chainAt(log, seq)),
      );
    // The chain is looked up in the vault: what was applied before must be there.
    if (held.sync.phase.at === "probing") this.#work.after(held, answer);
    else answer();
  }

  appended(log: LogId, mid: MessageId, answer: outbox.Appended): void {
    const held = this.#held.get(log);
    if (held !== undefined) this.#lanes.take(held, outbox.answered(held.lane, mid, answer));
  }

  refused(log: LogId, mid: MessageId, code: string): void {
    const held = this.#held.get(log);
    if (held !== undefined) this.#lanes.take(held, outbox.refused(held.lane, mid, code));
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
      this.#lanes.take(held, outbox.added(held.lane, [item]));
    });
  }

  #hold(log: Pick<HeldLog, "log" | "kind" | "epoch" | "seq" | "chain">): Held {
    const held = newHeld(log);
    this.#held.set(log.log, held);
    if (log.kind !== "inbox") this.#world.circles.meet(log.log, log).catch(() => undefined);
    return held;
  }

  #told(state: LogState): Held {
    const held = this.open(state.log, state.epoch);
    held.told = state;
    this.#setEpoch(held, state.epoch);
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
        return this.#work.run(held, () => this.#apply(held, want.entries));
      case "fetch":
        return this.#world.fetch(held.log, want.after, want.maxCount);
      case "move":
        return this.#work.after(held, () => this.#recovery.move(held, want));
      case "alarm":
        return this.#alarm(want.code, `${this.#world.nameOf(held.log)}: ${want.message}`);
      case "caught-up": {
        const { seq } = held.sync;
        return this.#work.after(held, () => this.#caughtUp(held, seq));
      }
    }
  }

  /** Everything up to `seq` has come back that will. */
  #caughtUp(held: Held, seq: Seq): void {
    this.#recovery.requeueUnseen(held, seq);
    this.#arrivals.inStep(held);
    this.#lanes.open(held);
    this.#world.onInStep(held.log);
    this.#world.onCaughtUp();
  }

  async #apply(held: Held, applied: readonly sync.Applied[]): Promise<void> {
    const put = (changes: readonly Change[]): void => this.#put(held, applied, changes);
    if (held.kind === "inbox") return put([await readInbox(held.log, applied, this.#world.circles)]);
    const circle = await this.#world.circles.meet(held.log);
    await this.#intake.read(held, applied, { circle, put });
  }

  #put(held: Held, applied: readonly sync.Applied[], changes: readonly Change[]): void {
    const { batch, self, onHeld } = this.#world;
    for (const change of changes) batch.put(change, { durable: true });
    const last = applied.at(-1)?.entry.seq ?? held.settled;
    batch.afterwards(() => {
      this.#intake.committed();
      for (const { entry } of applied) if (entry.sender === self) this.#cameBack(held, entry);
      held.settled = last;
      onHeld(held.log, last);
    });
  }

  #cameBack(held: Held, { mid, seq, at }: Entry): void {
    held.acked.delete(mid);
    this.#lanes.take(held, outbox.cameBack(held.lane, mid));
    this.#world.onStored(mid, { seq, at });
  }

  #alarm(code: string, message: string): void {
    this.#world.batch.afterwards(() => this.#world.tell({ event: "alarm", at: this.#world.now(), code, message }));
  }
}
