// Commits: judged by how the conversation stands, stored if it still stands so, then told to everybody whom they concern.
import { Fault } from "../../model/fault.ts";
import type { DeviceId, Handle } from "../../model/ids.ts";
import { type Leaf, belongs } from "../../model/rights.ts";
import type { ClientMessageOf, Entry, LogState, Member, ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { AppendResult, CommitChange } from "../port/store.ts";
import { type Admitted, type Denial, admit } from "./admission.ts";
import { appended, denied } from "./appended.ts";
import type { Asks } from "./asks.ts";
import { depart } from "./hearing.ts";
import { stateOf } from "./log-state.ts";
import { type Now, mayKnow, standingOf } from "./standings.ts";
import type { ServiceWorld } from "./world.ts";

type CommitAppend = ClientMessageOf<"append"> & {
  readonly commit: NonNullable<ClientMessageOf<"append">["commit"]>;
};
type Stored = Extract<AppendResult, { readonly result: "ok" | "dup" }>;

/** What went in, with all that is needed to tell of it. `next`: how the conversation stands after it. */
interface Done {
  readonly next: Now["standing"];
  readonly outlet: Outlet;
  readonly message: CommitAppend;
  readonly now: Now;
  readonly admitted: Admitted;
  readonly stored: Stored;
}

/** Judged anew so often when the roster changes meanwhile. */
const TRIES = 20;
const NO_CHANGE = { add: [], remove: [], terms: undefined, groupInfo: undefined, welcomes: [], fence: false };
const NO_NOTE = new Uint8Array(0);

export class Commits {
  readonly #world: ServiceWorld;
  readonly #asks: Asks;

  constructor(world: ServiceWorld, asks: Asks) {
    this.#world = world;
    this.#asks = asks;
  }

  async append(outlet: Outlet, message: ClientMessageOf<"append">): Promise<ServerMessage> {
    if (!isCommit(message))
      throw new Fault("bad-commit", "an entry of kind commit says what it does, and no other does", {
        hint: "fill Append.commit for commits only",
      });
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await this.#try(outlet, message);
      if (answer !== "moved") return answer;
    }
    return appended({ result: "moved" });
  }

  async #try(outlet: Outlet, message: CommitAppend): Promise<ServerMessage | "moved"> {
    const { store } = this.#world;
    const by: Leaf = { device: outlet.device, user: outlet.user };
    const now = await standingOf(store, message.log);
    if (now === undefined) return denied("no-such-conversation");
    if (!mayKnow(now, by)) return this.#answerAgain(outlet, message, now);
    const owners = await store.owners([...message.commit.add, ...message.commit.remove]);
    const { commit, body } = message;
    const ending = new Set(commit.remove.filter((device) => this.#world.leases.isEnding(device)));
    const admitted =
      message.epoch === now.record.epoch
        ? admit(now, { by, commit, bodyBytes: body.length, owners, ending })
        : notForNow(now);
    if (isDenial(admitted)) return denied(admitted.code, admitted.devices);
    const [stored] = await store.append([opOf(outlet, message, admitted.change)]);
    if (stored === undefined) throw new Fault("store-failed", "the store gave no answer");
    if (stored.result === "moved") return "moved";
    // No await between the store's answer and this: what is stored next must not reach those who were removed.
    if (stored.result === "ok") this.#tell({ outlet, message, now, admitted, stored, next: after(now, admitted) });
    return appended(stored);
  }

  /** Who was taken out before it had the answer to its own commit may still ask for that. */
  async #answerAgain(outlet: Outlet, message: CommitAppend, now: Now): Promise<ServerMessage> {
    if (!outlet.departed.has(message.log) || message.epoch >= now.record.epoch) return denied("no-such-conversation");
    const [stored] = await this.#world.store.append([opOf(outlet, message, notForNow(now).change)]);
    return stored?.result === "dup" ? appended(stored) : denied("no-such-conversation");
  }

  #tell(done: Done): void {
    const { audience, bus } = this.#world;
    const { message, stored } = done;
    const { log } = message;
    audience.flush(log);
    this.#putOut(done);
    audience.publish(log, entryOf(done));
    this.#letIn(done);
    bus.hint(log, stored.seq);
    for (const inbox of stored.inboxes) bus.hint(inbox.log, inbox.head);
    this.#tellUsers(done);
    if (stored.approved.length > 0) this.#asks.approved(log, stored.approved, done.next);
  }

  /** Nothing more after this. What was before it may still be on its way to a device, or be asked for. */
  #putOut({ message: { log }, outlet: by, admitted, stored }: Done): void {
    const { audience, notify } = this.#world;
    const added = new Set(admitted.add.map(({ device }) => device));
    for (const leaf of admitted.remove) {
      const outlet = audience.outletOf(leaf.device);
      if (outlet === undefined) continue;
      if (outlet !== by && outlet.logs.has(log)) depart(audience, outlet, { log, until: stored.seq - 1 });
      else audience.unsubscribe(outlet, log);
      const removed = [this.#member(leaf)];
      if (!added.has(leaf.device))
        notify(outlet, { type: "memberChange", log, added: [], removed, state: undefined, leaving: [] });
    }
  }

  /** Nothing of before this. */
  #letIn(done: Done): void {
    const { audience, notify } = this.#world;
    const { message, admitted, stored, outlet: by } = done;
    const { log } = message;
    const state = stateAfter(done, true);
    for (const leaf of admitted.add) {
      const outlet = audience.outletOf(leaf.device);
      // Who still reads what was before it was taken out asks when it has: then it is told.
      if (outlet === undefined || (outlet !== by && outlet.departed.has(log))) continue;
      outlet.departed.delete(log);
      audience.subscribe(outlet, log, stored.seq);
      // Only itself: who else is in the group is in the group's tree.
      const added = [this.#member(leaf)];
      notify(outlet, { type: "memberChange", log, added, removed: [], state, leaving: [] });
    }
  }

  /** Devices that are not in it, of users who belong since now, or no longer. */
  #tellUsers(done: Done): void {
    const { audience, notify } = this.#world;
    const { now, message, admitted, next } = done;
    const { log } = message;
    if (admitted.add.length === 0 && admitted.remove.length === 0 && admitted.terms === undefined) return;
    const isFirst = now.standing.roster.size === 0;
    const users = concerned(done);
    const isForAll = isFirst && next.terms.kind === "lobby";
    if (users.size === 0 && !isForAll) return;
    const told = new Set([...admitted.add, ...admitted.remove].map(({ device }) => device));
    for (const outlet of audience.outlets()) {
      if (!isForAll && !users.has(outlet.user)) continue;
      if (told.has(outlet.device) || next.roster.has(outlet.device)) continue;
      const [was, is] = [!isFirst && belongs(now.standing, outlet.user), belongs(next, outlet.user)];
      if (was === is) continue;
      const removed = is ? [] : [this.#member({ device: outlet.device, user: outlet.user })];
      const state = is ? stateAfter(done, false) : undefined;
      notify(outlet, { type: "memberChange", log, added: [], removed, state, leaving: [] });
    }
  }

  #member({ device, user }: Leaf): Member {
    return { device, user, online: this.#world.audience.outletOf(device) !== undefined };
  }
}

