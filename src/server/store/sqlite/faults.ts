// Turns what node:sqlite throws into a Fault with a stable code, and says whether the store may go on after it.
import { Fault, errno, reason } from "../../../model/fault.ts";

// Primary result codes: https://www.sqlite.org/rescode.html
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
const PERM = 3;
/** No room for the index of the WAL: a full disk under another name. */
const IOERR_SHMSIZE = 4874;

/** The primary result code of an SQLite error, or undefined if it is none. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  if (error.errcode === IOERR_SHMSIZE) return FULL;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/**
 * After a failed write or sync nobody knows what the disk holds until the database is opened again,
 * and a corrupt page may be anywhere: the store must stop. A full disk is not such a case.
 */
export function isFatal(error: unknown): boolean {
  const code = error instanceof Fault ? sqliteCode(error.cause) : sqliteCode(error);
  return code === IOERR || code === CORRUPT || code === NOTADB;
}

export function isFull(error: unknown): boolean {
  return sqliteCode(error) === FULL;
}

export function storeFault(error: unknown, file: string): Fault {
  if (error instanceof Fault) return error;
  switch (sqliteCode(error)) {
    case FULL:
      return new Fault("store-full", "the disk of the message store is full", {
        hint: `make room on the disk that holds ${file}`,
        cause: error,
      });
    case CORRUPT:
    case NOTADB:
      return corruptFault(file, reason(error), error);
    case BUSY:
    case LOCKED:
      return new Fault("store-locked", `another process has the message store open: ${file}`, {
        hint: "stop the other chat-server, or give this one a folder of its own",
        cause: error,
      });
    case CANTOPEN:
    case READONLY:
    case PERM:
      return unwritableFault(file, error);
    default:
      return new Fault("store-failed", `the message store failed: ${reason(error)}`, {
        hint: "see the server's log, then start it again",
        cause: error,
      });
  }
}

export function corruptFault(file: string, what: string, cause?: unknown): Fault {
  return new Fault("store-corrupt", `the message store is damaged: ${what}`, {
    hint: `keep ${file} for examination, then restore a backup in its place`,
    cause,
  });
}

export function unwritableFault(file: string, cause: unknown): Fault {
  const code = errno(cause);
  return new Fault(
    "store-unwritable",
    `cannot write the message store ${file}${code === undefined ? "" : ` (${code})`}`,
    {
      hint: "give the server a folder it may write to",
      cause,
    },
  );
}
