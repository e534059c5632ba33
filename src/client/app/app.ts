// The client itself: commands in, events and replies out. What runs by itself is core.ts; here is what a user may ask of it.
import type { LogId } from "../../model/ids.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { LogState, ServerMessage } from "../../wire/messages.ts";
import type { Command, Ending, Reply } from "../port/client.ts";
import type { RealmCommand } from "../port/realm-views.ts";
import type { Change } from "../port/vault.ts";
import { type About, Abouts } from "./abouts.ts";
import type { Announcing } from "./announcing.ts";
import type { Answers, LookUp } from "./answers.ts";
import type { AppWorld } from "./app-world.ts";
import type { Aside, Taken } from "./asides.ts";
import { askEvent, type AskingWorld } from "./asking.ts";
import type { CircleNews } from "./circle/circle-world.ts";
import { newConversationParts } from "./conversation-parts.ts";
import { Core } from "./core.ts";
import type { CoreHooks } from "./core-hooks.ts";
import { isLeft } from "./departures.ts";
import type { Directs } from "./directs.ts";
import type { Labels } from "./labels.ts";
import { Listings } from "./listings.ts";
import { newSelfRenewal } from "./log/new-self-renewal.ts";
import { isRealmCommand, RealmDesk } from "./log/realm-desk.ts";
import type { SelfRenewal } from "./log/self-renewal.ts";
import { newAnswers } from "./new-answers.ts";
import { newLabels } from "./new-labels.ts";
import { newTransfers } from "./new-transfers.ts";
import type { OwnDevices } from "./own-devices.ts";
import { newPast } from "./past/new-past.ts";
import type { Past } from "./past/past.ts";
import { Personal, type PersonalCommand } from "./personal.ts";
import type { Renewal } from "./renewal.ts";
import type { RoomCommand, Rooms } from "./rooms.ts";
import type { FileCommand, Transfers } from "./transfers.ts";
import { Writing } from "./writing.ts";

/** What waits for the first greeting. */
type Settled = LookUp | RoomCommand | FileCommand | PersonalCommand | RealmCommand;

export class App {
  readonly #core: Core;
  readonly #abouts: Abouts;
  readonly #labels: Labels;
  readonly #listings: Listings;
  readonly #answers: Answers;
  readonly #rooms: Rooms;
  readonly #writing: Writing;
  readonly #directs: Directs;
  readonly #announcing: Announcing;
  readonly #renewal: Renewal;
  readonly #selfRenewal: SelfRenewal;
  readonly #realm: RealmDesk;
  readonly #ownDevices: OwnDevices;
  readonly #transfers: Transfers;
  readonly #personal: Personal;
  readonly #past: Past;
  readonly #asking: AskingWorld;

