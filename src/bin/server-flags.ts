// What chat-server can be told, and how it becomes a ServerConfig.
import type { ServerConfig } from "../server/main.ts";
import { join } from "node:path";
import type { Flag, Values } from "./flags.ts";
import type { CommandWord } from "./help.ts";
import { VERSION } from "./version.ts";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

const CONNECTIONS_MOST = 100_000;

export const SERVER_FLAGS = {
  ip: { kind: "ip", default: "127.0.0.1", about: "address to listen on; 0.0.0.0 or :: for all" },
  port: { kind: "port", alias: "p", default: 12345, about: "port to listen on; 0 lets the system choose" },
  certs: {
    kind: "text",
    usually: "that of chat-server init, else certs",
    about: "folder with ca.crt, issuing.crt, server.crt, server.key and the CRLs",
  },
  data: { kind: "text", default: "chat-data", about: "folder for the database and blobs; made if it is not there" },
  "door-port": {
    kind: "port",
    about: "port for those who have no certificate yet (HTTPS); without it, or init, there is none",
  },
  host: { kind: "host", about: "name or address that invitations give; else the first of the server's certificate" },
  "device-lifetime": {
    kind: "duration",
    default: "90d",
    leastMs: 60_000,
    mostMs: 3_650 * 86_400_000,
    about: "how long a device certificate is good; it renews itself in time",
  },
  "passphrase-file": { kind: "text", about: "file with the passphrase of server.key and of the CA's keys" },
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

/** What `init` has found out, in the data folder: read like a file of --config. */
export const OWN_CONFIG = "chat-server.json";
/** In the data folder: made by `init`. */
export const OWN_REALM = "realm";

const JSON_FLAG = { kind: "switch", about: "one JSON object instead of words, for programs" } as const;
const { data, ip, port } = SERVER_FLAGS;
const ADMIN_FLAGS = { data, json: JSON_FLAG } as const;
const DAY_MS = 86_400_000;

export const SERVER_COMMANDS = {
  init: {
    about: "make a realm in the data folder: a CA, the server's certificate, and the first owner's invitation",
    args: [],
    flags: {
      data,
      host: { kind: "text", usually: "those that are found", about: "names and addresses by which clients reach it" },
      ip: { ...ip, default: "0.0.0.0" },
      port,
      "door-port": { kind: "port", default: 12346, about: "port for those who have no certificate yet" },
      name: { kind: "text", default: "Mutual", about: "what the realm is called in its certificates" },
      owner: { kind: "text", about: "who the first owner is; without it whoever uses the invitation chooses a name" },
      "passphrase-file": {
        kind: "text",
        about: "file with a passphrase for the CA's keys; the server then needs it too",
      },
      json: JSON_FLAG,
    },
    examples: [
      ["chat-server init", "on this machine's names and addresses"],
      ["chat-server init --host 'chat.example.org 192.0.2.7' --data /var/lib/mutual", "on a server"],
    ],
  },
  invite: {
    about: "make an invitation and print the line by which somebody joins",
    args: ["[USER]"],
    flags: {
      ...ADMIN_FLAGS,
      expires: { kind: "duration", default: "24h", leastMs: 1_000, mostMs: 90 * DAY_MS, about: "how long it is good" },
      uses: { kind: "count", least: 1, most: 1_000, default: 1, about: "how many devices may use it" },
      role: { kind: "choice", choices: ["owner", "admin", "member"], default: "member", about: "in the realm" },
      until: { kind: "text", about: "a guest: every certificate that comes of it ends then; a date or a time like 7d" },
      name: { kind: "text", about: "display name" },
      email: { kind: "text", about: "address that stands in the certificate" },
      openpgp: { kind: "text", about: "fingerprint of the OpenPGP key that must be proved" },
      plain: { kind: "switch", about: "without the picture" },
    },
    examples: [
      ["chat-server invite bob", "one device of bob, within a day"],
      ["chat-server invite --uses 20 --expires 7d", "whoever has the line, with a name of their choice"],
      ["chat-server invite eve --until 2026-12-31", "a guest"],
    ],
  },
  invitations: { about: "list the invitations that are still good", args: [], flags: ADMIN_FLAGS },
  withdraw: { about: "end an invitation", args: ["ID"], flags: ADMIN_FLAGS },
} as const satisfies Readonly<Record<string, CommandWord>>;

export const SERVER_EXAMPLES = [
  ["chat-server init", "make a realm here, with the first owner's invitation"],
  ["chat-server", "run the realm of init; or listen on 127.0.0.1 port 12345, with ./certs"],
  ["chat-server -ip 0.0.0.0 -p 443", "on all addresses"],
  ["chat-server --certs /etc/mutual --data /var/lib/mutual", "as a service"],
  ["pkill -HUP -x chat-server", "make it read certificates and revocation lists again"],
] as const;

/** Requests of one device that may wait for their answers: a full pipeline of a bot, and no more memory than that. */
const PENDING_MAX = 512;
/** A burst may be this many seconds of the rate. */
const BURST_S = 4;

/** `hasRealm`: `init` has made one in the data folder. */
export function serverConfig(
  values: Values<typeof SERVER_FLAGS>,
  { passphrase, hasRealm }: { readonly passphrase: string | undefined; readonly hasRealm: boolean },
): ServerConfig {
  return {
    ip: values.ip,
    port: values.port,
    certs: values.certs ?? (hasRealm ? join(values.data, OWN_REALM) : "certs"),
    doorPort: values["door-port"],
    host: values.host,
    lifetimeMs: values["device-lifetime"],
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
