// The contract of the store: what it promises (C1–C9) and nothing about how. No SQL, no rule about who may do what.
// The log is the truth; a hint on the bus is only a hint. Every adapter passes test/contract.
//
// C1 durable    a resolved `ok` or `dup` is on stable storage and survives kill -9 of any process
// C2 order      per log, seq = 1, 2, 3 … and no hole is ever visible
// C3 CAS        at most one commit per (log, epoch), for ever
// C4 idempotent the same mid in one log is stored at most once (looked for after `since`)
// C5 atomic     a commit, its member change and its welcomes are all visible or none
// C6 hints      at least once while connected, unordered, may be lost (see ./bus.ts)
// C7 read       nothing uncommitted is ever returned
// C8 cursor     monotone; may lag up to 2 s after a crash, so entries may come again; the client drops by seq
// C9 overload   the queue is bounded in count and bytes; beyond it `overload`, never more memory
import type { DeviceId, Epoch, Handle, LogId, MessageId, Seq, Sha256, StoreId } from "../../model/ids.ts";
import type { RealmStore } from "./realm-store.ts";
import type { EntryKindName } from "../../wire/entry-kind.ts";
import type {
  NewTreeParts,
  AskRecord,
  ClaimedKeyPackage,
  ConversationSize,
  DeviceRecord,
  GroupInfoRecord,
  KeyPackageRecord,
  KeyPackageStock,
  MemberRecord,
  Revocation,
  StoreReport,
  StoreSizes,
  TermsRecord,
  UserRecord,
} from "./records.ts";

/** What an ack means: on this disk, or on a standby too. */
export type Durability = "disk" | "sync-replica";

export interface StoreInfo {
  readonly storeId: StoreId;
  /** Grows with every restore of a backup, also of the same one again; a client that saw a higher one knows. */
  readonly generation: number;
  readonly durability: Durability;
}

export type EntryKind = EntryKindName;

/** One stored message. `sender` is the device that the server stamped; `body` is opaque. */
export interface Entry {
  readonly seq: Seq;
  readonly at: number;
  readonly sender: DeviceId;
  readonly mid: MessageId;
  readonly kind: EntryKind;
  readonly epoch: Epoch;
  readonly body: Uint8Array;
  /** What the server says beside it (src/wire/note.ts); empty for most. */
  readonly note: Uint8Array;
}

interface AppendBase {
  readonly log: LogId;
  readonly sender: DeviceId;
  readonly mid: MessageId;
  /** The log's head as the sender knew it at its first attempt: the mid is looked for after it (C4). */
  readonly since: Seq;
  readonly body: Uint8Array;
}

export interface CommitChange {
  /** Of the standing that the change was judged by: if it is another one by now, the result is `moved`. Undefined: never. */
  readonly version: number | undefined;
  readonly add: readonly DeviceId[];
  readonly remove: readonly DeviceId[];
  readonly terms: TermsRecord | undefined;
  /** `Entry.note` of the commit. */
  readonly note: Uint8Array;
  /** `tree`: the names of all parts of the ratchet tree, in order; they must have been put before. */
  readonly groupInfo: { readonly body: Uint8Array; readonly tree: readonly Sha256[] } | undefined;
  /** A copy of the body for the inbox of each of the devices. */
  readonly welcomes: readonly { readonly devices: readonly DeviceId[]; readonly body: Uint8Array }[];
  /** Nothing of an earlier epoch is late from then on: it is `stale`. */
  readonly fence: boolean;
}

/**
 * `app`: accepted if epoch is current or at most LATE_EPOCHS behind (and not from before a fence), and, in a log that has seen a commit, if the sender is a
 * member whose user is not leaving and the log is not closed (otherwise `denied`). `proposal`: epoch must be the current one.
 * `commit`: epoch must be the current one; one atomic unit with members, terms, group info, tree and welcomes; the epoch grows
 * by one. `moved`: see CommitChange.version; judge again. `no-part`: a part of the tree is not there.
 * `inbox`: to a device's inbox log, no epoch.
 * Otherwise `stale` (older epoch) or `ahead` (later epoch, or `since` past the head). `gone`: no such log, or a commit that adds
 * or welcomes a device that was never enrolled. The epoch in a result is the log's after this op.
 */
export type AppendOp =
  | (AppendBase & { readonly kind: "app" | "proposal"; readonly epoch: Epoch })
  | (AppendBase & { readonly kind: "commit"; readonly epoch: Epoch; readonly change: CommitChange })
  | (AppendBase & { readonly kind: "inbox" });

/** An application message may be this many epochs behind: what was on its way while commits went through. */
export const LATE_EPOCHS = 3;

/**
 * Group infos are kept for so many of a log's newest epochs; older ones as long as a Welcome to their epoch waits in an inbox,
 * see WELCOME_EPOCHS. Those who are in catch up from the log itself. Bounds what a group that commits often leaves in the store.
 */
