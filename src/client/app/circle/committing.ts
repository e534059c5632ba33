// Commits of this device: made, kept, sent, accepted or taken back. What is kept is kept before anything leaves.
import { Fault } from "../../../model/fault.ts";
import { type Handle, hexOf, type MessageId, type Seq } from "../../../model/ids.ts";
import type { GroupView, Outcome } from "../../../mls/groups.ts";
import type { LogState } from "../../../wire/messages.ts";
import type { Change } from "../../port/vault.ts";
import * as steps from "../membership.ts";
import type { Membership, MembershipStep, Purpose } from "../membership-state.ts";
import type { CircleWorld } from "./circle-world.ts";
import { foundingOf, joiningOf, type Place, type Propose, wishedOf } from "./making.ts";
import { mendOf, type Mend, NO_MEND } from "./mending.ts";
import { type Claimed, movingOf } from "./moving.ts";
import { isBroughtIn, isOutgrown, mustClean, type Position, see } from "./position.ts";
import { type CommitRecord, enteredAt, forgotten, kept, rewound } from "./record.ts";
import { putTree } from "./trees.ts";

/** What a circle and its commits share. */
/** Runs it when everything before has ended, however it ended. */
export type InTurn = <T>(run: () => Promise<T>) => Promise<T>;

export interface Steps {
  readonly at: Position;
  readonly inTurn: InTurn;
  readonly membership: () => Membership;
  readonly take: (step: MembershipStep) => void;
}

export class Committing {
  readonly #world: CircleWorld;
  readonly #steps: Steps;
  readonly #at: Position;
  readonly #inTurn: InTurn;
  readonly #claimed: Claimed = new Map();
  /** The commit that is being made, or waits, tells the server what it has forgotten. */
  #isMending = false;
  /** Made, and nothing of it has left: it can be taken back. */
  #unsent: MessageId | undefined;
  readonly #undecided = new Set<{ readonly resolve: () => void; readonly reject: (fault: Fault) => void }>();

