// One conversation's group at work: does what the steps of membership.ts want, between groups, vault and server. Knows no message
// and no face. What is kept is kept before anything leaves.
import { Fault } from "../../../model/fault.ts";
import type { Epoch, Handle, LogId, MessageId, Seq } from "../../../model/ids.ts";
import { hexOf } from "../../../model/ids.ts";
import type { GroupView, Outcome } from "../../../mls/groups.ts";
import type { Entry, LogState, WelcomeNote } from "../../../wire/messages.ts";
import type { Change } from "../../port/vault.ts";
import * as steps from "../membership.ts";
import type { Membership, MembershipStep, MembershipWant, Offer, Purpose } from "../membership.ts";
import { mustGo, type GroupWish } from "../plan.ts";
import { Promises } from "../promises.ts";
import type { CircleWorld, Opened } from "./circle-world.ts";
import { incoming } from "./incoming.ts";
import { joinWelcomed, makeFounding, makeJoining, makeWished, type Info, type Made, type Place } from "./making.ts";
import { forgotten, kept, recordFrom, type CommitRecord } from "./record.ts";

export class Circle {
  readonly #world: CircleWorld;
  readonly #log: LogId;
  readonly #wishes = new Promises<number, void>();
  #membership: Membership;
  #record: CommitRecord | undefined;
  #view: GroupView | undefined;
  #state: LogState | undefined;
  #info: Info | undefined;
  #epoch: Epoch = 0;
  #seq: Seq = 0;
  #nextWish = 1;

  constructor(world: CircleWorld) {
    this.#world = world;
    this.#log = world.log;
    this.#membership = steps.newMembership(world.log, false);
  }

  get view(): GroupView | undefined {
    return this.#view;
  }

  /** The log's epoch, and how far this circle has seen the log; nothing before that is for it. */
  get epoch(): Epoch {
    return this.#epoch;
  }

  get since(): Seq {
    return this.#seq;
  }

  /** Messages may be written: the device is in, and nobody must be taken out before. */
  get isOpen(): boolean {
    const { isIn, isBroken } = this.#membership;
    return isIn && !isBroken && !this.#mustClean;
  }

