// What SQLite says, as faults of the vault.
import { Fault, reason } from "../../model/fault.ts";

// https://www.sqlite.org/rescode.html, primary codes
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

export function vaultFault(error: unknown, file: string): Fault {
  if (error instanceof Fault) return error;
  switch (primaryCode(error)) {
    case BUSY:
      return new Fault("vault-locked", "this identity is open in another chat-client, and only one can have it", {
        hint: `close the other one, or use another identity (--as) or another --home; what is in use is ${file}`,
        cause: error,
      });
    case CORRUPT:
    case NOTADB:
      return new Fault("vault-corrupt", `the vault cannot be read: ${reason(error)}`, {
        hint: `the file was left as it is; put a copy back, or move it away to start anew from the server: ${file}`,
        cause: error,
      });
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

function primaryCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}
