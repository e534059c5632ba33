// Accounts with a password at the door (RFC 9807): who registers, logs in, or comes back with a recovery phrase. The password never comes
// here. For a user who is not there everything is done as for one who is, up to the same refusal.
import { Fault } from "../../../model/fault.ts";
import type { Handle, Sha256 } from "../../../model/ids.ts";
import { checkMac } from "../../../password/request-mac.ts";
import { RECOVERY_KEY_BYTES, verifyRecovery } from "../../../password/recovery-key.ts";
import type { OpaqueServer } from "../../../password/server/opaque-server.ts";
import { type Deed, deedBytes, keepParts } from "../../../password/session-proof.ts";
import type { Log } from "../../port/log.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { AccountEnrolment, NewPassword } from "../../service/realm/account-enrolment.ts";
import { Guesses } from "./guesses.ts";
import { Handles } from "./handles.ts";
import type { OpaqueSetup } from "./setup.ts";
import { type Begun, EXPIRED, type In, type KeepRequest, type Proved, type Waiting, type WaitingFor } from "./steps.ts";

export interface AccountsWorld {
  readonly realm: Pick<RealmStore, "password" | "identityVault">;
  readonly enrolment: AccountEnrolment;
  readonly opaque: Pick<OpaqueServer, "registrationResponse" | "checkRecord" | "startLogin" | "finishLogin">;
  readonly setup: OpaqueSetup;
  readonly fingerprint: Sha256;
  readonly now: () => number;
  readonly log: Log;
  /** Somebody has a password now: the door stays open for them. */
  readonly onPassword: () => void;
}

/** From the one answer to the next request. */
const STATE_MS = 60_000;
/** Nobody's: so that a user who is not there takes as long. */
const NO_KEY = new Uint8Array(RECOVERY_KEY_BYTES).fill(7);

export class Accounts {
  readonly #world: AccountsWorld;
  readonly #waiting = new Handles<Waiting>(STATE_MS);
  readonly #guesses = new Guesses();

  constructor(world: AccountsWorld) {
    this.#world = world;
  }

  /** A request under this handle may bring a whole vault. */
  mayKeep(handle: string): boolean {
    return this.#waiting.has(handle, this.#world.now());
  }

  // ---- a first password

