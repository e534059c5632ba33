// What this device is missing, conversation by conversation and one after the other: noticed when it came in, asked for, walked
// through. Every step is kept before the next, so it goes on after a lost connection or a restart.
import { Fault, reason } from "../../../model/fault.ts";
import type { DeviceId, Handle, LogId, Seq } from "../../../model/ids.ts";
import type { GroupView } from "../../../mls/groups.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { ClientEvent } from "../../port/views.ts";
import type { Aside } from "../asides.ts";
import type { Circles } from "../circle/circles.ts";
import { entryOf } from "../circle/record.ts";
import { hasOwn } from "../own-others.ts";
import type { Payload } from "../payload/payload.ts";
import { keptHanded } from "./handed.ts";
import { isUnread, settleLate } from "./keeping.ts";
import { Keys, type KeysWorld } from "./keys.ts";
import { LaidBy } from "./laid-by.ts";
import { PastStates, type PastStatesWorld } from "./past-states.ts";
import * as steps from "./state.ts";
import type { Gap, Mark, Phase } from "./state.ts";
import { look, markAbove, type Seen, stepDown, type WalkWorld } from "./walk.ts";
import { isArchived } from "./worth.ts";

type Grant = Extract<Payload, { readonly kind: "archive-grant" }>;
type Waiting = Extract<Phase, { at: "waiting" }>;
type Walking = Extract<Phase, { at: "walking" }>;

export interface SeekingWorld extends WalkWorld, PastStatesWorld, Omit<KeysWorld, "states" | "alarm"> {
  readonly vault: WalkWorld["vault"] & KeysWorld["vault"] & Pick<Vault, "history">;
  readonly groups: WalkWorld["groups"] & KeysWorld["groups"];
  readonly circles: Pick<Circles, "get">;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly afterwards: (run: () => void) => void;
  readonly isConnected: () => boolean;
  readonly tell: (event: ClientEvent) => void;
  /** Nothing is missing any more. */
  readonly onWhole: (log: LogId) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Of the walk under way. */
interface Pace {
  readonly log: LogId;
  /** Entries that are asked for at once. */
  readonly most: number | undefined;
  /** Why something was not believed. */
  readonly doubt: string | undefined;
  /** It began anew: what does not fit now never will. */
  readonly isSecond: boolean;
}

/** Rows of the history that are looked at for the last one that could be read. */
const LOOKED_AT = 500;

export class Seeking {
  readonly #world: SeekingWorld;
  readonly #states: PastStates;
  readonly #keys: Keys;
  readonly #laidBy: LaidBy;
  /** To be looked at: one after the other, so that one page is in memory. */
  readonly #queue = new Set<LogId>();
  #running = false;
  #pace: Pace | undefined;

  constructor(world: SeekingWorld) {
    this.#world = world;
    this.#states = new PastStates(world);
    this.#laidBy = new LaidBy(this.#states);
    this.#keys = new Keys({ ...world, states: this.#states, alarm: (...said) => this.#alarm(...said) });
  }

  /** Of the time before, this device need not hold anything. 0: it holds everything. */
  reachOf(log: LogId): number {
    const { gap, reach } = this.#states.of(log);
    return gap === undefined ? reach : Number.POSITIVE_INFINITY;
  }

  /** The last entry that is here before what is missing; undefined: nothing is. */
  missingFrom(log: LogId): Seq | undefined {
    return this.#states.of(log).gap?.after;
  }

  isMissing(log: LogId): boolean {
    return this.#states.of(log).gap !== undefined;
  }

