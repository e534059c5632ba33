// The contract of the vault: what a device keeps. Every call is synchronous and every commit is one transaction.
// A commit marked `durable` survives a power cut when it returns; any commit survives kill -9.
// Throws Fault `vault-locked`, `vault-corrupt`, `vault-full`, `vault-failed`; after a throw nothing of that commit is visible.
import type { DeviceId, Epoch, Handle, LogId, LogKind, MessageId, Seq, StoreId } from "../../model/ids.ts";
import type { EntryKindName } from "../../wire/entry-kind.ts";

/** One row for each conversation (and the inbox). */
export interface HeldLog {
  readonly log: LogId;
  readonly kind: LogKind;
  readonly seq: Seq;
  /** The chain hash at `seq`, 32 bytes. */
  readonly chain: Uint8Array;
  readonly epoch: Epoch;
  /** Everything up to here was read by the user. */
  readonly read: Seq;
  /** As last told by the server. */
  readonly members: number;
}

/** An entry as it is kept: opened, with the chain hash after it. */
export interface KeptEntry {
  readonly log: LogId;
  readonly seq: Seq;
  readonly at: number;
  readonly sender: DeviceId;
  readonly mid: MessageId;
  readonly kind: EntryKindName;
  readonly epoch: Epoch;
  /** What the seal opened, as app/payload.ts writes it. */
  readonly payload: string;
  readonly chain: Uint8Array;
}

export interface NewEntry extends KeptEntry {
  /** It was held already (before the server lost it): it is not shown again. */
  readonly quiet: boolean;
  /** It says something about the conversation or another message, and is none itself: neither counted nor in the history. */
  readonly aside?: boolean;
  /** By what a search finds it; undefined: by nothing. */
  readonly text: string | undefined;
}

/** Of before this device came in, or of when it could read nothing: found like any other, never shown as news, never unread. */
export type PastEntry = Omit<NewEntry, "quiet" | "aside">;

export interface HeldEntry extends KeptEntry {
  readonly quiet: boolean;
  readonly aside: boolean;
  /** See PastEntry. */
  readonly past?: true;
  /** Grows with every entry that came in, over all logs: the order in which they are shown. */
  readonly row: number;
  /** The server no longer has it. */
  readonly lost: boolean;
}

/** A message that is here already. */
export interface Found {
  readonly row: number;
  readonly seq: Seq;
  readonly lost: boolean;
}

export interface Outgoing {
  readonly mid: MessageId;
  readonly log: LogId;
  /** The position held when it was written: a retry is looked for after it. */
  readonly since: Seq;
  readonly payload: string;
  /** The seq it was stored at, until the entry itself has come back. */
  readonly storedAt: Seq | undefined;
}

/** What a certificate said, once it was checked against the pinned CA; or why nothing is believed of this device. */
export interface HeldDevice {
  readonly device: DeviceId;
  readonly user: Handle | undefined;
  readonly name: string;
  /** Empty if the certificate identifies the device. */
  readonly problem: string;
}

export interface ServerStore {
  readonly storeId: StoreId;
  readonly generation: number;
}

/** What to write and what to wipe, by name. */
export interface GroupRows {
  readonly put: ReadonlyMap<string, Uint8Array>;
  readonly drop: readonly string[];
}

export interface HeldKeyPackage {
  /** How a Welcome names it, hex. */
  readonly ref: string;
  readonly secret: Uint8Array;
  readonly expiresAt: number;
  /** The one that is handed out again and again when the others are gone: once it is used it stays all the same, until it ends. */
  readonly lastResort?: "unused" | "used";
}

/**
 * `copied`: this is a copy, or the machine is another one; `older`: it was put back as it was before. Keys may have been used since,
 * or may be used elsewhere: no group, key package or pending value can be read or written until `groups` are dropped.
 */
export type Lineage = "same" | "copied" | "older";

