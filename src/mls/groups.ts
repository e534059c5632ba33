// The groups of one device, as the client sees them: asynchronous, because they live in a thread of their own (a commit of a
// large group takes a second). Every answer that changes a group brings the rows that must be kept before anything else is done.
import type { DeviceId, Handle, LogId, MessageId } from "../model/ids.ts";
import type { Terms } from "../model/terms.ts";
import type { Segment } from "./grant-records.ts";
import type { RowChanges } from "./saved.ts";
import type { SuiteName } from "./suite.ts";

/** A member as it may be shown. `name` is a stranger's text. */
export interface MemberView {
  readonly device: DeviceId;
  readonly user: Handle;
  readonly name: string;
  /** In its certificate. */
  readonly email?: string;
  /** SHA-256 of the certificate, hex. */
  readonly certificate: string;
  /** What it signs with: the public key, raw, hex. */
  readonly key: string;
  /** Of the certificate: lower-case hex, and its last moment. */
  readonly serial: string;
  readonly until: number;
  /** Why this device must be taken out before the next message, if it must. */
  readonly suspect: Suspicion | undefined;
}

/** `unlogged`: its certificate was never entered in the realm's log. `ended`: a lease is over, or a device has not come back in time. */
export type Suspicion = "revoked" | "unlogged" | "ended";

export interface GroupView {
  readonly founding: number;
  /** Who is added needs a key package of it. */
  readonly suite: SuiteName;
  readonly epoch: number;
  readonly terms: Terms;
  readonly members: readonly MemberView[];
}

/** Kept durably before the next thing is done. */
interface Kept {
  readonly rows: RowChanges;
}

/** A commit that waits for the server's yes. The group goes on as it was until then. */
export interface Proposed extends Kept {
  readonly commit: Uint8Array;
  readonly welcome: Uint8Array | undefined;
  readonly groupInfo: Uint8Array;
  /** The new tree, in parts. */
  readonly tree: readonly Uint8Array[];
  /** Which of the parts were not in the old tree: the server has the others. */
  readonly fresh: readonly number[];
  /** What it does, for the server and for the others. */
  readonly add: readonly DeviceId[];
  readonly remove: readonly DeviceId[];
  readonly terms: Uint8Array | undefined;
}

export interface Wish {
  /** Key packages. */
  readonly add: readonly Uint8Array[];
  readonly remove: readonly DeviceId[];
  readonly terms?: Terms | undefined;
  /** Of the entry that it will be: bound to the commit. */
  readonly mid: MessageId;
}

/** Where a group goes that has grown too large for its cipher suite. */
export interface MoveTo {
  readonly founding: number;
  /** Key packages of all other members, for the suite of large groups. */
  readonly add: readonly Uint8Array[];
  readonly mid: MessageId;
}

/** With a commit: what the server was told that it does, and let happen. */
export interface DeclaredChange {
  readonly add: readonly DeviceId[];
  readonly remove: readonly DeviceId[];
  readonly terms: Uint8Array | undefined;
  /** Whose removal needs no rank: revoked, or they asked to leave. The server's word; a lie takes away, it never gives. */
  readonly revoked: readonly DeviceId[];
  readonly leaving: readonly Handle[];
}

/** An entry of the log, as the server stamped it. */
export interface Incoming {
  readonly kind: "app" | "commit";
  readonly body: Uint8Array;
  readonly device: DeviceId;
  /** Milliseconds: the time of the entry. */
  readonly at: number;
  readonly mid: MessageId;
  readonly declared?: DeclaredChange | undefined;
  /** With a commit that moves the group: that of the key package which its Welcome names. */
  readonly secret?: Uint8Array | undefined;
}

/** An entry of before this device came in. */
export interface Archived {
  readonly body: Uint8Array;
  readonly mid: MessageId;
  readonly device: DeviceId;
  /** Certificates that this device has or had: DER, leaf first. One of them is of the key that signed the copy. */
  readonly chains: readonly (readonly Uint8Array[])[];
}

export interface Sender {
  readonly device: DeviceId;
  readonly user: Handle;
  readonly name: string;
}

/** What became of one entry. */
export type Outcome =
  | {
      readonly kind: "message";
      readonly plaintext: Uint8Array;
      readonly from: Sender;
      readonly epoch: number;
      /** Whether the archived copy says the same: `other` is an alarm. */
      readonly copy: "none" | "same" | "other";
    }
  | {
      readonly kind: "commit";
      readonly by: Sender;
      readonly isExternal: boolean;
      readonly added: readonly Sender[];
      readonly removed: readonly Sender[];
      readonly isRenewed: boolean;
      /** The group goes on as another one, with this cipher suite (RFC 9420 §11.2). */
      readonly movedTo: SuiteName | undefined;
      readonly terms: Terms | undefined;
      readonly isOut: boolean;
      /** The group after it; undefined for one who is out. */
      readonly view: GroupView | undefined;
    }
  /** Refused or not to be opened: nothing changed. */
  | { readonly kind: "fault"; readonly code: string; readonly message: string };