  /** Keys were handed over; if they are for this device, they are kept with their entry. */
  granted({ log, seq, device, by }: Aside, { to, ask, chain, more, sealed }: Grant): readonly Change[] {
    const phase = this.#states.of(log).gap?.phase;
    const self = this.#world.self.user;
    if (to !== this.#world.self.device || phase === undefined || steps.askOf(phase) !== ask) return [];
    if (by !== self && !steps.isOpenToOthers(phase)) return [];
    this.#world.afterwards(() => this.#plan(log));
    return keptHanded(this.#world.vault.pending(log), { log, seq, self }, { device, by, chain, more, sealed });
  }

  /** The log is in step, or this device came into its group. */
  look(log: LogId): void {
    this.#world.flush();
    const view = this.#viewOf(log);
    if (view === undefined) return;
    this.#notice(log, view);
    if (this.isMissing(log)) this.#plan(log);
  }

  /** Laid by: they are in the vault, with the group's rows. */
  keysCame(log: LogId): void {
    this.#laidBy.came(log);
    if (this.isMissing(log)) this.#plan(log);
  }

  over(log: LogId): void {
    this.#states.forget(log);
    this.#laidBy.forget(log);
    this.#queue.delete(log);
  }

  #viewOf(log: LogId): GroupView | undefined {
    const circle = this.#world.circles.get(log);
    return circle?.isIn === true ? circle.view : undefined;
  }

  // ---- what is missing

  #notice(log: LogId, { members, terms }: GroupView): void {
    const { vault, self, now } = this.#world;
    const past = this.#states.of(log);
    const { seq: entered } = entryOf(vault.pending(log));
    if (entered <= past.entered) return;
    const reach = hasOwn(members, self) ? 0 : steps.reachOf(terms.history, now());
    const admins = [...terms.roles].filter(([, role]) => role !== "member").map(([user]) => user);
    // Before the first commit there was nothing, and where nobody is there is nobody to ask.
    const after = entered <= 1 ? entered : this.#lastRead(log, entered);
    const came = { entered, after, now: now(), admins, reach: members.length > 1 ? reach : undefined };
    this.#states.keep(log, steps.cameIn(past, came));
  }

  /** The newest message up to there that is here and was read. */
  #lastRead(log: LogId, until: number): number {
    const held = this.#world.vault.history(log, until + 1, LOOKED_AT);
    return held.findLast((entry) => !entry.lost && !isUnread(entry))?.seq ?? 0;
  }

  // ---- one after the other