export interface SearchQuery {
  /** Each must be in the text, as a whole; upper and lower case are the same. Without any, every message fits. */
  readonly texts: readonly string[];
  /** Of one of these. */
  readonly from?: readonly DeviceId[] | undefined;
  readonly logs?: readonly LogId[] | undefined;
  /** Sent at this time or later, in milliseconds. */
  readonly after?: number | undefined;
  /** Sent before this time. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export type Change =
  | { readonly put: "log"; readonly log: LogId; readonly kind: LogKind; readonly epoch: Epoch }
  /** Stores the entries and moves the log's position to the last of them. `own`: what came back of our own leaves the queue. */
  | {
      readonly put: "entries";
      readonly log: LogId;
      readonly entries: readonly NewEntry[];
      readonly own: readonly MessageId[];
    }
  /** Nothing happens to those that are there, nor for places behind the position, which stays where it is. */
  | { readonly put: "past"; readonly log: LogId; readonly entries: readonly PastEntry[] }
  /** The position is moved without entries: backwards (they are marked lost) or over what the server no longer has. */
  | { readonly put: "position"; readonly log: LogId; readonly seq: Seq; readonly chain: Uint8Array }
  /** Nothing happens if it waits already. */
  | { readonly put: "outgoing"; readonly message: Outgoing }
  | { readonly put: "stored"; readonly mid: MessageId; readonly seq: Seq }
  | { readonly put: "requeued"; readonly mid: MessageId; readonly since: Seq }
  | { readonly put: "failed"; readonly mid: MessageId }
  | { readonly put: "read"; readonly log: LogId; readonly seq: Seq }
  | { readonly put: "members"; readonly log: LogId; readonly members: number }
  | { readonly put: "shown"; readonly row: number }
  | { readonly put: "device"; readonly device: HeldDevice }
  | { readonly put: "server"; readonly server: ServerStore }
  /** The entry of this row says something else from now on: what it said before is gone. Nothing happens if there is none. */
  | { readonly put: "rewritten"; readonly row: number; readonly payload: string; readonly text: string | undefined }
  /** Its private key and its certificate (pki/kept-identity.ts); not in a backup. Secret. */
  | { readonly put: "identity"; readonly identity: Uint8Array }
  | { readonly put: "setting"; readonly name: string; readonly value: string }
  | { readonly drop: "setting"; readonly name: string }
  | GroupChange;

/** What must not be used twice. With the first of these in a run, and now and then, what was spent before is put out of reach. */
export type GroupChange =
  /** Rows of a group as src/mls hands them over: what is written over or dropped is spent. */
  | { readonly put: "group"; readonly log: LogId; readonly rows: GroupRows }
  /** All rows of it, and what waits for it. */
  | { readonly drop: "group"; readonly log: LogId }
  | { readonly put: "key-package"; readonly keyPackage: HeldKeyPackage }
  /** It was used: gone, or if it is a last resort, known as used. */
  | { readonly drop: "key-package"; readonly ref: string }
  /** Those that have ended by then. */
  | { readonly drop: "key-packages"; readonly endedBy: number }
  /** Something small that goes with a group for a while. */
  | { readonly put: "pending"; readonly log: LogId; readonly name: string; readonly value: Uint8Array }
  | { readonly drop: "pending"; readonly log: LogId; readonly name: string }
  /** Everything of all groups, in a transaction of its own before the others: afterwards the lineage is `same`. The history stays. */
  | { readonly drop: "groups" };

export interface Vault {
  commit(changes: readonly Change[], options: { readonly durable: boolean }): void;
  logs(): readonly HeldLog[];
  server(): ServerStore | undefined;
  /** In the order they were written. */
  outgoing(): readonly Outgoing[];
  devices(): readonly HeldDevice[];
  /** The chain hash after entry `seq` as held now; undefined if that entry is not held. At 0 it is the start of every chain. */
  chainAt(log: LogId, seq: Seq): Uint8Array | undefined;
  /** The row of this message by this sender, lost or not; the first, where it came again. */
  find(log: LogId, mid: MessageId, sender: DeviceId): Found | undefined;
  /** The entry that a message of this id is, whoever wrote it; the first, where somebody used the id again. */
  named(log: LogId, mid: MessageId): HeldEntry | undefined;
  /** Own entries that the server no longer has, oldest first. */
  lostOf(log: LogId, sender: DeviceId): readonly HeldEntry[];
  /** Entries that were not shown yet, in order of row, after `row`. */
  after(row: number, maxCount: number): readonly HeldEntry[];
  /** The last row that was shown. */
  shown(): number;
  /** The newest `limit` entries before seq `before`, oldest first. */
  history(log: LogId, before: Seq, limit: number): readonly HeldEntry[];
  /** The oldest `limit` entries after seq `after`, oldest first. */
  later(log: LogId, after: Seq, limit: number): readonly HeldEntry[];
  /** Entries of others after the read marker. */
  unread(log: LogId, self: DeviceId): number;
  /** Messages of all conversations, the newest first. */
  search(query: SearchQuery): readonly HeldEntry[];
  setting(name: string): string | undefined;
  /** Of this device, where it is kept here and not in files, or is newer here. Secret. */
  identity(): Uint8Array | undefined;
  lineage(): Lineage;
  /** The rows of one group, by name; empty if there is none. Secret. */
  groupRows(log: LogId): ReadonlyMap<string, Uint8Array>;
  keyPackages(): readonly Omit<HeldKeyPackage, "secret">[];
  /** Its secret. It stays until it is dropped: together with what was made of it, so that a crash loses neither. */
  keyPackage(ref: string): Uint8Array | undefined;
  pending(log: LogId): ReadonlyMap<string, Uint8Array>;
  /** What was dropped or written over before is out of reach when it returns; by itself it happens a little later. */
  wipe(): void;
  close(): void;
}
