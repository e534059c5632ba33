// The exit codes of both executables and which fault ends with which: the one table, quoted by docs/errors.md.
import { errno, Fault } from "../model/fault.ts";

export const EXIT = {
  ok: 0,
  /** Something unexpected: a defect of ours. */
  internal: 1,
  /** The command line, the environment or the configuration file does not make sense. */
  usage: 2,
  /** Certificates, keys, the realm; also a server that is not of our realm. */
  configuration: 3,
  /** Cannot listen, cannot connect, or the other side was not reached in time. */
  network: 4,
  /** The database, the vault, the disk. */
  storage: 5,
  /** The other side said no. */
  refused: 6,
  /** What is kept here is protected by a passphrase, and the right one was not given. */
  passphrase: 7,
} as const;
export type ExitName = keyof typeof EXIT;

/** For the manual. */
export const EXIT_ABOUT: Readonly<Record<ExitName, string>> = {
  ok: "everything asked is done; also after a signal, and when whoever read the output has gone",
  internal: "a defect of the program; also a second signal while the first is being obeyed",
  usage: "the command line, the environment or the configuration file makes no sense",
  configuration: "certificates, keys, the realm; also a server that is not of this realm",
  network: "cannot listen, cannot connect, or the other side was not reached in time",
  storage: "the database, the vault, a backup, the list of profiles, the disk",
  refused: "the other side said no",
  passphrase: "the vault is protected by a passphrase, and the right one was not given",
};

/** By the beginning of a fault's code; the first that fits decides. */
const BY_PREFIX: readonly (readonly [prefix: string, exit: ExitName])[] = [
  ["usage", "usage"],
  ["no-terminal", "usage"],
  ["bad-key", "usage"],
  ["config-", "usage"],
  ["invitation-malformed", "usage"],
  ["certificate-", "configuration"],
  ["certs-", "configuration"],
  ["crl-", "configuration"],
  ["identity-", "configuration"],
  ["key-used", "refused"],
  ["key-", "configuration"],
  ["passphrase-", "configuration"],
  ["password-exists", "refused"],
  ["password-changed", "refused"],
  ["password-", "configuration"],
  ["phrase-", "configuration"],
  ["bundle-", "configuration"],
  ["pem-", "configuration"],
  ["der-", "configuration"],
  ["file-", "configuration"],
  ["server-", "configuration"],
  ["realm-", "configuration"],
  ["profile-", "configuration"],
  ["no-door", "configuration"],
  ["no-accounts", "configuration"],
  ["no-issuer", "configuration"],
  ["connect-", "network"],
  ["door-", "network"],
  ["admin-", "network"],
  ["listen-", "network"],
  ["link-", "network"],
  ["store-", "storage"],
  ["vault-", "storage"],
  ["backup-", "storage"],
  ["restore-", "storage"],
  ["drill-", "storage"],
  ["profiles-", "storage"],
  ["pgp-source-failed", "network"],
  ["pgp-publish", "network"],
  ["pgp-proof", "refused"],
  ["pgp-", "configuration"],
  ["openpgp-server-key", "configuration"],
  ["openpgp-timeout", "network"],
  ["openpgp-", "refused"],
  ["no-passphrase", "passphrase"],
  ["wrong-passphrase", "passphrase"],
  ["invitation-", "refused"],
  ["user-", "refused"],
  ["account-", "refused"],
  ["login-", "refused"],
  ["recovery-", "refused"],
  ["registration-", "refused"],
  ["device-", "refused"],
  ["pairing-", "refused"],
  ["awaited", "refused"],
  ["handle-", "refused"],
  ["request-", "refused"],
  ["role-", "refused"],
  ["last-owner", "refused"],
  ["reason-", "refused"],
  ["lease-", "refused"],
  ["too-", "refused"],
  ["bad-", "refused"],
  ["empty-text", "usage"],
  ["source-", "usage"],
  ["offline", "network"],
  ["no-such-", "refused"],
  ["unknown-act", "refused"],
];

/** System errors that reach the top without a fault of ours around them. */
const BY_ERRNO: Readonly<Record<string, ExitName>> = {
  EADDRINUSE: "network",
  EADDRNOTAVAIL: "network",
  ECONNREFUSED: "network",
  ENOSPC: "storage",
  EROFS: "storage",
  EIO: "storage",
};

export function exitOf(error: unknown): ExitName {
  if (error instanceof Fault) {
    return BY_PREFIX.find(([prefix]) => error.code.startsWith(prefix))?.[1] ?? "internal";
  }
  const code = errno(error);
  return (code === undefined ? undefined : BY_ERRNO[code]) ?? "internal";
}

/** What a person is told: `error: …` and, if there is one, `hint: …`; a defect of ours brings its stack. */
export function inLines(error: unknown): string {
  if (error instanceof Fault)
    return `error: ${error.message}\n${error.hint === undefined ? "" : `hint: ${error.hint}\n`}`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const what =
    exitOf(error) === "internal"
      ? "hint: this is a defect of the program; please report it with the lines above\n"
      : "";
  return `error: ${stack}\n${what}`;
}
