// What the door knows of somebody between two requests about an account, and what it answers.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import type { KeptPassword } from "../../../password/session-proof.ts";

/** Who proved what, and how they prove the next request. */
export type Proved =
  | { readonly user: Handle; readonly how: "password"; readonly sessionKey: Uint8Array }
  | { readonly user: Handle; readonly how: "phrase"; readonly recoveryKey: Uint8Array };

export type Waiting =
  | { readonly for: "register"; readonly user: Handle; readonly code: string | undefined }
  /** The server's half of a login. Secret. */
  | { readonly for: "login"; readonly user: Handle; readonly login: string; readonly isKnown: boolean }
  | { readonly for: "recovery"; readonly user: Handle }
  | { readonly for: "new password"; readonly proved: Proved }
  | { readonly for: "keep password"; readonly proved: Proved };

export type WaitingFor = Waiting["for"];

/** For the first request of something: how long its answer waits. */
export interface Begun {
  readonly state: string;
  readonly response?: string;
  readonly waitMs: number;
}

export interface KeepRequest {
  readonly session: string;
  readonly password: KeptPassword;
  readonly proof: Uint8Array;
}

export interface In {
  /** For what comes next. */
  readonly session: string;
  readonly version: number;
  readonly vault: Uint8Array;
  readonly certificates: readonly Uint8Array[];
}

const TOO_LATE = "this took too long, or was done before";
const AGAIN = { hint: "begin again" };

/** There is no such state any more, or never was. */
export const EXPIRED = {
  registration: () => new Fault("registration-expired", TOO_LATE, AGAIN),
  login: () => new Fault("login-expired", TOO_LATE, AGAIN),
  recovery: () => new Fault("recovery-expired", TOO_LATE, AGAIN),
} as const;
