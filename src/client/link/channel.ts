// Frames over one TLS socket: chunks to messages, messages to one write a tick, pings, and giving up a silent server.
import type { TLSSocket } from "node:tls";
import { Fault, reason } from "../../model/fault.ts";
import { FRAME_BYTES } from "../../model/limits.ts";
import { decodeServerFrame, encodeClientFrame, type Frame, UnknownMessage } from "../../wire/codec.ts";
import { FrameDecoder } from "../../wire/frames.ts";
import type { ClientMessage, ServerMessage } from "../../wire/messages.ts";
import type { Clock } from "../port/clock.ts";
import type { Channel } from "../port/link.ts";
import { explain, type Where } from "./explain.ts";

/** What a server may say of its patience; outside of it, it is wrong or wants to wear us out. */
const IDLE_LEAST_MS = 3_000;
const IDLE_MOST_MS = 600_000;
/** For the last bytes to leave. */
const CLOSE_MS = 1_000;

export class TlsChannel implements Channel {
  readonly #socket: TLSSocket;
  readonly #where: Where;
  readonly #clock: Clock;
  #queue: Buffer[] = [];
  #heardMs: number;
  #saidMs: number;
  #stopBeat: () => void = () => {};
  #silent: Fault | undefined;

  constructor(socket: TLSSocket, where: Where, clock: Clock) {
    this.#socket = socket;
    this.#where = where;
    this.#clock = clock;
    this.#heardMs = clock.now();
    this.#saidMs = this.#heardMs;
    // Errors are thrown to whoever reads `incoming`; before and after that nobody is there to hear them.
    socket.on("error", () => {});
  }

  get incoming(): AsyncIterable<readonly Frame<ServerMessage>[]> {
    return this.#read();
  }

  send(frame: Frame<ClientMessage>): void {
    this.#queue.push(encodeClientFrame(frame));
    if (this.#queue.length === 1) queueMicrotask(() => this.#flush());
  }

  keepAlive(idleMs: number): void {
    const limit = Math.min(IDLE_MOST_MS, Math.max(IDLE_LEAST_MS, idleMs));
    this.#stopBeat();
    const beat = (): void => {
      this.#stopBeat = this.#clock.after(limit / 6, beat);
      this.#beat(limit);
    };
    beat();
  }

  close(): void {
    this.#stopBeat();
    if (this.#socket.destroyed) return;
    this.send({ request: 0, message: { type: "goodbye", code: "bye", message: "", retryMs: 0 } });
    this.#flush();
    this.#socket.end();
    this.#clock.after(CLOSE_MS, () => this.#socket.destroy());
    // What still comes is not ours any more, but the end of it must be seen.
    this.#socket.resume();
  }

  #flush(): void {
    if (this.#queue.length === 0) return;
    const bytes = this.#queue.length === 1 ? this.#queue[0] : Buffer.concat(this.#queue);
    this.#queue = [];
    this.#saidMs = this.#clock.now();
    if (bytes !== undefined && this.#socket.writable) this.#socket.write(bytes);
  }

  #beat(limit: number): void {
    const now = this.#clock.now();
    // A reader that we hold back ourselves hears nothing: bytes that wait to be read are a sign of life.
    if (this.#socket.readableLength > 0) this.#heardMs = now;
    if (now - this.#heardMs >= limit) {
      this.#silent = new Fault(
        "link-silent",
        `${this.#where.server} has said nothing for ${Math.round(limit / 1000)} s`,
      );
      this.#socket.destroy();
      return;
    }
    if (now - this.#saidMs >= limit / 3 || now - this.#heardMs >= limit / 3)
      this.send({ request: 0, message: { type: "ping", nonce: now } });
  }

  async *#read(): AsyncGenerator<readonly Frame<ServerMessage>[]> {
    const decoder = new FrameDecoder(FRAME_BYTES);
    try {
      for await (const chunk of this.#socket) {
        this.#heardMs = this.#clock.now();
        const { frames, error } = decodeAll(decoder, chunk as Buffer);
        if (frames.length > 0) yield frames;
        if (error !== undefined) throw error;
      }
    } catch (error) {
      throw this.#silent ?? explain(error, this.#where, "open");
    } finally {
      this.#stopBeat();
    }
    if (this.#silent !== undefined) throw this.#silent;
  }
}

/** Everything before a bad frame still counts. */
function decodeAll(decoder: FrameDecoder, chunk: Buffer): { frames: Frame<ServerMessage>[]; error: Error | undefined } {
  const frames: Frame<ServerMessage>[] = [];
  try {
    for (const bytes of decoder.push(chunk)) frames.push(decode(bytes));
    return { frames, error: undefined };
  } catch (error) {
    const what = new Fault("link-malformed", `the server sent what is not of this protocol: ${reason(error)}`, {
      cause: error,
    });
    return { frames, error: what };
  }
}

/** A message of a newer version is no reason to hang up; whoever asked gets an answer. */
function decode(bytes: Buffer): Frame<ServerMessage> {
  try {
    return decodeServerFrame(bytes);
  } catch (error) {
    if (!(error instanceof UnknownMessage)) throw error;
    return { request: error.request, message: { type: "error", code: error.code, message: error.message, hint: "" } };
  }
}
