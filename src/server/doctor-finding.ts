// What the doctor says: what was looked at, how it is, and what to do.
import { Fault, reason } from "../model/fault.ts";

export interface Finding {
  /** What was looked at: a stable word. */
  readonly check: "folder" | "server" | "certificates" | "keys" | "clock" | "disk" | "database" | "ports" | "socket";
  readonly level: "ok" | "warn" | "fail";
  /** One sentence. */
  readonly what: string;
  /** What to do. */
  readonly hint?: string;
}

export function ok(check: Finding["check"], what: string): Finding {
  return { check, level: "ok", what };
}

export function warn(check: Finding["check"], what: string, hint: string): Finding {
  return { check, level: "warn", what, hint };
}

export function fail(check: Finding["check"], what: string, hint: string): Finding {
  return { check, level: "fail", what, hint };
}

export function failOf(check: Finding["check"], error: unknown): Finding {
  const hint = error instanceof Fault ? error.hint : undefined;
  return fail(check, reason(error), hint ?? "look at the server's log");
}
