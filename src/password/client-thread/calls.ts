// What the client asks of its password thread. Messages are base64url, as RFC 9807 has them.
import type { Owner } from "../owner.ts";

export interface ClientCalls {
  readonly startRegistration: { readonly input: StartInput; readonly output: Started };
  readonly finishRegistration: { readonly input: FinishInput; readonly output: Registered };
  readonly startLogin: { readonly input: StartInput; readonly output: Started };
  readonly finishLogin: { readonly input: FinishInput; readonly output: LoggedIn | undefined };
}

interface StartInput {
  readonly password: string;
}

interface FinishInput {
  readonly password: string;
  readonly owner: Owner;
  readonly state: string;
  /** From the server. */
  readonly response: string;
}

export interface Started {
  /** Secret, for the second step, once. */
  readonly state: string;
  /** For the server. */
  readonly request: string;
}

export interface Registered {
  /** For the server, which keeps it. */
  readonly record: string;
  /** 64 bytes that nobody else has, the same at each login. Whoever takes them wipes them. */
  readonly exportKey: Uint8Array;
  /** The server's public key. */
  readonly serverKey: string;
}

export interface LoggedIn {
  /** For the server, which then believes it. */
  readonly finish: string;
  /** 64 bytes that the server has too. Whoever takes them wipes them. */
  readonly sessionKey: Uint8Array;
  readonly exportKey: Uint8Array;
  readonly serverKey: string;
}
