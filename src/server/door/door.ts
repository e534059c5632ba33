// The enrolment door: HTTPS for those who have no certificate yet. TLS 1.3, small and slow on purpose, and open only while there is
// somebody it could let in. It reads a request, asks the service, answers; wrong guesses wait.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Fault, errno, reason } from "../../model/fault.ts";
import { chainOf } from "../../pki/peer.ts";
import type { Realm } from "../../pki/realm.ts";
import type { Clock } from "../port/clock.ts";
import type { Log } from "../port/log.ts";
import { basicOf, type DoorAnswer, type DoorRequest, faultAnswer, readBody, send } from "./http.ts";
import { Throttle } from "./throttle.ts";

export interface DoorRules {
  readonly ip: string;
  readonly port: number;
}

/** What it shows: see pki/load.ts. */
export interface DoorIdentity {
  readonly realm: Realm;
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface DoorWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined: there is no such place. Faults become answers. */
  readonly route: (request: DoorRequest) => Promise<DoorAnswer> | DoorAnswer | undefined;
}

/** A whole enrolment is one short request: whoever takes longer is in nobody's interest. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 2_000,
  maxHeaderSize: 8 * 1024,
} as const;
const HANDSHAKE_MS = 5_000;
const CONNECTIONS = 512;
const CONNECTIONS_OF_ADDRESS = 32;
const REQUESTS_OF_CONNECTION = 16;

export class Door {
  readonly #rules: DoorRules;
  readonly #world: DoorWorld;
  readonly #server: Server;
  readonly #throttle = new Throttle();
  readonly #connections = new Map<string, number>();

  constructor(identity: DoorIdentity, rules: DoorRules, world: DoorWorld) {
    this.#rules = rules;
    this.#world = world;
    this.#server = createServer({ ...LIMITS, ...contextOf(identity), handshakeTimeout: HANDSHAKE_MS });
    this.#server.maxConnections = CONNECTIONS;
    this.#server.maxRequestsPerSocket = REQUESTS_OF_CONNECTION;
    this.#server.on("connection", (socket: Socket) => this.#onConnection(socket));
    this.#server.on("tlsClientError", (error, socket) => {
      this.#world.log.debug({ code: errno(error) ?? "tls" }, "door: handshake failed");
      socket.destroy();
    });
    this.#server.on("clientError", (error, socket) => {
      this.#world.log.warn({ code: errno(error) ?? "http", address: addressOf(socket as Socket) }, "door: not HTTP");
      socket.destroy();
    });
    this.#server.on("request", (request, response) => void this.#onRequest(request, response));
  }

  /** Throws Fault `listen-*`. Returns the port (for port 0). */
  async listen(): Promise<number> {
    const { ip, port } = this.#rules;
    await new Promise<void>((resolve, refuse) => {
      this.#server.once("error", (error) => refuse(doorFault(error, ip, port)));
      this.#server.listen({ host: ip, port }, () => resolve());
    });
    this.#server.on("error", (error) => this.#world.log.error({ reason: reason(error) }, "the door failed"));
    return (this.#server.address() as AddressInfo).port;
  }

  reload(identity: DoorIdentity): void {
    this.#server.setSecureContext(contextOf(identity));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #onConnection(socket: Socket): void {
    const address = addressOf(socket);
    const count = (this.#connections.get(address) ?? 0) + 1;
    if (count > CONNECTIONS_OF_ADDRESS) {
      this.#world.log.warn({ address, code: "too-many-connections" }, "door: refused");
      socket.destroy();
      return;
    }
    this.#connections.set(address, count);
    socket.once("close", () => {
      const left = (this.#connections.get(address) ?? 1) - 1;
      if (left === 0) this.#connections.delete(address);
      else this.#connections.set(address, left);
    });
  }

  async #onRequest(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = addressOf(incoming.socket);
    const json = incoming.headers.accept?.includes("application/json") === true;
    if (!this.#throttle.enter(address)) {
      const fault = new Fault("too-many-requests", "too many requests at once");
      send(response, { ...faultAnswer(429, fault, json), headers: { "retry-after": "30", connection: "close" } });
      return;
    }
    try {
      const answer = await this.#answer(incoming, address, json);
      if (answer.wrong === true) await this.#wait(address, incoming);
      send(response, answer);
    } finally {
      this.#throttle.leave(address);
    }
  }

  async #answer(incoming: IncomingMessage, address: string, json: boolean): Promise<DoorAnswer> {
    try {
      const request = await requestOf(incoming, address, json);
      const answer = await this.#world.route(request);
      const { method, path } = request;
      const found = answer ?? faultAnswer(404, new Fault("not-here", "there is nothing here"), json);
      this.#world.log.info({ address, method, path: path.slice(0, 100), status: found.status }, "door");
      return found;
    } catch (error) {
      if (error instanceof Fault) {
        this.#world.log.warn({ address, code: error.code }, "door: refused");
        return faultAnswer(error.code === "too-large" ? 413 : 400, error, json);
      }
      // Whoever hung up in the middle hears nothing.
      if (incoming.errored !== null) return faultAnswer(400, new Fault("cut-off", "the request was cut off"), json);
      this.#world.log.error({ err: error, address }, "door: a request failed");
      return faultAnswer(500, new Fault("internal", "the server failed at this request"), json);
    }
  }

  async #wait(address: string, { socket }: IncomingMessage): Promise<void> {
    const waitMs = this.#throttle.wrong(address, this.#world.clock.now());
    this.#world.log.warn({ address, wrong: this.#throttle.wrongs(address), waitMs }, "door: wrong");
    await new Promise<void>((resolve) => {
      const cancel = this.#world.clock.after(waitMs, resolve);
      socket.once("close", () => {
        cancel();
        resolve();
      });
    });
  }
}

async function requestOf(incoming: IncomingMessage, address: string, json: boolean): Promise<DoorRequest> {
  const { method = "", url = "", headers, socket } = incoming;
  const [path = ""] = url.split("?");
  const [type = ""] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const chain = socket instanceof TLSSocket ? chainOf(socket.getPeerX509Certificate()) : [];
  const body = await readBody(incoming);
  return { method, path, address, body, type: type.trim(), basic: basicOf(headers.authorization), chain, json };
}

function contextOf({ realm, certificatePem, keyPem }: DoorIdentity) {
  return {
    key: keyPem,
    // With the root: who joins knows only its fingerprint.
    cert: certificatePem + realm.root.toString(),
    ca: realm.root.toString(),
    minVersion: "TLSv1.3",
    ALPNProtocols: ["http/1.1"],
    requestCert: true,
    // Most have none. Whose certificate counts, and for what, is decided by the one route that asks for it.
    rejectUnauthorized: false,
  } as const;
}

function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
}

function doorFault(error: Error, ip: string, port: number): Fault {
  const why = errno(error) === "EADDRINUSE" ? "it is in use" : reason(error);
  return new Fault("listen-door", `cannot open the enrolment door on ${ip} port ${port}: ${why}`, {
    hint: "choose another port with --door-port, or leave it out",
  });
}