/** Users for whom belonging may be another thing now; with the first commit all who are named: there is a group to come into. */
function concerned({ now, admitted: { add, remove, terms } }: Done): ReadonlySet<Handle> {
  const { roles } = now.standing.terms;
  const users = new Set([...add, ...remove].map(({ user }) => user));
  if (now.standing.roster.size === 0) for (const user of (terms?.roles ?? roles).keys()) users.add(user);
  if (terms === undefined) return users;
  for (const user of terms.roles.keys()) if (!roles.has(user)) users.add(user);
  for (const user of roles.keys()) if (!terms.roles.has(user)) users.add(user);
  return users;
}

function stateAfter({ message, now, admitted, stored, next }: Done, member: boolean): LogState {
  const { seq, epoch } = stored;
  const terms = admitted.change.terms?.bytes ?? now.record.terms;
  const log = { log: message.log, head: seq, first: now.record.first, epoch, cursor: 0, from: seq, until: 0 };
  return stateOf({ ...log, member, terms, leaving: [...next.leaving] });
}

function after(now: Now, { add, remove, terms }: Admitted): Now["standing"] {
  const roster = new Map<DeviceId, Handle>(now.standing.roster);
  for (const { device } of remove) roster.delete(device);
  for (const { device, user } of add) roster.set(device, user);
  const next = { roster, terms: terms ?? now.standing.terms };
  const back = new Set(add.map(({ user }) => user));
  const leaving = [...now.standing.leaving].filter((user) => !back.has(user) && belongs(next, user));
  return { ...next, leaving: new Set(leaving) };
}

/** Of another epoch than the current one: the store knows whether it was stored before, or comes too late. */
function notForNow({ record }: Now): Admitted {
  const change = { ...NO_CHANGE, version: record.version, note: NO_NOTE };
  return { add: [], remove: [], terms: undefined, change };
}

function opOf(outlet: Outlet, message: CommitAppend, change: CommitChange) {
  const { log, mid, since, epoch, body } = message;
  return { kind: "commit", log, sender: outlet.device, mid, since, epoch, body, change } as const;
}

function entryOf({ outlet, message, admitted, stored }: Done): Entry {
  const { mid, kind, epoch, body } = message;
  const { seq, at } = stored;
  return { seq, at, sender: outlet.device, mid, kind, epoch, body, note: admitted.change.note };
}

function isCommit(message: ClientMessageOf<"append">): message is CommitAppend {
  return message.kind === "commit" && message.commit !== undefined;
}

function isDenial(judged: Admitted | Denial): judged is Denial {
  return "code" in judged;
}
