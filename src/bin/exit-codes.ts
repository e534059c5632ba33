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

/** By the beginning of a fault's code; the first that fits decides. */
const BY_PREFIX: readonly (readonly [prefix: string, exit: ExitName])[] = [
  ["usage", "usage"],
  ["config-", "usage"],
  ["certificate-", "configuration"],
  ["certs-", "configuration"],
  ["crl-", "configuration"],
  ["identity-", "configuration"],
  ["key-", "configuration"],
  ["passphrase-", "configuration"],
  ["bundle-", "configuration"],
  ["pem-", "configuration"],
  ["der-", "configuration"],
  ["file-", "configuration"],
  ["server-", "configuration"],
  ["connect-", "network"],
  ["listen-", "network"],
  ["link-", "network"],
  ["store-", "storage"],
  ["vault-", "storage"],
  ["backup-", "storage"],
  ["no-passphrase", "passphrase"],
  ["wrong-passphrase", "passphrase"],
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