  #plan(log: LogId): void {
    this.#queue.add(log);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (const log of this.#queue) if (this.#queue.delete(log)) await this.#steps(log);
    } catch (error) {
      this.#world.onFailed(error);
    }
    // At once behind the last look: what is planned in between would wait for the next.
    this.#running = false;
  }

  async #steps(log: LogId): Promise<void> {
    try {
      while (await this.#step(log));
    } catch (error) {
      this.#stopped(log, error);
    }
  }

  /** Without a connection the next one goes on; of anything else the next look may know more. */
  #stopped(log: LogId, error: unknown): void {
    if (!(error instanceof Fault)) throw error;
    this.#pace = undefined;
    const { note, nameOf } = this.#world;
    if (error.code === "history-mismatch") this.#alarm(log, error.code, `${nameOf(log)}: ${error.message}`);
    else if (error.code !== "offline" && error.code !== "stopped")
      note("info", `what was said before in ${nameOf(log)}: ${reason(error)}`);
  }

  /** True: there is more to do now. */
  async #step(log: LogId): Promise<boolean> {
    const { gap } = this.#states.of(log);
    const view = this.#viewOf(log);
    if (gap === undefined || view === undefined || !this.#world.isConnected()) return false;
    if (steps.isOver(gap, this.#world.now())) return this.#giveUp(log);
    switch (gap.phase.at) {
      case "asking":
        return gap.phase.from <= this.#world.now() ? this.#ask(log, gap, view) : false;
      case "waiting":
        return this.#wait(log, gap.phase, view);
      case "walking":
        return this.#walk(log, gap, gap.phase);
    }
  }

  /** An own device may hold what was never archived. */
  async #ask(log: LogId, gap: Gap, { terms, members }: GroupView): Promise<boolean> {
    const { ask, self } = this.#world;
    const top = markAbove(this.#world, log, gap);
    if (top === undefined) return false;
    const isWorth = terms.history !== "none" || hasOwn(members, self) || (await isArchived(ask, log, { gap, top }));
    if (!isWorth) return this.#giveUp(log);
    await this.#keys.ask(log);
    return this.#laidBy.has(log);
  }

  async #wait(log: LogId, { ask, own }: Waiting, { members }: GroupView): Promise<boolean> {
    const isThere = hasOwn(members, this.#world.self);
    if (own === true && !isThere) return this.#giveUp(log);
    if (await this.#keys.take(log, ask, { hasOwn: isThere })) return true;
    return own !== true && this.#laidBy.walk(log, { ask, hasOwn: isThere });
  }

  #giveUp(log: LogId): boolean {
    this.#states.keep(log, steps.givenUp(this.#states.of(log)), settleLate(this.#world, log));
    this.#world.onWhole(log);
    return false;
  }

  // ---- the walk

  async #walk(log: LogId, gap: Gap, phase: Walking): Promise<boolean> {
    const top = phase.top ?? markAbove(this.#world, log, gap);
    // The log itself is not held that far yet: when it is, there is another look.
    if (top === undefined) return false;
    if (top.seq <= gap.after) return this.#arrived(log, phase);
    const seen = await this.#seen(log, { gap, top });
    // It came in anew, or was put out, while the server was asked.
    if (seen === undefined || this.#states.of(log).gap !== gap) return true;
    const { isOver, changes, gap: next } = stepDown(this.#world, log, { gap, phase, seen });
    const { doubt = seen.reading.doubt, isSecond = false } = this.#paceOf(log) ?? {};
    this.#pace = { log, most: seen.most, doubt, isSecond };
    if (seen.wrong !== undefined) this.#doubt(log, seen.wrong);
    this.#states.keep(log, { ...this.#states.of(log), gap: next }, changes);
    return isOver ? this.#arrived(log, next.phase) : true;
  }

  /** Undefined: it is to be looked at again how things stand. */
  async #seen(log: LogId, at: { readonly gap: Gap; readonly top: Mark }): Promise<Seen | undefined> {
    try {
      return await look(this.#world, log, { ...at, most: this.#paceOf(log)?.most });
    } catch (error) {
      if (!(error instanceof Fault) || this.#states.of(log).gap !== at.gap) throw error;
      // What is below is not there any more: this is the end.
      if (error.code === "history-gone") this.#arrived(log, at.gap.phase);
      else if (error.code === "history-mismatch" && this.#isRestartable(log, at.gap)) this.#restart(log);
      else throw error;
      return undefined;
    }
  }

  /** The server may have been restored since: once from the log as it is held now. */
  #isRestartable(log: LogId, { phase }: Gap): boolean {
    return phase.at === "walking" && phase.top !== undefined && this.#paceOf(log)?.isSecond !== true;
  }

  #restart(log: LogId): void {
    this.#pace = { log, most: undefined, doubt: undefined, isSecond: true };
    this.#states.keep(log, steps.fromAbove(this.#states.of(log)));
  }

  #paceOf(log: LogId): Pace | undefined {
    return this.#pace?.log === log ? this.#pace : undefined;
  }

  /** At the lower end. True: somebody is to be asked for what is still missing. */
  #arrived(log: LogId, phase: Phase): boolean {
    const { now, tell, nameOf } = this.#world;
    if (phase.at !== "walking") return false;
    const next = steps.walked(this.#states.of(log), now());
    const doubt = this.#paceOf(log)?.doubt ?? "it is not what it is said to be";
    this.#pace = undefined;
    this.#states.keep(log, next, next.gap === undefined ? settleLate(this.#world, log) : []);
    const { found, forged } = phase;
    const conversation = nameOf(log);
    if (forged > 0)
      this.#alarm(log, "archive-forged", `${conversation}: ${messages(forged)} of before cannot be believed: ${doubt}`);
    const message = `${messages(found)} of before ${found === 1 ? "is" : "are"} here`;
    if (found > 0) tell({ event: "notice", at: now(), code: "history-received", message, conversation });
    if (next.gap === undefined) this.#world.onWhole(log);
    return next.gap !== undefined;
  }

  /** Something that an own device handed over cannot be used; the walk goes on without it. */
  #doubt(log: LogId, { why, isLie }: NonNullable<Seen["wrong"]>): void {
    const { note, nameOf } = this.#world;
    const what = `a part of what another device of yours handed over of ${nameOf(log)} cannot be used: ${why}`;
    if (isLie) this.#alarm(log, "handover-mismatch", what);
    else note("warn", what);
  }

  #alarm(log: LogId, code: string, message: string): void {
    const { tell, now, nameOf } = this.#world;
    tell({ event: "alarm", at: now(), code, message, conversation: nameOf(log) });
  }
}

const messages = (count: number): string => (count === 1 ? "1 message" : `${count} messages`);
