// The connection at work: carries out what connection.ts wants, says hello, matches answers to requests, reads on.
import { Fault, reason } from "../../model/fault.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { Clock } from "../port/clock.ts";
import type { Face } from "../port/face.ts";
import type { Note } from "../port/note.ts";
import type { Channel, Link } from "../port/link.ts";
import { type Connection, type ConnectionInput, type ConnectionWant, connectionStep, isFinal } from "./connection.ts";
import { farewellReason } from "./farewell.ts";
import { gathered } from "./gathering.ts";
import type { LinkReason } from "../port/views.ts";

/** From the hello to the greeting: the server reads its database for it. */
const GREETING_MS = 20_000;
/** A hello or a request wants an answer: see `request` in mutual.proto. */
const REQUEST_MOST = 0xffff_ffff;

export interface ConnectorWorld {
  readonly link: Link;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly face: Face;
  /** When everything that came on the last connection is in the vault. */
  readonly hello: () => Promise<ClientMessage>;
  readonly onGreeting: (greeting: ServerMessageOf<"greeting">) => void;
  /** What nobody asked for. */
  readonly onMessage: (message: ServerMessage) => void;
  readonly onTell: (
    state: "connected" | "reconnecting" | "refused",
    more: { readonly reason?: LinkReason; readonly retryMs?: number },
  ) => void;
  /** The channel is gone: no more answers to what was asked. */
  readonly onGone: () => void;
  readonly note: Note;
}

type Answer = (message: ServerMessage | undefined) => void;

export class Connector {
  readonly #world: ConnectorWorld;
  readonly #answers = new Map<number, Answer>();
  #connection: Connection = { at: "down" };
  #channel: Channel | undefined;
  /** Ends the attempt or the wait that is under way. */
  #cancel: () => void = () => {};
  #farewell: { readonly reason: LinkReason; readonly retryMs: number } | undefined;
  #request = 0;
  /** The server has proved once that it is ours: a stranger in its place may be a passing matter. */
  #everGreeted = false;

  constructor(world: ConnectorWorld) {
    this.#world = world;
  }

  get state(): Connection {
    return this.#connection;
  }

  /** The server said why the last connection ended. */
  get wasTold(): boolean {
    return this.#farewell !== undefined;
  }

  get isOpen(): boolean {
    return this.#connection.at === "open";
  }

  up(): void {
    this.#step({ on: "up" });
  }

  down(): void {
    this.#step({ on: "down" });
  }

  /** Another connection in the place of this one, at once. */
  renew(): void {
    if (!this.isOpen) return;
    this.#step({ on: "renew" });
  }

  /** This connection is of no use: another attempt, after a while. */
  giveUp(fault: Fault): void {
    this.#failed(fault);
  }

  /** No answer wanted; nothing happens without a connection. */
  send(message: ClientMessage): void {
    if (this.isOpen) this.#channel?.send({ request: 0, message });
  }

  /** `answer` is called once: with what came back, or undefined when the connection ended first. */
  request(message: ClientMessage, answer: Answer): void {
    if (!this.isOpen || this.#channel === undefined) return answer(undefined);
    this.#channel.send({ request: this.#expect(answer), message });
  }

  /** The same as a promise. Throws Fault `offline`, or what the server answered instead. */
  async ask<K extends ServerMessage["type"]>(message: ClientMessage, type: K): Promise<ServerMessageOf<K>> {
    const answer = await new Promise<ServerMessage | undefined>((resolve) => this.request(message, resolve));
    if (answer === undefined) {
      throw new Fault("offline", "the server cannot be asked now", { hint: "try again when the link is connected" });
    }
    if (answer.type === type) return answer as ServerMessageOf<K>;
    if (answer.type !== "error")
      throw new Fault("link-answer", `the server answered ${answer.type} instead of ${type}`);
    const told = answer.hint === "" ? {} : { hint: answer.hint };
    throw new Fault(
      answer.code === "" ? "link-answer" : answer.code,
      answer.message === "" ? `the server refused: ${answer.code}` : answer.message,
      told,
    );
  }

  #expect(answer: Answer): number {
    this.#request = (this.#request % REQUEST_MOST) + 1;
    this.#answers.set(this.#request, answer);
    return this.#request;
  }

  #step(input: ConnectionInput): void {
    const { connection, wants } = connectionStep(this.#connection, input);
    this.#connection = connection;
    for (const want of wants) this.#perform(want);
  }

