// One conversation's group at work: does what the steps of membership.ts want, between groups, vault and server. Knows no message
// and no face. What is kept is kept before anything leaves.
import { Fault } from "../../../model/fault.ts";
import type { Epoch, Handle, LogId, Seq } from "../../../model/ids.ts";
import type { GroupView, Outcome, Written } from "../../../mls/groups.ts";
import { Turns } from "../../../mls/turns.ts";
import type { Entry, LogState, WelcomeNote } from "../../../wire/messages.ts";
import * as steps from "../membership.ts";
import type { Membership, MembershipStep, MembershipWant } from "../membership-state.ts";
import type { GroupWish } from "../plan.ts";
import { Promises } from "../promises.ts";
import type { CircleWorld, Sealed } from "./circle-world.ts";
import { Cleaning } from "./cleaning.ts";
import { Committing, type InTurn } from "./committing.ts";
import { welcomeOf } from "./making.ts";
import { openEntries, sealAll } from "./opening.ts";
import * as position from "./position.ts";
import { forgotten, rewound } from "./record.ts";
import { refusedFor, shutFor } from "./refusals.ts";
import { Seeing } from "./seeing.ts";

export class Circle {
  readonly #world: CircleWorld;
  readonly #wishes = new Promises<number, void>();
  /** What the group hands out is kept in the order in which it was handed out. */
  readonly #turns = new Turns<LogId>();
  readonly #inTurn: InTurn = (run) => this.#turns.take(this.#world.log, run);
  readonly #at = position.newPosition();
  readonly #committing: Committing;
  readonly #cleaning: Cleaning;
  readonly #seeing: Seeing;
  readonly #entering = new Promises<number, void>();
  #membership: Membership;
  #nextWish = 1;

