// How somebody comes to a certificate: by the code of an invitation, or by the proof of an OpenPGP key. A code is never kept, only its hash; what is refused is said to
// those who hold a good code, and to all others one sentence, whatever was wrong.
import { hash as hashOf, randomBytes } from "node:crypto";
import { Fault } from "../../../model/fault.ts";
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import { CODE_BYTES, isInvitationCode } from "../../../wire/invitation-line.ts";
import type { AskedCertificate, Issuer } from "../../port/issuer.ts";
import type { AccountRecord, CertificateRecord, InvitationRecord } from "../../port/realm-store.ts";
import type { Store } from "../../port/store.ts";
import type { IssuedEntry } from "../../../transparency/entry.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import { furtherDevice } from "./further-device.ts";
import { ALLOWED, type Grant, userOf, wayOf } from "./grant.ts";
import { checkProof, nameByAddress, type OpenpgpProof, provedAccount } from "./proved.ts";
import { entryFor, recordOf } from "./certificate-record.ts";
import type { Limits } from "./limits.ts";
import type { RealmDeed, RealmLog } from "./realm-log.ts";
import { checkEnabled, isGood } from "./still-good.ts";

export interface EnrolmentWorld {
  readonly store: Pick<Store, "realm" | "devices" | "users">;
  readonly realmLog: RealmLog;
  /** Fault `no-issuer`: the key of the CA is elsewhere. */
  readonly issuer: () => Promise<Issuer>;
  readonly now: () => number;
  /** Of a device certificate. */
  readonly lifetimeMs: number;
  readonly limits: Pick<Limits, "checkCertificate">;
}

type AskedOf = "user" | "name" | "email" | "openpgp" | "role" | "uses" | "leaseUntil";

export interface InvitationWish extends Pick<InvitationRecord, AskedOf> {
  readonly lastsMs: number;
  readonly by: Actor;
}

export interface Invitation {
  readonly record: InvitationRecord;
  /** Said once and kept nowhere. */
  readonly code: string;
}

export interface EnrolRequest {
  readonly code: string;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
  /** Where neither invitation nor request say who it is. */
  readonly user: string | undefined;
  /** Undefined: the code is all there is. */
  readonly proof?: OpenpgpProof;
}

/** Without an invitation: the proof is all there is. */
export interface ProvedRequest extends Omit<EnrolRequest, "code"> {
  readonly proof: OpenpgpProof;
}

export interface EnrolledDevice {
  readonly user: Handle;
  readonly device: DeviceId;
  readonly certificates: readonly Uint8Array[];
  /** False: the answer of before, for who had lost it. */
  readonly isNew: boolean;
}

interface Given {
  readonly grant: Grant;
  readonly asked: AskedCertificate;
  readonly suggested: string | undefined;
  readonly issuer: Issuer;
  readonly proof: OpenpgpProof | undefined;
  /** How the log says it, where neither an invitation nor a proof is what counts. */
  readonly way?: Pick<IssuedEntry, "how" | "cosigned">;
}

/** A certificate that is signed, and what is to be stored with it. */
interface Plan {
  readonly record: CertificateRecord;
  readonly deed: RealmDeed;
}

const ID_BYTES = 4;

export class Enrolment {
  readonly #world: EnrolmentWorld;

  constructor(world: EnrolmentWorld) {
    this.#world = world;
  }

  async invite(wish: InvitationWish): Promise<Invitation> {
    const { realmLog, now } = this.#world;
    const code = randomBytes(CODE_BYTES).toString("base64url");
    const { lastsMs, ...rest } = wish;
    const createdAt = now();
    const id = randomBytes(ID_BYTES).toString("hex");
    const record = { ...rest, id, hash: hashOfCode(code), expiresAt: createdAt + lastsMs, createdAt };
    await realmLog.write(() => ({
      entries: [
        { kind: "act", at: createdAt, by: wish.by, act: "invite", ...onUser(wish.user), detail: about(record) },
      ],
      invitations: [record],
    }));
    return { record, code };
  }

