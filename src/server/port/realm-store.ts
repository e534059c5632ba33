// The realm's part of the store's contract: accounts, invitations, certificates, the log of what was done with them, settings.
// What is to be true together goes in one change; a change is all there or not at all, and durable before it resolves.
import type { DeviceRecord } from "./records.ts";
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

/** What is kept of a user's password (RFC 9807), and what it opens. As secret as a private key: a thief of it can guess. */
export interface PasswordRecord {
  readonly user: Handle;
  /** 1, and one more with every change of anything in it: who changes what is another one by now is refused. */
  readonly version: number;
  readonly changedAt: number;
  /** Base64url. */
  readonly record: string;
  /** Ed25519, 32 bytes. */
  readonly recoveryKey: Uint8Array;
}

export interface NewPasswordRecord extends PasswordRecord {
  /** The identity vault: nobody but its owner can open it. */
  readonly vault: Uint8Array;
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
  /** `refused`, and nothing is done, where one of them does not follow on the version that is there (0: none). */
  readonly passwords?: readonly NewPasswordRecord[];
}

/** Undefined: removed. */
export interface Setting {
  readonly name: string;
  readonly value: string | undefined;
  /** What is there already stays. */
  readonly once?: boolean;
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

/** Who has stored a blob: it counts for whoever began it first. */
export interface BlobClaim {
  readonly id: Sha256;
  readonly user: Handle;
  readonly bytes: number;
  /** What all claims of this user may come to; 0: anything. */
  readonly most: number;
  readonly at: number;
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
  /** With an end of their own that were not revoked, the soonest first. */
  leases(maxCount: number): Promise<readonly CertificateRecord[]>;
  /** Devices whose newest certificate ended between these moments, and was not revoked: how many. */
  late(from: number, to: number): Promise<number>;
  /** Devices of the directory whose certificate is not among these: of before there was a log. */
  unlisted(maxCount: number): Promise<readonly DeviceRecord[]>;
  logSize(): Promise<number>;
  /** Entries from this index on, at most maxCount and maxBytes, but always one if there is one. */
  logEntries(
    from: number,
    max: { readonly maxCount: number; readonly maxBytes: number },
  ): Promise<readonly Uint8Array[]>;
  setting(name: string): Promise<string | undefined>;
  /** Serials of certificates, and how the log says each was come by; of one user, or of all. */
  ways(user: Handle | undefined): Promise<ReadonlyMap<string, string>>;
  /** Owners who are not disabled. */
  owners(): Promise<number>;
  /** `over`, and nothing is claimed: it would be more than `most`. A claim of somebody else stays theirs. */
  claimBlob(claim: BlobClaim): Promise<"ok" | "over">;
  /** It is whole: its claim does not end. */
  keepBlob(id: Sha256): Promise<void>;
  /** What the claims of a user come to. */
  blobBytes(user: Handle): Promise<number>;
  password(user: Handle): Promise<PasswordRecord | undefined>;
  /** The identity vault, with the version that it is of. */
  identityVault(user: Handle): Promise<Pick<NewPasswordRecord, "version" | "vault"> | undefined>;
  /** Somebody has one. */
  hasPasswords(): Promise<boolean>;
}
