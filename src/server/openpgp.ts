// Coming in by OpenPGP in this server, joined: the realm's key, the part of the door, and when the door is open for it.
import type { Sha256 } from "../model/ids.ts";
import { readCertificate } from "../pki/certificate.ts";
import { isIP } from "node:net";
import type { ServerFiles } from "../pki/load.ts";
import { Joining, type OpenpgpConfig } from "./door/openpgp/joining.ts";
import type { OpenpgpPlaces } from "./door/openpgp/routes.ts";
import type { Clock } from "./port/clock.ts";
import type { Issuer } from "./port/issuer.ts";
import type { Log } from "./port/log.ts";
import type { RealmStore } from "./port/realm-store.ts";
import { RealmKeyFile } from "./realm-key.ts";
import type { Enrolment } from "./service/realm/enrolment.ts";
import { openpgpRules } from "./service/realm/openpgp-rules.ts";

export interface OpenpgpParts {
  readonly config: {
    readonly certs: string;
    readonly passphrase: string | undefined;
    readonly openpgp?: Partial<OpenpgpConfig>;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly realm: RealmStore;
  readonly fingerprint: Sha256;
  readonly enrolment: Pick<Enrolment, "enrol" | "enrolProved">;
  readonly issuer: () => Promise<Issuer>;
  /** As they are now. */
  readonly files: () => ServerFiles;
}

/** A key server that takes longer is asked another time. */
const TIMEOUT_MS = 10_000;

export class RealmOpenpgp {
  readonly keeper: RealmKeyFile;
  readonly places: OpenpgpPlaces;
  readonly #joining: Joining;
  readonly #realm: RealmStore;

  /** Each part by its name: what is given may have more in it, and the door has names of its own. */
  constructor({ config, files, clock, log, realm, fingerprint, enrolment, issuer }: OpenpgpParts) {
    const { certs: folder, passphrase, openpgp } = config;
    const keeper = new RealmKeyFile({ folder, passphrase, root: files().realm.root });
    this.keeper = keeper;
    this.#realm = realm;
    this.#joining = new Joining({
      timeoutMs: TIMEOUT_MS,
      wkd: {},
      ...openpgp,
      clock,
      log,
      realm,
      fingerprint,
      enrolment,
      issuer,
      serverKey: () => keeper.secret(),
      isHost: (host) => isHostOf(files(), host),
    });
    this.places = { joining: this.#joining, serverKey: async () => (await keeper.key())?.armored };
  }

  /** For whoever is about to join: the key by which this server will prove itself. */
  async about(): Promise<object> {
    const { email } = await openpgpRules(this.#realm);
    if (email === undefined) return {};
    const key = await this.keeper.key();
    return key === undefined ? {} : { openpgp: { email: key.email, fingerprint: key.fingerprint } };
  }

  /** Somebody may come in by it without an invitation. */
  async isOpen(): Promise<boolean> {
    const { email, allowed } = await openpgpRules(this.#realm);
    return email !== undefined && allowed.length > 0;
  }

  stop(): void {
    this.#joining.stop();
  }
}

function isHostOf({ leaf }: ServerFiles, host: string): boolean {
  const { x509 } = readCertificate(leaf.der);
  if (isIP(host) !== 0) return x509.checkIP(host) !== undefined;
  return x509.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined;
}
