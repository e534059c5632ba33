// The contract of the realm's own OpenPGP key: what is known of it, how it comes into being, how it goes to a key server. Its secret
// half is behind this contract.

export interface RealmKey {
  /** 40 or 64 hex digits, upper case. */
  readonly fingerprint: string;
  /** The address in it, in lower case. */
  readonly email: string;
  /** The public half, armored. */
  readonly armored: string;
}

export interface RealmKeyKeeper {
  /** Undefined: there is none yet. Faults `pgp-malformed`, `passphrase-*`, `file-unreadable`. */
  key(): Promise<RealmKey | undefined>;
  /** Made where there is none of this address; one of another address is kept beside it. Faults as `key`. */
  keyFor(email: string): Promise<RealmKey>;
  /** To a key server. Faults `config-pgp-source`, `pgp-publish`. */
  publish(key: RealmKey, server: string): Promise<void>;
  /** `wkd`, or key servers. Fault `config-pgp-source`. */
  checkSource(source: string): void;
}
