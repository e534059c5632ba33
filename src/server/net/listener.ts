// The chat port: accepts, limits, looks at the first bytes, hands over to TLS, and lets only checked devices in.
// A stranger learns one code and nothing else.
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { Fault, errno, reason } from "../../model/fault.ts";
import { type Peer, chainOf, checkDevice, newPathCache } from "../../pki/peer.ts";
import type { Realm } from "../../pki/realm.ts";
import { ALPN } from "../../wire/alpn.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { Farewell } from "../port/outlet.ts";
import { peekClientHello } from "./client-hello.ts";
import { Connection, type ConnectionWorld } from "./connection.ts";
import { Flusher } from "./outbox.ts";
import { Quota, type QuotaRules } from "./quota.ts";
import { type GroupName, type Identity, TlsSide } from "./tls.ts";

/** Pings and time-outs are looked at this often; their times are many of these. */
const TICK_MS = 1_000;

export interface ListenerRules extends QuotaRules {
  readonly ip: string;
  readonly port: number;
  /** From the TCP connection to the end of the handshake. */
  readonly handshakeMs: number;
}

/** A socket that has not shown a good certificate yet. `address` as it was when it came: a socket that broke has none. */
interface Stranger {
  readonly socket: Socket;
  readonly address: string;
  /** `told`: why it is refused is in the log. */
  phase: "hello" | "handshake" | "told";
}

export type ListenerWorld = Omit<ConnectionWorld, "flusher" | "onClosed" | "onOver">;

export class Listener {
  readonly #rules: ListenerRules;
  readonly #world: ListenerWorld;
  readonly #flusher = new Flusher();
  readonly #connections = new Set<Connection>();
  /** By address and port. */
  readonly #strangers = new Map<string, Stranger>();
  readonly #quota: Quota;
  readonly #tls: TlsSide;
  readonly #server: Server;
  #realm: Realm;
  #paths = newPathCache();
  #stopTicking: () => void = () => undefined;

