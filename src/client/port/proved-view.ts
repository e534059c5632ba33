// What is proved of a user beside the name, as far as it is.

export interface ProvedView {
  /** In the certificate. */
  readonly email?: string;
  /** The fingerprint of the OpenPGP key by which they came, with that address: 40 or 64 hex digits. The realm's log says so. */
  readonly openpgp?: string;
}