  #perform(want: ConnectionWant): void {
    switch (want.want) {
      case "connect":
        this.#cancel();
        void this.#connect();
        return;
      case "hello":
        void this.#hello();
        return;
      case "hang-up":
        return this.#hangUp();
      case "wait":
        this.#cancel = this.#world.clock.after(want.ms, () => this.#step({ on: "wait-over" }));
        return;
      case "tell": {
        const { state, reason: why, retryMs } = want;
        this.#world.onTell(state, {
          ...(why === undefined ? {} : { reason: why }),
          ...(retryMs === undefined ? {} : { retryMs }),
        });
      }
    }
  }

  async #connect(): Promise<void> {
    const stop = new AbortController();
    this.#cancel = () => stop.abort();
    this.#farewell = undefined;
    try {
      const channel = await this.#world.link.connect(stop.signal);
      if (stop.signal.aborted) return channel.close();
      this.#channel = channel;
      this.#step({ on: "connected" });
      await this.#read(channel);
      if (!stop.signal.aborted) this.#failed(new Fault("link-closed", "the server closed the connection"));
    } catch (error) {
      if (!stop.signal.aborted) this.#failed(error);
    }
  }

  async #read(channel: Channel): Promise<void> {
    for await (const frames of gathered(channel.incoming, this.#world.clock)) {
      for (const { request, message } of frames) {
        if (this.#channel !== channel) return;
        this.#onFrame(request, message);
      }
      // What comes is not read faster than the face takes it: the server's outbox is the buffer, and has its own limit.
      if (this.#world.face.full) await this.#world.face.drained();
    }
  }

  async #hello(): Promise<void> {
    const channel = this.#channel;
    const hello = await this.#world.hello();
    if (channel === undefined || this.#channel !== channel) return;
    const late = this.#world.clock.after(GREETING_MS, () =>
      this.#failed(new Fault("connect-greeting", `the server did not greet within ${GREETING_MS} ms`)),
    );
    const request = this.#expect((answer) => {
      late();
      if (answer?.type === "greeting") this.#greeted(answer);
      else if (answer !== undefined) this.#failed(unexpected(answer));
    });
    channel.send({ request, message: hello });
  }

  #greeted(greeting: ServerMessageOf<"greeting">): void {
    this.#everGreeted = true;
    this.#channel?.keepAlive(greeting.limits.idleMs);
    this.#step({ on: "greeted", nowMs: this.#world.clock.now() });
    this.#world.onGreeting(greeting);
  }

  #onFrame(request: number, message: ServerMessage): void {
    if (message.type === "goodbye") {
      this.#farewell = { reason: farewellReason(message.code, message.message), retryMs: message.retryMs };
      return;
    }
    const answer = this.#answers.get(request);
    if (answer !== undefined) {
      this.#answers.delete(request);
      return answer(message);
    }
    if (message.type === "error")
      return this.#world.note("info", `the server says: ${message.code}: ${message.message}`);
    if (this.isOpen) this.#world.onMessage(message);
  }

  #failed(error: unknown): void {
    if (!(error instanceof Fault))
      this.#world.note(
        "warn",
        `unexpected: ${error instanceof Error ? (error.stack ?? error.message) : reason(error)}`,
      );
    const fault = error instanceof Fault ? error : new Fault("link-internal", reason(error));
    const why = this.#farewell?.reason ?? {
      code: fault.code,
      message: fault.message,
      ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    };
    const notOurs = why.code.startsWith("server-") && !this.#everGreeted;
    this.#step({
      on: "failed",
      reason: why,
      final: isFinal(why.code) || notOurs,
      retryMs: this.#farewell?.retryMs ?? 0,
      nowMs: this.#world.clock.now(),
      chance: this.#world.chance(),
    });
  }

  #hangUp(): void {
    this.#cancel();
    this.#cancel = () => {};
    this.#channel?.close();
    this.#channel = undefined;
    const answers = [...this.#answers.values()];
    this.#answers.clear();
    for (const answer of answers) answer(undefined);
    this.#world.onGone();
  }
}

function unexpected(answer: ServerMessage): Fault {
  if (answer.type === "error")
    return new Fault(answer.code === "" ? "link-answer" : answer.code, `the server refused our hello: ${answer.code}`);
  return new Fault("link-answer", `the server answered our hello with ${answer.type}`);
}
