// Accounts with a password, as far as certificates and the log go: a first password with an invitation or open to everybody, a further
// device of who has proved it, another password. What a password is, and that it was proved, is the door's word.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import { isInvitationCode } from "../../../wire/invitation-line.ts";
import type { AskedCertificate } from "../../port/issuer.ts";
import type { CertificateRecord, InvitationRecord, NewPasswordRecord } from "../../port/realm-store.ts";
import { certified, certifyFurther, type CertifyingWorld, nameless } from "./certifying.ts";
import { type EnrolledDevice, enrolledAs, hashOfCode, refused } from "./enrolment.ts";
import { ALLOWED, type Grant } from "./grant.ts";
import { checkProof } from "./proved.ts";
import { checkEnabled } from "./still-good.ts";

/** As the door hands it over: nothing of it is secret from the server but what it cannot read anyway. */
export type NewPassword = Pick<NewPasswordRecord, "record" | "recoveryKey" | "vault">;

export interface RegisterRequest {
  /** Undefined: the realm is open to everybody. */
  readonly code: string | undefined;
  readonly user: Handle;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
  readonly password: NewPassword;
}

export interface ProvedDevice {
  readonly user: Handle;
  readonly request: Uint8Array;
  readonly how: "password" | "phrase";
}

export interface PasswordChange {
  readonly user: Handle;
  readonly password: NewPassword;
  /** Of what it was made from. */
  readonly version: number;
}

/** Who may register: whoever is invited, or everybody. */
export const REGISTRATION = "registration";

export class AccountEnrolment {
  readonly #world: CertifyingWorld;

  constructor(world: CertifyingWorld) {
    this.#world = world;
  }

