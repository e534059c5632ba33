// What went wrong with a connection, in words: every failure has a stable code, one sentence and a hint.
// `connect-*`: the network. `server-*`: who answered is not a server of our realm. `certificate-*`: ours is of no use.
import { errno, Fault, reason } from "../../model/fault.ts";

export interface Where {
  /** Host and port, for people. */
  readonly server: string;
  readonly host: string;
  /** The chat is where flags or a profile say; the door of newcomers is where their line says, and they have no flags for it. */
  readonly at: "chat" | "door";
}

/** How far the attempt had come. */
export type Stage = "dial" | "handshake" | "open";

type Told = readonly [code: string, message: string, hint: string];

/** What a person can look at, where this may be the wrong place. */
const PLACE = { chat: "check -ip and -p", door: "check host and port in the line" } as const;
const PLACE_AND_WAY = {
  chat: "check the address and port, the network, and the firewall of the server",
  door: "check host and port in the line, the network, and the firewall of the server",
} as const;

const NETWORK: Readonly<Record<string, (where: Where) => Told>> = {
  ECONNREFUSED: ({ server, at }) => [
    "connect-refused",
    `nothing listens at ${server}`,
    at === "chat"
      ? "start chat-server there, or check -ip and -p"
      : "start chat-server there, or check host and port in the line; its door is open only while an invitation is good: this line may have been used already, or be too old; then ask for a new one",
  ],
  ENOTFOUND: ({ host, at }) => [
    "connect-host-unknown",
    `there is no host ${host}`,
    at === "chat"
      ? "check the spelling of -ip, or give the IP address"
      : "check the spelling of the host in the line, or put the IP address in its place",
  ],
  EAI_AGAIN: ({ host, at }) => [
    "connect-host-unknown",
    `the name ${host} cannot be looked up now`,
    at === "chat"
      ? "check the network, or give the IP address"
      : "check the network, or put the IP address in the place of the host in the line",
  ],
  EHOSTUNREACH: ({ server, at }) => ["connect-unreachable", `there is no way to ${server}`, PLACE_AND_WAY[at]],
  ENETUNREACH: ({ server, at }) => [
    "connect-unreachable",
    `there is no network that leads to ${server}`,
    PLACE_AND_WAY[at],
  ],
  ENETDOWN: ({ server, at }) => [
    "connect-unreachable",
    `the network that leads to ${server} is down`,
    PLACE_AND_WAY[at],
  ],
  EADDRNOTAVAIL: ({ server, at }) => ["connect-unreachable", `there is no way to ${server}`, PLACE_AND_WAY[at]],
  EACCES: ({ server, at }) => [
    "connect-unreachable",
    `this machine does not allow a connection to ${server}`,
    PLACE_AND_WAY[at],
  ],
  ETIMEDOUT: ({ server, at }) => ["connect-timeout", `${server} does not answer`, PLACE_AND_WAY[at]],
};

const NOT_TLS = ({ server, at }: Where): Told => [
  "server-not-tls",
  `what answers at ${server} does not speak TLS`,
  `${PLACE[at]}: another program may be there`,
];
const RENEW = "ask an owner of the realm for an invitation, or for a new certificate where it hands out files";

/** OpenSSL's reasons, without ERR_SSL_ and the version prefix of alerts. */
const TLS: Readonly<Record<string, (where: Where) => Told>> = {
  WRONG_VERSION_NUMBER: NOT_TLS,
  PACKET_LENGTH_TOO_LONG: NOT_TLS,
  HTTP_REQUEST: NOT_TLS,
  BAD_RECORD_TYPE: NOT_TLS,
  UNEXPECTED_MESSAGE: NOT_TLS,
  ALERT_PROTOCOL_VERSION: oldTls,
  UNSUPPORTED_PROTOCOL: oldTls,
  ALERT_NO_APPLICATION_PROTOCOL: noAlpn,
  NO_APPLICATION_PROTOCOL: noAlpn,
  ALERT_CERTIFICATE_REQUIRED: ({ at }) => [
    "certificate-required",
    "the server wants a certificate and got none",
    at === "chat" ? "choose an identity with --as" : `${PLACE.door}: the door lets everybody ask`,
  ],
  ALERT_UNKNOWN_CA: () => [
    "certificate-untrusted",
    "the server does not know the CA of our certificate",
    "use a certificate of the realm of this server",
  ],
  ALERT_BAD_CERTIFICATE: () => ["certificate-untrusted", "the server does not take our certificate", RENEW],
  ALERT_CERTIFICATE_UNKNOWN: () => ["certificate-untrusted", "the server does not take our certificate", RENEW],
  ALERT_UNSUPPORTED_CERTIFICATE: () => [
    "certificate-usage",
    "the server does not take our certificate for a client",
    RENEW,
  ],
  ALERT_CERTIFICATE_EXPIRED: () => ["certificate-expired", "the server says that our certificate has expired", RENEW],
  ALERT_CERTIFICATE_REVOKED: () => ["certificate-revoked", "the server says that our certificate was revoked", RENEW],
};