  /** What the vault holds. Before anything else. */
  async start({ epoch, seq }: { readonly epoch: Epoch; readonly seq: Seq }): Promise<void> {
    const { groups, vault } = this.#world;
    [this.#epoch, this.#seq] = [epoch, seq];
    this.#view = await groups.open(this.#log, vault.groupRows(this.#log));
    this.#record = recordFrom(vault.pending(this.#log));
    const proposed = this.#record && { purpose: this.#record.purpose, mid: this.#record.append.mid };
    this.#membership = steps.newMembership(this.#log, this.#view !== undefined, proposed);
  }

  /** The log is in step with the server. */
  live(state: LogState): void {
    this.#state = state;
    this.#epoch = state.epoch;
    this.#take(steps.live(this.#membership, this.#offer()));
    if (this.#mustClean) this.#clean();
  }

  gone(): void {
    this.#membership = steps.gone(this.#membership);
  }

  /** Users asked to be let out: they are taken out before the next message. */
  leaving(users: readonly Handle[]): void {
    if (this.#state === undefined) return;
    this.#state = { ...this.#state, leaving: [...new Set([...this.#state.leaving, ...users])] };
    this.#clean();
  }

  /** Resolves when the change is in the log. @throws Fault: why it cannot be */
  wish(wish: GroupWish): Promise<void> {
    const id = this.#nextWish;
    this.#nextWish += 1;
    const done = this.#wishes.make(id);
    this.#take(steps.wished(this.#membership, id, wish));
    return done;
  }

  /** Entries of others and own commits, in the order of the log; what this device wrote itself is not given. */
  async open(entries: readonly Entry[]): Promise<Opened> {
    const outcomes: Outcome[] = [];
    const changes: Change[] = [];
    let others: Entry[] = [];
    const flush = async (): Promise<void> => {
      if (others.length === 0) return;
      const { rows, outcomes: opened } = await this.#world.groups.receive(this.#log, others.map(incoming));
      changes.push({ put: "group", log: this.#log, rows });
      outcomes.push(...opened);
      this.#saw(others, opened);
      others = [];
    };
    for (const entry of entries) {
      if (entry.mid !== this.#record?.append.mid || entry.kind !== "commit") {
        others.push(entry);
        continue;
      }
      await flush();
      const accepted = await this.#accept();
      changes.push(...accepted.changes);
      outcomes.push(accepted.outcome);
      this.#advance(entry);
    }
    await flush();
    return { outcomes, changes };
  }

  /** @throws Fault `not-in-group`, … */
  async seal(
    mid: MessageId,
    plaintext: Uint8Array,
  ): Promise<{ body: Uint8Array; epoch: Epoch; changes: readonly Change[] }> {
    const { rows, body } = await this.#world.groups.seal(this.#log, { plaintext, mid });
    return { body, epoch: this.#epoch, changes: [{ put: "group", log: this.#log, rows }] };
  }

  /** Somebody brought this device in. */
  async welcomed(note: WelcomeNote, welcome: Uint8Array): Promise<void> {
    const joined = await joinWelcomed(this.#world, note, welcome);
    if (joined === undefined) return this.#take(steps.broke(this.#membership));
    await this.#world.keep([...joined.changes, ...forgotten(this.#log)]);
    this.#record = undefined;
    [this.#view, this.#epoch, this.#seq] = [joined.view, note.epoch, Math.max(this.#seq, note.seq)];
    this.#take(steps.welcomed(this.#membership));
  }

  stop(fault: Fault): void {
    this.#wishes.rejectAll(fault);
  }

  // ---- the steps

  #take({ membership, wants }: MembershipStep): void {
    this.#membership = membership;
    for (const want of wants) this.#perform(want);
  }

  #perform(want: MembershipWant): void {
    switch (want.want) {
      case "group-info":
        return this.#run(() => this.#askInfo());
      case "make":
        return this.#run(() => this.#make(want.purpose));
      case "send":
        return this.#run(() => this.#send(want.mid));
      case "withdraw":
        return this.#run(() => this.#withdraw());
      case "hope":
        return this.#world.after(want.ms, () => this.#take(steps.hoped(this.#membership)));
      case "rest": {
        const ms = want.ms * (0.5 + this.#world.chance() / 2);
        return this.#world.after(ms, () => this.#take(steps.rested(this.#membership, this.#offer())));
      }
      case "granted":
        return this.#wishes.resolve(want.id, undefined);
      case "refused":
        return this.#wishes.reject(want.id, new Fault(want.code, `the change was refused: ${want.code}`));
      case "told":
        return this.#told(want);
    }
  }

  /** Without a connection there is no answer: the next one begins anew. */
  #run(work: () => Promise<void>): void {
    void work().catch((error: unknown) => {
      const code = error instanceof Fault ? error.code : "mls-failed";
      if (code !== "offline") this.#take(steps.unmade(this.#membership, code));
    });
  }

  #told({ what, why }: Extract<MembershipWant, { want: "told" }>): void {
    if (what === "shut") this.#world.onNews({ news: "shut", why });
    else if (this.#view !== undefined) this.#world.onNews({ news: "in", view: this.#view });
  }

  #offer(): Offer {
    const isEmpty = this.#state?.epoch === 0 && this.#epoch === 0;
    return { isEmpty, isRostered: this.#state?.member === true, hasHelper: this.#world.hasHelper() };
  }

  get #mustClean(): boolean {
    return this.#view !== undefined && mustGo(this.#view, this.#state?.leaving ?? []).length > 0;
  }

  // ---- what they want

  async #askInfo(): Promise<void> {
    try {
      this.#info = await this.#world.ask({ type: "getGroupInfo", log: this.#log, epoch: 0 }, "groupInfo");
    } catch (error) {
      if (error instanceof Fault && error.code === "offline") throw error;
      this.#info = undefined;
    }
    this.#take(steps.informed(this.#membership, this.#info !== undefined));
  }

  async #make(purpose: Purpose): Promise<void> {
    const made = await this.#made(purpose);
    if (made === undefined) return this.#take(steps.idle(this.#membership));
    const { proposed, append } = made;
    this.#record = { purpose, append };
    await this.#world.keep([{ put: "group", log: this.#log, rows: proposed.rows }, ...kept(this.#record)]);
    this.#take(steps.made(this.#membership, append.mid));
  }

  #made(purpose: Purpose): Promise<Made | undefined> {
    const mid = hexOf(this.#world.random(16)) as MessageId;
    const place: Place = { mid, epoch: this.#epoch, since: this.#seq };
    const state = this.#state;
    if (state === undefined) throw new Fault("offline", "nothing is known of the conversation yet");
    if (purpose.for === "founding") return makeFounding(this.#world, state, place);
    if (purpose.for === "joining") {
      const info = this.#info;
      if (info === undefined) throw new Fault("group-info-unusable", "the server told nothing of the group");
      return makeJoining(this.#world, info, { mid, epoch: info.epoch, since: info.seq });
    }
    if (this.#view === undefined) throw new Fault("not-in-group", "this device is not in the group");
    const leaving = new Set(state.leaving as readonly Handle[]);
    return makeWished(this.#world, purpose.wish, { ...place, view: this.#view, leaving });
  }

  async #send(mid: MessageId): Promise<void> {
    const record = this.#record;
    if (record?.append.mid !== mid) return;
    const { result, code, epoch, seq } = await this.#world.ask(record.append, "appended");
    if ((result === "ok" || result === "dup") && record.purpose.for !== "wish" && this.#record === record) {
      // What was before an entry is not for whoever came with it: it does not come back, its ack is all there is.
      [this.#epoch, this.#seq] = [epoch, Math.max(this.#seq, seq)];
      const { changes, outcome } = await this.#accept();
      await this.#world.keep(changes);
      this.#world.onNews({ news: "commit", outcome, seq });
      return;
    }
    // Who is not in yet reads no log: this is all it hears of how far that is.
    if (record.purpose.for !== "wish") this.#epoch = epoch;
    const denied = result === "denied" || result === "gone";
    this.#take(
      steps.answered(this.#membership, mid, denied ? { result, code: code === "" ? result : code } : { result }),
    );
  }

  async #accept(): Promise<{ readonly outcome: Outcome; readonly changes: readonly Change[] }> {
    const { rows, outcome, view } = await this.#world.groups.accept(this.#log);
    this.#view = view;
    this.#record = undefined;
    this.#take(steps.accepted(this.#membership));
    return { outcome, changes: [{ put: "group", log: this.#log, rows }, ...forgotten(this.#log)] };
  }

  async #withdraw(): Promise<void> {
    this.#record = undefined;
    const { rows } = await this.#world.groups.withdraw(this.#log);
    await this.#world.keep([{ put: "group", log: this.#log, rows }, ...forgotten(this.#log)]);
  }

  // ---- the log

  #saw(entries: readonly Entry[], outcomes: readonly Outcome[]): void {
    entries.forEach((entry, at) => {
      const outcome = outcomes[at];
      if (entry.kind === "commit") this.#sawCommit(entry, outcome);
      else this.#seq = Math.max(this.#seq, entry.seq);
    });
  }

  #sawCommit(entry: Entry, outcome: Outcome | undefined): void {
    this.#advance(entry);
    if (outcome?.kind === "commit") this.#view = outcome.view;
    if (outcome !== undefined) this.#world.onNews({ news: "commit", outcome, seq: entry.seq });
    if (outcome?.kind === "commit" && outcome.isOut) return this.#take(steps.putOut(this.#membership, "removed"));
    if (outcome?.kind === "fault" && outcome.code === "epoch-ahead") return this.#take(steps.broke(this.#membership));
    this.#take(steps.overtaken(this.#membership));
    if (this.#mustClean) this.#clean();
  }

  /** A commit stands at this place: whether it is believed or not, the log's epoch has moved on. */
  #advance({ seq, epoch }: Entry): void {
    [this.#seq, this.#epoch] = [Math.max(this.#seq, seq), Math.max(this.#epoch, epoch + 1)];
    if (this.#state !== undefined) this.#state = { ...this.#state, epoch: this.#epoch, member: true };
  }

  #clean(): void {
    // Another member may be faster: then there is nothing left to do, and that is as good.
    void this.wish({ want: "renew" }).catch(() => undefined);
  }
}