  constructor(world: AppWorld) {
    const { vault, peer, realm } = world;
    this.#core = new Core(world, this.#hooks());
    const core = this.#core;
    this.#abouts = new Abouts({
      vault,
      lobby: core.lobby,
      realm: realm.fingerprint,
      self: peer.user,
      has: (log) => core.conversations.has(log),
      isClosed: (log) => core.circles.get(log)?.view?.terms.closed === true,
    });
    this.#listings = new Listings(vault, core.lobby);
    this.#labels = newLabels({ app: world, core, abouts: this.#abouts, logTo: (to) => this.#logTo(to) });
    this.#personal = new Personal({ app: world, core, abouts: this.#abouts, labels: this.#labels });
    this.#answers = newAnswers({ app: world, core, abouts: this.#abouts, personal: this.#personal });
    this.#asking = {
      now: () => world.clock.now(),
      people: core.people,
      abouts: this.#abouts,
      listings: this.#listings,
    };
    const parts = newConversationParts({ app: world, core, abouts: this.#abouts, listings: this.#listings });
    ({ rooms: this.#rooms, directs: this.#directs, announcing: this.#announcing } = parts);
    ({ renewal: this.#renewal, ownDevices: this.#ownDevices } = parts);
    this.#selfRenewal = newSelfRenewal({ app: world, core, renewal: this.#renewal });
    this.#realm = new RealmDesk(world, core, this.#labels);
    this.#writing = new Writing({ core, abouts: this.#abouts, answers: this.#answers, directs: this.#directs });
    this.#transfers = newTransfers({ app: world, core, abouts: this.#abouts, logOf: (to) => this.#logTo(to) });
    this.#past = newPast({ app: world, core, abouts: this.#abouts, lasts: (aside) => this.#personal.lasts(aside) });
  }

  #hooks(): CoreHooks {
    return {
      nameOf: (log) => this.#abouts.nameOf(log),
      labelOf: (device) => this.#labels.of(device),
      isMuted: (log) => this.#personal.mutedUntil(log) !== undefined,
      aside: (aside) => this.#take(aside),
      late: (log, change, by) => this.#past.late(log, { change, ...by }),
      onMessage: (message) => this.#onMessage(message),
      onTold: (state) => this.#onTold(state),
      onNews: (log, news) => this.#onNews(log, news),
      onInStep: (log) => this.#onInStep(log),
      hasHelper: (log) => this.#ownDevices.hasHelper(log),
      dialling: () => this.#selfRenewal.dialling(),
      onJudged: () => this.#personal.judged(),
      onGreeted: (limits) => {
        for (const part of [this.#selfRenewal, this.#realm, this.#directs, this.#past]) part.greeted();
        this.#transfers.greeted(limits);
      },
      onOver: (log) => {
        this.#past.over(log);
        this.#directs.over(log);
        this.#put(this.#abouts.set(log, { over: true }));
      },
    };
  }

  /** Resolves when the client cannot go on; never after `stop`. */
  get ended(): Promise<Ending> {
    return this.#core.ended;
  }

  get isConnected(): boolean {
    return this.#core.connector.isOpen;
  }

  /** Messages that the server did not take yet. */
  get waiting(): number {
    return this.#core.sending.waiting;
  }

  get fileBytes(): number | undefined {
    return this.#transfers.fileBytes;
  }

  get isHanding(): boolean {
    return this.#past.isHanding;
  }

  rest(orAway: boolean): Promise<void> {
    return this.#core.readiness.rest(orAway);
  }

  start(): void {
    this.#core.start();
    this.#personal.start();
    this.#transfers.start();
  }

  /** How a conversation is called here. */
  aboutOf(log: LogId): About {
    return this.#abouts.of(log);
  }

  /** A device of this user had laid this by: archive keys that are among the rows of the group now, and its name, if nobody said it. */
  laidBy(log: LogId, { name, topic }: Pick<About, "name" | "topic">): void {
    if (name !== undefined && this.#abouts.of(log).name === undefined) {
      this.#put(this.#abouts.set(log, { name, ...(topic === undefined ? {} : { topic }) }));
      const place = { conversation: this.#abouts.nameOf(log), id: log, kind: "room" } as const;
      this.#core.tell({ event: "conversation", at: this.#asking.now(), ...place, change: "renamed", was: log });
    }
    this.#past.keysCame(log);
  }

  /** Nothing more will be asked. */
  leave(): void {
    this.#transfers.leave();
  }

  stop(): void {
    this.#transfers.stop();
    this.#personal.stop();
    this.#past.stop();
    this.#core.stop();
  }

  fail(error: unknown): void {
    this.#core.fail(error);
  }

  /** One command, one reply. @throws Fault */
  async ask(command: Command): Promise<Reply> {
    switch (command.do) {
      case "whoami":
        return this.#answers.whoami();
      case "send":
      case "edit":
      case "delete":
      case "react":
        return this.#writing.run(command);
      case "link":
        return this.#setLink(command.state);
      case "quit":
        return {};
      default:
        await Promise.all([this.#core.readiness["soon" in command ? "soon" : "settled"], this.#core.circles.ready()]);
        return this.#askSettled(command);
    }
  }

  #askSettled(command: Settled): Promise<Reply> {
    if (isRealmCommand(command)) return this.#realm.run(command);
    switch (command.do) {
      case "conversations":
      case "members":
      case "users":
      case "history":
      case "read":
      case "search":
        return this.#answers.lookUp(command);
      case "file":
      case "save":
      case "cancel":
      case "pause":
      case "resume":
        return this.#transfers.run(command);
      case "verify":
      case "trust":
      case "devices":
      case "label":
      case "typing":
      case "privacy":
      case "mute":
        return this.#personal.run(command).then((reply) => ({ ...reply }));
      default:
        return this.#rooms.run(command);
    }
  }

  #setLink(state: "up" | "down"): Reply {
    if (state === "up") this.#core.connector.up();
    else this.#core.connector.down();
    return { state };
  }

  // ---- what comes

  #onNews(log: LogId, news: CircleNews): void {
    if (news.news === "commit") this.#renewed(news.outcome);
    this.#directs.look(log);
    this.#personal.look(log);
    if (news.news === "in") for (const part of [this.#past, this.#ownDevices]) part.cameIn(log);
    if (news.news === "commit" && news.outcome.kind === "commit") this.#onCommit(log, news.outcome);
  }

  /** By a commit that the leaf of before has signed. */
  #renewed(outcome: Outcome): void {
    if (outcome.kind !== "commit" || !outcome.isRenewed || outcome.isExternal) return;
    const now = outcome.view?.members.find(({ device }) => device === outcome.by.device);
    if (now !== undefined) this.#personal.renewed(now.device, now.key);
  }

  #onCommit(log: LogId, commit: Extract<Outcome, { kind: "commit" }>): void {
    this.#announcing.commit(log, commit);
    this.#ownDevices.commit(log, commit);
    this.#labels.commit(log, commit);
  }

  #onInStep(log: LogId): void {
    const circle = this.#core.circles.get(log);
    if (circle?.isIn === true) this.#renewal.look(log, circle);
    this.#personal.look(log);
    this.#past.inStep(log);
  }

  #take(aside: Aside): Taken {
    if (aside.said.kind === "about" || aside.said.kind === "listing") this.#announcing.heard(aside.log);
    const past = this.#past.take(aside);
    const { opened, changes } = this.#personal.take({ ...aside, said: past.opened });
    // What it was called, before it is called otherwise.
    const isName = opened.kind === "about" && opened.name !== undefined;
    const named = isName ? { ...opened, was: this.#abouts.nameOf(aside.log) } : opened;
    const told = [...this.#abouts.take(aside), ...this.#listings.take(aside), ...this.#labels.take(aside)];
    return { opened: named, changes: [...told, ...changes, ...past.changes] };
  }

  #onTold(state: LogState): void {
    // Of a membership that is over: it says nothing of now.
    if (isLeft(state)) return;
    this.#directs.told(state);
    // Put out once, and in again.
    if (this.#abouts.of(state.log).over === true) this.#put(this.#abouts.set(state.log, { over: false }));
  }

  #onMessage(message: ServerMessage): void {
    if (message.type === "signalled") return this.#personal.signalled(message);
    if (message.type === "presence") return this.#personal.presence(message);
    if (this.#realm.take(message)) return;
    const event = askEvent(message, this.#asking);
    if (event !== undefined) this.#core.tell(event);
  }

  /** As a person names a conversation: it is made where there is none. */
  #logTo(to: string): Promise<LogId> {
    return this.#writing.logTo(to);
  }

  #put(changes: readonly Change[]): void {
    this.#core.batch.putAll(changes);
  }
}