  constructor(world: CircleWorld, shared: Steps) {
    this.#world = world;
    this.#steps = shared;
    [this.#at, this.#inTurn] = [shared.at, shared.inTurn];
  }

  get at(): Position {
    return this.#at;
  }

  /** Resolves when no commit waits. @throws Fault `offline`: nobody knows for now */
  decided(): Promise<void> {
    if (this.#at.record === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => this.#undecided.add({ resolve, reject }));
  }

  gone(): void {
    for (const { reject } of this.#undecided) reject(new Fault("offline", "the connection is gone"));
    this.#undecided.clear();
  }

  #decide(): void {
    this.#at.record = undefined;
    for (const { resolve } of this.#undecided) resolve();
    this.#undecided.clear();
  }

  async askInfo(): Promise<void> {
    try {
      this.#at.info = await this.#world.ask({ type: "getGroupInfo", log: this.#world.log, epoch: 0 }, "groupInfo");
    } catch (error) {
      if (error instanceof Fault && error.code === "offline") throw error;
      this.#at.info = undefined;
    }
    this.#steps.take(steps.informed(this.#steps.membership(), this.#at.info !== undefined));
  }

  async make(purpose: Purpose): Promise<void> {
    for (;;) {
      const mid = hexOf(this.#world.random(16)) as MessageId;
      const place: Place = { mid, epoch: this.#at.epoch, since: this.#at.seq };
      const propose = await this.#planned(purpose, place);
      if (propose === undefined) return this.#steps.take(steps.idle(this.#steps.membership()));
      // While the server was asked, the group may have gone on: planned again.
      if (await this.#inTurn(() => this.#propose(purpose, place, propose))) break;
    }
    await this.#world.settled();
    const mid = this.#at.record?.append.mid;
    if (mid !== undefined) this.#steps.take(steps.made(this.#steps.membership(), mid));
  }

  async #propose(purpose: Purpose, { epoch }: Place, propose: Propose): Promise<boolean> {
    if (purpose.for === "wish" && epoch !== this.#at.epoch) return false;
    // Brought in by a Welcome meanwhile, or put out.
    if (this.#steps.membership().phase.at !== "making") throw new Fault("not-needed", "it came about in another way");
    const { rows, parts, append } = await propose();
    [this.#at.record, this.#at.parts, this.#unsent] = [{ purpose, append }, parts, append.mid];
    this.#world.put([{ put: "group", log: this.#world.log, rows }, ...kept(this.#at.record)]);
    return true;
  }

  async #planned(purpose: Purpose, place: Place): Promise<Propose | undefined> {
    const state = this.#at.told;
    if (state === undefined) throw new Fault("offline", "nothing is known of the conversation yet");
    if (purpose.for === "founding") return foundingOf(this.#world, state, place);
    if (purpose.for === "joining") {
      const info = this.#at.info;
      if (info === undefined) throw new Fault("group-info-unusable", "the server told nothing of the group");
      return joiningOf(this.#world, info, { ...place, epoch: info.epoch, since: info.seq });
    }
    if (this.#at.view === undefined) throw new Fault("not-in-group", "this device is not in the group");
    const leaving = new Set(state.leaving as readonly Handle[]);
    if (purpose.wish.want === "move" && this.#mayMove())
      return movingOf(this.#world, { ...place, view: this.#at.view }, this.#claimed);
    if (!isOutgrown(this.#at)) this.#claimed.clear();
    const mend = await this.#mend(state, this.#at.view);
    return wishedOf(this.#world, purpose.wish, {
      ...place,
      view: this.#at.view,
      leaving,
      overdue: this.#at.overdue,
      mend,
    });
  }

  /** A move does nothing else. */
  #mayMove(): boolean {
    return isOutgrown(this.#at) && !mustClean(this.#at) && this.#at.overdue.length === 0;
  }

  /** What the server has to hear again. */
  async #mend(state: LogState, view: GroupView): Promise<Mend> {
    const { ask, log, self } = this.#world;
    const inside = new Set(view.members.map(({ device }) => device));
    const overdue = this.#at.overdue.filter((device) => !inside.has(device));
    this.#isMending = this.#at.isRewound;
    if (!this.#at.isRewound) return { ...NO_MEND, remove: overdue };
    const { members } = await ask({ type: "listMembers", log }, "memberList");
    const roster = members.map(({ device, user }) => ({ device, user: user as Handle }));
    const mend = mendOf({ roster, state }, view, self);
    return { ...mend, remove: [...new Set([...mend.remove, ...overdue])] };
  }

  async send(mid: MessageId): Promise<void> {
    const record = this.#at.record;
    if (record?.append.mid !== mid) return;
    await putTree(this.#world.ask, this.#world.log, this.#at.parts);
    // By the Welcome it reads what was said since: by its own way in, which the server would take, it would not.
    const isLate = this.#unsent === mid && record.purpose.for !== "wish" && isBroughtIn(this.#at);
    if (isLate) return this.#steps.take(steps.overtaken(this.#steps.membership()));
    this.#unsent = undefined;
    const { result, code, epoch, seq, devices } = await this.#world.ask(record.append, "appended");
    if ((result === "ok" || result === "dup") && record.purpose.for !== "wish" && this.#at.record === record) {
      // What was before an entry is not for whoever came with it: it does not come back, its ack is all there is.
      return this.#enter(record, seq);
    }
    // Who is not in yet reads no log: this is all it hears of how far that is.
    if (record.purpose.for !== "wish") this.#at.epoch = epoch;
    const denied = result === "denied" || result === "gone";
    if (code === "must-remove") this.#at.overdue = devices;
    this.#steps.take(
      steps.answered(
        this.#steps.membership(),
        mid,
        denied ? { result, code: code === "" ? result : code } : { result },
      ),
    );
  }

  async #enter(record: CommitRecord, seq: Seq): Promise<void> {
    const epoch = record.append.epoch + 1;
    const outcome = await this.#inTurn(async () => {
      if (this.#at.record !== record) return undefined;
      [this.#at.epoch, this.#at.entered, this.#at.seq] = [epoch, epoch, Math.max(this.#at.seq, seq)];
      const { changes, outcome: accepted } = await this.accept();
      this.#world.put([...changes, ...this.entered()]);
      return accepted;
    });
    if (outcome === undefined) return;
    await this.#world.settled();
    this.#steps.take(steps.accepted(this.#steps.membership()));
    this.#world.onNews({ news: "commit", outcome, seq });
  }

  /** Where it came in: nothing up to there is for it, and it knows nothing more than the server. */
  entered(): readonly Change[] {
    return [...this.#told(), ...enteredAt(this.#world.log, { epoch: this.#at.epoch, seq: this.#at.seq })];
  }

  async accept(): Promise<{ readonly outcome: Outcome; readonly changes: readonly Change[] }> {
    const { rows, outcome, view } = await this.#world.groups.accept(this.#world.log);
    const { log } = this.#world;
    see(this.#at, this.#world.judged, view);
    const told = this.#isMending ? this.#told() : [];
    this.#at.overdue = [];
    this.#decide();
    return { outcome, changes: [{ put: "group", log, rows }, ...forgotten(log), ...told] };
  }

  /** The server knows what this device knows. */
  #told(): readonly Change[] {
    const wasRewound = this.#at.isRewound;
    this.#at.isRewound = false;
    return wasRewound ? [rewound(this.#world.log, false)] : [];
  }

  async withdraw(): Promise<void> {
    await this.#inTurn(async () => {
      this.#decide();
      const { rows } = await this.#world.groups.withdraw(this.#world.log);
      this.#world.put([{ put: "group", log: this.#world.log, rows }, ...forgotten(this.#world.log)]);
    });
  }
}
