// What chat-server can be told, and how it becomes a ServerConfig.
import type { ServerConfig } from "../server/main.ts";
import type { Flag, Values } from "./flags.ts";
import { VERSION } from "./version.ts";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

const CONNECTIONS_MOST = 100_000;

export const SERVER_FLAGS = {
  ip: { kind: "ip", default: "127.0.0.1", about: "address to listen on; 0.0.0.0 or :: for all" },
  port: { kind: "port", alias: "p", default: 12345, about: "port to listen on; 0 lets the system choose" },
  certs: {
    kind: "text",
    default: "certs",
    about: "folder with ca.crt, issuing.crt, server.crt, server.key and the CRLs",
  },
  data: { kind: "text", default: "chat-data", about: "folder for the database and blobs; made if it is not there" },
  "passphrase-file": { kind: "text", about: "file with the passphrase of server.key" },
  "log-level": { kind: "choice", choices: LEVELS, default: "info", about: "what is logged" },
  "log-format": {
    kind: "choice",
    choices: ["auto", "json", "pretty"],
    default: "auto",
    about: "auto: pretty on a terminal",
  },
  "max-connections": { kind: "count", least: 1, most: CONNECTIONS_MOST, default: 10_000, about: "connections in all" },
  "max-per-address": {
    kind: "count",
    least: 1,
    most: CONNECTIONS_MOST,
    default: 500,
    about: "connections from one address",
  },
  "message-rate": {
    kind: "count",
    least: 0,
    most: 1_000_000,
    default: 1_000,
    about: "messages a second from one device; 0: any",
  },
  "byte-rate": {
    kind: "count",
    least: 0,
    most: 1_000_000_000,
    default: 8_000_000,
    about: "bytes a second from one device; 0: any",
  },
  "handshake-ms": { kind: "count", least: 100, most: 120_000, default: 10_000, about: "time for the TLS handshake" },
  "login-ms": { kind: "count", least: 100, most: 120_000, default: 10_000, about: "time for the hello after it" },
  "idle-ms": {
    kind: "count",
    least: 1_000,
    most: 3_600_000,
    default: 90_000,
    about: "a connection silent for so long is closed",
  },
} as const satisfies Readonly<Record<string, Flag>>;

export const SERVER_EXAMPLES = [
  ["chat-server", "listen on 127.0.0.1 port 12345, with ./certs"],
  ["chat-server -ip 0.0.0.0 -p 443", "on all addresses"],
  ["chat-server --certs /etc/mutual --data /var/lib/mutual", "as a service"],
  ["pkill -HUP -x chat-server", "make it read certificates and revocation lists again"],
] as const;

/** Requests of one device that may wait for their answers: a full pipeline of a bot, and no more memory than that. */
const PENDING_MAX = 512;
/** A burst may be this many seconds of the rate. */
const BURST_S = 4;

export function serverConfig(values: Values<typeof SERVER_FLAGS>, passphrase: string | undefined): ServerConfig {
  return {
    ip: values.ip,
    port: values.port,
    certs: values.certs,
    data: values.data,
    passphrase,
    agent: `chat-server/${VERSION}`,
    connectionsMax: values["max-connections"],
    connectionsPerAddress: values["max-per-address"],
    handshakeMs: values["handshake-ms"],
    session: {
      loginMs: values["login-ms"],
      idleMs: values["idle-ms"],
      pendingMax: PENDING_MAX,
      messages: { perSecond: values["message-rate"], burst: values["message-rate"] * BURST_S },
      bytes: { perSecond: values["byte-rate"], burst: values["byte-rate"] * BURST_S },
    },
  };
}
