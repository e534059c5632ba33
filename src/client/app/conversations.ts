// Every log of this device at work: carries out what the steps of sync.ts want, against vault, groups and server.
// It knows no socket and no face.
import { type Epoch, type LogId, logKind, type MessageId, type Seq } from "../../model/ids.ts";
import { CHAIN_START } from "../../wire/chain.ts";
import type { Entry, LogState, ServerMessageOf } from "../../wire/messages.ts";
import type { HeldLog } from "../port/vault.ts";
import { Applying } from "./applying.ts";
import { Arrivals } from "./arrivals.ts";
import { Departures, isLeft } from "./departures.ts";
import { type ConversationsWorld, type Held, newHeld, reads } from "./held.ts";
import type { Position } from "./hello.ts";
import { Intake } from "./intake.ts";
import { Lanes } from "./lanes.ts";
import * as outbox from "./outbox.ts";
import { Recovery } from "./recovery.ts";
import * as sync from "./sync.ts";
import { Work } from "./work.ts";

export class Conversations {
  readonly #world: ConversationsWorld;
  readonly #held = new Map<LogId, Held>();
  readonly #applying: Applying;
  readonly #departures: Departures;
  readonly #lanes: Lanes;
  readonly #recovery: Recovery;
  readonly #arrivals: Arrivals;
  readonly #work: Work;
  #order = 0;
  /** By what the greeting said. */
  #restored = false;

  constructor(world: ConversationsWorld) {
    this.#world = world;
    this.#work = new Work(world);
    const alarm = (code: string, message: string): void => this.#alarm(code, message);
    const setEpoch = (held: Held, epoch: Epoch): void => this.#setEpoch(held, epoch);
    this.#lanes = new Lanes({
      ...world,
      setEpoch,
      contradicted: (held) => this.#sync(held, sync.contradicted(held.sync)),
    });
    const intake = new Intake({ ...world, self: { device: world.self, user: world.user }, alarm });
    const readBefore = async (log: LogId): Promise<void> => this.#departures.readBefore(this.#held.get(log));
    this.#applying = new Applying({ ...world, intake, lanes: this.#lanes, readBefore });
    const begin = (held: Held, state: LogState): void => {
      const head = isLeft(state) ? state.head : Math.max(state.head, held.heard);
      this.#sync(held, sync.greeted(held.sync, { ...state, head }, this.#restored));
    };
    this.#arrivals = new Arrivals({ ...world, begin, depart: (held) => void this.#departures.read(held) });
    this.#departures = new Departures({
      ...world,
      begin,
      run: (held, work) => this.#work.run(held, work),
      closeLane: (held) => this.#lanes.close(held),
      told: (state) => {
        world.onTold(state);
        // Somebody has brought it in, or had: the Welcome comes by the inbox.
        this.joined(state, state.member || isLeft(state));
      },
    });
    this.#recovery = new Recovery({
      ...world,
      alarm,
      lane: (held, step) => this.#lanes.take(held, step),
      openLane: (held) => this.#lanes.open(held),
    });
    this.#resume();
  }

  /** As the vault has it. */
  #resume(): void {
    for (const log of this.#world.vault.logs()) this.#hold(log);
    for (const { log, mid, since, payload, storedAt } of this.#world.vault.outgoing()) {
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
  async positions(): Promise<readonly Position[]> {
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
    return this.#arrivals.idle && this.#departures.idle && !reads(this.#held.values(), this.#world.circles);
  }

  get readsInbox(): boolean {
    return reads(this.#held.values(), this.#world.circles, "inbox");
  }

  /** Every own message that the server has stored has come back as an entry; a log that is stuck brings none. */
  get allBack(): boolean {
    return [...this.#held.values()].every(({ sync: { phase }, acked }) => phase.at !== "live" || acked.size === 0);
  }

  greeted(states: readonly LogState[], restored: boolean): void {
    this.#restored = restored;
    this.#arrivals.greeted(states.map((state) => this.#told(state)));
  }

  /** Those this device is in by what it knows, and not by what the server says: it was taken out while it was away. */
  lostSight(): readonly LogId[] {
    const untold = [...this.#held.values()].filter(({ told, kind }) => told === undefined && kind !== "inbox");
    return untold.map(({ log }) => log).filter((log) => this.#isIn(log));
  }

  #isIn(log: LogId): boolean {
    return this.#world.circles.get(log)?.isIn === true;
  }

  /** This device or its user belongs to a conversation since now. `hopes`: somebody brings it in, or is about to. */
  joined(state: LogState, hopes = false): void {
    const departure = this.#held.get(state.log)?.departure;
    if (departure !== undefined) departure.isStale = true;
    else this.#arrivals.arrive(this.#told(state), hopes);
  }

  /** A commit took this device out: what was said before is read first. */
  putOut(log: LogId): void {
    const held = this.#held.get(log);
    // Left before, or on its way in again already.
    if (held === undefined || !(this.#isIn(log) || held.told?.member === true)) return;
    this.#departures.putOut(held);
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
    [held.told, held.sync] = [undefined, sync.disconnected(held.sync)];
    this.#arrivals.over(log);
    this.#departures.end(held);
    this.#lanes.take(held, outbox.shut(held.lane, "not-a-member"));
    this.#work.run(held, async () => this.#world.circles.get(log)?.close());
    await held.work;
  }

  disconnected(): void {
    this.#work.disconnected();
    this.#lanes.disconnected();
    this.#arrivals.disconnected();
    this.#departures.disconnected();
    this.#world.circles.gone();
    for (const held of this.#held.values()) {
      [held.told, held.heard, held.sync] = [undefined, 0, sync.disconnected(held.sync)];
      this.#lanes.close(held);
    }
  }

  delivered(log: LogId, entries: readonly Entry[]): void {
    const [held, last] = [this.#held.get(log), entries.at(-1)];
    if (held === undefined || last === undefined) return;
    held.heard = Math.max(held.heard, last.seq);
    // Of another membership than the one that ends: it is fetched after that.
    if (held.departure === undefined) this.#sync(held, sync.delivered(held.sync, entries));
  }

  paged(log: LogId, page: ServerMessageOf<"page">): void {
    const held = this.#held.get(log);
    // What was asked for before a membership ends may go beyond its end.
    if (held === undefined || (held.departure !== undefined && held.departure.until === undefined)) return;
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
    this.#lanes.queue(held, { mid, since: held.sync.seq, payload, order: this.#order++ });
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

  #sync(held: Held, step: sync.SyncStep): void {
    held.sync = step.sync;
    // No more comes of it on this connection.
    if (step.sync.phase.at === "stuck") this.#departures.end(held);
    for (const want of step.wants) this.#perform(held, want);
  }

  #perform(held: Held, want: sync.SyncWant): void {
    switch (want.want) {
      case "apply":
        return this.#work.run(held, () => this.#applying.apply(held, want.entries));
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
    if (held.departure !== undefined) return this.#departures.inStep(held);
    this.#recovery.requeueUnseen(held, seq);
    this.#arrivals.inStep(held);
    this.#lanes.open(held);
    this.#world.onInStep(held.log);
    this.#world.onCaughtUp();
  }

  #alarm(code: string, message: string): void {
    this.#world.batch.afterwards(() => this.#world.tell({ event: "alarm", at: this.#world.now(), code, message }));
  }
}
