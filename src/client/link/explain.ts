// What went wrong with a connection, in words: every failure has a stable code, one sentence and a hint.
// `connect-*`: the network. `server-*`: who answered is not a server of our realm. `certificate-*`: ours is of no use.
import { errno, Fault, reason } from "../../model/fault.ts";

export interface Where {
  /** Host and port, for people. */
  readonly server: string;
  readonly host: string;
}

/** How far the attempt had come. */
export type Stage = "dial" | "handshake" | "open";

type Told = readonly [code: string, message: string, hint: string];

const FIREWALL = "check the address and port, the network, and the firewall of the server";

const NETWORK: Readonly<Record<string, (where: Where) => Told>> = {
  ECONNREFUSED: ({ server }) => [
    "connect-refused",
    `nothing listens at ${server}`,
    "start chat-server there, or check -ip and -p",
  ],
  ENOTFOUND: ({ host }) => [
    "connect-host-unknown",
    `there is no host ${host}`,
    "check the spelling of -ip, or give the IP address",
  ],
  EAI_AGAIN: ({ host }) => [
    "connect-host-unknown",
    `the name ${host} cannot be looked up now`,
    "check the network, or give the IP address",
  ],
  EHOSTUNREACH: ({ server }) => ["connect-unreachable", `there is no way to ${server}`, FIREWALL],
  ENETUNREACH: ({ server }) => ["connect-unreachable", `there is no network that leads to ${server}`, FIREWALL],
  ENETDOWN: ({ server }) => ["connect-unreachable", `the network that leads to ${server} is down`, FIREWALL],
  EADDRNOTAVAIL: ({ server }) => ["connect-unreachable", `there is no way to ${server}`, FIREWALL],
  EACCES: ({ server }) => ["connect-unreachable", `this machine does not allow a connection to ${server}`, FIREWALL],
  ETIMEDOUT: ({ server }) => ["connect-timeout", `${server} does not answer`, FIREWALL],
};

const NOT_TLS = (server: string): Told => [
  "server-not-tls",
  `what answers at ${server} does not speak TLS`,
  "check -ip and -p: another program may be there",
];
const RENEW = "ask the administrator of this realm for a new certificate";

/** OpenSSL's reasons, without ERR_SSL_ and the version prefix of alerts. */
const TLS: Readonly<Record<string, (where: Where) => Told>> = {
  WRONG_VERSION_NUMBER: ({ server }) => NOT_TLS(server),
  PACKET_LENGTH_TOO_LONG: ({ server }) => NOT_TLS(server),
  HTTP_REQUEST: ({ server }) => NOT_TLS(server),
  BAD_RECORD_TYPE: ({ server }) => NOT_TLS(server),
  UNEXPECTED_MESSAGE: ({ server }) => NOT_TLS(server),
  ALERT_PROTOCOL_VERSION: oldTls,
  UNSUPPORTED_PROTOCOL: oldTls,
  ALERT_NO_APPLICATION_PROTOCOL: noAlpn,
  NO_APPLICATION_PROTOCOL: noAlpn,
  ALERT_CERTIFICATE_REQUIRED: () => [
    "certificate-required",
    "the server wants a certificate and got none",
    "choose an identity with --as",
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

function oldTls({ server }: Where): Told {
  return [
    "server-old-tls",
    `what answers at ${server} does not speak TLS 1.3`,
    "check -ip and -p: a chat-server speaks TLS 1.3 and nothing older",
  ];
}

function noAlpn({ server }: Where): Told {
  return [
    "server-no-alpn",
    `what answers at ${server} is not a chat-server: it does not speak mutual-chat/1`,
    "check -ip and -p: another program may be there",
  ];
}

export function notAlpn(where: Where): Fault {
  return fault(noAlpn(where));
}

export function timedOut({ server }: Where, stage: Stage, ms: number): Fault {
  if (stage === "dial") return fault(["connect-timeout", `${server} does not answer within ${ms / 1000} s`, FIREWALL]);
  return fault([
    "connect-handshake-timeout",
    `${server} takes the connection but does not finish the TLS handshake within ${ms / 1000} s`,
    "check -ip and -p: another program may be there, or the server is overloaded",
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
        "check -ip and -p: another program may be there; the log of the server may say more",
      ],
      error,
    );
  }
  return new Fault(
    alert === undefined ? "connect-failed" : "server-tls",
    `cannot connect to ${where.server}: ${reason(error)}`,
    { hint: FIREWALL, cause: error },
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
