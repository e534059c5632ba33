// The terms of a conversation: what its members and the server must agree on, and nothing that is to stay private.
// They ride in the MLS group context (so every member holds the same) and beside the commit (so the server can hold to them).
import type { Handle } from "./ids.ts";
import { isHandle } from "./ids.ts";

/** An owner may do everything, an admin everything but roles and the end of the conversation. */
export type Role = "owner" | "admin" | "member";
/** `open`: whoever is in the realm comes in; `ask`: an admin lets them in; `invite`: an admin adds them. */
export type JoinPolicy = "open" | "ask" | "invite";
/** What newcomers may read of before: nothing, everything, or so many days back. */
export type HistoryPolicy = "none" | "all" | number;
export type ConversationKind = "lobby" | "room" | "direct";

export interface Terms {
  readonly kind: ConversationKind;
  readonly join: JoinPolicy;
  readonly history: HistoryPolicy;
  /** Ended by its owner: nothing is written any more. */
  readonly closed: boolean;
  /**
   * Users with a role of their own, and users who belong but whose devices are not in yet. Who has a device in the group
   * and is not named here is a member. A direct conversation names both of its users, and nobody else ever comes in.
   */
  readonly roles: ReadonlyMap<Handle, Role>;
}

/** A year back and more is `all`. */
const HISTORY_DAYS = 365;
/** Named users of one conversation: as many as it may have devices. */
const NAMED = 5_000;
/** Bytes of the encoded form: 5,000 names of 32 letters fit. */
export const TERMS_BYTES = 256 * 1024;

const VERSION = 1;
const KINDS: readonly ConversationKind[] = ["lobby", "room", "direct"];
const JOINS: readonly JoinPolicy[] = ["open", "ask", "invite"];
const ROLES: readonly Role[] = ["owner", "admin", "member"];

/** One form for each value: handles in order, keys in order. Members compare bytes. */
export function encodeTerms(terms: Terms): Uint8Array {
  const roles = [...terms.roles].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { kind, join, history, closed } = terms;
  return Buffer.from(JSON.stringify({ v: VERSION, kind, join, history, closed, roles }), "utf8");
}

/** Undefined for anything that `encodeTerms` would not have written. */
export function decodeTerms(bytes: Uint8Array): Terms | undefined {
  if (bytes.length > TERMS_BYTES) return undefined;
  const terms = termsOf(parsed(bytes));
  if (terms === undefined || !Buffer.from(encodeTerms(terms)).equals(bytes)) return undefined;
  return terms;
}

function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function termsOf(value: Readonly<Record<string, unknown>> | undefined): Terms | undefined {
  if (value === undefined || value["v"] !== VERSION) return undefined;
  const { kind, join, history, closed, roles } = value;
  if (!isOneOf(kind, KINDS) || !isOneOf(join, JOINS)) return undefined;
  if (!isHistory(history) || typeof closed !== "boolean") return undefined;
  const named = rolesOf(roles);
  return named === undefined ? undefined : { kind, join, history, closed, roles: named };
}

function rolesOf(value: unknown): ReadonlyMap<Handle, Role> | undefined {
  if (!Array.isArray(value) || value.length > NAMED) return undefined;
  const roles = new Map<Handle, Role>();
  for (const pair of value as readonly unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const [user, role] = pair as readonly unknown[];
    if (typeof user !== "string" || !isHandle(user) || !isOneOf(role, ROLES)) return undefined;
    roles.set(user, role);
  }
  return roles;
}

function isOneOf<T extends string>(value: unknown, all: readonly T[]): value is T {
  return all.some((one) => one === value);
}

function isHistory(value: unknown): value is HistoryPolicy {
  if (value === "none" || value === "all") return true;
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= HISTORY_DAYS;
}
