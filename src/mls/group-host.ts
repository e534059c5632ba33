// The groups of this device, in memory. One call after the other for each: a state is never used twice.
import { Fault } from "../model/fault.ts";
import { bytesOf, hexOf, type DeviceId, type LogId } from "../model/ids.ts";
import { encodeTerms, type Terms } from "../model/terms.ts";
import { ArchiveReader } from "./archive-reader.ts";
import { copyOf, enterEpoch, firstDayFor, segmentsFor } from "./archivist.ts";
import { dayOf } from "./archive.ts";
import * as bytes from "./bytes.ts";
import { Engine, type CommitWish, type EngineWorld, type Pending } from "./engine.ts";
import { packEnvelope } from "./envelope.ts";
import { newAsk, openGrant, sealGrant } from "./grant.ts";
import { decodeGrant, type Segment } from "./grant-records.ts";
import { epochOf, nameOf, rosterOf, termsOf, type Group } from "./group.ts";
import type { ArchiveAsk, Archived, ArchiveGiven, GroupView, Groups, Incoming, RenewedCredential } from "./groups.ts";
import type { JoinBy, JoinFrom, KeyPackage, MoveTo, Outcome, Proposed, Wish, Written } from "./groups.ts";
import { decodePair, devicesIn, packed } from "./key-package.ts";
import { isMove, openMove } from "./move.ts";
import { movedGroup } from "./moving.ts";
import { Own } from "./own.ts";
import {
  checkLog,
  heldFrom,
  nothingHeld,
  proposedNames,
  proposedRows,
  wipe,
  withLateKeys,
  type Held,
  type Rows,
} from "./held.ts";
import { rowChanges, type RowChanges } from "./saved.ts";
import type { SuiteName } from "./suite.ts";
import { take, type TakingWorld } from "./taking.ts";
import { Turns } from "./turns.ts";
import { attempted, groupView, ownOutcome } from "./views.ts";

export interface HostWorld extends EngineWorld {
  /** The suite of groups that this device founds. */
  readonly newSuite: SuiteName;
}

export class GroupHost implements Groups {
  readonly #world: HostWorld & { readonly own: Own };
  readonly #engine: Engine;
  readonly #held = new Map<LogId, Held>();
  readonly #turns = new Turns<LogId>();
  readonly #taking: TakingWorld;

  constructor(given: HostWorld) {
    const world = { ...given, own: new Own(given.own) };
    this.#world = world;
    this.#engine = new Engine(world);
    this.#taking = { ...world, engine: this.#engine, view: (group) => this.#view(group) };
  }

  async keyPackages(suite: SuiteName, count: number, lastResorts = 0): Promise<readonly KeyPackage[]> {
    const made: KeyPackage[] = [];
    for (let at = 0; at < count + lastResorts; at += 1) {
      const pair = await this.#engine.keyPackage(suite, at >= count);
      made.push(packed(pair));
    }
    return made;
  }

