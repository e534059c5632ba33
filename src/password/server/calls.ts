// What the server asks of its password thread. Messages are base64url, as RFC 9807 has them.
import type { Owner } from "../owner.ts";

export interface ServerCalls {
  readonly createSetup: { readonly input: undefined; readonly output: string };
  readonly publicKey: { readonly input: SetupInput; readonly output: string };
  readonly registrationResponse: { readonly input: RegistrationInput; readonly output: string };
  readonly checkRecord: { readonly input: RecordInput; readonly output: undefined };
  readonly startLogin: { readonly input: LoginInput; readonly output: LoginStarted };
  readonly finishLogin: { readonly input: FinishInput; readonly output: LoginFinished | undefined };
}

interface SetupInput {
  readonly setup: string;
}

interface RegistrationInput extends SetupInput {
  readonly user: string;
  readonly request: string;
}

interface RecordInput extends SetupInput {
  readonly owner: Owner;
  readonly record: string;
}

interface LoginInput extends SetupInput {
  readonly owner: Owner;
  /** Undefined: there is no such user. */
  readonly record: string | undefined;
  readonly request: string;
}

interface FinishInput {
  readonly state: string;
  readonly request: string;
}

export interface LoginStarted {
  /** Secret, for `finishLogin`, once. */
  readonly state: string;
  /** For the client. */
  readonly response: string;
}

export interface LoginFinished {
  /** 64 bytes, which the client has too. */
  readonly sessionKey: Uint8Array;
}
