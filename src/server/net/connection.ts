// One authorised connection: bytes in, frames, session steps, effects, bytes out. It decides nothing: the session and the
// service do. It never sees a socket whose certificate was not checked.
import type { TLSSocket } from "node:tls";
import { Fault, reason } from "../../model/fault.ts";
import { FRAME_BYTES, HELLO_BYTES } from "../../model/limits.ts";
import type { DeviceId, Handle, LogId, Seq } from "../../model/ids.ts";
import type { Peer } from "../../pki/peer.ts";
import { UnknownMessage, decodeClientFrame, encodeServerFrame } from "../../wire/codec.ts";
import { FrameDecoder, LENGTH_BYTES } from "../../wire/frames.ts";
import type { ClientMessage, ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
import type { Clock } from "../port/clock.ts";
import type { Log } from "../port/log.ts";
import type { Meter } from "../port/meter.ts";
import type { Farewell, Outlet } from "../port/outlet.ts";
import { CLOSED } from "../service/realm/reception.ts";
import type { Service } from "../service/service.ts";
import {
  type Effect,
  FEATURES,
  type Session,
  type SessionEvent,
  type SessionRules,
  startSession,
  step,
} from "../session/session.ts";
import { type Flusher, Outbox } from "./outbox.ts";

/** After a goodbye the device has this long to read it. */
const FAREWELL_MS = 1_000;

/** Why nothing is read from the socket just now. */
type Hold = "rate" | "pending";

export interface ConnectionWorld {
  readonly service: Service;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: SessionRules;
  readonly meter: Meter;
  readonly flusher: Flusher;
  readonly onClosed: (connection: Connection) => void;
  /** The certificate has ended. */
  readonly onOver: (connection: Connection) => void;
}

export class Connection implements Outlet {
  readonly peer: Peer;
  readonly logs = new Set<LogId>();
  readonly departed = new Map<LogId, Seq>();
  readonly features = new Set<string>();
  readonly #socket: TLSSocket;
  readonly #world: ConnectionWorld;
  readonly #decoder = new FrameDecoder(HELLO_BYTES);
  readonly #outbox: Outbox;
  readonly #holds = new Set<Hold>();
  #session: Session;
  /** Requests that may give long answers are worked on one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #closed = false;
  #cancelRate: () => void = () => undefined;

  constructor(socket: TLSSocket, peer: Peer, world: ConnectionWorld) {
    this.peer = peer;
    this.#socket = socket;
    this.#world = world;
    this.#session = startSession(world.clock.now());
    this.#outbox = new Outbox(socket, world.flusher, () => this.#cut("slow"));
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("end", () => socket.end());
    socket.on("error", (error) =>
      this.#world.log.debug({ device: this.device, reason: reason(error) }, "connection broke"),
    );
    socket.once("close", () => this.#onClose());
  }

  get device(): DeviceId {
    return this.peer.device;
  }

  get user(): Handle {
    return this.peer.user;
  }

  get serial(): string {
    return this.peer.serial;
  }

  /** Goodbye was said. */
  get ended(): boolean {
    return this.#session.phase === "ended";
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(frame: Buffer): void {
    this.#world.meter.delivered(frame.length);
    this.#outbox.push(frame);
  }

  end({ code, message, retryMs }: Farewell): void {
    if (this.#session.phase !== "ended") this.#session = { phase: "ended" };
    this.#world.log.info({ device: this.device, user: this.user, code }, "goodbye");
    this.send(encodeServerFrame({ request: 0, message: { type: "goodbye", code, message, retryMs } }));
    this.#outbox.flush();
    this.#socket.pause();
    this.#socket.end();
    this.#world.clock.after(FAREWELL_MS, () => this.#socket.destroy());
  }

  /** Time passes: pings and time-outs. */
  tick(nowMs: number): void {
    this.#step({ on: "tick", nowMs });
  }

  #read(chunk: Buffer): void {
    const nowMs = this.#world.clock.now();
    // Between two ticks, too: nobody believes what is stored afterwards.
    if (nowMs > this.peer.notAfter.getTime()) this.#world.onOver(this);
    if (this.#session.phase === "ended") return;
    try {
      for (const frame of this.#decoder.push(chunk)) this.#frame(frame, nowMs);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #frame(bytes: Buffer, nowMs: number): void {
    if (this.#session.phase === "ended") return;
    try {
      const { request, message } = decodeClientFrame(bytes);
      this.#step({ on: "message", request, message, frameBytes: bytes.length + LENGTH_BYTES, nowMs });
    } catch (error) {
      // One message we do not know is refused; the stream is whole and goes on.
      if (!(error instanceof UnknownMessage) || this.#session.phase !== "open") throw error;
      this.#reply(error.request, errorMessage(error));
    }
  }

  /** The stream cannot be read any further: say why, then end. */
  #refuse(error: unknown): void {
    if (!(error instanceof Fault)) {
      this.#world.log.error({ err: error, device: this.device }, "a connection failed");
      this.end({ code: "internal", message: "the server failed at this connection", retryMs: 1_000 });
      return;
    }
    this.#world.log.warn(
      { device: this.device, user: this.user, code: error.code, reason: error.message },
      "protocol error",
    );
    this.#reply(0, errorMessage(error));
    this.end({ code: error.code, message: error.message, retryMs: 0 });
  }

  #step(event: SessionEvent): void {
    const { session, effects } = step(this.#session, event, this.#world.rules);
    this.#session = session;
    for (const effect of effects) this.#apply(effect);
  }

  #apply(effect: Effect): void {
    switch (effect.do) {
      case "open":
        void this.#open(effect.request, effect.hello);
        return;
      case "ask":
        this.#ask(effect.request, effect.message);
        return;
      case "send":
        this.#reply(effect.request, effect.message);
        return;
      case "pause":
        this.#pause(effect.ms);
        return;
      case "resume":
        this.#release("pending");
        return;
      case "end":
        this.end(effect.farewell);
    }
  }

  async #open(request: number, hello: ClientMessageOf<"hello">): Promise<void> {
    const features = FEATURES.filter((feature) => hello.features.includes(feature));
    const { device, user, name, serial, certificates } = this.peer;
    try {
      const record = { device, user, name, serial, certificates };
      const greeting = await this.#world.service.open({ record, outlet: this, hello, features });
      this.#decoder.allow(FRAME_BYTES);
      this.#reply(request, greeting);
      this.#step({ on: "greeted", nowMs: this.#world.clock.now() });
      this.#world.log.info({ device, user, agent: hello.agent, logs: greeting.logs.length }, "ready");
    } catch (error) {
      if (this.#closed) return;
      // It comes back: nothing is wrong with it.
      if (error instanceof Fault && error.code === CLOSED.code) this.end(CLOSED);
      else this.#refuse(error);
    }
  }

  #ask(request: number, message: ClientMessage): void {
    if (message.type === "append") {
      void this.#answer(request, message);
      return;
    }
    this.#turn = this.#turn.then(async () => {
      await this.#outbox.drained();
      await this.#answer(request, message);
    });
  }

  /** Never throws: the service answers every failure with a message. */
  async #answer(request: number, message: ClientMessage): Promise<void> {
    if (this.#closed) return;
    const answer = await this.#world.service.ask(this, message);
    if (answer !== undefined && (request !== 0 || answer.type === "error")) this.#reply(request, answer);
    this.#step({ on: "answered" });
  }

  #reply(request: number, message: ServerMessage): void {
    this.send(encodeServerFrame({ request, message }));
  }

  #pause(ms: number | undefined): void {
    this.#holds.add(ms === undefined ? "pending" : "rate");
    this.#socket.pause();
    if (ms === undefined) return;
    // What is owed grows with each message of a chunk: only the last word counts.
    this.#cancelRate();
    this.#cancelRate = this.#world.clock.after(ms, () => this.#release("rate"));
  }

  #release(hold: Hold): void {
    this.#holds.delete(hold);
    if (this.#holds.size === 0 && this.#session.phase !== "ended") this.#socket.resume();
  }

  /** The device does not read: nothing more can be said to it. It comes back and goes on from its cursor. */
  #cut(code: string): void {
    this.#world.log.warn({ device: this.device, user: this.user, code, bytes: this.#socket.writableLength }, "cut off");
    this.#session = { phase: "ended" };
    this.#socket.destroy();
  }

  #onClose(): void {
    this.#closed = true;
    this.#session = { phase: "ended" };
    this.#world.service.close(this);
    this.#world.onClosed(this);
  }
}

function errorMessage(fault: Fault): ServerMessage {
  return { type: "error", code: fault.code, message: fault.message, hint: fault.hint ?? "" };
}