  open(log: LogId, rows: Rows): Promise<GroupView | undefined> {
    return this.#turns.take(log, async () => {
      const held = heldFrom(rows, this.#world.credentials);
      this.#held.set(log, held);
      return held.group && this.#view(held.group);
    });
  }

  async close(log: LogId): Promise<void> {
    await this.#turns.take(log, async () => this.#held.delete(log));
  }

  // ---- commits

  found(log: LogId, founding: number, wish: Wish & { readonly terms: Terms }): Promise<Proposed> {
    return this.#turns.take(log, async () => {
      const { add, terms, mid } = wish;
      const alone = await this.#engine.found({ log, founding }, terms, this.#world.newSuite);
      const pending = await this.#engine.commit(alone, { add, remove: [], aad: bytesOf(mid) });
      const self = this.#world.own.device;
      return this.#propose(log, pending, {
        add: [self, ...devicesIn(add, this.#world.credentials)],
        remove: [],
        terms,
      });
    });
  }

  commit(log: LogId, wish: Wish): Promise<Proposed> {
    return this.#turns.take(log, async () => {
      const group = this.#group(log);
      const renew = this.#world.own.renewalIn(group);
      const pending = await this.#engine.commit(group, { ...wish, renew, aad: bytesOf(wish.mid) });
      return this.#propose(log, pending, { ...wish, add: devicesIn(wish.add, this.#world.credentials) });
    });
  }

  async renew(own: RenewedCredential): Promise<void> {
    this.#world.own.renew(own);
  }

  move(log: LogId, { founding, add, mid }: MoveTo): Promise<Proposed> {
    return this.#turns.take(log, async () => {
      const wish = { founding, add, aad: bytesOf(mid) };
      const pending = await movedGroup(this.#group(log), wish, this.#taking);
      return this.#propose(log, pending, { add: [], remove: [], terms: undefined });
    });
  }

  joinExternally(log: LogId, from: JoinFrom): Promise<Proposed> {
    return this.#turns.take(log, async () => {
      const joined = await this.#engine.joinExternally(from.groupInfo, from.tree, bytesOf(from.mid));
      checkLog(log, joined.next);
      const self = this.#world.own.device;
      const remove = joined.replaced ? [self] : [];
      return this.#propose(log, joined, { add: [self], remove, terms: undefined });
    });
  }

  accept(log: LogId): Promise<{ rows: RowChanges; outcome: Outcome; view: GroupView }> {
    return this.#turns.take(log, async () => {
      const { group, proposed } = this.#of(log);
      if (proposed === undefined) throw new Fault("not-proposed", "no commit of this device waits");
      const { spent } = proposed;
      const next = withLateKeys(proposed.next, group);
      const rows = await this.#became(log, next, group);
      wipe(spent);
      const view = this.#view(next);
      const outcome = ownOutcome({ before: group, next, view }, this.#world);
      return { rows: { put: rows.put, drop: [...rows.drop, ...proposedNames(proposed)] }, outcome, view };
    });
  }

  withdraw(log: LogId): Promise<{ rows: RowChanges }> {
    return this.#turns.take(log, async () => {
      const held = this.#of(log);
      this.#held.set(log, { ...held, proposed: undefined });
      return { rows: { put: new Map(), drop: proposedNames(held.proposed) } };
    });
  }

  async welcomeRefs(body: Uint8Array): Promise<readonly string[]> {
    const welcome = isMove(body) ? openMove(body).welcome : body;
    return bytes.decodeWelcome(welcome).secrets.map(({ newMember }) => hexOf(newMember));
  }

  join(log: LogId, by: JoinBy): Promise<{ rows: RowChanges; view: GroupView }> {
    return this.#turns.take(log, async () => {
      const pair = decodePair(by.secret, { own: this.#world.own, decode: bytes.decodeKeyPackage });
      const next = await this.#engine.joinByWelcome({ ...by, pair });
      checkLog(log, next);
      const before = this.#held.get(log);
      const { put, drop } = await this.#became(log, next, before?.group);
      return { rows: { put, drop: [...drop, ...proposedNames(before?.proposed)] }, view: this.#view(next) };
    });
  }

  // ---- messages

  receive(log: LogId, entries: readonly Incoming[]): Promise<{ rows: RowChanges; outcomes: readonly Outcome[] }> {
    return this.#turns.take(log, async () => {
      const before = this.#group(log);
      const outcomes: Outcome[] = [];
      const spent: Uint8Array[] = [];
      const archived = new Map<string, Uint8Array>();
      for (const entry of entries) {
        const { archives } = this.#of(log);
        const took = await take({ log, group: this.#group(log), archives, entry }, this.#taking);
        if (took.next !== undefined) this.#advance(log, took.next);
        outcomes.push(took.outcome);
        spent.push(...took.spent);
        if (took.outcome.kind !== "commit") continue;
        for (const [name, row] of await this.#enter(log)) archived.set(name, row);
      }
      const rows = rowChanges(this.#group(log), before);
      wipe(spent);
      return { rows: { put: new Map([...rows.put, ...archived]), drop: rows.drop }, outcomes };
    });
  }

  seal(log: LogId, { plaintext, mid }: Written): Promise<{ rows: RowChanges; body: Uint8Array; epoch: number }> {
    return this.#turns.take(log, async () => {
      const group = this.#group(log);
      const copy = copyOf(group, this.#of(log).archives, { plaintext, mid, ...this.#world });
      const { next, message, spent } = await this.#engine.seal(group, plaintext, bytesOf(mid));
      this.#advance(log, next);
      const rows = rowChanges(next, group);
      wipe(spent);
      return { rows, body: packEnvelope({ message, copy }), epoch: Number(next.state.groupContext.epoch) };
    });
  }

  exportSecret(log: LogId, ...wish: [label: string, context: Uint8Array]): Promise<Uint8Array> {
    return this.#turns.take(log, () => this.#engine.exportSecret(this.#group(log), ...wish));
  }

  // ---- the archive

  openArchived(log: LogId, entries: readonly Archived[]): Promise<readonly Outcome[]> {
    return this.#turns.take(log, async () => {
      const { archives } = this.#of(log);
      const reader = new ArchiveReader({ log, archives, credentials: this.#world.credentials });
      return entries.map((entry) => attempted(() => reader.open(entry)));
    });
  }

  askArchive(): ReturnType<Groups["askArchive"]> {
    return newAsk();
  }

  grantArchive(log: LogId, { device, publicKey }: ArchiveAsk): Promise<readonly Uint8Array[]> {
    return this.#turns.take(log, async () => {
      const since = firstDayFor(device, this.#group(log), this.#world);
      const parts = this.#of(log).archives.grant(since, dayOf(this.#world.now()));
      return Promise.all(parts.map((keys) => sealGrant(keys, publicKey, { log, device })));
    });
  }

  grantSegments(log: LogId, { device, publicKey }: ArchiveAsk, segments: readonly Segment[]): Promise<Uint8Array> {
    return this.#turns.take(log, () => {
      const grant = segmentsFor(device, this.#group(log), { ...this.#world, segments });
      return sealGrant(grant, publicKey, { log, device });
    });
  }

  takeArchive(log: LogId, { sealed, secret, device }: ArchiveGiven): ReturnType<Groups["takeArchive"]> {
    return this.#turns.take(log, async () => {
      const grant = await openGrant(sealed, secret, { log, device: device ?? this.#world.own.device });
      const now = this.#group(log);
      const rows = this.#of(log).archives.take(grant, { ...nameOf(now), epoch: epochOf(now) });
      return { rows, segments: decodeGrant(grant).segments };
    });
  }

  // ---- parts

  /** A group that has just become the one of this log, and the key of its first epoch. */
  async #became(log: LogId, next: Group, before: Group | undefined): Promise<RowChanges> {
    const { archives } = this.#held.get(log) ?? nothingHeld();
    this.#held.set(log, { group: next, proposed: undefined, archives });
    const { put, drop } = rowChanges(next, before);
    return { put: new Map([...put, ...(await this.#enter(log))]), drop };
  }

  async #enter(log: LogId): Promise<Rows> {
    const [group, { archives }] = [this.#group(log), this.#of(log)];
    if (group.state.groupActiveState.kind !== "active") return new Map();
    return enterEpoch(group, archives, { engine: this.#engine, now: this.#world.now() });
  }

  /** The group went on; a commit that was proposed on the old one still waits for its answer. */
  #advance(log: LogId, group: Group): void {
    this.#held.set(log, { ...this.#of(log), group });
  }

  #propose(
    log: LogId,
    pending: Pending,
    does: Pick<CommitWish, "remove" | "terms"> & { add: readonly DeviceId[] },
  ): Proposed {
    const { next, spent, commit, welcome, groupInfo, tree, fresh } = pending;
    const held = this.#held.get(log) ?? nothingHeld();
    if (held.proposed !== undefined) throw new Fault("proposed-already", "a commit of this device waits already");
    // A founder's first group was never anybody's: nothing goes on as it.
    const base = held.group === undefined ? undefined : (pending.base ?? held.group);
    this.#held.set(log, { ...held, group: base, proposed: { next, spent } });
    const rows = proposedRows(next, { base, before: held.group });
    const said = { commit, welcome, groupInfo, tree, fresh, add: does.add, remove: does.remove };
    return { rows, ...said, terms: does.terms && encodeTerms(does.terms) };
  }

  #view(group: Group): GroupView {
    const { credentials, now } = this.#world;
    const at = now();
    return groupView(group, {
      founding: nameOf(group).founding,
      terms: termsOf(group),
      members: rosterOf(group, credentials),
      isRevoked: (credential) => credentials.isRevoked(credential, at),
    });
  }

  #group(log: LogId): Group {
    const { group } = this.#of(log);
    if (group === undefined) throw new Fault("not-in-group", "this device is not in the group");
    return group;
  }

  #of(log: LogId): Held {
    const held = this.#held.get(log);
    if (held === undefined) throw new Fault("not-in-group", "this device does not hold the group");
    return held;
  }
}
