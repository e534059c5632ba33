// A new certificate for a device that has one: another key, the same device, and never longer than its user may stay. By the device
// itself while its certificate is good, or by the door when it comes back a little late.
import { Fault } from "../../../model/fault.ts";
import type { DeviceId, Handle } from "../../../model/ids.ts";
import type { AskedCertificate, Issuer } from "../../port/issuer.ts";
import type { CertificateRecord } from "../../port/realm-store.ts";
import { entryFor, recordOf } from "./certificate-record.ts";
import type { EnrolmentWorld } from "./enrolment.ts";
import { checkEnabled, isGood } from "./still-good.ts";

export interface RenewalWish {
  readonly user: Handle;
  readonly device: DeviceId;
  /** Of the certificate that it has. */
  readonly serial: string;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
  readonly how: "renewal" | "late-renewal";
}

type RenewalsWorld = Pick<EnrolmentWorld, "store" | "realmLog" | "issuer" | "now" | "lifetimeMs" | "limits">;

export class Renewals {
  readonly #world: RenewalsWorld;

  constructor(world: RenewalsWorld) {
    this.#world = world;
  }

  /** DER, leaf first. Faults `certificate-revoked`, `account-disabled`, `lease-over`, `request-*`, `key-used`. */
  async renew(wish: RenewalWish): Promise<readonly Uint8Array[]> {
    const { realmLog } = this.#world;
    const issuer = await this.#world.issuer();
    const asked = issuer.read(wish.request);
    checkAsked(asked, wish);
    let renewed: CertificateRecord | undefined;
    await realmLog.write(async () => {
      const before = await this.#before(wish);
      renewed = await this.#again(asked, wish);
      if (renewed !== undefined) return { entries: [] };
      renewed = await this.#issued({ asked, wish, before, issuer });
      return { entries: [entryFor(renewed, wish.how)], certificates: [renewed] };
    });
    if (renewed === undefined) throw new Error("a renewal ends with a certificate or a fault");
    return renewed.certificates;
  }

  /** The certificate that is to be renewed. */
  async #before({ user, serial }: RenewalWish): Promise<CertificateRecord> {
    const { realm } = this.#world.store;
    await checkEnabled(realm, user);
    const [before] = await realm.certificates({ serial }, 1);
    if (before === undefined || before.revokedAt !== undefined)
      throw new Fault("certificate-revoked", "this certificate is not renewed: it was revoked", {
        hint: "ask for a new invitation",
      });
    if (before.leaseUntil !== undefined && before.leaseUntil <= this.#world.now())
      throw new Fault("lease-over", "the time of this guest is over", { hint: "ask for a new invitation" });
    return before;
  }

  /** The same key again: the answer was lost. */
  async #again({ key }: AskedCertificate, { device }: RenewalWish): Promise<CertificateRecord | undefined> {
    const [known] = await this.#world.store.realm.certificates({ key }, 1);
    if (known === undefined) return undefined;
    if (known.device === device && isGood(known, this.#world.now())) return known;
    throw new Fault("key-used", "this key has a certificate already", { hint: "make a new key" });
  }

  async #issued({ asked, wish, before, issuer }: Issuing): Promise<CertificateRecord> {
    const { store, now, lifetimeMs } = this.#world;
    const { user, device } = wish;
    await this.#world.limits.checkCertificate(user, device);
    const account = await store.realm.account(user);
    const [known] = await store.devices([device]);
    const at = now();
    const { leaseUntil } = before;
    const expiresAt = Math.min(at + lifetimeMs, leaseUntil ?? Number.POSITIVE_INFINITY);
    const name = account?.name ?? known?.name ?? user;
    const issued = issuer.issue(asked, { user, device, name, email: account?.email, now: at, expiresAt });
    return recordOf(issued, { user, device, at, key: asked.key, leaseUntil });
  }
}

interface Issuing {
  readonly asked: AskedCertificate;
  readonly wish: RenewalWish;
  readonly before: CertificateRecord;
  readonly issuer: Issuer;
}

/** A request may repeat who it is for, and nothing else. */
function checkAsked(asked: AskedCertificate, { user, device }: RenewalWish): void {
  if ((asked.user ?? user) === user && (asked.device ?? device) === device) return;
  throw new Fault("request-identity", "a renewal is for the same user and device", {
    hint: "leave the names out of the request",
  });
}
