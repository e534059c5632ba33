// The client itself: commands in, events and replies out. Joins connection, conversations, people and presenter.
// Knows no terminal, no socket, no database.
import { Fault } from "../../model/fault.ts";
import type { DeviceId, LogId, MessageId } from "../../model/ids.ts";
import { newPathCache } from "../../pki/peer.ts";
import { lobbyLog } from "../../wire/log-id.ts";
import type { LogState, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { Command, Ending, Reply } from "../port/client.ts";
import type { HeldDevice } from "../port/vault.ts";
import { type AppWorld, readyEvent } from "./app-world.ts";
import { Answers } from "./answers.ts";
import { Batch } from "./batch.ts";
import { Connector } from "./connector.ts";
import { compared, hello } from "./hello.ts";
import { Conversations } from "./conversations.ts";
import { Cursors } from "./cursors.ts";
import { MemberChanges } from "./members.ts";
import { conversationName, messageView } from "./names.ts";
import { People } from "./people.ts";
import { Presenter } from "./presenter.ts";
import { Readiness } from "./readiness.ts";
import { requestAppend, requestPage } from "./requests.ts";
import { Sending } from "./sending.ts";
import type { ClientEvent, LinkReason } from "../port/views.ts";

export class App {
  readonly #world: AppWorld;
  readonly #lobby: LogId;
  readonly #batch: Batch;
  readonly #connector: Connector;
  readonly #conversations: Conversations;
  readonly #people: People;
  readonly #presenter: Presenter;
  readonly #answers: Answers;
  readonly #members: MemberChanges;
  readonly #readiness: Readiness;
  readonly #cursors: Cursors;
  readonly #sending: Sending;
  readonly #ended = Promise.withResolvers<Ending>();
  #stopped = false;

  constructor(world: AppWorld) {
    this.#world = world;
    const { vault, clock, face, defer } = world;
    this.#lobby = lobbyLog(world.realm.fingerprint);
    this.#readiness = new Readiness({
      isCaughtUp: () => this.#conversations.settled && this.#presenter.idle,
      isSent: () => this.#sending.waiting === 0 && this.#conversations.allBack,
      onReady: () => this.#tell(readyEvent(world)),
    });
    this.#batch = new Batch({ vault, defer, onFailed: (error) => this.#fail(error) });
    this.#connector = this.#newConnector();
    this.#cursors = new Cursors(clock, (cursors) => this.#connector.send({ type: "cursor", cursors }));
    this.#people = this.#newPeople();
    this.#conversations = this.#newConversations();
    this.#sending = this.#newSending();
    this.#presenter = new Presenter({
      vault,
      face,
      people: this.#people,
      view: (entry) => messageView(entry, { lobby: this.#lobby, self: world.peer.device, people: this.#people }),
      onIdle: () => this.#readiness.look(),
      onFailed: (error) => this.#fail(error),
    });
    const parts = {
      vault,
      batch: this.#batch,
      people: this.#people,
      conversations: this.#conversations,
      connector: this.#connector,
    };
    this.#answers = new Answers({ ...parts, peer: world.peer, realm: world.realm.fingerprint, lobby: this.#lobby });
    this.#members = this.#newMembers();
  }

  /** Resolves when the client cannot go on; never after `stop`. */
  get ended(): Promise<Ending> {
    return this.#ended.promise;
  }

  get isConnected(): boolean {
    return this.#connector.isOpen;
  }

  /** Messages that the server did not take yet. */
  get waiting(): number {
    return this.#sending.waiting;
  }

  rest(orAway: boolean): Promise<void> {
    return this.#readiness.rest(orAway);
  }

  start(): void {
    this.#conversations.open(this.#lobby);
    this.#presenter.poke();
    this.#connector.up();
  }

  /** Keeps what is in the vault, says goodbye to nobody in particular. */
  stop(): void {
    this.#presenter.stop();
    this.#batch.flush();
    this.#cursors.flush();
    // Leaving is no news.
    this.#stopped = true;
    this.#connector.down();
    this.#sending.stop(
      new Fault("stopped", "the client was stopped", { hint: "what was queued is sent at the next start" }),
    );
  }

  /** One command, one reply. @throws Fault */
  async ask(command: Command): Promise<Reply> {
    switch (command.do) {
      case "whoami":
        return this.#answers.whoami();
      case "send":
        return this.#send(command);
      case "link":
        return this.#setLink(command.state);
      case "quit":
        return {};
      default:
        await this.#readiness.settled;
        return this.#answers.lookUp(command);
    }
  }

  #setLink(state: "up" | "down"): Reply {
    if (state === "up") this.#connector.up();
    else this.#connector.down();
    return { state };
  }

  // ---- sending

  async #send(command: Extract<Command, { do: "send" }>): Promise<Reply> {
    const log = await this.#logToSend(command.to);
    return { ...(await this.#sending.send(log, command)) };
  }

  /** A conversation that is not known yet may come with the first greeting. */
  async #logToSend(to: string): Promise<LogId> {
    try {
      return this.#answers.logOf(to);
    } catch (error) {
      if (/^[#@]/.test(to)) throw error;
      await this.#readiness.settled;
      return this.#answers.logOf(to);
    }
  }

  // ---- what the server says

  #onGreeting(greeting: ServerMessageOf<"greeting">): void {
    const { vault, peer } = this.#world;
    if (greeting.device !== peer.device || greeting.user !== peer.user) {
      this.#alarm("sender-mismatch", `the server takes us for ${greeting.user} (${greeting.device})`);
    }
    const { restored, changed } = compared(vault.server(), greeting);
    if (changed !== undefined) this.#batch.put({ put: "server", server: changed }, { durable: true });
    this.#readiness.greeted();
    this.#conversations.greeted(greeting.logs, restored);
    this.#presenter.poke();
    this.#batch.afterwards(() => this.#readiness.look());
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case "deliver":
        return this.#conversations.delivered(message.log, message.entries);
      case "memberChange":
        return this.#members.changed(message);
      case "presence":
        for (const { user, online } of message.changes)
          this.#tell({ event: "presence", at: this.#world.clock.now(), user, on: online });
        return;
      case "ping":
        return this.#connector.send({ type: "pong", nonce: message.nonce });
      default:
    }
  }

  #onTell(
    state: "connected" | "reconnecting" | "refused",
    more: { readonly reason?: LinkReason; readonly retryMs?: number },
  ): void {
    this.#tell({ event: "link", at: this.#world.clock.now(), state, ...more });
    if (state !== "connected") this.#readiness.gone();
    if (state !== "refused" || more.reason === undefined) return;
    this.#ended.resolve({ how: "refused", reason: more.reason, by: this.#connector.wasTold ? "server" : "client" });
  }

  #tell(event: ClientEvent): void {
    if (!this.#stopped) this.#world.face.show(event);
  }

  #alarm(code: string, message: string): void {
    this.#tell({ event: "alarm", at: this.#world.clock.now(), code, message });
  }

  #fail(error: unknown): void {
    this.#ended.resolve({ how: "failed", error });
  }

  // ---- parts

  /** What nearly every part is given. */
  #common() {
    const { clock, note, vault, chance } = this.#world;
    return {
      note,
      vault,
      chance,
      batch: this.#batch,
      self: this.#world.peer.device,
      now: () => clock.now(),
      tell: (event: ClientEvent) => this.#tell(event),
      alarm: (code: string, message: string) => this.#alarm(code, message),
      nameOf: (log: LogId) => conversationName(log, this.#lobby),
    };
  }

  #newConnector(): Connector {
    const { link, clock, face, note, agent, chance } = this.#world;
    return new Connector({
      link,
      clock,
      face,
      note,
      chance,
      hello: () => {
        this.#batch.flush();
        return hello(agent, this.#world.vault.server(), this.#conversations.positions());
      },
      onGreeting: (greeting) => this.#onGreeting(greeting),
      onMessage: (message) => this.#onMessage(message),
      onTell: (state, more) => this.#onTell(state, more),
      onGone: () => this.#conversations.disconnected(),
    });
  }

  #newPeople(): People {
    const { realm, vault, peer } = this.#world;
    const ask = async (devices: readonly DeviceId[]) =>
      (await this.#connector.ask({ type: "getDevices", devices }, "deviceList")).devices;
    const keep = (device: HeldDevice): void => this.#batch.put({ put: "device", device }, { durable: false });
    return new People({ ...this.#common(), realm, cache: newPathCache(), ask, keep }, [
      ...vault.devices(),
      { device: peer.device, user: peer.user, name: peer.name, problem: "" },
    ]);
  }

  #newConversations(): Conversations {
    const { seal, clock } = this.#world;
    const connector = this.#connector;
    return new Conversations({
      ...this.#common(),
      seal,
      after: (ms, run) => clock.after(ms, run),
      fetch: (log, after, maxCount) => requestPage(connector, this.#conversations, { log, after, maxCount }),
      append: (log, item, sealed) => requestAppend(connector, this.#conversations, { log, ...item, ...sealed }),
      onHeld: (log, seq) => {
        this.#cursors.note(log, seq);
        this.#presenter.poke();
      },
      onCaughtUp: () => this.#readiness.look(),
      onQueued: (mid, chars) => this.#sending.onQueued(mid, chars),
      onStored: (mid, at) => this.#sending.onStored(mid, at),
      onFailed: (mid, code) => {
        this.#sending.onFailed(mid, code);
        this.#readiness.look();
      },
    });
  }

  #newSending(): Sending {
    const { random, vault } = this.#world;
    const send = (log: LogId, mid: MessageId, payload: string): void => this.#conversations.send(log, mid, payload);
    return new Sending({ ...this.#common(), random, send }, vault.outgoing());
  }

  #newMembers(): MemberChanges {
    const joined = (state: LogState): void => this.#conversations.joined(state, false);
    return new MemberChanges({ ...this.#common(), people: this.#people, joined });
  }
}
