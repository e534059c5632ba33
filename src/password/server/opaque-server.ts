// The server's half of OPAQUE (RFC 9807): what a password is proved with, without the password ever coming here. The work is
// done in a thread of its own, because each step holds it up for a millisecond. Knows no store and no socket.
import type { Worker } from "node:worker_threads";
import { type Handle, isHandle, type Sha256 } from "../../model/ids.ts";
import { checkedMessage, malformed } from "../messages.ts";
import type { Owner } from "../owner.ts";
import { CallThread } from "../thread/call-thread.ts";
import type { LoginFinished, LoginStarted, ServerCalls } from "./calls.ts";
import { spawnOpaqueServer } from "./spawn.ts";

/** A step takes about a millisecond: who waits longer than this waits for a thread that is stuck. */
const TIMEOUT_MS = 5000;
/** About a tenth of a second of work: behind that a stranger is better told to come again. */
const WAITING_MOST = 64;

export interface Registration {
  readonly setup: string;
  readonly user: Handle;
  /** From the client. */
  readonly request: string;
}

export interface NewRecord {
  readonly setup: string;
  readonly user: Handle;
  /** From the client, made with the answer to its request. */
  readonly record: string;
}

export interface Login {
  readonly setup: string;
  readonly user: Handle;
  /** Undefined: there is no such user, and nobody can tell from the answer. */
  readonly record: string | undefined;
  /** From the client. */
  readonly request: string;
}

export interface Finish {
  /** Of `startLogin`. Whoever keeps it forgets it with its first use, right or wrong. */
  readonly state: string;
  /** From the client. */
  readonly request: string;
}

/**
 * All messages are base64url. Each call rejects with Fault `password-malformed` for what cannot be one, `overload`,
 * `password-timeout`, `password-failed` when its thread died, and `stopped` after the end.
 */
export class OpaqueServer implements AsyncDisposable {
  readonly #realm: Sha256;
  readonly #thread: CallThread<ServerCalls>;

  /** `realm`: its fingerprint, to which every record is bound. */
  constructor(realm: Sha256, spawn: () => Worker = spawnOpaqueServer) {
    this.#realm = realm;
    this.#thread = new CallThread({ spawn, timeoutMs: TIMEOUT_MS, waitingMost: WAITING_MOST });
  }

  /** Made once and kept, as secret as a private key: without it all records are of no use. */
  async createSetup(): Promise<string> {
    return this.#thread.ask("createSetup", undefined);
  }

  /** What clients compare: the realm may publish it. */
  async publicKey(setup: string): Promise<string> {
    return this.#thread.ask("publicKey", { setup: checkedMessage("setup", setup) });
  }

  /** Whether the user exists or may register is for the caller to say, before. */
  async registrationResponse({ setup, user, request }: Registration): Promise<string> {
    return this.#thread.ask("registrationResponse", {
      setup: checkedMessage("setup", setup),
      user: this.#owner(user).user,
      request: checkedMessage("registrationRequest", request),
    });
  }

  /** Before a record is kept: that a later login can read it. Whose password it has nobody but the client knows. */
  async checkRecord({ setup, user, record }: NewRecord): Promise<void> {
    await this.#thread.ask("checkRecord", {
      setup: checkedMessage("setup", setup),
      owner: this.#owner(user),
      record: checkedMessage("record", record),
    });
  }

  async startLogin({ setup, user, record, request }: Login): Promise<LoginStarted> {
    return this.#thread.ask("startLogin", {
      setup: checkedMessage("setup", setup),
      owner: this.#owner(user),
      record: record === undefined ? undefined : checkedMessage("record", record),
      request: checkedMessage("loginRequest", request),
    });
  }

  /** Undefined: the client does not know the password, or there is no such user. */
  async finishLogin({ state, request }: Finish): Promise<LoginFinished | undefined> {
    return this.#thread.ask("finishLogin", {
      state: checkedMessage("serverLoginState", state),
      request: checkedMessage("loginFinish", request),
    });
  }

  async end(): Promise<void> {
    await this.#thread.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #owner(user: unknown): Owner {
    // A pattern alone takes undefined for the user of that name.
    if (typeof user !== "string" || !isHandle(user)) throw malformed("the name of a user");
    return { realm: this.#realm, user };
  }
}
