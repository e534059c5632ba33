// The service as one value: a device opens, asks, closes. One handler for each kind of message.
import { Fault } from "../../model/fault.ts";
import type { LogId, Seq } from "../../model/ids.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { Log } from "../port/log.ts";
import type { Outlet } from "../port/outlet.ts";
import { Audience } from "./audience.ts";
import { Conversations } from "./conversations.ts";
import { Delivery } from "./delivery.ts";
import { Directory } from "./directory.ts";
import { Entrance, type Newcomer } from "./entrance.ts";
import { Keeping } from "./keeping.ts";
import { Newcomers } from "./newcomers.ts";
import { Presence } from "./presence.ts";
import type { ServiceWorld } from "./world.ts";

export type ServiceParts = Omit<ServiceWorld, "audience" | "presence" | "newcomers" | "notify">;

export class Service {
  readonly audience: Audience;
  readonly #log: Log;
  readonly #entrance: Entrance;
  readonly #delivery: Delivery;
  readonly #conversations: Conversations;
  readonly #directory: Directory;
  readonly #keeping: Keeping;
  readonly #stopListening: () => void;

  constructor(parts: ServiceParts) {
    const { store, log, clock, lobby } = parts;
    this.#log = log;
    this.audience = new Audience({ store, log, clock });
    const presence = new Presence(clock, () => this.audience.outlets());
    const newcomers = new Newcomers(lobby, this.audience, clock);
    const world: ServiceWorld = { ...parts, audience: this.audience, presence, newcomers, notify };
    this.#entrance = new Entrance(world);
    this.#delivery = new Delivery(world);
    this.#conversations = new Conversations(world);
    this.#directory = new Directory(world);
    this.#keeping = new Keeping(world);
    this.#stopListening = parts.bus.listen({
      onHint: (of: LogId, head: Seq) => this.audience.behind(of, head),
      onSignal: (of: LogId, frame: Uint8Array) => this.audience.broadcast(of, Buffer.from(frame)),
    });
  }

  /** Throws a Fault that ends the connection. */
  open(newcomer: Newcomer): Promise<ServerMessageOf<"greeting">> {
    return this.#entrance.open(newcomer);
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

  #handle(outlet: Outlet, message: ClientMessage): Promise<ServerMessage> | undefined {
    switch (message.type) {
      case "append":
        return this.#delivery.append(outlet, message);
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
        return this.#conversations.list(outlet);
      case "listMembers":
        return this.#conversations.members(outlet, message);
      case "listUsers":
        return this.#directory.users(message);
      case "getDevices":
        return this.#directory.devices(message);
      case "blobPut":
        return this.#keeping.putBlob(message);
      case "blobGet":
        return this.#keeping.getBlob(message);
      case "putKeyPackages":
        return this.#keeping.putKeyPackages(outlet, message);
      case "claimKeyPackages":
        return this.#keeping.claimKeyPackages(message);
      // The session answers these before they come here.
      case "hello":
      case "ping":
      case "pong":
      case "goodbye":
        return undefined;
    }
  }
}

function notify(outlet: Outlet, message: ServerMessage): void {
  outlet.send(encodeServerFrame({ request: 0, message }));
}
