// The contract of this device's own identity: what it shows and signs with, and how another certificate takes its place.
import type { Sha256 } from "../../model/ids.ts";
import type { RenewedCredential } from "../../mls/groups.ts";
import type { KeptIdentity } from "../../pki/kept-identity.ts";

/** A key, and the request (PKCS#10, DER) for a certificate of it. Secret. */
export interface AskedIdentity {
  readonly keyPem: string;
  readonly request: Uint8Array;
}

export interface AdoptedIdentity extends RenewedCredential {
  /** SHA-256 of the certificate. */
  readonly fingerprint: Sha256;
}

export interface OwnIdentity {
  /** As it is now. Secret. */
  kept(): KeptIdentity;
  /** SHA-256 of the certificate. */
  readonly fingerprint: Sha256;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `keyPem`: one that was made before; without it a new one. */
  ask(keyPem?: string): Promise<AskedIdentity>;
  /** Every connection to come shows this one. @throws Fault `certificate-*`, `key-mismatch`: then it stays as it was */
  adopt(kept: KeptIdentity): AdoptedIdentity;
}
