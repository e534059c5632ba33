// One attempt to reach the server: TLS 1.3 with our certificate, the pinned root and nothing else, and the server's own
// certificate checked before a byte is said. No retry, no session resumption.
import { ALPN } from "../../wire/alpn.ts";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { Fault } from "../../model/fault.ts";
import type { Certificate } from "../../pki/certificate.ts";
import { checkDates } from "../../pki/path.ts";
import { chainOf, checkServer } from "../../pki/peer.ts";
import type { Realm } from "../../pki/realm.ts";
import type { Clock } from "../port/clock.ts";
import type { Channel, Link } from "../port/link.ts";
import { TlsChannel } from "./channel.ts";
import { serverName } from "./server-name.ts";
import { aboutServer, explain, notAlpn, type Stage, timedOut, type Where } from "./explain.ts";

/** `certificatePem`: leaf and issuing CA. */
export interface DialIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly leaf: Certificate;
}

const DIAL_MS = 10_000;
const HANDSHAKE_MS = 10_000;

export interface DialConfig {
  readonly host: string;
  readonly port: number;
  readonly realm: Realm;
  /** As it is when a connection is made: it may be renewed between two. */
  readonly identity: () => DialIdentity;
  readonly clock: Clock;
  /** Shorter for tests. */
  readonly dialMs?: number;
  readonly handshakeMs?: number;
}

export function tlsLink(config: DialConfig): Link {
  const { host, port } = config;
  const where: Where = { server: serverName(host, port), host, at: "chat" };
  return {
    async connect(signal: AbortSignal): Promise<Channel> {
      checkDates([config.identity().leaf], new Date(config.clock.now()));
      const socket = await dial(config, where, signal);
      try {
        checkPeer(socket, config, where);
      } catch (error) {
        socket.destroy();
        throw aboutServer(error);
      }
      return new TlsChannel(socket, where, config.clock);
    },
  };
}

function dial(config: DialConfig, where: Where, signal: AbortSignal): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = open(config);
  let stage: Stage = "dial";
  const limit = (ms: number): (() => void) => config.clock.after(ms, () => socket.destroy(timedOut(where, stage, ms)));
  let stopTimer = limit(config.dialMs ?? DIAL_MS);
  const abort = (): void => void socket.destroy(new Fault("connect-stopped", "the attempt was stopped"));
  const onError = (error: Error): void => reject(explain(error, where, stage));
  const onClose = (): void => reject(explain(Object.assign(new Error("closed"), { code: "ECONNRESET" }), where, stage));
  socket.once("connect", () => {
    stage = "handshake";
    stopTimer();
    stopTimer = limit(config.handshakeMs ?? HANDSHAKE_MS);
  });
  socket.once("secureConnect", () => {
    socket.setNoDelay(true);
    resolve(socket);
  });
  socket.on("error", onError);
  socket.once("close", onClose);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const settled = (): void => {
    stopTimer();
    socket.off("close", onClose);
    signal.removeEventListener("abort", abort);
  };
  promise.then(settled, settled);
  return promise;
}

function open(config: DialConfig): TLSSocket {
  const { host, port, realm } = config;
  const { certificatePem, keyPem } = config.identity();
  return connect({
    host,
    port,
    // RFC 6066 §3: a literal address is not a server name.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    cert: certificatePem,
    key: keyPem,
    ca: realm.root.toString(),
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    ALPNProtocols: [ALPN],
    // Checked in `checkPeer` before anything is said: node would throw the certificate away, and with it the words to
    // tell whose it is. Nothing is sent to a server that did not pass.
    rejectUnauthorized: false,
  });
}

function checkPeer(socket: TLSSocket, { realm, clock, host }: DialConfig, where: Where): void {
  if (socket.alpnProtocol !== ALPN) throw notAlpn(where);
  const chain = chainOf(socket.getPeerX509Certificate());
  checkServer(chain, realm, { now: new Date(clock.now()), host });
  // OpenSSL's own opinion as well: two checkers must agree.
  if (!socket.authorized) {
    throw new Fault("certificate-untrusted", `TLS does not accept it: ${String(socket.authorizationError)}`);
  }
}
