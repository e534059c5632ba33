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
export interface NewEntry {
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
  /** It was held already (before the server lost it): it is not shown again. */
  readonly quiet: boolean;
}

export interface HeldEntry extends NewEntry {
  /** Grows with every entry that came in, over all logs: the order in which they are shown. */
  readonly row: number;
  /** The server no longer has it. */
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

export type Change =
  | { readonly put: "log"; readonly log: LogId; readonly kind: LogKind; readonly epoch: Epoch }
  /** Stores the entries and moves the log's position to the last of them. `own`: what came back of our own leaves the queue. */
  | {
      readonly put: "entries";
      readonly log: LogId;
      readonly entries: readonly NewEntry[];
      readonly own: readonly MessageId[];
    }
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
  | { readonly put: "server"; readonly server: ServerStore };

export interface Vault {
  commit(changes: readonly Change[], options: { readonly durable: boolean }): void;
  logs(): readonly HeldLog[];
  server(): ServerStore | undefined;
  /** In the order they were written. */
  outgoing(): readonly Outgoing[];
  devices(): readonly HeldDevice[];
  /** The chain hash after entry `seq` as held now; undefined if that entry is not held. At 0 it is the start of every chain. */
  chainAt(log: LogId, seq: Seq): Uint8Array | undefined;
  /** The newest row of this message by this sender, lost or not. */
  find(log: LogId, mid: MessageId, sender: DeviceId): { readonly seq: Seq; readonly lost: boolean } | undefined;
  /** Own entries that the server no longer has, oldest first. */
  lostOf(log: LogId, sender: DeviceId): readonly HeldEntry[];
  /** Entries that were not shown yet, in order of row, after `row`. */
  after(row: number, maxCount: number): readonly HeldEntry[];
  /** The last row that was shown. */
  shown(): number;
  /** The newest `limit` entries before seq `before`, oldest first. */
  history(log: LogId, before: Seq, limit: number): readonly HeldEntry[];
  /** Entries of others after the read marker. */
  unread(log: LogId, self: DeviceId): number;
  close(): void;
}
