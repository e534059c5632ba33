// When to connect, wait, give up or stay away, as pure steps: state + input -> state + wants. It knows no socket and no clock;
// chance comes in as a number.
import type { LinkReason } from "../port/views.ts";

/** Full jitter (uniform from 0) would sometimes hammer; half to whole spreads a crowd and still waits. */
const BACKOFF_MS = 500;
const BACKOFF_MOST_MS = 30_000;
/** A connection that lived for so long was a good one: the next failure starts counting anew. @internal */
export const STABLE_MS = 10_000;

/** Goodbyes after which coming back is of no use: somebody has to do something first. */
const FINAL = new Set(["superseded", "version", "device-taken", "account-disabled"]);

export type Connection =
  | { readonly at: "down" }
  | { readonly at: "connecting"; readonly attempt: number }
  | { readonly at: "greeting"; readonly attempt: number }
  | { readonly at: "open"; readonly attempt: number; readonly sinceMs: number }
  | { readonly at: "waiting"; readonly attempt: number }
  | { readonly at: "refused"; readonly reason: LinkReason };

export type ConnectionInput =
  | { readonly on: "up" }
  /** Cut on purpose. */
  | { readonly on: "down" }
  /** Another one in the place of this one, at once: the certificate of this device is a new one. */
  | { readonly on: "renew" }
  /** The server's certificate is good; nothing was said yet. */
  | { readonly on: "connected" }
  | { readonly on: "greeted"; readonly nowMs: number }
  | { readonly on: "wait-over" }
  /** `final`: trying again is of no use. `retryMs`: not before, said the server. */
  | {
      readonly on: "failed";
      readonly reason: LinkReason;
      readonly final: boolean;
      readonly retryMs: number;
      readonly nowMs: number;
      readonly chance: number;
    };

export type ConnectionWant =
  | { readonly want: "connect" }
  | { readonly want: "hello" }
  | { readonly want: "hang-up" }
  | { readonly want: "wait"; readonly ms: number }
  | {
      readonly want: "tell";
      readonly state: "connected" | "reconnecting" | "refused";
      readonly reason?: LinkReason;
      readonly retryMs?: number;
    };

export interface ConnectionStep {
  readonly connection: Connection;
  readonly wants: readonly ConnectionWant[];
}

export function isFinal(code: string): boolean {
  return FINAL.has(code) || code.startsWith("certificate-");
}

export function connectionStep(connection: Connection, input: ConnectionInput): ConnectionStep {
  switch (input.on) {
    case "up":
      // Also after a refusal: somebody asks for it, so they may have mended it.
      if (connection.at !== "down" && connection.at !== "refused" && connection.at !== "waiting")
        return { connection, wants: [] };
      return { connection: { at: "connecting", attempt: 0 }, wants: [{ want: "connect" }] };
    case "down":
      return { connection: { at: "down" }, wants: connection.at === "down" ? [] : [{ want: "hang-up" }, downReason()] };
    case "connected":
      if (connection.at !== "connecting") return { connection, wants: [] };
      return { connection: { ...connection, at: "greeting" }, wants: [{ want: "hello" }] };
    case "greeted":
      if (connection.at !== "greeting") return { connection, wants: [] };
      return {
        connection: { at: "open", attempt: connection.attempt, sinceMs: input.nowMs },
        wants: [{ want: "tell", state: "connected" }],
      };
    case "renew":
      return {
        connection: { at: "connecting", attempt: 0 },
        wants: [{ want: "hang-up" }, RENEWED, { want: "connect" }],
      };
    case "wait-over":
      if (connection.at !== "waiting") return { connection, wants: [] };
      return { connection: { ...connection, at: "connecting" }, wants: [{ want: "connect" }] };
    case "failed":
      return onFailed(connection, input);
  }
}

const RENEWED: ConnectionWant = {
  want: "tell",
  state: "reconnecting",
  reason: { code: "renewed", message: "the certificate of this device is a new one" },
};

function downReason(): ConnectionWant {
  return {
    want: "tell",
    state: "reconnecting",
    reason: { code: "link-down", message: "the connection was cut on purpose" },
  };
}

function onFailed(connection: Connection, input: Extract<ConnectionInput, { on: "failed" }>): ConnectionStep {
  const { reason } = input;
  if (connection.at === "down" || connection.at === "refused" || connection.at === "waiting")
    return { connection, wants: [] };
  if (input.final) {
    return {
      connection: { at: "refused", reason },
      wants: [{ want: "hang-up" }, { want: "tell", state: "refused", reason }],
    };
  }
  const stable = connection.at === "open" && input.nowMs - connection.sinceMs >= STABLE_MS;
  const attempt = stable ? 0 : connection.attempt;
  const ms = Math.max(input.retryMs, retryIn(attempt, input.chance));
  return {
    connection: { at: "waiting", attempt: attempt + 1 },
    wants: [{ want: "hang-up" }, { want: "tell", state: "reconnecting", reason, retryMs: ms }, { want: "wait", ms }],
  };
}

/** 0.5 s · 2ⁿ up to 30 s, of which a random half to whole. `chance`: 0 ≤ chance < 1. @internal */
export function retryIn(attempt: number, chance: number): number {
  const most = Math.min(BACKOFF_MOST_MS, BACKOFF_MS * 2 ** Math.min(attempt, 16));
  return Math.round(most / 2 + (most / 2) * chance);
}