  constructor(identity: Identity, rules: ListenerRules, world: ListenerWorld) {
    this.#realm = identity.realm;
    this.#rules = rules;
    this.#world = world;
    this.#quota = new Quota(rules);
    this.#tls = new TlsSide(identity, rules.handshakeMs, {
      onSecure: (socket, group) => this.#onSecure(socket, group),
      onRefused: (error, socket) => this.#onHandshakeFailed(error, socket),
    });
    this.#server = createServer({ noDelay: true }, (socket) => this.#onConnection(socket));
  }

  /** Throws Fault `listen-*`. Returns the port (for port 0). */
  async listen(): Promise<number> {
    const { ip, port } = this.#rules;
    await new Promise<void>((resolve, refuse) => {
      this.#server.once("error", (error) => refuse(listenFault(error, ip, port)));
      this.#server.listen({ host: ip, port, backlog: 4096 }, () => resolve());
    });
    this.#server.on("error", (error) => this.#world.log.error({ reason: reason(error) }, "the listener failed"));
    this.#tick();
    return (this.#server.address() as AddressInfo).port;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** New certificates and revocation lists: whoever is not let in by them any more is put out at once. */
  reload(identity: Identity): void {
    this.#realm = identity.realm;
    this.#paths = newPathCache();
    this.#tls.reload(identity);
    for (const connection of this.#connections) this.#recheck(connection);
  }

  /** No new connections; everybody is told; resolves when all are gone or after `graceMs`. */
  async stop(farewell: Farewell, graceMs: number): Promise<void> {
    this.#stopTicking();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const stranger of this.#strangers.values()) {
      stranger.phase = "told";
      stranger.socket.destroy();
    }
    for (const connection of this.#connections) connection.end(farewell);
    const late = new Promise<void>((resolve) => this.#world.clock.after(graceMs, resolve));
    await Promise.race([closed, late]);
  }

  #onConnection(socket: Socket): void {
    // On a port for both families IPv4 comes mapped; people, and the count for each address, know the plain form.
    const address = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
    socket.on("error", () => socket.destroy());
    const refused = this.#quota.enter(address);
    if (refused !== undefined) {
      this.#world.meter.refused(refused);
      this.#note({ address, code: refused }, "refused");
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    const stranger: Stranger = { socket, address, phase: "hello" };
    this.#strangers.set(key, stranger);
    const cancel = this.#world.clock.after(this.#rules.handshakeMs, () => {
      if (this.#strangers.get(key) !== stranger) return;
      this.#tell(stranger, { code: "handshake-timeout" });
      socket.destroy();
    });
    socket.once("close", () => {
      cancel();
      // It broke off in the handshake, and OpenSSL had nothing to say about it.
      if (this.#strangers.get(key) === stranger) {
        if (stranger.phase === "handshake") this.#tell(stranger, { code: "tls", reason: "ECONNRESET" });
        this.#strangers.delete(key);
      }
      this.#quota.leave(address);
    });
    this.#peek(stranger);
  }

  /** Reads the ClientHello, puts it back, and gives the socket to the TLS server of the group it offers. */
  #peek(stranger: Stranger): void {
    const { socket } = stranger;
    let held: Buffer = Buffer.alloc(0);
    const onReadable = (): void => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const peeked = peekClientHello(held);
      if (peeked.saw === "part") return;
      socket.off("readable", onReadable);
      if (peeked.saw === "not-tls") {
        this.#tell(stranger, { code: "not-tls" });
        socket.destroy();
        return;
      }
      socket.unshift(held);
      stranger.phase = "handshake";
      this.#tls.serverFor(peeked.groups).emit("connection", socket);
    };
    socket.on("readable", onReadable);
  }

  #onHandshakeFailed(error: Error, socket: TLSSocket): void {
    // Without its address the connection is broken already: its stranger tells of it when it closes.
    const stranger = this.#strangers.get(keyOf(socket));
    const code = errno(error) ?? "tls";
    if (stranger !== undefined) this.#tell(stranger, { code: handshakeCode(code), reason: code });
    socket.destroy();
  }

  /** Once for each socket. */
  #tell(stranger: Stranger, why: { readonly code: string; readonly reason?: string }): void {
    if (stranger.phase === "told") return;
    this.#world.meter.refused(why.code);
    this.#note({ address: stranger.address, ...why }, "refused");
    stranger.phase = "told";
  }

  #onSecure(socket: TLSSocket, group: GroupName): void {
    const stranger = this.#strangers.get(keyOf(socket));
    const address = stranger?.address ?? "";
    const resumed = socket.isSessionReused();
    try {
      if (socket.alpnProtocol !== ALPN)
        throw new Fault("alpn", `the client did not offer the protocol ${ALPN}`, { hint: `offer ALPN ${ALPN}` });
      const peer = this.#check(chainOf(socket.getPeerX509Certificate()));
      this.#admit(socket, peer);
      const { user, device, serial } = peer;
      this.#world.log.info(
        { address, user, device, serial, tls: socket.getProtocol(), cipher: socket.getCipher().name, group, resumed },
        "connected",
      );
    } catch (error) {
      const code = error instanceof Fault ? error.code : "certificate-malformed";
      this.#world.meter.refused(code);
      this.#note({ address, code, reason: reason(error), resumed }, "refused");
      if (stranger !== undefined) stranger.phase = "told";
      // Only the code: the peer is a stranger. Nothing it says is read.
      socket.on("error", () => socket.destroy());
      socket.end(encodeServerFrame({ request: 0, message: { type: "goodbye", code, message: "", retryMs: 0 } }));
      this.#world.clock.after(TICK_MS, () => socket.destroy());
    }
  }

  #check(chain: readonly Uint8Array[]): Peer {
    return checkDevice(chain, this.#realm, {
      now: new Date(this.#world.clock.now()),
      revocation: "required",
      cache: this.#paths,
    });
  }

  #admit(socket: TLSSocket, peer: Peer): void {
    this.#strangers.delete(keyOf(socket));
    const onClosed = (connection: Connection): void => {
      this.#connections.delete(connection);
      this.#world.log.info({ user: peer.user, device: peer.device }, "disconnected");
    };
    const onOver = (connection: Connection): void => this.#recheck(connection);
    const world = { ...this.#world, flusher: this.#flusher, onClosed, onOver };
    this.#connections.add(new Connection(socket, peer, world));
  }

  #recheck(connection: Connection): void {
    if (connection.ended) return;
    try {
      this.#check(connection.peer.certificates);
    } catch (error) {
      const { code, message } = error instanceof Fault ? error : new Fault("certificate-malformed", reason(error));
      this.#note({ user: connection.user, device: connection.device, code, reason: message }, "put out");
      connection.end({ code, message, retryMs: 0 });
    }
  }

  #tick(): void {
    const nowMs = this.#world.clock.now();
    for (const connection of this.#connections) {
      connection.tick(nowMs);
      if (nowMs > connection.peer.notAfter.getTime()) this.#recheck(connection);
    }
    const missed = this.#quota.missedNotes();
    if (missed > 0) this.#world.log.warn({ refusals: missed }, "more refusals, not listed");
    this.#stopTicking = this.#world.clock.after(TICK_MS, () => this.#tick());
  }

  /** Refusals are logged, but a flood of them does not fill the disk. */
  #note(fields: Readonly<Record<string, unknown>>, sentence: string): void {
    if (this.#quota.mayNote(this.#world.clock.now())) this.#world.log.warn(fields, sentence);
  }
}

/** The same for a socket and the TLS on it, as long as the connection is there. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ""} ${remotePort ?? 0}`;
}

/** OpenSSL's name of a failed handshake as one of ours; the original stays in the log as the reason. */
function handshakeCode(code: string): string {
  switch (code) {
    case "ERR_SSL_UNSUPPORTED_PROTOCOL":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return "tls-version";
    case "ERR_SSL_NO_APPLICATION_PROTOCOL":
      return "alpn";
    case "ERR_TLS_HANDSHAKE_TIMEOUT":
      return "handshake-timeout";
    default:
      return "tls";
  }
}

function listenFault(error: Error, ip: string, port: number): Fault {
  switch (errno(error)) {
    case "EADDRINUSE":
      return new Fault("listen-in-use", `port ${port} on ${ip} is in use`, {
        hint: "another chat-server may be running; choose another port with -p",
      });
    case "EACCES":
      return new Fault("listen-forbidden", `this user may not listen on port ${port}`, {
        hint: "choose a port above 1023 with -p",
      });
    case "EADDRNOTAVAIL":
      return new Fault("listen-address-unknown", `${ip} is not an address of this machine`, {
        hint: "use one of its addresses, 127.0.0.1 for this machine only, or 0.0.0.0 for all",
      });
    default:
      return new Fault("listen-failed", `cannot listen on ${ip} port ${port}: ${reason(error)}`, {
        hint: "check -ip and -p",
      });
  }
}
