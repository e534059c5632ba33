// What SQLite says, as faults of the vault.
import { Fault, reason } from "../../model/fault.ts";

// https://www.sqlite.org/rescode.html, primary codes
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** Something sealed is not what was written there: changed, moved, older than the rest, or missing. */
export class Damage extends Error {}

export function vaultFault(error: unknown, file: string): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof Damage) return corrupt(error, file);
  switch (primaryCode(error)) {
    case BUSY:
      return new Fault("vault-locked", "this identity is open in another chat-client, and only one can have it", {
        hint: `close the other one, or use another identity (--as) or another --home; what is in use is ${file}`,
        cause: error,
      });
    case CORRUPT:
    case NOTADB:
      return corrupt(error, file);
    case FULL:
      return new Fault("vault-full", "the disk of the vault is full", {
        hint: `make room where ${file} is`,
        cause: error,
      });
    case CANTOPEN:
      return new Fault("vault-failed", `cannot open the vault ${file}`, {
        hint: "check who may read and write it",
        cause: error,
      });
    default:
      return new Fault("vault-failed", `the vault failed: ${reason(error)}`, {
        hint: `the vault is ${file}`,
        cause: error,
      });
  }
}

function corrupt(error: unknown, file: string): Fault {
  return new Fault("vault-corrupt", `the vault cannot be read: ${reason(error)}`, {
    hint: `it was left as it is; put a backup back, or move its folder away to start anew from the server: ${file}`,
    cause: error,
  });
}

function primaryCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}
