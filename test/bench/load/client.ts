// One device of the crowd: a TLS connection, cut into frames with as little work as can be.
import { type SecureContext, type TLSSocket, connect, createSecureContext } from "node:tls";
import type { Identity } from "./realm.ts";
import type { Room } from "./room.ts";

const HANDSHAKE_MS = 30_000;

export interface Speech {
  readonly alpn: readonly string[];
  /** The connection is secure: say what opens it. */
  begin(client: Client): void;
  /** One frame without its length. */
  frame(client: Client, bytes: Buffer): void;
}

export class Client {
  readonly index: number;
  readonly device: string;
  readonly #context: SecureContext;
  readonly #speech: Speech;
  socket: TLSSocket | undefined;
  /** The room that is measured now. */
  room: Room | undefined;
  #held: Buffer | undefined;
  #ticket: Buffer | undefined;
  #onOpen: (() => void) | undefined;
  #onFailed: ((error: Error) => void) | undefined;
  /** Ended by the other side, or refused something. */
  bad = 0;

  constructor(index: number, identity: Identity, parts: { readonly ca: string; readonly speech: Speech }) {
    this.index = index;
    this.device = identity.device;
    this.#context = createSecureContext({
      ca: parts.ca,
      cert: identity.certPem,
      key: identity.keyPem,
      minVersion: "TLSv1.3",
    });
    this.#speech = parts.speech;
  }

  /** Resolves with true if the handshake resumed an earlier one, when the server has let us in. */
  async open(port: number, resume: boolean): Promise<boolean> {
    const session = resume && this.#ticket !== undefined ? { session: this.#ticket } : {};
    const alpn = this.#speech.alpn.length === 0 ? {} : { ALPNProtocols: [...this.#speech.alpn] };
    const socket = connect({
      host: "127.0.0.1",
      servername: "localhost",
      port,
      secureContext: this.#context,
      ...session,
      ...alpn,
    });
    this.socket = socket;
    this.#held = undefined;
    socket.setNoDelay(true);
    socket.on("session", (ticket) => (this.#ticket = ticket));
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error) => this.#lost(socket, error));
    socket.on("close", () => this.#lost(socket, new Error("closed by the server")));
    socket.once("secureConnect", () => this.#speech.begin(this));
    const late = setTimeout(() => this.#lost(socket, new Error("no greeting in time")), HANDSHAKE_MS);
    await new Promise<void>((resolve, refuse) => {
      this.#onOpen = resolve;
      this.#onFailed = refuse;
    });
    clearTimeout(late);
    return socket.isSessionReused();
  }

  opened(): void {
    this.#onOpen?.();
    this.#onFailed = undefined;
  }

  write(frame: Buffer): void {
    this.socket?.write(frame);
  }

  /** Resolves when the socket is gone. */
  close(): Promise<void> {
    const socket = this.socket;
    this.socket = undefined;
    if (socket === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once("close", () => resolve());
      socket.destroy();
    });
  }

  #lost(socket: TLSSocket, error: Error): void {
    if (this.socket !== socket) return;
    this.bad += 1;
    this.socket = undefined;
    this.#onFailed?.(error);
  }

  #read(chunk: Buffer): void {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (bytes.length - at >= 4) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      this.#speech.frame(this, bytes.subarray(at + 4, end));
      at = end;
    }
    this.#held = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}