  /**
   * Faults `invitation-refused` for everybody; `request-*`, `key-*`, `user-*`, `handle-invalid`, `device-taken`, `account-disabled`,
   * `openpgp-needed`, `openpgp-other-key`.
   */
  async enrol({ code, request, user, proof }: EnrolRequest): Promise<EnrolledDevice> {
    const { store, realmLog, now } = this.#world;
    if (!isInvitationCode(code)) throw refused();
    const issuer = await this.#world.issuer();
    const hash = hashOfCode(code);
    const invitation = await store.realm.invitation(hash, now());
    if (invitation === undefined) return this.#again(hash, request, issuer);
    const asked = issuer.read(request);
    // The same key for the same code: the answer was lost, and the code has more uses.
    const before = await store.realm.redemption(hash, asked.key);
    if (before !== undefined && !isGood(before, now())) throw keyUsed();
    if (before !== undefined) return this.#givenAgain(before);
    checkProof(invitation, proof);
    let made: { readonly record: CertificateRecord } | undefined;
    const isDone = await realmLog.write(async () => {
      const grant = proof === undefined ? invitation : await this.#grantFor(invitation, proof);
      const plan = await this.plan({ grant, asked, suggested: user, issuer, proof });
      made = plan;
      return { ...plan.deed, redeemed: { hash, key: asked.key, now: now() } };
    });
    if (!isDone || made === undefined) throw refused();
    return enrolledAs(made.record, true);
  }

  /** By what the realm allows: whether it does, the caller has asked. Faults as `enrol`. */
  async enrolProved({ request, user, proof }: ProvedRequest): Promise<EnrolledDevice> {
    const { realm } = this.#world.store;
    const issuer = await this.#world.issuer();
    const asked = issuer.read(request);
    // The same key for the same person: the answer was lost.
    const [before] = await realm.certificates({ key: asked.key, goodAt: this.#world.now() }, 1);
    const isSame = before !== undefined && before.user === (await provedAccount(realm, proof))?.user;
    if (isSame) return this.#givenAgain(before);
    const allowed = { ...ALLOWED, email: proof.email, openpgp: proof.fingerprint };
    let made: { readonly record: CertificateRecord } | undefined;
    await this.#world.realmLog.write(async () => {
      const grant = await this.#grantFor(allowed, proof);
      const plan = await this.plan({ grant, asked, suggested: user, issuer, proof });
      made = plan;
      return plan.deed;
    });
    if (made === undefined) throw refused();
    return enrolledAs(made.record, true);
  }

