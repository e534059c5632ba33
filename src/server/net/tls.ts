// The TLS side of the chat port: one tls.Server for each key-exchange group, so that the group of a connection is known and
// not only hoped for. A certificate is always asked for; who it belongs to is decided in connection.ts, before any byte is read.
import { type Server, type TLSSocket, createServer } from "node:tls";
import { ALPN } from "../../wire/alpn.ts";
import type { Realm } from "../../pki/realm.ts";

/** Best first. The number is the IANA code point in the ClientHello, the name is OpenSSL's. */
const GROUPS = [
  { code: 0x11ec, name: "X25519MLKEM768" },
  { code: 0x001d, name: "X25519" },
  { code: 0x0017, name: "P-256" },
] as const;

export type GroupName = (typeof GROUPS)[number]["name"];

/** What the server shows and whom it trusts: see pki/load.ts. */
export interface Identity {
  readonly realm: Realm;
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface TlsEvents {
  onSecure(socket: TLSSocket, group: GroupName): void;
  onRefused(error: Error, socket: TLSSocket): void;
}

/** One server for each group. They listen on nothing: the listener hands them sockets. */
export class TlsSide {
  readonly #servers = new Map<GroupName, Server>();

  constructor(identity: Identity, handshakeMs: number, events: TlsEvents) {
    for (const { name } of GROUPS) {
      const server = createServer({
        ...contextOf(identity, name),
        ALPNProtocols: [ALPN],
        handshakeTimeout: handshakeMs,
      });
      server.on("secureConnection", (socket) => events.onSecure(socket, name));
      server.on("tlsClientError", (error, socket) => events.onRefused(error, socket));
      this.#servers.set(name, server);
    }
  }

  /** New certificates for the handshakes to come; tickets of before are worth nothing any more. */
  reload(identity: Identity): void {
    for (const [name, server] of this.#servers) server.setSecureContext(contextOf(identity, name));
  }

  serverFor(offered: readonly number[]): Server {
    const group = GROUPS.find(({ code }) => offered.includes(code)) ?? GROUPS[1];
    const server = this.#servers.get(group.name);
    if (server === undefined) throw new Error(`no TLS server for ${group.name}`);
    return server;
  }
}

function contextOf({ realm, certificatePem, keyPem }: Identity, group: GroupName) {
  return {
    key: keyPem,
    cert: certificatePem,
    ca: realm.root.toString(),
    ecdhCurve: group,
    minVersion: "TLSv1.3",
    requestCert: true,
    // The connection is closed, with a reason, in the very next step (listener.ts) unless the certificate is one of ours:
    // with `true` Node would close it without being able to say why. No application byte is read either way.
    rejectUnauthorized: false,
  } as const;
}
