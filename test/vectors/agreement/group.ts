// One group that walks at random: in each round one commit of some kind, taken by everybody, and messages around it.
import { makePskIndex, type ClientState } from "ts-mls/clientState.js";
import type { CreateCommitOptions } from "ts-mls/createCommit.js";
import { createProposal } from "ts-mls/createMessage.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { MLSMessage } from "ts-mls/message.js";
import { computePskSecret, type PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { Proposal } from "ts-mls/proposal.js";
import { emptyPskIndex, type PskIndex } from "ts-mls/pskIndex.js";
import {
  add,
  committed,
  EXTENSIONS,
  founded,
  joinedExternally,
  received,
  remove,
  secretOf,
} from "../../kit/members.ts";
import {
  candidate,
  checkPrivateKeys,
  restored,
  viewOf,
  welcomedMember,
  type Candidate,
  type Member,
} from "./member.ts";
import { canFollow } from "./outsider.ts";
import { Post } from "./post.ts";
import { Random } from "./random.ts";

export interface Walk {
  readonly cs: CiphersuiteImpl;
  readonly seed: number;
  readonly rounds: number;
  readonly mostMembers: number;
}

/** What a round did to the group. */
interface Change {
  readonly kind: string;
  readonly commit: MLSMessage;
  /** A member after the commit. */
  readonly next: ClientState;
  readonly by?: Member;
  readonly out?: readonly Member[];
  readonly come?: (change: Change) => Promise<readonly Member[]>;
  readonly pskIndex?: PskIndex;
  readonly pskSecrets?: readonly Uint8Array[];
}

export class WalkingGroup {
  readonly #walk: Walk;
  readonly #random: Random;
  readonly #post: Post;
  readonly #done = new Map<string, number>();
  #members: Member[] = [];
  #names = 0;
  last = "founding";

  constructor(settings: Walk) {
    this.#walk = settings;
    this.#random = new Random(settings.seed);
    this.#post = new Post(settings.cs, this.#random);
  }

  async found(): Promise<void> {
    const { cs } = this.#walk;
    const first = await candidate(this.#newName(), cs);
    this.#members = [{ ...first, state: await founded(first.pair, cs) }];
  }

  summary(): string {
    const kinds = [...this.#done].toSorted(([a], [b]) => a.localeCompare(b)).map(([kind, count]) => `${kind} ${count}`);
    const { read, late, refused } = this.#post;
    return `${kinds.join(", ")}; messages read ${read}, late ${late}, refused when they came again ${refused}`;
  }

  async round(): Promise<void> {
    const change = await this.#change();
    this.last = change.kind;
    await this.#take(change);
    this.#done.set(change.kind, (this.#done.get(change.kind) ?? 0) + 1);
    for (const from of this.#random.some(this.#members, 2)) await this.#post.write(from, this.#members);
    await this.#post.deliver(this.#members);
    const member = this.#random.pick(this.#members);
    if (this.#random.once(2)) member.state = restored(member.state);
  }

  // ---- what is done

  async #change(): Promise<Change> {
    const isFew = this.#members.length < 3;
    const isFull = this.#members.length >= this.#walk.mostMembers;
    const kinds = [
      ...(isFull ? [] : ["add", "add", "external join", "proposed add"]),
      ...(isFew ? [] : ["remove", "remove", "leave"]),
      ...(isFew || isFull ? [] : ["add and remove"]),
      ...(this.#members.length < 2 ? [] : ["resync", "conflict", "psk", "last one out"]),
      "update",
      "renew",
      "extensions",
    ];
    const kind = this.#random.pick(kinds);
    this.last = kind;
    switch (kind) {
      case "external join":
        return this.#externalJoin();
      case "resync":
        return this.#resync();
      case "renew":
        return this.#renew();
      case "leave":
      case "proposed add":
        return this.#proposed(kind);
      case "psk":
        return this.#psk();
      case "conflict":
        return this.#conflict();
      default:
        return this.#byValue(kind);
    }
  }

  /** Adds, removals, extensions, or nothing but new keys, in one commit. */
  async #byValue(kind: string): Promise<Change> {
    const by = this.#random.pick(this.#members);
    const others = this.#members.filter((member) => member !== by);
    const isLast = kind === "last one out" && this.#random.once(4);
    const out = isLast ? others : kind.includes("remove") ? this.#random.some(others, 1 + this.#random.below(2)) : [];
    const come = kind.startsWith("add") ? await this.#candidates() : [];
    const proposals = [...out.map(removal), ...come.map((each) => add(each.pair))];
    if (kind === "extensions" || this.#random.once(8)) proposals.push(this.#extensions());
    return this.#committed({ kind, by, out, come, proposals });
  }

  async #psk(): Promise<Change> {
    const { cs } = this.#walk;
    const [pskId, psk, pskNonce] = [cs.rng.randomBytes(8), cs.rng.randomBytes(32), cs.rng.randomBytes(cs.kdf.size)];
    const preSharedKeyId: PreSharedKeyID = { psktype: "external", pskId, pskNonce };
    const pskIndex = makePskIndex(undefined, { [Buffer.from(pskId).toString("base64")]: psk });
    const by = this.#random.pick(this.#members);
    const out = this.#members.length > 2 && this.#random.once(2) ? [this.#random.pick(this.#without(by))] : [];
    const come = this.#members.length < this.#walk.mostMembers ? await this.#candidates() : [];
    const proposals: Proposal[] = [
      ...out.map(removal),
      ...come.map((each) => add(each.pair)),
      { proposalType: "psk", psk: { preSharedKeyId } },
    ];
    const pskSecrets = [await computePskSecret([[preSharedKeyId, psk]], cs)];
    const change = await this.#committed({ kind: "psk", by, out, come, proposals, pskIndex });
    return { ...change, pskSecrets };
  }

  /** A new credential and signature key for the own leaf. */
  async #renew(): Promise<Change> {
    const by = this.#random.pick(this.#members);
    const keys = await this.#walk.cs.signature.keygen();
    const identity = new TextEncoder().encode(`${by.name}/${this.#names}`);
    const leaf = { credential: { credentialType: "basic", identity }, signatureKeyPair: keys } as const;
    const come = this.#random.once(2) && this.#members.length < this.#walk.mostMembers ? await this.#candidates() : [];
    const change = await this.#committed({
      kind: "renew",
      by,
      come,
      proposals: come.map((each) => add(each.pair)),
      leaf,
    });
    this.#members = this.#members.map((member) => (member === by ? { ...by, keys } : member));
    const renewed = this.#members.find(({ name }) => name === by.name);
    return renewed === undefined ? change : { ...change, by: renewed };
  }

  /** One member proposes, everybody hears it, another one commits it by reference. */
  async #proposed(kind: "leave" | "proposed add"): Promise<Change> {
    const proposer = this.#random.pick(this.#members);
    const by = this.#random.pick(this.#without(proposer).length === 0 ? [proposer] : this.#without(proposer));
    const come = kind === "leave" ? [] : [await candidate(this.#newName(), this.#walk.cs)];
    const proposal = kind === "leave" ? removal(proposer) : add((come[0] as Candidate).pair);
    const made = await createProposal(proposer.state, this.#random.once(2), proposal, this.#walk.cs);
    proposer.state = made.newState;
    for (const member of this.#without(proposer)) member.state = (await received(member.state, made.message)).newState;
    if (this.#random.once(3)) by.state = restored(by.state);
    return this.#committed({ kind, by, out: kind === "leave" ? [proposer] : [], come, proposals: [] });
  }

  /** Two commit at the same time; the second one is not taken, and follows the first. */
  async #conflict(): Promise<Change> {
    const [by, loser] = this.#random.some(this.#members, 2);
    if (by === undefined || loser === undefined) throw new Error("a conflict needs two");
    const lost = await committed(loser.state, this.#walk.cs, this.#options());
    loser.state = lost.spentState;
    return this.#committed({ kind: "conflict", by, proposals: [] });
  }

  async #externalJoin(): Promise<Change> {
    const who = await candidate(this.#newName(), this.#walk.cs);
    const made = await joinedExternally(this.#random.pick(this.#members).state, who.pair);
    const come = async (): Promise<readonly Member[]> => [{ ...who, state: made.state }];
    return { kind: "external join", commit: made.commit, next: made.state, come };
  }

  /** A member that lost its state comes back in its own place. */
  async #resync(): Promise<Change> {
    const old = this.#random.pick(this.#members);
    const host = this.#random.pick(this.#without(old));
    const who = await candidate(old.name, this.#walk.cs, old.keys);
    const made = await joinedExternally(host.state, who.pair, true);
    const come = async (): Promise<readonly Member[]> => [{ ...who, state: made.state }];
    return { kind: "resync", commit: made.commit, next: made.state, out: [old], come };
  }

  async #committed(wish: {
    readonly kind: string;
    readonly by: Member;
    readonly proposals: readonly Proposal[];
    readonly out?: readonly Member[];
    readonly come?: readonly Candidate[];
    readonly pskIndex?: PskIndex;
    readonly leaf?: CreateCommitOptions["leaf"];
  }): Promise<Change> {
    const { kind, by, proposals, out = [], come = [], pskIndex = emptyPskIndex, leaf } = wish;
    const { cs } = this.#walk;
    const options = { ...this.#options(), extraProposals: [...proposals], pskIndex, ...(leaf && { leaf }) };
    const made = await committed(by.state, cs, options);
    const joined = async (): Promise<readonly Member[]> =>
      Promise.all(come.map((who) => welcomedMember(who, made, { cs, pskIndex })));
    return { kind, commit: made.commit, next: made.newState, by, out, come: joined, pskIndex };
  }

  #options(): CreateCommitOptions {
    return { wireAsPublicMessage: this.#random.once(2), ratchetTreeExtension: this.#random.once(3) };
  }

  // ---- what must be true afterwards

  async #take(change: Change): Promise<void> {
    const { commit, next, by, out = [], come, pskIndex = emptyPskIndex } = change;
    const before = this.#members.map(({ state }) => state);
    const stay = this.#members.filter((member) => member !== by && !out.includes(member));
    const states = await Promise.all(
      stay.map(async ({ state }) => (await received(state, commit, { pskIndex })).newState),
    );
    for (const member of out) await this.#putOut(member, change);
    if (this.#members.some(({ state }, index) => state !== before[index]))
      throw new Error("a state was changed in place");
    for (const [index, member] of stay.entries()) member.state = states[index] ?? member.state;
    if (by !== undefined) by.state = next;
    for (const { name } of out) this.#post.forget(name);
    this.#members = [...this.#members.filter((member) => !out.includes(member)), ...((await come?.(change)) ?? [])];
    const view = viewOf(next);
    for (const member of this.#members) {
      if (viewOf(member.state) !== view) throw new Error(`${member.name} does not agree`);
    }
    await checkPrivateKeys(this.#random.pick(this.#members), this.#walk.cs);
  }

  /** It is told, and has no way to the new epoch. */
  async #putOut(member: Member, change: Change): Promise<void> {
    const { commit, next, pskIndex = emptyPskIndex, pskSecrets = [] } = change;
    const { newState } = await received(member.state, commit, { pskIndex });
    if (newState.groupActiveState.kind !== "removedFromGroup")
      throw new Error(`${member.name} does not know that it is out`);
    if (secretOf(newState) === secretOf(next)) throw new Error(`${member.name} is out and has the new secret`);
    const attempt = { old: member.state, commit, next, pskSecrets, cs: this.#walk.cs };
    if (await canFollow(attempt)) throw new Error(`${member.name} is out and can compute the new secret`);
  }

  // ---- small parts

  #without(one: Member): readonly Member[] {
    return this.#members.filter((member) => member !== one);
  }

  async #candidates(): Promise<readonly Candidate[]> {
    const room = this.#walk.mostMembers - this.#members.length;
    const count = Math.min(room, 1 + this.#random.below(3));
    return Promise.all(Array.from({ length: count }, () => candidate(this.#newName(), this.#walk.cs)));
  }

  #newName(): string {
    this.#names += 1;
    return `m${this.#names}`;
  }

  #extensions(): Proposal {
    const extensions = this.#random
      .some(EXTENSIONS, this.#random.below(EXTENSIONS.length + 1))
      .map((extensionType) => ({ extensionType, extensionData: this.#walk.cs.rng.randomBytes(4) }));
    return { proposalType: "group_context_extensions", groupContextExtensions: { extensions } };
  }
}

function removal({ state }: Member): Proposal {
  return remove(state.privatePath.leafIndex);
}
