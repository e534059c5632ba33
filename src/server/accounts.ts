// Accounts with a password as this server runs them: the thread for OPAQUE, the enrolment behind it, and who a client certificate is at
// the door. The thread starts when the first password is asked about.
import { Fault, reason } from "../model/fault.ts";
import type { Handle, Sha256 } from "../model/ids.ts";
import { OpaqueServer } from "../password/server/opaque-server.ts";
import { checkDevice } from "../pki/peer.ts";
import type { Realm } from "../pki/realm.ts";
import { Accounts } from "./door/account/accounts.ts";
import { FirstPasswords } from "./door/account/first-passwords.ts";
import type { AccountPlaces } from "./door/account/routes.ts";
import { OpaqueSetup } from "./door/account/setup.ts";
import type { Log } from "./port/log.ts";
import { AccountEnrolment } from "./service/realm/account-enrolment.ts";
import type { CertifyingWorld } from "./service/realm/certifying.ts";

export interface RunningAccountsWorld extends CertifyingWorld {
  readonly fingerprint: Sha256;
  readonly log: Log;
  /** As it is now: revocation lists are read again. */
  readonly pkiRealm: () => Realm;
  /** The door may have to open, or to stay open. */
  readonly onPassword: () => void;
}

export class RunningAccounts {
  readonly places: AccountPlaces;
  readonly #world: RunningAccountsWorld;
  readonly #opaque: OpaqueServer;
  readonly #setup: OpaqueSetup;

  constructor(world: RunningAccountsWorld) {
    const { store, realmLog, fingerprint, now, log, onPassword } = world;
    this.#world = world;
    this.#opaque = new OpaqueServer(fingerprint);
    this.#setup = new OpaqueSetup({ realm: store.realm, realmLog, opaque: this.#opaque });
    const enrolment = new AccountEnrolment(world);
    const parts = { realm: store.realm, enrolment, opaque: this.#opaque, setup: this.#setup, now, log, onPassword };
    this.places = {
      accounts: new Accounts({ ...parts, fingerprint }),
      first: new FirstPasswords(parts),
      enrolment,
      realm: store.realm,
      userOf: (chain) => this.#userOf(chain),
    };
  }

  /** Somebody may come in without being invited. */
  async isNeeded(): Promise<boolean> {
    return (await this.places.enrolment.isOpen()) || (await this.#world.store.realm.hasPasswords());
  }

  /** For the clients: what they compare, and who may register. */
  async about(): Promise<object> {
    const registration = (await this.places.enrolment.isOpen()) ? "open" : "invited";
    return { registration, ...(await this.#key()) };
  }

  end(): Promise<void> {
    return this.#opaque.end();
  }

  /** Without it nobody logs in, and all else goes on. */
  async #key(): Promise<{ readonly passwordKey?: string }> {
    try {
      return { passwordKey: await this.#setup.publicKey() };
    } catch (error) {
      this.#world.log.error({ reason: reason(error) }, "the server's key for passwords cannot be used");
      return {};
    }
  }

  /** @throws Fault `certificate-*`, `account-disabled`, `lease-over` */
  async #userOf(chain: readonly Uint8Array[]): Promise<Handle> {
    const { pkiRealm, store, now } = this.#world;
    if (chain.length === 0)
      throw new Fault("certificate-required", "only a device of this realm may do this", {
        hint: "it needs a certificate that is still good",
      });
    const { user, serial } = checkDevice(chain, pkiRealm(), { now: new Date(now()) });
    const [known] = await store.realm.certificates({ serial }, 1);
    if (known?.revokedAt !== undefined)
      throw new Fault("certificate-revoked", "this certificate was revoked", { hint: "ask for a new invitation" });
    if (known?.leaseUntil !== undefined && known.leaseUntil <= now())
      throw new Fault("lease-over", "the time of this guest is over", { hint: "ask an owner for a new invitation" });
    await this.places.enrolment.checkEnabled(user);
    return user;
  }
}
