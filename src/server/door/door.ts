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
import type { Meter } from "../port/meter.ts";
import { Crowd } from "./crowd.ts";
import {
  basicOf,
  type DoorAnswer,
  type DoorHead,
  type DoorRequest,
  faultAnswer,
  readBody,
  send,
  statusOf,
} from "./http.ts";
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
  readonly meter?: Pick<Meter, "door">;
  /** Undefined: there is no such place. Faults become answers. */
  readonly route: (request: DoorRequest) => Promise<DoorAnswer> | DoorAnswer | undefined;
  /** How long a body may be; as http.ts has it where this is not given. */
  readonly bodyBytes?: (head: DoorHead) => Promise<number>;
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
const REQUESTS_OF_CONNECTION = 16;
/** That it is crowded is said in the log once in so long: a crowd must not fill the disk. */
const CROWDED_MS = 60_000;

/** A connection, from the start of its handshake. `address` as it was when it came: a socket that broke has none. */
interface Guest {
  readonly socket: Socket;
  readonly address: string;
  /** A request of it is being answered. */
  isAsking: boolean;
}

export class Door {
  readonly #rules: DoorRules;
  readonly #world: DoorWorld;
  readonly #server: Server;
  readonly #throttle = new Throttle();
  readonly #crowd = new Crowd<Guest>();
  /** By address and port. Also those whose handshake is not over: of them HTTP knows nothing yet, and they must not hold up the end. */
  readonly #guests = new Map<string, Guest>();
  #crowdedMs = Number.NEGATIVE_INFINITY;

  constructor(identity: DoorIdentity, rules: DoorRules, world: DoorWorld) {
    this.#rules = rules;
    this.#world = world;
    this.#server = createServer({ ...LIMITS, ...contextOf(identity), handshakeTimeout: HANDSHAKE_MS });
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
    for (const { socket } of this.#guests.values()) socket.destroy();
    await closed;
  }

  #onConnection(socket: Socket): void {
    const guest: Guest = { socket, address: addressOf(socket), isAsking: false };
    const { address } = guest;
    const entrance = this.#crowd.enter(guest, address);
    if (!entrance.isIn) {
      this.#world.log.warn({ address, code: "too-many-connections" }, "door: refused");
      socket.destroy();
      return;
    }
    if (entrance.goes !== undefined) this.#cut(entrance.goes);
    const key = keyOf(socket);
    this.#guests.set(key, guest);
    socket.once("close", () => {
      if (this.#guests.get(key) === guest) this.#guests.delete(key);
      // Whoever hangs up in the middle has a place until the work for them is done.
      if (!guest.isAsking) this.#crowd.leave(guest);
    });
  }

  #cut({ socket, address }: Guest): void {
    socket.destroy();
    const now = this.#world.clock.now();
    if (now - this.#crowdedMs < CROWDED_MS) return;
    this.#crowdedMs = now;
    this.#world.log.warn({ address, code: "crowded" }, "door: it is crowded, and some are cut off to make room");
  }

  async #onRequest(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const guest = this.#guests.get(keyOf(incoming.socket));
    // One request at a time: what comes before the answer is of no client of HTTP that is in use.
    if (guest === undefined || guest.isAsking) return void incoming.socket.destroy();
    guest.isAsking = true;
    try {
      await this.#serve(guest, incoming, response);
    } finally {
      guest.isAsking = false;
      this.#crowd.becomes(guest, "free");
      if (guest.socket.destroyed) this.#crowd.leave(guest);
    }
  }

  async #serve(guest: Guest, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { address } = guest;
    const json = incoming.headers.accept?.includes("application/json") === true;
    if (!this.#throttle.enter(address)) {
      const fault = new Fault("too-many-requests", "too many requests at once");
      this.#world.meter?.door(429);
      send(response, { ...faultAnswer(429, fault, json), headers: { "retry-after": "30", connection: "close" } });
      return;
    }
    try {
      const answer = await this.#answer(incoming, guest, json);
      const waitMs = answer.wrong === true ? this.#wrong(address) : (answer.waitMs ?? 0);
      if (waitMs > 0) await this.#wait(guest, waitMs, incoming);
      this.#world.meter?.door(answer.status);
      send(response, answer);
    } finally {
      this.#throttle.leave(address);
    }
  }

  async #answer(incoming: IncomingMessage, guest: Guest, json: boolean): Promise<DoorAnswer> {
    const { address } = guest;
    try {
      const request = await requestOf(incoming, { address, json, bodyBytes: this.#world.bodyBytes });
      this.#crowd.becomes(guest, "served");
      const answer = await this.#world.route(request);
      const { method, path } = request;
      const found = answer ?? faultAnswer(404, new Fault("not-here", "there is nothing here"), json);
      this.#world.log.info({ address, method, path: path.slice(0, 100), status: found.status }, "door");
      return found;
    } catch (error) {
      if (error instanceof Fault) {
        this.#world.log.warn({ address, code: error.code }, "door: refused");
        return faultAnswer(statusOf(error), error, json);
      }
      // Whoever hung up in the middle hears nothing.
      if (incoming.errored !== null) return faultAnswer(400, new Fault("cut-off", "the request was cut off"), json);
      this.#world.log.error({ err: error, address }, "door: a request failed");
      return faultAnswer(500, new Fault("internal", "the server failed at this request"), json);
    }
  }

  #wrong(address: string): number {
    const waitMs = this.#throttle.wrong(address, this.#world.clock.now());
    this.#world.log.warn({ address, wrong: this.#throttle.wrongs(address), waitMs }, "door: wrong");
    return waitMs;
  }

  /** Over when its time is, or with the connection, which may be gone already: whoever hung up keeps no place. */
  async #wait(guest: Guest, ms: number, { socket }: IncomingMessage): Promise<void> {
    if (socket.destroyed) return;
    this.#crowd.becomes(guest, "waiting");
    await new Promise<void>((resolve) => {
      const cancel = this.#world.clock.after(ms, resolve);
      socket.once("close", () => {
        cancel();
        resolve();
      });
    });
  }
}

interface Given {
  readonly bodyBytes: DoorWorld["bodyBytes"];
  readonly address: string;
  readonly json: boolean;
}

async function requestOf(incoming: IncomingMessage, { address, json, bodyBytes }: Given): Promise<DoorRequest> {
  const { method = "", url = "", headers, socket } = incoming;
  const [path = ""] = url.split("?");
  const [type = ""] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const chain = socket instanceof TLSSocket ? chainOf(socket.getPeerX509Certificate()) : [];
  const basic = basicOf(headers.authorization);
  const body = await readBody(incoming, await bodyBytes?.({ path, basic, chain }));
  return { method, path, address, body, type: type.trim(), basic, chain, json };
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

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ""} ${remotePort ?? 0}`;
}

function doorFault(error: Error, ip: string, port: number): Fault {
  const why = errno(error) === "EADDRINUSE" ? "it is in use" : reason(error);
  return new Fault("listen-door", `cannot open the enrolment door on ${ip} port ${port}: ${why}`, {
    hint: "choose another port with --door-port, or leave it out",
  });
}
