// Key packages of this device at the server: by them others bring it into their conversations while it is away.
import { KEY_PACKAGES } from "../../../model/limits.ts";
import type { KeyPackage } from "../../../mls/groups.ts";
import type { Change } from "../../port/vault.ts";
import type { CirclesWorld } from "./circles.ts";

export type PackagesWorld = Pick<CirclesWorld, "groups" | "ask" | "put" | "settled"> & { readonly now: () => number };

/** As many as are made at once: it takes a fifth of a second. */
const STOCK = 20;
/** What is left when new ones are made. */
const FEW = STOCK / 2;
/** Secrets are kept after the end of their package: a Welcome that was made just before may still be on its way. */
const LATE_MS = 7 * 24 * 60 * 60 * 1000;

interface Stock {
  /** Single-use ones that the server holds. */
  readonly count: number;
  readonly lastResort: boolean;
}

export class Packages {
  readonly #world: PackagesWorld;
  #filling = false;

  constructor(world: PackagesWorld) {
    this.#world = world;
  }

  /** Fills up what the server holds. Without a connection nothing happens: the next greeting says how many there are. */
  async fill({ count, lastResort }: Stock): Promise<void> {
    if (this.#filling || (count > FEW && lastResort)) return;
    this.#filling = true;
    try {
      await this.#fill(Math.min(STOCK - count, KEY_PACKAGES - count), !lastResort);
    } finally {
      this.#filling = false;
    }
  }

  async #fill(wanted: number, withLastResort: boolean): Promise<void> {
    const { groups, ask, put, settled, now } = this.#world;
    const made = await groups.keyPackages(wanted + (withLastResort ? 1 : 0));
    const ended: Change = { drop: "key-packages", endedBy: now() - LATE_MS };
    // Kept before anybody can use them.
    put([ended, ...made.map((one): Change => ({ put: "key-package", keyPackage: secretOf(one) }))]);
    await settled();
    const [last] = withLastResort ? made.slice(-1) : [];
    const packages = made.slice(0, wanted).map(publicOf);
    await ask({ type: "putKeyPackages", packages, lastResort: last && publicOf(last) }, "keyPackagesStored");
  }
}

function secretOf({ ref, secret, expiresAt }: KeyPackage): Pick<KeyPackage, "ref" | "secret" | "expiresAt"> {
  return { ref, secret, expiresAt };
}

function publicOf({ bytes, expiresAt }: KeyPackage): { readonly package: Uint8Array; readonly expiresAt: number } {
  return { package: bytes, expiresAt };
}