export const GROUP_INFO_EPOCHS = 32;

/** Older epochs of a log that are kept for Welcomes, the newest of them: twice as many again, each with a tree of its own. */
export const WELCOME_EPOCHS = 64;

/**
 * `since` may be this far behind the head; further back is `stale`: the sender catches up, and finds its own message
 * there if it was stored after all. Bounds what one append can make the store look through (C4); more than a full queue.
 */
export const SINCE_SPAN = 16_384;

export type AppendResult =
  | {
      readonly result: "ok" | "dup";
      readonly seq: Seq;
      readonly epoch: Epoch;
      readonly at: number;
      readonly inboxes: readonly InboxHead[];
      /** Users whose wish to be let in a commit has granted. */
      readonly approved: readonly Handle[];
    }
  | { readonly result: "stale" | "ahead"; readonly head: Seq; readonly epoch: Epoch }
  | { readonly result: "gone" | "overload" | "denied" | "moved" | "no-part" };

/** Where a commit's welcomes went: the new head of each inbox, for the hint. Empty for other kinds. */
export interface InboxHead {
  readonly log: LogId;
  readonly head: Seq;
}

export interface LogHead {
  readonly head: Seq;
  /** The first seq still stored (1, or later after retention). */
  readonly first: Seq;
  readonly epoch: Epoch;
}

/**
 * A log as one device sees it. `from`: entries up to and including it are not for this device. `until`: the device was taken out
 * by a commit, and this is the last entry before it, at which its cursor has not been yet; `head`, `epoch` and `from` are of that
 * membership, and nothing is told of what came after it. 0: not so.
 */
export interface DeviceLog extends LogHead {
  readonly log: LogId;
  readonly cursor: Seq;
  readonly from: Seq;
  /** False: the device's user belongs there, the device is not in the roster. */
  readonly member: boolean;
  readonly until: Seq;
  /** Empty: the log has none. */
  readonly terms: Uint8Array;
  readonly leaving: readonly Handle[];
}

/** Everything that decides who may do what in a log. */
export interface StandingRecord extends LogHead {
  /** Another one after every change of what is here but `revoked`. */
  readonly version: number;
  readonly terms: Uint8Array;
  readonly roster: readonly MemberRecord[];
  readonly leaving: readonly Handle[];
  /** Devices of the roster whose certificate is revoked. */
  readonly revoked: readonly DeviceId[];
}

export interface PageOfLog {
  readonly entries: readonly Entry[];
  readonly head: Seq;
  readonly first: Seq;
  /** The chain hash at seq `after` (docs/protocol.md, "The chain of a log"); 32 zero bytes at 0, empty where nothing is stored. */
  readonly chain: Uint8Array;
}

/**
 * `known`: nothing new. `renewed`: same device, other certificate. `added`: the first time (the device's inbox now exists).
 * `taken`: the device id belongs to another user.
 */
export type Enrolled = "known" | "renewed" | "added" | "taken";

/** Every method may throw a Fault `store-failed` (disk full, file gone, corrupt) after which nothing of that call is visible. */
export interface Store {
  readonly realm: RealmStore;
  info(): StoreInfo;

