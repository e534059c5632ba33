// Values of the store's contract: users, devices, terms, group infos, key packages.
import type { DeviceId, Epoch, Handle, LogId, Seq, Sha256 } from "../../model/ids.ts";

export interface DeviceRecord {
  readonly device: DeviceId;
  readonly user: Handle;
  readonly name: string;
  readonly serial: string;
  /** DER, leaf first, without the root. */
  readonly certificates: readonly Uint8Array[];
}

export interface UserRecord {
  readonly user: Handle;
  readonly name: string;
  readonly devices: number;
}

export interface MemberRecord {
  readonly device: DeviceId;
  readonly user: Handle;
}

/** Terms as they are kept, and the users they name: these belong to the conversation, with a device in it or without. */
export interface TermsRecord {
  readonly bytes: Uint8Array;
  readonly named: readonly Handle[];
  /** Nothing is written there any more. */
  readonly closed: boolean;
}

export interface GroupInfoRecord {
  readonly epoch: Epoch;
  /** Of the commit that brought it. */
  readonly seq: Seq;
  readonly body: Uint8Array;
  readonly tree: readonly Sha256[];
}

/** A user who asks to be let in. */
export interface AskRecord {
  readonly log: LogId;
  readonly user: Handle;
  readonly at: number;
}

/** Asks end after this time: who is still waiting asks again. */
export const ASK_MS = 30 * 24 * 3600 * 1000;
/** Who was taken out while away may come so long for what was said before: longer than people are away. */
export const DEPARTED_MS = 30 * 24 * 3600 * 1000;
/** As long as a key package may be of use to others: who was brought in and has not come by then comes in by itself. */
export const WELCOME_WAITS_MS = 90 * 24 * 3600 * 1000;
/** Parts of trees that no commit has named: the commit follows within seconds, or never. */
export const PART_WAITS_MS = 3600 * 1000;

export interface KeyPackageRecord {
  /** Its number on the wire; nothing is known of it here. */
  readonly suite: number;
  readonly package: Uint8Array;
  readonly expiresAt: number;
}

export interface ClaimedKeyPackage {
  readonly package: Uint8Array;
  readonly lastResort: boolean;
}

/** Of one device and suite, without what has expired. */
export interface KeyPackageStock {
  readonly suite: number;
  readonly count: number;
  readonly lastResort: boolean;
}

export interface Revocation {
  readonly serial: string;
  readonly reason: number;
}

export interface StoreReport {
  readonly ok: boolean;
  /** One line for each thing found wrong. */
  readonly findings: readonly string[];
}

/** Parts of a tree from one device. */
export interface NewTreeParts {
  readonly device: DeviceId;
  readonly parts: readonly Uint8Array[];
  readonly at: number;
}

/** What an administrator may know of a conversation. */
export interface ConversationSize {
  readonly log: LogId;
  readonly kind: string;
  /** Devices in it. */
  readonly members: number;
  readonly entries: number;
  /** Of what is sealed in them. */
  readonly bytes: number;
  readonly epoch: Epoch;
  readonly closed: boolean;
  readonly newestAt: number | undefined;
}

export interface StoreSizes {
  readonly databaseBytes: number;
  readonly accounts: number;
  readonly devices: number;
  readonly conversations: number;
  /** Ever stored, in all logs. */
  readonly entries: number;
  /** Entries of the realm's log. */
  readonly realmLog: number;
  /** Whole ones whose owner is known. */
  readonly blobs: number;
  readonly blobBytes: number;
}
