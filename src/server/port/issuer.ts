// The contract of who signs certificates: the realm's issuing CA, in this process. A server whose CA is elsewhere has none.
import type { DeviceId, Handle, Sha256 } from "../../model/ids.ts";

/** What a certificate request (PKCS#10) asks for, its proof of possession checked. */
export interface AskedCertificate {
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly key: Sha256;
  /** Undefined where the request does not say. */
  readonly user: Handle | undefined;
  readonly device: DeviceId | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly request: Uint8Array;
}

export interface IssueWish {
  readonly user: Handle;
  readonly device: DeviceId;
  readonly name: string;
  readonly email: string | undefined;
  readonly now: number;
  readonly expiresAt: number;
}

export interface IssuedCertificate {
  readonly serial: string;
  readonly fingerprint: Sha256;
  readonly expiresAt: number;
  /** DER, leaf first, without the root. */
  readonly certificates: readonly Uint8Array[];
}

export interface Issuer {
  /** Fault `request-*`, `key-type`. */
  read(request: Uint8Array): AskedCertificate;
  /** Faults of pki/authority.ts. */
  issue(asked: AskedCertificate, wish: IssueWish): IssuedCertificate;
  newDevice(): DeviceId;
  /** DER of the certificates as PKCS#7 certs-only. */
  bag(certificates: readonly Uint8Array[]): Uint8Array;
}