function oldTls({ server, at }: Where): Told {
  return [
    "server-old-tls",
    `what answers at ${server} does not speak TLS 1.3`,
    `${PLACE[at]}: a chat-server speaks TLS 1.3 and nothing older`,
  ];
}

function noAlpn({ server, at }: Where): Told {
  return [
    "server-no-alpn",
    at === "chat"
      ? `what answers at ${server} is not a chat-server: it does not speak mutual-chat/1`
      : `what answers at ${server} is not the door of a chat-server: it does not speak HTTP`,
    at === "chat"
      ? `${PLACE.chat}: another program may be there`
      : `${PLACE.door}: the door has a port of its own, which is not that of the chat`,
  ];
}

export function notAlpn(where: Where): Fault {
  return fault(noAlpn(where));
}

export function timedOut({ server, at }: Where, stage: Stage, ms: number): Fault {
  if (stage === "dial")
    return fault(["connect-timeout", `${server} does not answer within ${ms / 1000} s`, PLACE_AND_WAY[at]]);
  return fault([
    "connect-handshake-timeout",
    `${server} takes the connection but does not finish the TLS handshake within ${ms / 1000} s`,
    `${PLACE[at]}: another program may be there, or the server is overloaded`,
  ]);
}

/** Any error of the socket. */
export function explain(error: unknown, where: Where, stage: Stage): Fault {
  if (error instanceof Fault) return error;
  const code = errno(error) ?? "";
  const alert = /^ERR_SSL_(?:(?:TLSV1|TLSV13|SSLV3|SSL)_)?(.+)$/.exec(code)?.[1];
  const told = alert === undefined ? NETWORK[code] : TLS[alert];
  if (told !== undefined) return fault(told(where), error);
  if (stage === "open")
    return new Fault("link-closed", `the connection to ${where.server} broke: ${reason(error)}`, { cause: error });
  if (code === "ECONNRESET" || code === "EPIPE") {
    return fault(
      [
        "connect-reset",
        `${where.server} hung up during the TLS handshake`,
        `${PLACE[where.at]}: another program may be there; the log of the server may say more`,
      ],
      error,
    );
  }
  return new Fault(
    alert === undefined ? "connect-failed" : "server-tls",
    `cannot connect to ${where.server}: ${reason(error)}`,
    { hint: PLACE_AND_WAY[where.at], cause: error },
  );
}

/** What to do is another thing than for a certificate of our own. */
const SERVER_HINTS: Readonly<Record<string, string>> = {
  untrusted:
    "this may be another realm, or somebody in between: compare the fingerprint of the CA with the administrator",
  revoked: "somebody else may have its key: tell the administrator, who gives the server a new certificate",
};

/** A fault about the server's certificate, told as such: `certificate-*` is about our own. */
export function aboutServer(error: unknown): unknown {
  if (!(error instanceof Fault) || !error.code.startsWith("certificate-")) return error;
  const kind =
    /^certificate-(untrusted|name|expired|not-yet-valid|revoked|usage)$/.exec(error.code)?.[1] ?? "certificate";
  const hint = SERVER_HINTS[kind] ?? error.hint;
  return new Fault(`server-${kind}`, `the server is not believed: ${error.message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function fault([code, message, hint]: Told, cause?: unknown): Fault {
  return new Fault(code, message, { hint, ...(cause === undefined ? {} : { cause }) });
}
