// How somebody comes to a certificate: by the code of an invitation. A code is never kept, only its hash; what is refused is said to
// those who hold a good code, and to all others one sentence, whatever was wrong.
import { hash as hashOf, randomBytes } from "node:crypto";
import { Fault } from "../../../model/fault.ts";
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import { isHandle } from "../../../model/ids.ts";
import type { RealmRole } from "../../../model/realm-role.ts";
import { CODE_BYTES, isInvitationCode } from "../../../wire/invitation-line.ts";
import type { AskedCertificate, IssuedCertificate, Issuer } from "../../port/issuer.ts";
import type { AccountRecord, CertificateRecord, InvitationRecord } from "../../port/realm-store.ts";
import type { Store } from "../../port/store.ts";
import type { Actor } from "../../../transparency/entry-fields.ts";
import type { RealmLog } from "./realm-log.ts";

export interface EnrolmentWorld {
  readonly store: Pick<Store, "realm" | "devices" | "users">;
  readonly realmLog: RealmLog;
  /** Fault `no-issuer`: the key of the CA is elsewhere. */
  readonly issuer: () => Promise<Issuer>;
  readonly now: () => number;
  /** Of a device certificate. */
  readonly lifetimeMs: number;
}

export interface InvitationWish {
  readonly user: Handle | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly openpgp: string | undefined;
  readonly role: RealmRole;
  readonly uses: number;
  readonly lastsMs: number;
  readonly leaseUntil: number | undefined;
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
}

export interface EnrolledDevice {
  readonly user: Handle;
  readonly device: DeviceId;
  readonly certificates: readonly Uint8Array[];
  /** False: the answer of before, for who had lost it. */
  readonly isNew: boolean;
}

interface Given {
  readonly invitation: InvitationRecord;
  readonly asked: AskedCertificate;
  readonly suggested: string | undefined;
  readonly issuer: Issuer;
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

  /** Faults `invitation-refused` for everybody; `request-*`, `key-*`, `user-*`, `handle-invalid`, `device-taken`, `account-disabled`. */
  async enrol({ code, request, user }: EnrolRequest): Promise<EnrolledDevice> {
    const { store, realmLog, now } = this.#world;
    if (!isInvitationCode(code)) throw refused();
    const issuer = await this.#world.issuer();
    const hash = hashOfCode(code);
    const invitation = await store.realm.invitation(hash, now());
    if (invitation === undefined) return this.#again(hash, request, issuer);
    const asked = issuer.read(request);
    // The same key for the same code: the answer was lost, and the code has more uses.
    const before = await store.realm.redemption(hash, asked.key);
    if (before !== undefined) return enrolledAs(before, false);
    let made: { readonly record: CertificateRecord } | undefined;
    const isDone = await realmLog.write(async () => {
      const plan = await this.#plan({ invitation, asked, suggested: user, issuer });
      made = plan;
      return { ...plan.deed, redeemed: { hash, key: asked.key, now: now() } };
    });
    if (!isDone || made === undefined) throw refused();
    return enrolledAs(made.record, true);
  }

  /** A used code in the hand of who has used it: it may be the key that tells, and nothing else. */
  async #again(hash: Sha256, request: Uint8Array, issuer: Issuer): Promise<EnrolledDevice> {
    const { store, now } = this.#world;
    const asked = readOrRefuse(issuer, request);
    const before = await store.realm.redemption(hash, asked.key);
    const isGood = before !== undefined && before.revokedAt === undefined && before.expiresAt > now();
    if (!isGood) throw refused();
    return enrolledAs(before, false);
  }

  async #plan({ invitation, asked, suggested, issuer }: Given) {
    const { now, lifetimeMs } = this.#world;
    const user = userOf(invitation, asked, suggested);
    const account = await this.#accountFor(invitation, user);
    const device = asked.device ?? issuer.newDevice();
    await this.#checkFree(device, asked.key);
    const at = now();
    const name = account?.name ?? invitation.name ?? asked.name ?? user;
    const email = account?.email ?? invitation.email;
    const expiresAt = Math.min(at + lifetimeMs, invitation.leaseUntil ?? Number.POSITIVE_INFINITY);
    const issued = issuer.issue(asked, { user, device, name, email, now: at, expiresAt });
    const record = recordOf(issued, { user, device, at, key: asked.key, leaseUntil: invitation.leaseUntil });
    const { role, openpgp } = invitation;
    const accounts: AccountRecord[] =
      account === undefined ? [{ user, role, disabled: false, name, email, openpgp, createdAt: at }] : [];
    const entry = {
      kind: "issued",
      at,
      user,
      device,
      serial: issued.serial,
      cert: issued.fingerprint,
      until: issued.expiresAt,
      how: "invitation",
    } as const;
    return { record, deed: { entries: [entry], certificates: [record], accounts } };
  }

  /** Of whom it is bound to; undefined where nobody of that name is known yet. */
  async #accountFor(invitation: InvitationRecord, user: Handle): Promise<AccountRecord | undefined> {
    const { realm } = this.#world.store;
    const account = await realm.account(user);
    if (account?.disabled === true)
      throw new Fault("account-disabled", `${user} may not come in`, { hint: "ask an owner of the realm" });
    if (invitation.user !== undefined) return account;
    const [certified] = await realm.certificates({ user }, 1);
    const [listed] = await this.#world.store.users(user, "", 1);
    if (account === undefined && certified === undefined && listed?.user !== user) return undefined;
    throw new Fault("user-taken", `there is a ${user} in this realm already`, {
      hint: "choose another name; for another device of the same person the invitation must be for that name",
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
    if (sameKey !== undefined)
      throw new Fault("key-used", "this key has a certificate already", {
        hint: "make a new key: each device has its own",
      });
  }
}

function userOf(invitation: InvitationRecord, asked: AskedCertificate, suggested: string | undefined): Handle {
  const bound = invitation.user;
  if (bound !== undefined && asked.user !== undefined && asked.user !== bound)
    throw new Fault("request-identity", `the invitation is for ${bound}, the request for ${asked.user}`, {
      hint: "leave the names out of the request",
    });
  const user = bound ?? asked.user ?? suggested;
  if (user === undefined || user === "")
    throw new Fault("user-missing", "nobody has said who this is for", {
      hint: "say a name: `chat-client join --user NAME`, with EST as the user name of HTTP Basic",
    });
  if (!isHandle(user))
    throw new Fault("handle-invalid", "this is not a valid name", {
      hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
    });
  return user;
}

function recordOf(
  { serial, fingerprint, expiresAt, certificates }: IssuedCertificate,
  facts: Pick<CertificateRecord, "user" | "device" | "key" | "leaseUntil"> & { readonly at: number },
): CertificateRecord {
  const { at, ...rest } = facts;
  return { ...rest, serial, fingerprint, issuedAt: at, expiresAt, revokedAt: undefined, certificates };
}

function enrolledAs({ user, device, certificates }: CertificateRecord, isNew: boolean): EnrolledDevice {
  return { user, device, certificates, isNew };
}

function readOrRefuse(issuer: Issuer, request: Uint8Array): AskedCertificate {
  try {
    return issuer.read(request);
  } catch (error) {
    if (error instanceof Fault) throw refused();
    throw error;
  }
}

function hashOfCode(code: string): Sha256 {
  return hashOf("sha256", code, "hex") as Sha256;
}

/** The same for a wrong code, a used one, an old one and one that was withdrawn. */
function refused(): Fault {
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
