// A bare client for tests: real TLS, real frames, none of the client's cleverness.
import { type TLSSocket, type ConnectionOptions, connect } from "node:tls";
import { FRAME_BYTES } from "../../src/model/limits.ts";
import { decodeServerFrame, encodeClientFrame, type Frame } from "../../src/wire/codec.ts";
import { FrameDecoder } from "../../src/wire/frames.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../src/wire/messages.ts";
import { Change } from "./change.ts";

const WAIT_MS = 5_000;

export class RawClient {
  readonly socket: TLSSocket;
  readonly frames: Frame<ServerMessage>[] = [];
  readonly #decoder = new FrameDecoder(FRAME_BYTES);
  readonly #news = new Change();
  #request = 0;
  closed = false;
  /** The error code of the socket, if it broke. */
  broke: string | undefined;

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      for (const bytes of this.#decoder.push(chunk)) this.frames.push(decodeServerFrame(bytes));
      this.#news.happened();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.broke = error.code ?? error.message;
    });
    socket.on("close", () => {
      this.closed = true;
      this.#news.happened();
    });
  }

  /** Connects and waits for the end of the handshake (or for the refusal). */
  static async connect(options: ConnectionOptions): Promise<RawClient> {
    const socket = connect({ ALPNProtocols: ["mutual-chat/1"], minVersion: "TLSv1.3", ...options });
    const client = new RawClient(socket);
    await new Promise<void>((resolve) => {
      socket.once("secureConnect", resolve);
      socket.once("close", () => resolve());
    });
    return client;
  }

  say(message: ClientMessage, request: number = (this.#request += 1)): number {
    this.socket.write(encodeClientFrame({ request, message }));
    return request;
  }

  /** The first frame, seen or to come, that `wanted` accepts; undefined when the connection ends or time runs out. */
  async until<T>(wanted: (frame: Frame<ServerMessage>) => T | undefined): Promise<T | undefined> {
    const deadline = Date.now() + WAIT_MS;
    for (let at = 0; ; at += 1) {
      while (at >= this.frames.length) {
        const leftMs = deadline - Date.now();
        if (this.closed || leftMs <= 0) return undefined;
        await this.#news.next(leftMs);
      }
      const frame = this.frames[at];
      const found = frame === undefined ? undefined : wanted(frame);
      if (found !== undefined) return found;
    }
  }

  message<K extends ServerMessage["type"]>(type: K): Promise<ServerMessageOf<K> | undefined> {
    return this.until(({ message }) => (message.type === type ? (message as ServerMessageOf<K>) : undefined));
  }

  /** The answer to one request. */
  answer(request: number): Promise<ServerMessage | undefined> {
    return this.until((frame) => (frame.request === request ? frame.message : undefined));
  }

  ask(message: ClientMessage): Promise<ServerMessage | undefined> {
    return this.answer(this.say(message));
  }

  async hello(features: readonly string[] = []): Promise<ServerMessageOf<"greeting">> {
    this.say({
      type: "hello",
      logHead: new Uint8Array(0),
      versions: [1],
      features,
      agent: "test",
      storeId: undefined,
      generation: 0,
      positions: [],
    });
    const greeting = await this.message("greeting");
    if (greeting === undefined) throw new Error(`no greeting: ${JSON.stringify(this.frames)} ${this.broke ?? ""}`);
    return greeting;
  }

  /** Waits for the connection to end; false if it does not. */
  async ended(): Promise<boolean> {
    await this.until(() => undefined);
    return this.closed;
  }

  close(): void {
    this.socket.destroy();
  }
}