  /** Faults of AccountEnrolment.checkRegister. */
  async startRegister(
    address: string,
    asked: Omit<Extract<Waiting, { for: "register" }>, "for"> & { readonly request: string },
  ): Promise<Begun> {
    const { enrolment, opaque, setup } = this.#world;
    const { user, code, request } = asked;
    await enrolment.checkRegister({ user, code });
    const waitMs = this.#begun(address, user, undefined);
    const response = await opaque.registrationResponse({ setup: await setup.get(), user, request });
    return { state: this.#keep({ for: "register", user, code }, address, waitMs), response, waitMs };
  }

  /** The same once more, after its answer was lost, is answered once more. Faults `registration-expired`, and of AccountEnrolment. */
  async finishRegister(
    address: string,
    asked: {
      readonly state: string;
      readonly user: Handle;
      readonly code: string | undefined;
      readonly request: Uint8Array;
      readonly password: NewPassword;
    },
  ): Promise<readonly Uint8Array[]> {
    const { enrolment, opaque, setup, realm, onPassword, log } = this.#world;
    const { user, code, request, password } = asked;
    const waiting = this.#take("register", asked.state);
    const isThere = (await realm.password(user))?.record === password.record;
    if (!isThere && (waiting?.user !== user || waiting.code !== code)) throw EXPIRED.registration();
    await opaque.checkRecord({ setup: await setup.get(), user, record: password.record });
    const { certificates, isNew } = await enrolment.register({ code, user, request, password });
    this.#guesses.right({ address, user });
    if (isNew) log.info({ address, user }, "door: an account was made");
    onPassword();
    return certificates;
  }

  // ---- logins

  /** The same for everybody: no Fault tells whether there is such a user. */
  async startLogin(
    address: string,
    { user, request }: { readonly user: Handle; readonly request: string },
  ): Promise<Begun> {
    const { realm, opaque, setup } = this.#world;
    const known = await realm.password(user);
    const waitMs = this.#begun(address, user, known);
    const { state, response } = await opaque.startLogin({
      setup: await setup.get(),
      user,
      record: known?.record,
      request,
    });
    const waiting = { for: "login", user, login: state, isKnown: known !== undefined } as const;
    return { state: this.#keep(waiting, address, waitMs), response, waitMs };
  }

  /** `request`: PKCS#10; undefined: no certificate is wanted. Faults `login-expired`, `login-refused`, and of AccountEnrolment.certify. */
  async finishLogin(
    address: string,
    {
      state,
      finish,
      mac,
      request,
    }: {
      readonly state: string;
      readonly finish: string;
      readonly mac: Uint8Array;
      readonly request: Uint8Array | undefined;
    },
  ): Promise<In> {
    const { opaque, fingerprint } = this.#world;
    const waiting = this.#take("login", state);
    if (waiting === undefined) throw EXPIRED.login();
    const { user, login, isKnown } = waiting;
    const done = await opaque.finishLogin({ state: login, request: finish });
    const bytes = deedBytes("enrol 1", state, [request ?? ""]);
    const isRight = done !== undefined && checkMac(done.sessionKey, { realm: fingerprint, user, request: bytes }, mac);
    if (!isRight) throw this.#wrong("login-refused", address, isKnown ? user : undefined);
    this.#guesses.right({ address, user });
    return this.#letIn(address, { user, how: "password", sessionKey: done.sessionKey }, request);
  }

  // ---- lost passwords

  startRecovery(address: string, { user }: { readonly user: Handle }): Begun {
    return { state: this.#keep({ for: "recovery", user }, address, 0), waitMs: 0 };
  }

  /** Faults `recovery-expired`, `recovery-refused`, and of AccountEnrolment.certify. */
  async finishRecovery(
    address: string,
    {
      state,
      signature,
      request,
    }: { readonly state: string; readonly signature: Uint8Array; readonly request: Uint8Array | undefined },
  ): Promise<In> {
    const waiting = this.#take("recovery", state);
    if (waiting === undefined) throw EXPIRED.recovery();
    const { user } = waiting;
    const known = await this.#world.realm.password(user);
    const proved = { user, how: "phrase", recoveryKey: known?.recoveryKey ?? NO_KEY } as const;
    const isRight = this.#isProof(proved, "enrol 1", { handle: state, parts: [request ?? ""], proof: signature });
    if (!isRight || known === undefined) throw this.#wrong("recovery-refused", address, known?.user);
    return this.#letIn(address, proved, request);
  }

  // ---- another password, or another phrase

  /** Faults `login-expired`, `login-refused`. */
  async startChange(
    address: string,
    asked: { readonly session: string; readonly request: string; readonly proof: Uint8Array },
  ): Promise<Begun> {
    const { opaque, setup } = this.#world;
    const proved = this.#prove("new password", "new password 1", { address, ...asked, parts: [asked.request] });
    const response = await opaque.registrationResponse({
      setup: await setup.get(),
      user: proved.user,
      request: asked.request,
    });
    return { state: this.#keep({ for: "keep password", proved }, address, 0), response, waitMs: 0 };
  }

  /** Returns the new version. Faults as `startChange`; `password-changed`. */
  async finishChange(address: string, { session, password, proof }: KeepRequest): Promise<number> {
    const { enrolment, opaque, setup, log, realm } = this.#world;
    const { record, vault, version } = password;
    const proving = { address, session, proof, parts: keepParts(password) };
    const { user } = this.#prove("keep password", "keep password 1", proving);
    await opaque.checkRecord({ setup: await setup.get(), user, record });
    await enrolment.checkEnabled(user);
    const recoveryKey = password.recoveryKey ?? (await realm.password(user))?.recoveryKey ?? NO_KEY;
    const next = await enrolment.change({ user, password: { record, recoveryKey, vault }, version });
    log.info({ address, user }, "door: a password was changed");
    return next;
  }

  // ---- parts

  async #letIn(address: string, proved: Proved, request: Uint8Array | undefined): Promise<In> {
    const { enrolment, realm, log } = this.#world;
    const { user, how } = proved;
    await enrolment.checkEnabled(user);
    const enrolled = request === undefined ? undefined : await enrolment.certify({ user, request, how });
    const kept = await realm.identityVault(user);
    if (kept === undefined) throw new Error("who has a password has a vault");
    log.info({ address, user, how, device: enrolled?.device }, "door: let in by a password");
    const session = this.#keep({ for: "new password", proved }, address, 0);
    return { session, ...kept, certificates: enrolled?.certificates ?? [] };
  }

  #prove(
    what: Extract<WaitingFor, "new password" | "keep password">,
    deed: Deed,
    {
      address,
      session,
      parts,
      proof,
    }: {
      readonly address: string;
      readonly session: string;
      readonly parts: readonly (Uint8Array | string)[];
      readonly proof: Uint8Array;
    },
  ): Proved {
    const waiting = this.#take(what, session);
    if (waiting === undefined) throw EXPIRED.login();
    const { proved } = waiting;
    if (this.#isProof(proved, deed, { handle: session, parts, proof })) return proved;
    throw this.#wrong("login-refused", address, proved.user);
  }

  #isProof(
    proved: Proved,
    deed: Deed,
    {
      handle,
      parts,
      proof,
    }: { readonly handle: string; readonly parts: readonly (Uint8Array | string)[]; readonly proof: Uint8Array },
  ): boolean {
    const about = { realm: this.#world.fingerprint, user: proved.user, request: deedBytes(deed, handle, parts) };
    if (proved.how === "password") return checkMac(proved.sessionKey, about, proof);
    return verifyRecovery(proved.recoveryKey, { ...about, nonce: Buffer.from(handle, "base64url") }, proof);
  }

  #begun(address: string, user: Handle, known: object | undefined): number {
    const { now, log } = this.#world;
    const waitMs = this.#guesses.begun({ address, user }, now());
    // A name that is nobody's may be a password that was typed into the wrong field.
    const who = known === undefined ? {} : { user };
    if (waitMs > 0) log.warn({ address, ...who, waitMs, open: this.#guesses.open(address) }, "door: a login waits");
    return waitMs;
  }

  #wrong(code: "login-refused" | "recovery-refused", address: string, user: Handle | undefined): Fault {
    this.#world.log.warn({ address, code, ...(user === undefined ? {} : { user }) }, "door: a wrong password");
    return code === "login-refused"
      ? new Fault("login-refused", "the name or the password is wrong", {
          hint: "who has lost the password: chat-client recover",
        })
      : new Fault("recovery-refused", "the name or the recovery phrase is wrong", {
          hint: "compare the words with the paper",
        });
  }

  /** Its time begins when the answer leaves. */
  #keep(waiting: Waiting, address: string, waitMs: number): string {
    const nowMs = this.#world.now();
    return this.#waiting.keep(waiting, { address, nowMs, fromMs: nowMs + waitMs });
  }

  #take<K extends WaitingFor>(what: K, handle: string): Extract<Waiting, { readonly for: K }> | undefined {
    const waiting = this.#waiting.take(handle, this.#world.now());
    return waiting?.for === what ? (waiting as Extract<Waiting, { readonly for: K }>) : undefined;
  }
}
