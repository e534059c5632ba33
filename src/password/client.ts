// The client's half of OPAQUE (RFC 9807): a password goes into a thread of its own and never to the server. Knows no terminal
// and no socket; what to do with the keys is for others.
import type { Worker } from "node:worker_threads";
import { Fault } from "../model/fault.ts";
import type { ClientCalls, LoggedIn, Registered, Started } from "./client-thread/calls.ts";
import { spawnOpaqueClient } from "./client-thread/spawn.ts";
import { checkedMessage } from "./messages.ts";
import type { Owner } from "./owner.ts";
import { CallThread } from "./thread/call-thread.ts";

/** Stretching takes a third of a second here, and may take many times as long on a small machine that has other work. */
const TIMEOUT_MS = 60_000;
/** A person is at one password at a time. */
const WAITING_MOST = 8;
/** Longer than anybody types; the protocol itself has room for 65,535 bytes. */
const PASSWORD_BYTES = 1024;

export interface Step {
  /** The same as in the first step. */
  readonly password: string;
  readonly owner: Owner;
  /** Of the first step. */
  readonly state: string;
  /** From the server. */
  readonly response: string;
  /** The server's key as the realm publishes it or as it was seen before. Undefined: there is nothing to compare with. */
  readonly serverKey: string | undefined;
}

/**
 * All messages are base64url. Each call rejects with Fault `password-malformed` for an answer that cannot be one,
 * `password-length`, `overload`, `password-timeout`, `password-failed` when its thread died, and `stopped` after the end.
 * End it after use: the library does not wipe the memory of its thread, and gives none of it back.
 */
export class OpaqueClient implements AsyncDisposable {
  readonly #thread: CallThread<ClientCalls>;

  constructor(spawn: () => Worker = spawnOpaqueClient) {
    this.#thread = new CallThread({ spawn, timeoutMs: TIMEOUT_MS, waitingMost: WAITING_MOST });
  }

  async startRegistration(password: string): Promise<Started> {
    return this.#thread.ask("startRegistration", { password: prepared(password) });
  }

  /** @throws Fault `password-server-key`: before anything is registered there */
  async finishRegistration({ password, owner, state, response, serverKey }: Step): Promise<Registered> {
    const registered = await this.#thread.ask("finishRegistration", {
      password: prepared(password),
      owner,
      state: checkedMessage("clientRegistrationState", state),
      response: checkedMessage("registrationResponse", response),
    });
    if (isKeyOf(registered, serverKey)) return registered;
    registered.exportKey.fill(0);
    throw otherServer();
  }

  async startLogin(password: string): Promise<Started> {
    return this.#thread.ask("startLogin", { password: prepared(password) });
  }

  /**
   * Undefined: the password is wrong, or there is no such user, or it is not the server of the registration.
   * @throws Fault `password-server-key`: the password is right, and yet nothing is sent there
   */
  async finishLogin({ password, owner, state, response, serverKey }: Step): Promise<LoggedIn | undefined> {
    const done = await this.#thread.ask("finishLogin", {
      password: prepared(password),
      owner,
      state: checkedMessage("clientLoginState", state),
      response: checkedMessage("loginResponse", response),
    });
    if (done === undefined || isKeyOf(done, serverKey)) return done;
    done.sessionKey.fill(0);
    done.exportKey.fill(0);
    throw otherServer();
  }

  async end(): Promise<void> {
    await this.#thread.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** The same password is the same in every way to type it (RFC 8265 §4.2.2: NFC). */
function prepared(password: string): string {
  const text = password.normalize("NFC");
  const bytes = Buffer.byteLength(text);
  if (bytes >= 1 && bytes <= PASSWORD_BYTES) return text;
  throw new Fault("password-length", `a password has 1 to ${PASSWORD_BYTES} bytes`);
}

function isKeyOf({ serverKey }: { readonly serverKey: string }, expected: string | undefined): boolean {
  return expected === undefined || serverKey === expected;
}

function otherServer(): Fault {
  return new Fault("password-server-key", "the server's key for passwords is not the one that was expected", {
    hint: "ask who runs the server; nothing was sent that could be used against this password",
  });
}
