// What runs by itself: connection, conversations, groups, people and what is shown of them, joined. Commands stand on top (app.ts).
// Knows no terminal, no socket, no database.
import { Fault, reason } from "../../model/fault.ts";
import type { DeviceId, Handle, LogId } from "../../model/ids.ts";
import { lobbyLog } from "../../wire/log-id.ts";
import type { KeyPackageStock, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { Ending } from "../port/client.ts";
import type { Lineage } from "../port/vault.ts";
import { type AppWorld, lineageEvent, readyEvent, tooLateEvent } from "./app-world.ts";
import { Batch } from "./batch.ts";
import type { Connector } from "./connector.ts";
import { type EventsWorld, eventsOf } from "./events.ts";
import { compared } from "./hello.ts";
import { Conversations } from "./conversations.ts";
import { Circles } from "./circle/circles.ts";
import { circlesWorld } from "./circle/new-circles.ts";
import type { CircleNews } from "./circle/circle-world.ts";
import { Packages } from "./circle/packages.ts";
import type { CoreHooks } from "./core-hooks.ts";
import { Cursors } from "./cursors.ts";
import { MemberChanges } from "./members.ts";
import { newTrust } from "./log/new-trust.ts";
import type { RealmTrust } from "./log/realm-trust.ts";
import { newConnector } from "./new-connector.ts";
import { newPeople } from "./new-people.ts";
import type { People } from "./people.ts";
import { Presenter } from "./presenter.ts";
import { Readiness } from "./readiness.ts";
import { requestAppend, requestPage, requestStanding } from "./requests.ts";
import { Sending } from "./sending.ts";
import type { ClientEvent, LinkReason } from "../port/views.ts";

export class Core {
  readonly #world: AppWorld;
  readonly #hooks: CoreHooks;
  readonly #lineage: Lineage;
  readonly lobby: LogId;
  readonly batch: Batch;
  readonly connector: Connector;
  readonly trust: RealmTrust;
  readonly circles: Circles;
  readonly packages: Packages;
  readonly conversations: Conversations;
  readonly people: People;
  readonly #presenter: Presenter;
  readonly #members: MemberChanges;
  readonly readiness: Readiness;
  readonly #cursors: Cursors;
  readonly sending: Sending;
  readonly #ended = Promise.withResolvers<Ending>();
  #stopped = false;

  constructor(world: AppWorld, hooks: CoreHooks) {
    this.#world = world;
    this.#hooks = hooks;
    const { vault, clock } = world;
    // A copy of this vault may be in use elsewhere, or its keys were used since: they must not be used again.
    this.#lineage = vault.lineage();
    if (this.#lineage !== "same") vault.commit([{ drop: "groups" }], { durable: true });
    this.lobby = lobbyLog(world.realm.fingerprint);
    this.readiness = this.#newReadiness();
    this.batch = new Batch({ ...world, onFailed: (error) => this.fail(error) });
    this.connector = this.#newConnector();
    this.#cursors = new Cursors(clock, (cursors) => this.connector.send({ type: "cursor", cursors }));
    this.trust = this.#newTrust();
    this.people = newPeople(world, this.trust.lists, { ...this.#common(), connector: this.connector });
    const circles = circlesWorld(world, this, (log, news) => this.#onNews(log, news));
    this.circles = new Circles(circles);
    const certificate = (): string => world.identity.fingerprint;
    this.packages = new Packages({ ...circles, vault, certificate, now: () => clock.now() });
    this.conversations = this.#newConversations();
    this.sending = new Sending(
      { ...this.#common(), random: world.random, send: (...what) => this.conversations.send(...what) },
      vault.outgoing(),
    );
    this.#presenter = new Presenter({
      ...world,
      batch: this.batch,
      people: this.people,
      events: (entry) => eventsOf(entry, this.viewWorld()),
      onIdle: () => this.readiness.look(),
      onFailed: (error) => this.fail(error),
    });
    this.#members = this.#newMembers();
  }

  /** Resolves when the client cannot go on; never after `stop`. */
  get ended(): Promise<Ending> {
    return this.#ended.promise;
  }

  start(): void {
    if (this.#lineage !== "same") this.tell(lineageEvent(this.#lineage, this.#world));
    this.conversations.open(this.lobby);
    this.#presenter.poke();
    this.connector.up();
  }

  /** This user is out of a conversation: what was said stays, nothing more comes. */
  async over(log: LogId): Promise<void> {
    const isGivenUp = this.conversations.over(log);
    this.#hooks.onOver(log);
    await isGivenUp;
  }

  stop(): void {
    this.#presenter.stop();
    this.batch.stop();
    this.#cursors.flush();
    this.#stopped = true;
    this.connector.down();
    this.circles.stop(new Fault("stopped", "the client was stopped"));
    this.sending.stop(
      new Fault("stopped", "the client was stopped", { hint: "what was queued is sent at the next start" }),
    );
  }

  #onGreeting(greeting: ServerMessageOf<"greeting">): void {
    const { vault, peer } = this.#world;
    if (greeting.device !== peer.device || greeting.user !== peer.user) {
      this.alarm("sender-mismatch", `the server takes us for ${greeting.user} (${greeting.device})`);
    }
    const { restored, changed } = compared(vault.server(), greeting);
    if (changed !== undefined) this.batch.put({ put: "server", server: changed }, { durable: true });
    this.readiness.greeted();
    this.trust.greeted(greeting);
    for (const state of greeting.logs) this.#hooks.onTold(state);
    this.conversations.greeted(greeting.logs, restored);
    // A server that was restored may have forgotten it: then it stays as it is.
    if (!restored) for (const log of this.conversations.lostSight()) this.#members.takenOut(log);
    this.#fill(greeting.keyPackages);
    this.#hooks.onGreeted(greeting.limits);
    this.#presenter.poke();
    this.batch.afterwards(() => this.readiness.look());
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case "deliver":
        return this.conversations.delivered(message.log, message.entries);
      case "memberChange":
        return this.#members.changed(message);
      case "keyPackagesLow":
        return this.#fill(message.stocks);
      case "ping":
        return this.connector.send({ type: "pong", nonce: message.nonce });
      default:
        if (!this.trust.take(message)) this.#hooks.onMessage(message);
    }
  }

  #fill(stocks: readonly KeyPackageStock[]): void {
    this.packages.fill(stocks).catch((error: unknown) => this.#world.note("info", reason(error)));
  }

  #onNews(log: LogId, news: CircleNews): void {
    if (news.news === "too-late") return this.tell(tooLateEvent(this.#hooks.nameOf(log), this.#world));
    if (news.news === "shut") this.conversations.shut(log, news.why);
    else this.conversations.moved(log);
    this.#hooks.onNews(log, news);
  }

  #onTell(
    state: "connected" | "reconnecting" | "refused",
    more: { readonly reason?: LinkReason; readonly retryMs?: number },
  ): void {
    const why = more.reason && this.trust.explained(more.reason);
    this.tell({ event: "link", at: this.#world.clock.now(), state, ...more, ...(why && { reason: why }) });
    if (state !== "connected") this.readiness.gone();
    if (state !== "refused" || why === undefined) return;
    this.#ended.resolve({ how: "refused", reason: why, by: this.connector.wasTold ? "server" : "client" });
  }

  tell(event: ClientEvent): void {
    if (!this.#stopped) this.#world.face.show(event);
  }

  alarm(code: string, message: string): void {
    this.tell({ event: "alarm", at: this.#world.clock.now(), code, message });
  }

  /** What must never happen did. */
  fail(error: unknown): void {
    if (!this.#stopped) this.#ended.resolve({ how: "failed", error });
  }

  /** What nearly every part is given. */
  #common() {
    const { clock, note, vault, chance } = this.#world;
    return {
      note,
      vault,
      chance,
      batch: this.batch,
      self: this.#world.peer.device,
      now: () => clock.now(),
      tell: (event: ClientEvent) => this.tell(event),
      alarm: (code: string, message: string) => this.alarm(code, message),
      nameOf: this.#hooks.nameOf,
      labelOf: this.#hooks.labelOf,
    };
  }

  /** What entries are made into views with. */
  viewWorld(): EventsWorld {
    const { vault, peer, clock } = this.#world;
    const { device: self, user } = peer;
    return { ...this.#hooks, vault, self, user, people: this.people, now: () => clock.now() };
  }

  /** Every device of the realm is in the lobby. */
  devicesOf(user: Handle): readonly DeviceId[] {
    const members = this.circles.get(this.lobby)?.view?.members ?? [];
    return members.filter((one) => one.user === user && one.suspect === undefined).map(({ device }) => device);
  }

  #newReadiness(): Readiness {
    return new Readiness({
      clock: this.#world.clock,
      isCaughtUp: () => this.conversations.settled && this.#presenter.idle,
      isSent: () => this.sending.isSent && this.conversations.allBack,
      onReady: () => this.tell(readyEvent(this.#world)),
    });
  }

  #newConnector(): Connector {
    return newConnector(this.#world, {
      positions: () => this.conversations.positions(),
      logHead: () => this.trust.watch.head,
      dialling: this.#hooks.dialling,
      onGreeting: (greeting) => this.#onGreeting(greeting),
      onMessage: (message) => this.#onMessage(message),
      onTell: (state, more) => this.#onTell(state, more),
      onGone: () => this.conversations.disconnected(),
    });
  }

  #newTrust(): RealmTrust {
    return newTrust(this.#world, {
      ...this.#common(),
      connector: this.connector,
      onChanged: () => {
        this.circles.judge();
        this.#hooks.onJudged();
      },
      onRevoked: (devices) => this.people.doubt(devices),
    });
  }

  #newConversations(): Conversations {
    const connector = this.connector;
    return new Conversations({
      ...this.#hooks,
      ...this.#common(),
      circles: this.circles,
      user: this.#world.peer.user,
      head: () => this.trust.watch.head,
      heard: (head, by) => this.trust.watch.heard(head, by),
      met: (sender) => this.people.met(sender),
      userOf: (device) => this.people.userOf(device),
      onBroken: (error) => this.fail(error),
      after: (ms, run) => this.#world.clock.after(ms, run),
      fetch: (log, after, maxCount) => requestPage(connector, this.conversations, { log, after, maxCount }),
      append: (log, item, sealed) => requestAppend(connector, this.conversations, { log, ...item, ...sealed }),
      standing: (log, seq) => {
        this.#cursors.note(log, seq);
        this.#cursors.flush();
        return requestStanding(connector, log);
      },
      shown: () => this.#presenter.rested(),
      out: (log, wasIn) => (wasIn ? this.#members.takenOut(log) : void this.over(log)),
      onHeld: (log, seq) => {
        this.#cursors.note(log, seq);
        this.#presenter.poke();
      },
      onCaughtUp: () => this.readiness.look(),
      onQueued: (mid, chars) => this.sending.onQueued(mid, chars),
      onStored: (mid, at) => this.sending.onStored(mid, at),
      onFailed: (mid, code) => {
        this.sending.onFailed(mid, code);
        this.readiness.look();
      },
    });
  }

  #newMembers(): MemberChanges {
    return new MemberChanges({
      ...this.#common(),
      joined: (state, hopes) => {
        this.#hooks.onTold(state);
        this.conversations.joined(state, hopes);
      },
      leaving: (log, users) => this.circles.get(log)?.leaving(users),
      circleOf: (log) => this.circles.get(log),
      putOut: (log) => this.conversations.putOut(log),
      over: (log) => void this.over(log),
      user: this.#world.peer.user,
    });
  }
}
