// What chat-server can be told, and how it becomes a ServerConfig.
import { join } from "node:path";
import { OWN_REALM } from "../server/data-folder.ts";
import type { ServerConfig } from "../server/config.ts";
import { BURST_S, LIMIT_NAMES, type LimitName, LIMITS, type LimitValues } from "../server/service/realm/limits.ts";
import type { Flag, Values } from "./flags.ts";
import { VERSION } from "./version.ts";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** Without them the server's own settings hold: `chat-server limits`. */
export const LIMIT_FLAGS = {
  "max-connections": limitFlag("maxConnections"),
  "max-per-address": limitFlag("maxPerAddress"),
  "message-rate": limitFlag("messageRate"),
  "byte-rate": limitFlag("byteRate"),
  "blob-bytes-per-user": limitFlag("blobBytesPerUser"),
  "devices-per-user": limitFlag("devicesPerUser"),
  "certificates-per-user": limitFlag("certificatesPerUser"),
} as const;

export const SERVER_FLAGS = {
  ip: {
    kind: "ip",
    default: "127.0.0.1",
    usually: "that of chat-server init, else 127.0.0.1",
    about: "address to listen on; 0.0.0.0 or :: for all",
  },
  port: {
    kind: "port",
    alias: "p",
    default: 12345,
    usually: "that of chat-server init, else 12345",
    about: "port to listen on; 0 lets the system choose",
  },
  certs: {
    kind: "text",
    usually: "that of chat-server init, else certs",
    about: "folder with ca.crt, issuing.crt, server.crt, server.key and the CRLs",
  },
  data: { kind: "text", default: "chat-data", about: "folder for the database and blobs; made if it is not there" },
  "door-port": {
    kind: "port",
    usually: "that of chat-server init, else none",
    about: "port for those who have no certificate yet (HTTPS)",
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
  ...LIMIT_FLAGS,
  "metrics-port": {
    kind: "port",
    usually: "off",
    about: "port for GET /health and GET /metrics (HTTP, for Prometheus); 0 lets the system choose",
  },
  "metrics-ip": { kind: "ip", default: "127.0.0.1", about: "address for them: nobody is asked who they are there" },
  "handshake-ms": { kind: "count", least: 100, most: 120_000, default: 10_000, about: "time for the TLS handshake" },
  "login-ms": { kind: "count", least: 100, most: 120_000, default: 10_000, about: "time for the hello after it" },
  "key-server-ms": {
    kind: "count",
    least: 100,
    most: 120_000,
    default: 10_000,
    about: "time for each source of OpenPGP keys",
  },
  "wkd-private": {
    kind: "switch",
    about: "look up OpenPGP keys at mail domains inside the own network, too",
  },
  "idle-ms": {
    kind: "count",
    least: 1_000,
    most: 3_600_000,
    default: 90_000,
    about: "a connection silent for so long is closed",
  },
} as const satisfies Readonly<Record<string, Flag>>;

export const SERVER_EXAMPLES = [
  ["chat-server init", "make a realm here, with the first owner's invitation"],
  ["chat-server", "run the realm of init; or listen on 127.0.0.1 port 12345, with ./certs"],
  ["chat-server -ip 0.0.0.0 -p 443", "on all addresses"],
  ["chat-server --certs /etc/mutual --data /var/lib/mutual", "as a service"],
  ["pkill -HUP -x chat-server", "make it read certificates and revocation lists again"],
] as const;

/** Requests of one device that may wait for their answers: a full pipeline of a bot, and no more memory than that. */
const PENDING_MAX = 512;

/** `hasRealm`: `init` has made one in the data folder. */
export function serverConfig(
  values: Values<typeof SERVER_FLAGS>,
  { passphrase, hasRealm }: { readonly passphrase: string | undefined; readonly hasRealm: boolean },
): ServerConfig {
  const metricsPort = values["metrics-port"];
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
    openpgp: { timeoutMs: values["key-server-ms"], wkd: { allowPrivate: values["wkd-private"] } },
    limits: limitsIn(values),
    connectionsMax: LIMITS.maxConnections.usual,
    connectionsPerAddress: LIMITS.maxPerAddress.usual,
    handshakeMs: values["handshake-ms"],
    session: {
      loginMs: values["login-ms"],
      idleMs: values["idle-ms"],
      pendingMax: PENDING_MAX,
      messages: rateOf("messageRate"),
      bytes: rateOf("byteRate"),
    },
    ...(metricsPort === undefined ? {} : { metrics: { ip: values["metrics-ip"], port: metricsPort } }),
  };
}

/** Those that were given. */
export function limitsIn(values: Values<typeof LIMIT_FLAGS>): Partial<LimitValues> {
  const given = LIMIT_NAMES.flatMap((name) => {
    const value = values[LIMITS[name].flag];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

function limitFlag(name: LimitName) {
  const { least, most, usual, about } = LIMITS[name];
  return { kind: "count", least, most, usually: String(usual), about } as const;
}

function rateOf(name: "messageRate" | "byteRate") {
  const { usual: perSecond } = LIMITS[name];
  return { perSecond, burst: perSecond * BURST_S };
}
