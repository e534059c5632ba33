// The realm's part of the store's contract: accounts, invitations, certificates, the log of what was done with them, settings.
// What is to be true together goes in one change; a change is all there or not at all, and durable before it resolves.
import type { DeviceId, Handle, Sha256 } from "../../model/ids.ts";
import type { RealmRole } from "../../model/realm-role.ts";

/** A user as the realm knows it. Who has only a certificate of another program has none. */
export interface AccountRecord {
  readonly user: Handle;
  readonly role: RealmRole;
  /** No device of theirs is let in, and none is certified. */
  readonly disabled: boolean;
  readonly name: string;
  readonly email: string | undefined;
  /** Fingerprint of the OpenPGP key by which they came. */
  readonly openpgp: string | undefined;
  readonly createdAt: number;
}

export interface InvitationRecord {
  /** Eight hex digits, no secret: what people call it by. */
  readonly id: string;
  /** SHA-256 of the code. */
  readonly hash: Sha256;
  /** Undefined: whoever has the code chooses a name that is free. */
  readonly user: Handle | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly openpgp: string | undefined;
  readonly role: RealmRole;
  readonly uses: number;
  readonly expiresAt: number;
  /** The end of every certificate that comes of it; undefined: as all others. */
  readonly leaseUntil: number | undefined;
  /** A handle, or `@console`. */
  readonly by: string;
  readonly createdAt: number;
}

export interface CertificateRecord {
  readonly serial: string;
  readonly user: Handle;
  readonly device: DeviceId;
  /** SHA-256 of the leaf's DER. */
  readonly fingerprint: Sha256;
  /** SHA-256 of its SubjectPublicKeyInfo. */
  readonly key: Sha256;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** It ends with the invitation by which its user came, and is not renewed beyond that. */
  readonly leaseUntil: number | undefined;
  readonly revokedAt: number | undefined;
  /** DER, leaf first, without the root. */
  readonly certificates: readonly Uint8Array[];
}

export interface RealmChange {
  /** Of the log as it was when the change was thought out: if it is longer by now, the result is `moved`. */
  readonly logSize: number;
  readonly entries: readonly Uint8Array[];
  /** Made, or put in the place of the one before. */
  readonly accounts?: readonly AccountRecord[];
  readonly invitations?: readonly InvitationRecord[];
  /** Ids. */
  readonly withdrawn?: readonly string[];
  /** One use is taken, by who has this key; `refused`, and nothing is done, where none is left at `now`. */
  readonly redeemed?: { readonly hash: Sha256; readonly key: Sha256; readonly now: number };
  readonly certificates?: readonly CertificateRecord[];
  readonly revoked?: readonly { readonly serial: string; readonly reason: number; readonly at: number }[];
  readonly settings?: readonly Setting[];
}

/** Undefined: removed. */
export interface Setting {
  readonly name: string;
  readonly value: string | undefined;
}

/** Which certificates are asked for; all conditions hold. */
export interface CertificateQuery {
  readonly user?: Handle;
  readonly device?: DeviceId;
  readonly serial?: string;
  readonly key?: Sha256;
  /** Neither revoked nor ended at this time. */
  readonly goodAt?: number;
}

/** Every method may throw a Fault `store-failed`, after which nothing of that call is visible. */
export interface RealmStore {
  change(change: RealmChange): Promise<"ok" | "moved" | "refused">;
  account(user: Handle): Promise<AccountRecord | undefined>;
  /** Handles after `after`, in order. */
  accounts(after: string, maxCount: number): Promise<readonly AccountRecord[]>;
  /** With a use left at `now`, oldest first. */
  invitations(now: number): Promise<readonly InvitationRecord[]>;
  /** With a use left at `now`. */
  invitation(hash: Sha256, now: number): Promise<InvitationRecord | undefined>;
  /** What this key was given for this code: a lost answer is asked for again. */
  redemption(hash: Sha256, key: Sha256): Promise<CertificateRecord | undefined>;
  /** Newest first. */
  certificates(query: CertificateQuery, maxCount: number): Promise<readonly CertificateRecord[]>;
  logSize(): Promise<number>;
  /** Entries from this index on, at most maxCount and maxBytes, but always one if there is one. */
  logEntries(
    from: number,
    max: { readonly maxCount: number; readonly maxBytes: number },
  ): Promise<readonly Uint8Array[]>;
  setting(name: string): Promise<string | undefined>;
}