  constructor(world: CircleWorld) {
    this.#world = world;
    this.#membership = steps.newMembership(world.log, false);
    this.#cleaning = new Cleaning(world, {
      at: this.#at,
      isLive: () => this.#membership.isLive,
      renew: () => this.wish({ want: "renew" }),
      move: () => this.wish({ want: "move" }),
    });
    const taking = {
      at: this.#at,
      take: (step: MembershipStep) => this.#take(step),
      membership: () => this.#membership,
    };
    this.#committing = new Committing(world, { ...taking, inTurn: this.#inTurn });
    this.#seeing = new Seeing(world, { ...taking, cleaning: this.#cleaning });
  }

  get view(): GroupView | undefined {
    return this.#at.view;
  }

  /** Nothing up to `seq` is for this device. */
  beginsAfter(seq: Seq): boolean {
    return this.isIn && this.#at.seq >= seq;
  }

  /** Of the log. */
  get epoch(): Epoch {
    return this.#at.epoch;
  }

  /** Messages may be written: the device is in, and nobody must be taken out before. */
  get isOpen(): boolean {
    const { isIn, isBroken } = this.#membership;
    if (!isIn || isBroken || this.#at.awaits) return false;
    return !position.mustClean(this.#at) && !position.awaitsOther(this.#at);
  }

  /** Of somebody in it the realm's log has not told yet. */
  get awaits(): boolean {
    return this.#at.awaits;
  }

  /** Without the group there is nothing that it could read. */
  get isIn(): boolean {
    return this.#membership.isIn;
  }

  /** On its way in, without having failed often: worth waiting for. */
  get isComing(): boolean {
    return steps.isComing(this.#membership);
  }

  /** Resolves once the device is in. @throws Fault: why it does not come in */
  entered(): Promise<void> {
    const { isIn, isBroken } = this.#membership;
    if (isIn && !isBroken) return Promise.resolve();
    return this.#entering.make(this.#nextWish++);
  }

  /** What the vault holds. Before anything else. */
  async start(place: { readonly epoch: Epoch; readonly seq: Seq }): Promise<void> {
    const { groups, vault } = this.#world;
    position.resume(this.#at, vault.pending(this.#world.log), place);
    position.see(this.#at, this.#world.judged, await groups.open(this.#world.log, vault.groupRows(this.#world.log)));
    const proposed = this.#at.record && { purpose: this.#at.record.purpose, mid: this.#at.record.append.mid };
    this.#membership = steps.newMembership(this.#world.log, this.#at.view !== undefined, proposed);
  }

  /** The log is in step with the server, or cannot be read before this device is in. `hopes`: somebody is bringing it in. */
  live(state: LogState, hopes = false): void {
    this.#at.told = state;
    if (this.#at.view === undefined || this.#at.seq <= state.head) this.#at.epoch = state.epoch;
    this.#at.hopes = hopes;
    const { isLive, phase } = this.#membership;
    // What was shut may be open now: the server tells of it anew.
    if (!isLive || phase.at === "shut") this.#take(steps.live(this.#membership, position.offerOf(this.#at)));
    else if (hopes && state.member) this.#take(steps.expecting(this.#membership));
    if (position.mustClean(this.#at)) this.#cleaning.clean();
    this.#cleaning.moveOn(false);
  }

  /** As `live`, but what was before is still under way: until then nothing new is sent. */
  expect(state: LogState): void {
    [this.#at.told, this.#at.hopes] = [state, true];
  }

  /** A way in was proposed, and the server's answer is not known. */
  get isUndecided(): boolean {
    return !this.isIn && this.#at.record !== undefined;
  }

  gone(): void {
    this.#committing.gone();
    this.#membership = steps.gone(this.#membership);
  }

  /** Users asked to be let out: they are taken out before the next message. None: who did is back. */
  leaving(users: readonly Handle[]): void {
    position.nowLeaving(this.#at, users);
    if (users.length > 0) this.#cleaning.clean();
    else this.#world.onNews({ news: "back" });
  }

  /** What is known of certificates is more than it was. */
  judge(): void {
    const wasOpen = this.isOpen;
    position.see(this.#at, this.#world.judged, this.#at.view);
    if (position.mustClean(this.#at)) this.#cleaning.clean();
    else if (!wasOpen && this.isOpen) this.#world.onNews({ news: "back" });
  }

  /** Resolves when the change is in the log. @throws Fault: why it cannot be */
  wish(wish: GroupWish): Promise<void> {
    const id = this.#nextWish++;
    const done = this.#wishes.make(id);
    this.#take(steps.wished(this.#membership, id, wish));
    return done;
  }

  /**
   * Entries of others and own commits, in the order of the log; what this device wrote itself is not given. `keep` is called once,
   * with what became of each: what it puts into the vault's next commit is kept together with the keys that were spent.
   */
  open(entries: readonly Entry[], keep: (outcomes: readonly Outcome[]) => void): Promise<void> {
    return this.#inTurn(async () => {
      const { outcomes, changes, own } = await openEntries(this.#world, entries, this.#committing);
      this.#world.put(changes);
      keep(outcomes);
      entries.forEach((entry, at) => this.#seeing.saw(entry, outcomes[at], own.has(entry.mid)));
    });
  }

  /** `keep` is called once, with what is to be kept before the bodies may leave. @throws Fault `not-in-group`, … */
  seal(messages: readonly Written[]): Promise<Sealed> {
    return this.#inTurn(async () => {
      const bodies = await sealAll(this.#world, messages);
      return { bodies, epoch: this.#at.epoch };
    });
  }

  /** Somebody brought this device in. False: it is not for us any more, or was done before. */
  async welcomed(note: WelcomeNote, welcome: Uint8Array): Promise<boolean> {
    if (this.isIn && note.seq <= this.#at.seq) return false;
    // What was proposed in the membership before, the server never took.
    if (this.#at.record?.purpose.for === "wish") await this.since(note.seq + 1);
    this.#at.hopes = true;
    this.#take(steps.expecting(this.#membership));
    // From here on it does not come in by itself. If it is on its way already, which of the two the server took is known soon.
    await this.#committing.decided();
    if (this.isIn && note.seq <= this.#at.seq) return false;
    const join = await welcomeOf(this.#world, note, welcome);
    if (join === undefined) return false;
    const isTaken = await this.#inTurn(async () => {
      // While the server was asked it may have begun to come in by itself.
      if (this.#at.record !== undefined || (this.isIn && note.seq <= this.#at.seq)) return false;
      const { view, changes } = await join();
      position.broughtIn(this.#at, note);
      position.see(this.#at, this.#world.judged, view);
      this.#world.put([...changes, ...forgotten(this.#world.log), ...this.#committing.entered()]);
      this.#take(steps.welcomed(this.#membership));
      return true;
    });
    return isTaken || this.welcomed(note, welcome);
  }

  /** Only what comes from `first` on is for this device: a group of before is of no use any more, nor what was proposed in it. */
  async since(first: Seq): Promise<void> {
    if (!this.isIn || this.#at.seq + 1 >= first) return;
    this.#take(steps.setAside(this.#membership));
    if (this.#at.record !== undefined) await this.#committing.withdraw();
  }

  /** The group is given up: this user is out of the conversation. Its keys go. */
  async close(): Promise<void> {
    this.#take(steps.putOut(this.#membership, "removed"));
    await this.#inTurn(async () => {
      await this.#world.groups.close(this.#world.log);
      [this.#at.view, this.#at.record, this.#at.isRewound] = [undefined, undefined, false];
      this.#world.put([{ drop: "group", log: this.#world.log }]);
    });
  }

  /** No Welcome comes: it comes in by itself, if it may. */
  hopeless(): void {
    this.#at.hopes = false;
    this.#take(steps.hoped(this.#membership));
  }

  /** The server lost what was after `seq`. Commits of this device's group may be among it, and those who come in need a new one. */
  rewound(seq: Seq): void {
    this.#at.seq = Math.min(this.#at.seq, seq);
    if (!this.isIn) return;
    this.#at.isRewound = true;
    this.#world.put([rewound(this.#world.log, true)]);
    this.#cleaning.clean();
  }

  stop(fault: Fault): void {
    this.#wishes.rejectAll(fault);
    this.#entering.rejectAll(fault);
  }

  #take({ membership, wants }: MembershipStep): void {
    this.#membership = membership;
    for (const want of wants) this.#perform(want);
  }

  #perform(want: MembershipWant): void {
    switch (want.want) {
      case "group-info":
        return this.#run(() => this.#committing.askInfo());
      case "make":
        return this.#run(() => this.#committing.make(want.purpose));
      case "send":
        return this.#run(() => this.#committing.send(want.mid), steps.unsent);
      case "withdraw":
        return this.#run(() => this.#committing.withdraw());
      case "hope":
        return this.#world.after(want.ms, () => this.#hopedLong(want.certain));
      case "rest": {
        const ms = want.ms * (0.5 + this.#world.chance() / 2);
        return this.#world.after(ms, () => this.#take(steps.rested(this.#membership, position.offerOf(this.#at))));
      }
      case "granted":
        return this.#wishes.resolve(want.id, undefined);
      case "refused":
        return this.#wishes.reject(want.id, refusedFor(want.code));
      case "told":
        return this.#told(want);
    }
  }

  #hopedLong(certain: boolean): void {
    const wasHoping = this.#membership.phase.at === "hoping";
    this.#take(steps.hopedLong(this.#membership, certain, this.#world.readsInbox()));
    if (wasHoping && this.#membership.phase.at !== "hoping") this.#at.hopes = false;
  }

  /** Without a connection there is no answer: the next one begins anew. */
  #run(work: () => Promise<void>, failed = steps.unmade): void {
    void work().catch((error: unknown) => {
      const code = error instanceof Fault ? error.code : "mls-failed";
      if (code !== "offline") this.#take(failed(this.#membership, code));
    });
  }

  #told({ what, why }: Extract<MembershipWant, { want: "told" }>): void {
    if (what === "in") this.#entering.resolveAll(undefined);
    else this.#entering.rejectAll(shutFor(why));
    if (what === "shut") this.#world.onNews({ news: "shut", why });
    else if (this.#at.view !== undefined) this.#world.onNews({ news: "in", view: this.#at.view });
  }
}
