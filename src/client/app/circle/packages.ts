// Key packages of this device at the server: by them others bring it into their conversations while it is away.
import type { Groups, KeyPackage } from "../../../mls/groups.ts";
import { CLASSIC, HYBRID, suiteNumber, type SuiteName } from "../../../mls/suite.ts";
import type { KeyPackage as PublicKeyPackage, KeyPackageStock } from "../../../wire/messages.ts";
import type { Change, HeldKeyPackage, Vault } from "../../port/vault.ts";
import type { CirclesWorld } from "./circles.ts";

export interface PackagesWorld extends Pick<CirclesWorld, "ask" | "put" | "settled"> {
  readonly vault: Pick<Vault, "keyPackages" | "setting">;
  /** SHA-256 of this device's certificate, as it is now. */
  readonly certificate: () => string;
  readonly groups: Pick<Groups, "keyPackages">;
  readonly now: () => number;
}

interface Supply {
  readonly suite: SuiteName;
  /** Single-use ones that the server is to hold. */
  readonly stock: number;
  /** What is left when new ones are made. */
  readonly few: number;
}

const SUPPLIES: readonly Supply[] = [
  // As many as are made at once: it takes a fifth of a second.
  { suite: HYBRID, stock: 20, few: 10 },
  // One is used when a conversation outgrows the other suite, or the device comes into one that has: seldom two in a day.
  { suite: CLASSIC, stock: 4, few: 2 },
];
/** Secrets are kept after the end of their package: a Welcome that was made just before may still be on its way. */
const LATE_MS = 7 * 24 * 60 * 60 * 1000;

/** The setting that says of which certificate they are. */
const OF = "packages/certificate";

/** What is to be made of one suite. */
interface Lack {
  readonly suite: SuiteName;
  readonly singles: number;
  readonly lastResort: boolean;
}

export class Packages {
  readonly #world: PackagesWorld;
  #filling = false;

  constructor(world: PackagesWorld) {
    this.#world = world;
  }

  /** Fills up what the server holds. Without a connection nothing happens: the next greeting says how many there are. */
  async fill(stocks: readonly KeyPackageStock[]): Promise<void> {
    const held = this.#world.vault.keyPackages();
    // Those of a vault that is lost: whoever is brought in by one of them does not come in. Or they name another certificate.
    const replaces = (held.length === 0 && stocks.length > 0) || this.#isOfAnother();
    // A last resort that was used is known to who used it: it is replaced, whatever the server still holds.
    const isUsed = held.filter(({ lastResort }) => lastResort === "unused").length < SUPPLIES.length;
    const lacks = SUPPLIES.flatMap((supply) => lackOf(supply, replaces ? [] : stocks, isUsed));
    if (this.#filling || lacks.length === 0) return;
    this.#filling = true;
    try {
      await this.#fill(lacks, replaces);
    } finally {
      this.#filling = false;
    }
  }

  #isOfAnother(): boolean {
    const { vault, put } = this.#world;
    const now = this.#world.certificate();
    const of = vault.setting(OF);
    if (of === undefined) put([{ put: "setting", name: OF, value: now }]);
    return of !== undefined && of !== now;
  }

  /** The certificate is another one: what was put before names the old one. */
  async replaceAll(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      await this.#fill(
        SUPPLIES.map(({ suite, stock }) => ({ suite, singles: stock, lastResort: true })),
        true,
      );
    } finally {
      this.#filling = false;
    }
  }

  async #fill(lacks: readonly Lack[], replaces: boolean): Promise<void> {
    const { groups, ask, put, settled, now, certificate } = this.#world;
    const of = certificate();
    const [singles, lasts]: [KeyPackage[], KeyPackage[]] = [[], []];
    for (const lack of lacks) {
      const made = await groups.keyPackages(lack.suite, lack.singles, lack.lastResort ? 1 : 0);
      singles.push(...made.slice(0, lack.singles));
      lasts.push(...made.slice(lack.singles));
    }
    const ended: Change = { drop: "key-packages", endedBy: now() - LATE_MS };
    const secrets = [...singles.map((one) => secretOf(one)), ...lasts.map((one) => secretOf(one, "unused"))];
    // Kept before anybody can use them.
    put([ended, ...secrets.map((keyPackage): Change => ({ put: "key-package", keyPackage }))]);
    await settled();
    const [packages, lastResorts] = [singles.map(publicOf), lasts.map(publicOf)];
    await ask({ type: "putKeyPackages", packages, lastResorts, replaces }, "keyPackagesStored");
    put([{ put: "setting", name: OF, value: of }]);
  }
}

function lackOf({ suite, stock, few }: Supply, stocks: readonly KeyPackageStock[], isUsed: boolean): readonly Lack[] {
  const { count, ...had } = stocks.find((one) => one.suite === suiteNumber(suite)) ?? NONE;
  const lastResort = had.lastResort && !isUsed;
  if (count > few && lastResort) return [];
  return [{ suite, singles: Math.max(0, stock - count), lastResort: !lastResort }];
}

const NONE = { count: 0, lastResort: false };

function secretOf({ ref, secret, expiresAt }: KeyPackage, lastResort?: "unused"): HeldKeyPackage {
  return { ref, secret, expiresAt, ...(lastResort === undefined ? {} : { lastResort }) };
}

function publicOf({ suite, bytes, expiresAt }: KeyPackage): PublicKeyPackage {
  return { suite: suiteNumber(suite), package: bytes, expiresAt };
}