  async isOpen(): Promise<boolean> {
    return (await this.#world.store.realm.setting(REGISTRATION)) === "open";
  }

  /** Whom a code is for; undefined: for whoever has it. @throws Fault `invitation-refused` */
  async invited(code: string): Promise<Handle | undefined> {
    return (await this.#invitation(code)).user;
  }

  /** Before a password is made for it. @throws Fault `invitation-refused`, `registration-closed`, `request-identity`, `user-taken`, `password-exists` */
  async checkRegister({ code, user }: Pick<RegisterRequest, "code" | "user">): Promise<void> {
    const { store } = this.#world;
    const { realm } = store;
    const grant = await this.#grantOf(code, user);
    if ((await realm.password(user)) !== undefined) throw exists(user);
    if (grant.user !== undefined) return;
    const [listed] = await store.users(user, "", 1);
    const isTaken = (await realm.account(user)) !== undefined || (await realm.certificates({ user }, 1)).length > 0;
    if (isTaken || listed?.user === user) throw taken(user);
  }

  /** Faults as `checkRegister`, and those of Enrolment. */
  async register({ code, user, request, password }: RegisterRequest): Promise<EnrolledDevice> {
    const { realmLog, now, enrolment } = this.#world;
    const issuer = await this.#world.issuer();
    const asked = issuer.read(request);
    const before = await this.#registered(asked, user, password);
    if (before !== undefined) {
      await this.checkEnabled(user);
      return enrolledAs(before, false);
    }
    let made: CertificateRecord | undefined;
    const isDone = await realmLog.write(async () => {
      const grant = await this.#grantOf(code, user);
      if ((await this.#world.store.realm.password(user)) !== undefined) throw exists(user);
      const way = code === undefined ? { way: { how: "password" } as const } : {};
      const plan = await enrolment.plan({
        grant,
        asked: nameless(asked),
        suggested: user,
        issuer,
        proof: undefined,
        ...way,
      });
      made = plan.record;
      const redeemed = code === undefined ? {} : { redeemed: { hash: hashOfCode(code), key: asked.key, now: now() } };
      return { ...plan.deed, ...redeemed, passwords: [{ ...password, user, version: 1, changedAt: now() }] };
    });
    if (!isDone || made === undefined) throw refused();
    return enrolledAs(made, true);
  }

  /** A further device. Faults as `certifyFurther`. */
  certify({ user, request, how }: ProvedDevice): Promise<EnrolledDevice> {
    return certifyFurther(this.#world, { user, request, way: { how } });
  }

  /** @throws Fault `account-disabled` */
  checkEnabled(user: Handle): Promise<void> {
    return checkEnabled(this.#world.store.realm, user);
  }

  /** 0: there is none. */
  async version(user: Handle): Promise<number> {
    return (await this.#world.store.realm.password(user))?.version ?? 0;
  }

  /** Before one is made for who is in. @throws Fault `password-exists` */
  async checkFirst(user: Handle): Promise<void> {
    if ((await this.version(user)) > 0) throw exists(user);
  }

  /** A first one for who is in, which is an act of the log. Returns the version. @throws Fault `account-disabled`, `password-exists` */
  async set(user: Handle, password: NewPassword): Promise<number> {
    const { realmLog, now } = this.#world;
    const isDone = await realmLog.write(async () => {
      await this.checkEnabled(user);
      await this.checkFirst(user);
      return {
        entries: [{ kind: "act", at: now(), by: user, act: "password.set", on: user }],
        passwords: [{ ...password, user, version: 1, changedAt: now() }],
      };
    });
    if (!isDone) throw exists(user);
    return 1;
  }

  /** Another password, or another phrase, is an act of the log. Returns the new version. @throws Fault `password-changed` */
  async change({ user, password, version }: PasswordChange): Promise<number> {
    const { realmLog, now } = this.#world;
    const isDone = await realmLog.write(() => ({
      entries: [{ kind: "act", at: now(), by: user, act: "password.change", on: user }],
      passwords: [{ ...password, user, version: version + 1, changedAt: now() }],
    }));
    if (!isDone) throw changed();
    return version + 1;
  }

  /** Other contents of the same vault. @throws Fault `password-changed`, `no-password` */
  async replaceVault(user: Handle, { version, vault }: Pick<NewPasswordRecord, "version" | "vault">): Promise<number> {
    const { realmLog, store } = this.#world;
    const isDone = await realmLog.write(async () => {
      const known = await store.realm.password(user);
      if (known === undefined) throw new Fault("no-password", "this user has no password here");
      if (known.version !== version) throw changed();
      return { entries: [], passwords: [{ ...known, version: version + 1, vault }] };
    });
    if (!isDone) throw changed();
    return version + 1;
  }

  // ---- parts

  /** @throws Fault `invitation-refused`, `registration-closed`, `request-identity` */
  async #grantOf(code: string | undefined, user: Handle): Promise<Grant> {
    if (code === undefined) {
      if (await this.isOpen()) return ALLOWED;
      throw new Fault("registration-closed", "this realm takes only those who are invited", {
        hint: "ask an owner for an invitation: chat-client register LINE",
      });
    }
    const invitation = await this.#invitation(code);
    checkProof(invitation, undefined);
    if (invitation.user === undefined || invitation.user === user) return invitation;
    throw new Fault("request-identity", `the invitation is for ${invitation.user}`, {
      hint: `leave --user out, or say --user ${invitation.user}`,
    });
  }

  async #invitation(code: string): Promise<InvitationRecord> {
    const { store, now } = this.#world;
    const found = isInvitationCode(code) ? await store.realm.invitation(hashOfCode(code), now()) : undefined;
    if (found === undefined) throw refused();
    return found;
  }

  /** The answer was lost: the same key, and the same password to the letter. */
  async #registered(
    asked: AskedCertificate,
    user: Handle,
    { record }: NewPassword,
  ): Promise<CertificateRecord | undefined> {
    const known = await this.#world.store.realm.password(user);
    return known?.record === record ? certified(this.#world, asked, user) : undefined;
  }
}

function exists(user: Handle): Fault {
  return new Fault("password-exists", `${user} has a password here already`, {
    hint: "chat-client login brings another device in; chat-client recover helps who has forgotten it",
  });
}

function taken(user: Handle): Fault {
  return new Fault("user-taken", `somebody of this realm is called @${user} already`, {
    hint: "choose another name",
  });
}

function changed(): Fault {
  return new Fault("password-changed", "another device has changed this in the meantime", { hint: "try again" });
}