  // ---- logs
  /** Group-committed by the adapter; results in the order of ops. Resolves after the sync. */
  append(ops: readonly AppendOp[]): Promise<readonly AppendResult[]>;
  /** Entries after `after`, at most maxCount, and at most maxBytes of bodies (but always one). Undefined: no such log. */
  readFrom(
    log: LogId,
    after: Seq,
    max: { readonly maxCount: number; readonly maxBytes: number },
  ): Promise<PageOfLog | undefined>;
  heads(logs: readonly LogId[]): Promise<ReadonlyMap<LogId, LogHead>>;
  /** Chain hashes at the given positions; a position that is not stored is left out. */
  chains(positions: readonly { readonly log: LogId; readonly seq: Seq }[]): Promise<ReadonlyMap<LogId, Uint8Array>>;
  /**
   * The group info that the commit to `epoch` brought, without an epoch the newest; undefined if it brought none, or a newer one
   * stands GROUP_INFO_EPOCHS later and no Welcome to it waits any more.
   */
  groupInfo(log: LogId, epoch: Epoch | undefined): Promise<GroupInfoRecord | undefined>;
  /** Epochs of the log to which a Welcome leads that the device's cursor in its inbox has not passed, for WELCOME_WAITS_MS. */
  welcomes(log: LogId, device: DeviceId): Promise<readonly Epoch[]>;
  /**
   * Parts of trees by their SHA-256; those of a kept group info stay, others go after PART_WAITS_MS. False, and nothing stored: the
   * device has TREE_WAITING_BYTES waiting already. Fault `no-such-log`.
   */
  putTreeParts(log: LogId, put: NewTreeParts): Promise<boolean>;
  /** The first of the parts, as many as are there and fit into maxBytes (but always one, if it is there). */
  treeParts(log: LogId, parts: readonly Sha256[], maxBytes: number): Promise<readonly Uint8Array[]>;
  /**
   * Every log of the device, its inbox included, with its cursor; and those where its user belongs without it. Not those that its
   * user is leaving. One that a commit of another took it out of is told as it was then (`until`, the oldest of several) until the
   * cursor is there, for DEPARTED_MS, and only after that as it is now. Who comes in by a commit of its own has done with it.
   */
  logsOf(device: DeviceId): Promise<readonly DeviceLog[]>;
  /** Write-behind, keeps the highest, flushed within 2 s and on close. */
  ackCursors(device: DeviceId, cursors: readonly (readonly [LogId, Seq])[]): void;
  /**
   * Makes a log with its first members (from its start); false if it is there already (a retry is harmless; only a log without
   * terms takes those given). Fault `no-such-device`.
   */
  createLog(log: LogId, members: readonly DeviceId[], terms?: TermsRecord): Promise<boolean>;
  standing(log: LogId): Promise<StandingRecord | undefined>;
  /** The user's devices hear and say nothing any more. `closing`: the terms from now on. False: the version is another one. */
  leave(
    log: LogId,
    user: Handle,
    judged: { readonly version: number; readonly closing: TermsRecord | undefined },
  ): Promise<boolean>;
  /** Takes a leave back; false if there was none. */
  comeBack(log: LogId, user: Handle): Promise<boolean>;
  /** `known`: the user waits there already. `full`: ASKS_OF_ROOM or ASKS_OF_USER. Fault `no-such-log`. */
  ask(ask: AskRecord): Promise<"stored" | "known" | "full">;
  /** False if nobody waited. */
  dropAsk(log: LogId, user: Handle): Promise<boolean>;
  /** Who waits in any of these logs, oldest first. */
  asks(logs: readonly LogId[], now: number): Promise<readonly AskRecord[]>;
  /** Adds a member without a commit (the lobby); false if it was one already. `from`: see DeviceLog. Fault `no-such-log`, `no-such-device`. */
  addMember(log: LogId, device: DeviceId, from: Seq): Promise<boolean>;
  removeMember(log: LogId, device: DeviceId): Promise<boolean>;
  membersOf(log: LogId): Promise<readonly MemberRecord[]>;

  // ---- directory
  enrol(device: DeviceRecord): Promise<Enrolled>;
  devices(ids: readonly DeviceId[]): Promise<readonly DeviceRecord[]>;
  /** The users of these devices; unknown devices are left out. */
  owners(ids: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, Handle>>;
  /** Users whose handle or name contains `query` (case-insensitive), handles after `after`, in order of handle. */
  users(query: string, after: string, maxCount: number): Promise<readonly UserRecord[]>;
  /** Returns the newest version. The key packages of the devices are dropped. */
  revoke(revocations: readonly Revocation[]): Promise<number>;
  /** What was revoked after version `since`, and the newest version. */
  revocations(since: number): Promise<{ readonly version: number; readonly revocations: readonly Revocation[] }>;

  // ---- key packages (RFC 9420 §10): of a device KEY_PACKAGE_SUITES, of each suite at most KEY_PACKAGES and one last-resort package
  /**
   * Returns what is now stored; what is over the cap, or was here before, is left out.
   * Fault `no-such-device`, `too-many-suites`: then nothing was stored.
   */
  putKeyPackages(
    device: DeviceId,
    put: {
      readonly packages: readonly KeyPackageRecord[];
      readonly lastResorts: readonly KeyPackageRecord[];
      /** Nothing that was put before is handed out any more. */
      readonly replaces?: boolean;
      readonly now: number;
    },
  ): Promise<readonly KeyPackageStock[]>;
  /** One each of this suite that has not expired, deleted in the same transaction; the last-resort package is not deleted. */
  claimKeyPackages(
    devices: readonly DeviceId[],
    suite: number,
    now: number,
  ): Promise<readonly (ClaimedKeyPackage | undefined)[]>;
  /** Of each suite of which there is something, in order. */
  keyPackageStocks(device: DeviceId, now: number): Promise<readonly KeyPackageStock[]>;

  // ---- care
  /** Removes what has ended: asks, key packages, parts of trees that nobody named, departures, what waits for Welcomes. */
  tidy(now: number): Promise<void>;
  /** An online copy that opens as a database of its own; refuses to overwrite. */
  backup(destination: string): Promise<void>;
  check(): Promise<StoreReport>;
  sizes(): Promise<StoreSizes>;
  /** Conversations (no inboxes) whose id is after this one, in order of id. */
  conversations(after: LogId | undefined, maxCount: number): Promise<readonly ConversationSize[]>;
  close(): Promise<void>;
}
