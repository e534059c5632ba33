// The service as one value: a device opens, asks, closes. One handler for each kind of message.
import { Fault, reason } from "../../model/fault.ts";
import type { LogId, Seq } from "../../model/ids.ts";
import type { ClientMessage, ClientMessageOf, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { Clock } from "../port/clock.ts";
import type { Log } from "../port/log.ts";
import type { Meter } from "../port/meter.ts";
import type { Outlet } from "../port/outlet.ts";
import { Asks } from "./asks.ts";
import { Audience } from "./audience.ts";
import { Commits } from "./commits.ts";
import { Conversations } from "./conversations.ts";
import { Delivery } from "./delivery.ts";
import { Directory } from "./directory.ts";
import { Entrance, type Newcomer } from "./entrance.ts";
import { Groups } from "./groups.ts";
import { Keeping } from "./keeping.ts";
import { Leaving } from "./leaving.ts";
import { openLogsOf } from "./logs-of.ts";
import { Presence } from "./presence.ts";
import { isOwnMessage, OwnCertificates, type OwnCertificatesWorld } from "./realm/own-certificates.ts";
import type { Registry } from "./realm/registry.ts";
import type { ServiceWorld } from "./world.ts";

export type ServiceParts = Omit<ServiceWorld, "audience" | "presence" | "notify" | "logsOf"> &
  Omit<OwnCertificatesWorld, "realm">;

/** What is about coming into a conversation and going out of it. */
type GroupMessage = ClientMessageOf<
  "putKeyPackages" | "claimKeyPackages" | "putTreeParts" | "getTreeParts" | "getGroupInfo" | "ask" | "answer" | "leave"
>;

export class Service {
  readonly audience: Audience;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #entrance: Entrance;
  readonly #delivery: Delivery;
  readonly #conversations: Conversations;
  readonly #commits: Commits;
  readonly #leaving: Leaving;
  readonly #asks: Asks;
  readonly #groups: Groups;
  readonly #directory: Directory;
  readonly #keeping: Keeping;
  readonly #registry: Registry;
  readonly #reception: ServiceParts["reception"];
  readonly #meter: Meter;
  readonly #own: OwnCertificates;
  readonly #stopListening: () => void;

  constructor(parts: ServiceParts) {
    const { store, log, clock } = parts;
    this.#log = log;
    this.#clock = clock;
    this.audience = new Audience({ store, log, clock });
    this.#registry = parts.registry;
    this.#own = new OwnCertificates({ ...parts, realm: store.realm });
    this.#registry.attend(() => this.audience.outlets());
    parts.pairings.attend((device) => this.audience.outletOf(device));
    this.#reception = parts.reception;
    this.#meter = parts.meter;
    this.#reception.attend(() => this.audience.outlets());
    const presence = new Presence(clock, () => this.audience.outlets());
    const world: ServiceWorld = {
      ...parts,
      audience: this.audience,
      presence,
      notify,
      logsOf: openLogsOf(parts),
    };
    this.#asks = new Asks(world);
    this.#entrance = new Entrance(world);
    this.#delivery = new Delivery(world);
    this.#conversations = new Conversations(world);
    this.#commits = new Commits(world, this.#asks);
    this.#leaving = new Leaving(world);
    this.#groups = new Groups(world);
    this.#directory = new Directory(world);
    this.#keeping = new Keeping(world);
    this.#stopListening = parts.bus.listen({
      onHint: (of: LogId, head: Seq) => this.audience.behind(of, head),
      onSignal: (of: LogId, frame: Uint8Array) => this.audience.broadcast(of, Buffer.from(frame)),
    });
  }

  /** Throws a Fault that ends the connection. */
  async open(newcomer: Newcomer): Promise<ServerMessageOf<"greeting">> {
    const greeting = await this.#entrance.open(newcomer);
    // Behind the greeting.
    this.#clock.soon(() => {
      notify(newcomer.outlet, this.#registry.lists());
      if (this.#reception.motd.text !== "") notify(newcomer.outlet, this.#reception.motd);
    });
    // Reads the store first: its frames leave after the greeting.
    void this.#asks
      .tellPending(newcomer.outlet, greeting.logs)
      .catch((error: unknown) => this.#log.error({ reason: reason(error) }, "could not tell who asks to be let in"));
    return greeting;
  }

  close(outlet: Outlet): void {
    this.#entrance.close(outlet);
  }

  stop(): void {
    this.#stopListening();
  }

  /** The answer, or undefined where a message has none. An expected failure is an `error` message, never a throw. */
  async ask(outlet: Outlet, message: ClientMessage): Promise<ServerMessage | undefined> {
    try {
      return await this.#handle(outlet, message);
    } catch (error) {
      if (error instanceof Fault)
        return { type: "error", code: error.code, message: error.message, hint: error.hint ?? "" };
      this.#log.error({ err: error, message: message.type, device: outlet.device }, "a request failed");
      return {
        type: "error",
        code: "internal",
        message: "the server failed at this request",
        hint: "its log says more",
      };
    }
  }

  async #append(outlet: Outlet, message: ClientMessageOf<"append">): Promise<ServerMessage> {
    const done = this.#meter.append();
    const answer = await this.#stored(outlet, message);
    done(answer.type === "appended" && answer.result === "ok");
    return answer;
  }

  #stored(outlet: Outlet, message: ClientMessageOf<"append">): Promise<ServerMessage> {
    if (message.kind === "app" && message.commit === undefined) return this.#delivery.append(outlet, message);
    if (message.kind === "proposal" || message.kind === "inbox")
      throw new Fault("not-supported", `devices do not append entries of kind ${message.kind}`);
    return this.#commits.append(outlet, message);
  }

  #handle(outlet: Outlet, message: ClientMessage): Promise<ServerMessage> | undefined {
    switch (message.type) {
      case "append":
        return this.#append(outlet, message);
      case "fetch":
        return this.#delivery.fetch(outlet, message);
      case "cursor":
        this.#delivery.cursor(outlet, message);
        return undefined;
      case "signal":
        this.#delivery.signal(outlet, message);
        return undefined;
      case "create":
        return this.#conversations.create(outlet, message);
      case "listConversations":
        return this.#conversations.list(outlet, message);
      case "listMembers":
        return this.#conversations.members(outlet, message);
      case "listUsers":
        return this.#directory.users(message);
      case "getDevices":
        return this.#directory.devices(message);
      case "blobPut":
        return this.#keeping.putBlob(outlet, message);
      case "blobGet":
        return this.#keeping.getBlob(message);
      case "readRealmLog":
        return this.#registry.page(message);
      case "offerRealmLog":
        return this.#registry.offered(message);
      // The session answers these before they come here.
      case "hello":
      case "ping":
      case "pong":
      case "goodbye":
        return undefined;
      default:
        return isOwnMessage(message) ? this.#own.ask(outlet, message) : this.#handleGroup(outlet, message);
    }
  }

  #handleGroup(outlet: Outlet, message: GroupMessage): Promise<ServerMessage> {
    switch (message.type) {
      case "putKeyPackages":
        return this.#groups.putKeyPackages(outlet, message);
      case "claimKeyPackages":
        return this.#groups.claimKeyPackages(outlet, message);
      case "putTreeParts":
        return this.#groups.putTreeParts(outlet, message);
      case "getTreeParts":
        return this.#groups.getTreeParts(outlet, message);
      case "getGroupInfo":
        return this.#groups.getGroupInfo(outlet, message);
      case "ask":
        return this.#asks.ask(outlet, message);
      case "answer":
        return this.#asks.answer(outlet, message);
      case "leave":
        return this.#leaving.leave(outlet, message);
    }
  }
}

function notify(outlet: Outlet, message: ServerMessage): void {
  outlet.send(encodeServerFrame({ request: 0, message }));
}
