// The socket of the administrator on this machine: one JSON object a line in, one out. Whoever may write to it may do everything
// that an owner may: it lies in the data folder, which is the server's user's alone.
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { Fault, errno, reason } from "../../model/fault.ts";
import type { Log } from "../port/log.ts";

export interface LocalSocketWorld {
  readonly log: Log;
  readonly perform: (given: Readonly<Record<string, unknown>>) => Promise<object>;
}

const LINE_BYTES = 64 * 1024;
const IDLE_MS = 60_000;
const CONNECTIONS = 16;
/** sockaddr_un(7): with its end. A longer path would be cut off somewhere else. */
const PATH_BYTES = 107;

export class LocalSocket {
  readonly #path: string;
  readonly #world: LocalSocketWorld;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, world: LocalSocketWorld) {
    this.#path = path;
    this.#world = world;
    this.#server = createServer((socket) => this.#onConnection(socket));
    this.#server.maxConnections = CONNECTIONS;
  }

  /** Where none can be, the server runs without: it is said in its log. */
  async listen(): Promise<void> {
    try {
      if (Buffer.byteLength(this.#path) > PATH_BYTES) throw new Error("its path is too long for a socket");
      await this.#removeDead();
      await new Promise<void>((resolve, refuse) => {
        this.#server.once("error", refuse);
        this.#server.listen(this.#path, () => resolve());
      });
      chmodSync(this.#path, 0o600);
      this.#server.on("error", (error) => this.#world.log.error({ reason: reason(error) }, "the local socket failed"));
    } catch (error) {
      this.#world.log.warn({ path: this.#path, reason: reason(error) }, "no administration over a local socket");
    }
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** What a killed server left. The database's lock has already said that no other one runs in this folder. */
  async #removeDead(): Promise<void> {
    const isAlive = await new Promise<boolean>((resolve) => {
      const socket = connect(this.#path, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (isAlive) throw new Error("another program listens there");
    rmSync(this.#path, { force: true });
  }

  #onConnection(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
    void this.#serve(socket);
  }

  async #serve(socket: Socket): Promise<void> {
    let held = Buffer.alloc(0);
    try {
      for await (const chunk of socket) {
        held = Buffer.concat([held, chunk as Buffer]);
        for (let end = held.indexOf(0x0a); end >= 0; end = held.indexOf(0x0a)) {
          const line = held.subarray(0, end).toString("utf8");
          held = held.subarray(end + 1);
          // A backup takes its time, and nothing is said meanwhile.
          socket.setTimeout(0);
          socket.write(`${JSON.stringify(await this.#answer(line))}\n`);
          socket.setTimeout(IDLE_MS);
        }
        if (held.length > LINE_BYTES) socket.destroy();
      }
    } catch (error) {
      this.#world.log.debug({ code: errno(error) ?? "", reason: reason(error) }, "a local connection broke");
    }
  }

  async #answer(line: string): Promise<object> {
    try {
      return { ok: true, ...(await this.#world.perform(objectIn(line))) };
    } catch (error) {
      if (!(error instanceof Fault)) this.#world.log.error({ err: error }, "an administrative request failed");
      const { code, message, hint } =
        error instanceof Fault ? error : new Fault("internal", "the server failed at this request");
      return { ok: false, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
    }
  }
}

function objectIn(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Fault("bad-request", "a request is one JSON object on one line");
  return value as Readonly<Record<string, unknown>>;
}
