// The client itself: commands in, events and replies out. Joins connection, conversations, people and presenter.
// Knows no terminal, no socket, no database.
import { Fault, reason } from "../../model/fault.ts";
import type { DeviceId, LogId } from "../../model/ids.ts";
import { newPathCache, type Peer } from "../../pki/peer.ts";
import type { Realm } from "../../pki/realm.ts";
import { lobbyLog } from "../../wire/log-id.ts";
import type { ClientMessage, Member, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { Command, Ending, Reply } from "../port/client.ts";
import type { Clock } from "../port/clock.ts";
import type { Face } from "../port/face.ts";
import type { Note } from "../port/note.ts";
import type { Link } from "../port/link.ts";
import type { Vault } from "../port/vault.ts";
import { Answers } from "./answers.ts";
import { Batch } from "./batch.ts";
import { Connector } from "./connector.ts";
import { Conversations } from "./conversations.ts";
import { Cursors } from "./cursors.ts";
import { conversationName, messageView } from "./names.ts";
import { People } from "./people.ts";
import { Presenter } from "./presenter.ts";
import type { Seal } from "./seal.ts";
import { Sending } from "./sending.ts";
import type { ClientEvent, LinkReason } from "../port/views.ts";

export interface AppWorld {
  readonly peer: Peer;
  readonly realm: Realm;
  readonly link: Link;
  readonly vault: Vault;
  readonly face: Face;
  readonly seal: Seal;
  readonly clock: Clock;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  /** Runs after everything that is ready now. */
  readonly defer: (run: () => void) => void;
  readonly agent: string;
  /** Host and port, for people. */
  readonly server: string;
  readonly note: Note;
}

export class App {
  readonly #world: AppWorld;
  readonly #lobby: LogId;
  readonly #batch: Batch;
  readonly #connector: Connector;
  readonly #conversations: Conversations;
  readonly #people: People;
  readonly #presenter: Presenter;
  readonly #answers: Answers;
  readonly #cursors: Cursors;
  readonly #sending: Sending;
  /** Ends when the first connection has caught up, or has failed: then the vault is the best there is. */
  readonly #settled = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Ending>();
  #ready: "no" | "catching-up" | "said" = "no";
  #stopped = false;

  constructor(world: AppWorld) {
    this.#world = world;
    const { vault, clock, face, defer } = world;
    this.#lobby = lobbyLog(world.realm.fingerprint);
    this.#batch = new Batch({ vault, defer, onFailed: (error) => this.#fail(error) });
    this.#connector = this.#newConnector();
    this.#cursors = new Cursors(clock, (cursors) => this.#connector.send({ type: "cursor", cursors }));
    this.#people = this.#newPeople();
    this.#conversations = this.#newConversations();
    this.#sending = new Sending(
      {
        random: world.random,
        now: () => clock.now(),
        tell: (event) => this.#tell(event),
        send: (log, mid, payload) => this.#conversations.send(log, mid, payload),
      },
      vault.outgoing(),
    );
    this.#presenter = new Presenter({
      vault,
      face,
      people: this.#people,
      view: (entry) => messageView(entry, { lobby: this.#lobby, self: world.peer.device, people: this.#people }),
      onIdle: () => this.#maybeReady(),
      onFailed: (error) => this.#fail(error),
    });
    const parts = { vault, batch: this.#batch, people: this.#people, conversations: this.#conversations, connector: this.#connector };
    this.#answers = new Answers({ ...parts, self: world.peer.device, lobby: this.#lobby });
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
    this.#sending.stop(new Fault("stopped", "the client was stopped", { hint: "what was queued is sent at the next start" }));
  }

  /** One command, one reply. @throws Fault */
  async ask(command: Command): Promise<Reply> {
    switch (command.do) {
      case "whoami":
        return this.#whoami();
      case "send":
        return this.#send(command);
      case "link":
        return this.#setLink(command.state);
      case "quit":
        return {};
      default:
        await this.#settled.promise;
        return this.#lookUp(command);
    }
  }

  #lookUp(command: Exclude<Command, { do: "whoami" | "send" | "link" | "quit" }>): Promise<Reply> | Reply {
    switch (command.do) {
      case "conversations":
        return this.#answers.conversations();
      case "members":
        return this.#answers.members(command);
      case "users":
        return this.#answers.users(command);
      case "history":
        return this.#answers.history(command);
      case "read":
        return this.#answers.read(command);
    }
  }

  #whoami(): Reply {
    const { peer, realm } = this.#world;
    return { user: peer.user, device: peer.device, name: peer.name, fingerprint: peer.fingerprint, realm: realm.fingerprint };
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
      await this.#settled.promise;
      return this.#answers.logOf(to);
    }
  }

  // ---- what the server says

  #onGreeting(greeting: ServerMessageOf<"greeting">): void {
    const { vault, peer } = this.#world;
    if (greeting.device !== peer.device || greeting.user !== peer.user) {
      this.#alarm("sender-mismatch", `the server takes us for ${greeting.user} (${greeting.device})`);
    }
    const before = vault.server();
    const { storeId, generation } = greeting;
    const restored = before !== undefined && (before.storeId !== storeId || generation > before.generation);
    if (before?.storeId !== storeId || before.generation !== generation) {
      this.#batch.put({ put: "server", server: { storeId, generation } }, { durable: true });
    }
    this.#ready = this.#ready === "no" ? "catching-up" : this.#ready;
    this.#conversations.greeted(greeting.logs, restored);
    this.#presenter.poke();
    this.#batch.then(() => this.#maybeReady());
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case "deliver":
        return this.#conversations.delivered(message.log, message.entries);
      case "memberChange":
        return void this.#onMemberChange(message).catch((error: unknown) => this.#world.note("info", reason(error)));
      case "presence":
        for (const { user, online } of message.changes) this.#tell({ event: "presence", at: this.#world.clock.now(), user, on: online });
        return;
      case "ping":
        return this.#connector.send({ type: "pong", nonce: message.nonce });
      default:
    }
  }

  async #onMemberChange({ log, added, removed, state }: ServerMessageOf<"memberChange">): Promise<void> {
    const at = this.#world.clock.now();
    const conversation = conversationName(log, this.#lobby);
    if (state !== undefined) {
      this.#conversations.joined(state, false);
      this.#tell({ event: "conversation", at, conversation, id: log, kind: state.kind, change: "added" });
    }
    await this.#people.learn(added.map(({ device }) => device));
    const tell = (members: readonly Member[], change: "added" | "removed"): void => {
      for (const { device } of members) {
        const { user, name } = this.#people.sender(device);
        this.#tell({ event: "member", at, conversation, user, device, name, change });
      }
    };
    tell(added, "added");
    tell(removed, "removed");
  }

  /** Once, when the first connection has brought everything and the face has it. */
  #maybeReady(): void {
    if (this.#ready !== "catching-up" || !this.#conversations.settled || !this.#presenter.idle) return;
    this.#ready = "said";
    const { peer, realm, clock, server } = this.#world;
    const { user, device, name } = peer;
    this.#tell({ event: "ready", at: clock.now(), user, device, name, realm: realm.fingerprint, server });
    this.#settled.resolve();
  }

  #onTell(state: "connected" | "reconnecting" | "refused", more: { readonly reason?: LinkReason; readonly retryMs?: number }): void {
    this.#tell({ event: "link", at: this.#world.clock.now(), state, ...more });
    if (state !== "connected") this.#settled.resolve();
    if (state !== "refused" || more.reason === undefined) return;
    this.#ended.resolve({ how: "refused", reason: more.reason, by: this.#connector.wasTold ? "server" : "client" });
  }

  #onGone(): void {
    this.#conversations.disconnected();
    if (this.#ready === "catching-up") this.#ready = "no";
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

  #chance(): number {
    const [a = 0, b = 0] = this.#world.random(2);
    return (a * 256 + b) / 65_536;
  }

  #newConnector(): Connector {
    const { link, clock, face, note, agent } = this.#world;
    return new Connector({
      link,
      clock,
      face,
      note,
      chance: () => this.#chance(),
      hello: (): ClientMessage => {
        this.#batch.flush();
        const server = this.#world.vault.server();
        const positions = this.#conversations.positions();
        const known = { storeId: server?.storeId, generation: server?.generation ?? 0 };
        return { type: "hello", versions: [1], features: ["presence"], agent, ...known, positions };
      },
      onGreeting: (greeting) => this.#onGreeting(greeting),
      onMessage: (message) => this.#onMessage(message),
      onTell: (state, more) => this.#onTell(state, more),
      onGone: () => this.#onGone(),
    });
  }

  #newPeople(): People {
    const { realm, clock, note, vault, peer } = this.#world;
    const ask = async (devices: readonly DeviceId[]) => (await this.#connector.ask({ type: "getDevices", devices }, "deviceList")).devices;
    return new People(
      {
        realm,
        cache: newPathCache(),
        now: () => clock.now(),
        ask,
        note,
        keep: (device) => this.#batch.put({ put: "device", device }, { durable: false }),
        alarm: (code, message) => this.#alarm(code, message),
      },
      [...vault.devices(), { device: peer.device, user: peer.user, name: peer.name, problem: "" }],
    );
  }

  #newConversations(): Conversations {
    const { vault, seal, clock, peer } = this.#world;
    const connector = this.#connector;
    return new Conversations({
      ...{ vault, seal, batch: this.#batch, self: peer.device, chance: () => this.#chance() },
      now: () => clock.now(),
      after: (ms, run) => clock.after(ms, run),
      tell: (event) => this.#tell(event),
      nameOf: (log) => conversationName(log, this.#lobby),
      fetch: (log, after, maxCount) =>
        connector.request({ type: "fetch", log, after, maxCount, maxBytes: 0 }, (answer) => {
          if (answer?.type === "page") this.#conversations.paged(log, answer);
        }),
      append: (log, { mid, since }, { epoch, body }) =>
        connector.request({ type: "append", log, mid, since, kind: "app", epoch, body, commit: undefined }, (answer) => {
          if (answer?.type === "appended") this.#conversations.appended(log, mid, answer);
          else if (answer !== undefined) this.#conversations.refused(log, mid, answer.type === "error" ? answer.code : "answer");
        }),
      onHeld: (log, seq) => {
        this.#cursors.note(log, seq);
        this.#presenter.poke();
      },
      onCaughtUp: () => this.#maybeReady(),
      onQueued: (mid, chars) => this.#sending.onQueued(mid, chars),
      onStored: (mid, at) => this.#sending.onStored(mid, at),
      onFailed: (mid, code) => this.#sending.onFailed(mid, code),
    });
  }
}