  /** Who has come by this key before comes as the same user. An invitation for somebody by name needs no such knowledge. */
  async #grantFor(grant: Grant, proof: OpenpgpProof): Promise<Grant> {
    if (grant.user !== undefined) return grant;
    const { store, now } = this.#world;
    const known = await provedAccount(store.realm, proof);
    return known === undefined ? grant : furtherDevice(store.realm, grant, { user: known.user, now: now() });
  }

  /** A used code in the hand of who has used it: it may be the key that tells, and nothing else. */
  async #again(hash: Sha256, request: Uint8Array, issuer: Issuer): Promise<EnrolledDevice> {
    const { store, now } = this.#world;
    const asked = readOrRefuse(issuer, request);
    const before = await store.realm.redemption(hash, asked.key);
    if (before === undefined || !isGood(before, now())) throw refused();
    if ((await store.realm.account(before.user))?.disabled === true) throw refused();
    return enrolledAs(before, false);
  }

  /** @throws Fault `account-disabled` */
  async #givenAgain(before: CertificateRecord): Promise<EnrolledDevice> {
    await checkEnabled(this.#world.store.realm, before.user);
    return enrolledAs(before, false);
  }

  /** Thought out and signed; nothing is stored. */
  async plan({ grant, asked, suggested, issuer, proof, way }: Given): Promise<Plan> {
    const { now, lifetimeMs } = this.#world;
    const user = userOf(grant, asked, suggested ?? (proof && nameByAddress(proof)));
    const account = await this.#accountFor(grant, user);
    const device = asked.device ?? issuer.newDevice();
    await this.#checkFree(device, asked.key);
    await this.#world.limits.checkCertificate(user, device);
    const at = now();
    const name = account?.name ?? grant.name ?? asked.name ?? user;
    const email = proof?.email ?? account?.email ?? grant.email;
    const expiresAt = Math.min(at + lifetimeMs, grant.leaseUntil ?? Number.POSITIVE_INFINITY);
    const issued = issuer.issue(asked, { user, device, name, email, now: at, expiresAt });
    const record = recordOf(issued, { user, device, at, key: asked.key, leaseUntil: grant.leaseUntil });
    const openpgp = proof?.fingerprint ?? account?.openpgp;
    const known = account ?? { user, role: grant.role, disabled: false, name, createdAt: at };
    // What was proved last is what stands there.
    const accounts: AccountRecord[] =
      account === undefined || proof !== undefined ? [{ ...known, email, openpgp }] : [];
    const entry = { ...entryFor(record, "invitation"), ...(way ?? wayOf(proof)) };
    return { record, deed: { entries: [entry], certificates: [record], accounts } };
  }

  /** Of whom it is bound to; undefined where nobody of that name is known yet. */
  async #accountFor(grant: Grant, user: Handle): Promise<AccountRecord | undefined> {
    const { realm } = this.#world.store;
    await checkEnabled(realm, user);
    const account = await realm.account(user);
    if (grant.user !== undefined) return account;
    const [certified] = await realm.certificates({ user }, 1);
    const [listed] = await this.#world.store.users(user, "", 1);
    if (account === undefined && certified === undefined && listed?.user !== user) return undefined;
    throw new Fault("user-taken", `somebody of this realm is called @${user} already`, {
      hint: "choose another name",
    });
  }

  async #checkFree(device: DeviceId, key: Sha256): Promise<void> {
    const { realm } = this.#world.store;
    const [known] = await this.#world.store.devices([device]);
    const [certified] = await realm.certificates({ device }, 1);
    if (known !== undefined || certified !== undefined)
      throw new Fault("device-taken", "this device id is in use already", {
        hint: "leave it out of the request, or take a new one: `openssl rand -hex 16`",
      });
    const [sameKey] = await realm.certificates({ key }, 1);
    if (sameKey !== undefined) throw keyUsed();
  }
}

export function enrolledAs({ user, device, certificates }: CertificateRecord, isNew: boolean): EnrolledDevice {
  return { user, device, certificates, isNew };
}

/** Also a certificate that is over, or was revoked: its key is good for no other one. */
function keyUsed(): Fault {
  return new Fault("key-used", "this key has a certificate already", {
    hint: "make a new key: each device has its own",
  });
}

function readOrRefuse(issuer: Issuer, request: Uint8Array): AskedCertificate {
  try {
    return issuer.read(request);
  } catch (error) {
    if (error instanceof Fault) throw refused();
    throw error;
  }
}

export function hashOfCode(code: string): Sha256 {
  return hashOf("sha256", code, "hex") as Sha256;
}

/** The same for a wrong code, a used one, an old one and one that was withdrawn. */
export function refused(): Fault {
  return new Fault("invitation-refused", "this invitation is not good", {
    hint: "it may be used, too old, or not copied whole: ask for a new one",
  });
}

function onUser(user: Handle | undefined): { readonly on?: string } {
  return user === undefined ? {} : { on: user };
}

function about({ id, role, uses, leaseUntil }: InvitationRecord): string {
  const lease = leaseUntil === undefined ? "" : `, guest until ${new Date(leaseUntil).toISOString()}`;
  return `${id}: ${role}${uses === 1 ? "" : `, ${uses} uses`}${lease}`;
}