export interface KeyPackage {
  /** How a Welcome names it, hex. */
  readonly ref: string;
  readonly suite: SuiteName;
  readonly bytes: Uint8Array;
  /** Secret; once it was used, or after `expiresAt`, it is wiped. */
  readonly secret: Uint8Array;
  readonly expiresAt: number;
}

/** What the server holds for those who come in by themselves. */
export interface JoinFrom {
  readonly groupInfo: Uint8Array;
  readonly tree: readonly Uint8Array[];
  readonly mid: MessageId;
}

/** What was sent to one who was added; `secret` is that of the key package which the Welcome names. */
export interface JoinBy {
  readonly welcome: Uint8Array;
  readonly tree: readonly Uint8Array[];
  readonly secret: Uint8Array;
}

export interface RenewedCredential {
  /** DER, leaf first, without the root. */
  readonly certificates: readonly Uint8Array[];
  /** Raw. Secret. */
  readonly signKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface Written {
  readonly plaintext: Uint8Array;
  readonly mid: MessageId;
}

/** Who asks for archive keys, and the key to seal them to. */
export interface ArchiveAsk {
  readonly device: DeviceId;
  readonly publicKey: Uint8Array;
}

/** Archive keys that came, and the secret they were asked for with. */
export interface ArchiveGiven {
  readonly sealed: Uint8Array;
  readonly secret: Uint8Array;
  /** For which they were sealed, where it is not this device: what a device laid by for those of its user that come later. */
  readonly device?: DeviceId;
}

/** Every call may throw the Fault that src/mls names for it; then nothing changed. */
export interface Groups {
  /** Last resorts come last: they stay good for longer. */
  keyPackages(suite: SuiteName, count: number, lastResorts?: number): Promise<readonly KeyPackage[]>;
  /** Takes a group from its rows; a proposed commit comes along if one waits. */
  open(log: LogId, rows: ReadonlyMap<string, Uint8Array>): Promise<GroupView | undefined>;
  /** Lets go of a group; its rows are the caller's to wipe. */
  close(log: LogId): Promise<void>;
  /** A group of this device, with its first members; like a commit it waits for the server's yes. */
  found(log: LogId, founding: number, wish: Wish & { readonly terms: Terms }): Promise<Proposed>;
  commit(log: LogId, wish: Wish): Promise<Proposed>;
  /** The group goes on as another one of the conversation, with the cipher suite for large ones. @throws Fault `not-due`, `not-everybody` */
  move(log: LogId, wish: MoveTo): Promise<Proposed>;
  joinExternally(log: LogId, from: JoinFrom): Promise<Proposed>;
  /** The proposed commit is in the log: it is the group now. */
  accept(log: LogId): Promise<Kept & { readonly outcome: Outcome; readonly view: GroupView }>;
  /** Another commit came first: the proposed one is forgotten. */
  withdraw(log: LogId): Promise<Kept>;
  /** The key packages that a Welcome is for, or the one in a commit that moves a group, as `KeyPackage.ref` names them. */
  welcomeRefs(body: Uint8Array): Promise<readonly string[]>;
  join(log: LogId, by: JoinBy): Promise<Kept & { readonly view: GroupView }>;
  /** Entries of others, in the order of the log. */
  receive(log: LogId, entries: readonly Incoming[]): Promise<Kept & { readonly outcomes: readonly Outcome[] }>;
  /** The body of a message entry. */
  seal(log: LogId, what: Written): Promise<Kept & { readonly body: Uint8Array; readonly epoch: number }>;
  /** What of before can be read with the archive keys that are held; `no-archive-copy`, `no-archive-key` for the rest. */
  openArchived(log: LogId, entries: readonly Archived[]): Promise<readonly Outcome[]>;
  /** A key to ask for archive keys with. */
  askArchive(): Promise<{ readonly publicKey: Uint8Array; readonly secret: Uint8Array }>;
  /** The archive keys that the terms give to `device`, in parts: to an own device all of them. @throws Fault `no-archive` if none */
  grantArchive(log: LogId, to: ArchiveAsk): Promise<readonly Uint8Array[]>;
  /** The part that names segments, for another device of this user. @throws Fault `not-own-device` */
  grantSegments(log: LogId, to: ArchiveAsk, segments: readonly Segment[]): Promise<Uint8Array>;
  /** One part. @throws Fault `grant-malformed` */
  takeArchive(log: LogId, given: ArchiveGiven): Promise<Kept & { readonly segments: readonly Segment[] }>;
  /** This device has another certificate, for another key: every commit from now on says so where it was not said yet. */
  renew(own: RenewedCredential): Promise<void>;
  /** 32 bytes that every member of this epoch can derive (RFC 9420 §8.5). */
  exportSecret(log: LogId, label: string, context: Uint8Array): Promise<Uint8Array>;
}
