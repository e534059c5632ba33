// What the conversations of a device are given, and what is kept in memory of each.
import type { DeviceId, Epoch, LogId, LogKind, MessageId, Seq } from "../../model/ids.ts";
import type { Vault } from "../port/vault.ts";
import type { Batch } from "./batch.ts";
import type { Item, Lane } from "./outbox.ts";
import type { Seal } from "./seal.ts";
import type { Sync } from "./sync.ts";
import type { ClientEvent } from "../port/views.ts";

export interface ConversationsWorld {
  readonly vault: Vault;
  readonly batch: Batch;
  readonly seal: Seal;
  readonly self: DeviceId;
  readonly now: () => number;
  /** 0 ≤ chance < 1. */
  readonly chance: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly tell: (event: ClientEvent) => void;
  readonly nameOf: (log: LogId) => string;
  /** The answers are handed back through `paged`, `appended`, `refused`; none comes when the connection is gone. */
  readonly fetch: (log: LogId, after: Seq, maxCount: number) => void;
  readonly append: (log: LogId, item: Item, sealed: { readonly epoch: Epoch; readonly body: Uint8Array }) => void;
  readonly onHeld: (log: LogId, seq: Seq) => void;
  readonly onCaughtUp: () => void;
  /** In the vault, on its way when it can be. */
  readonly onQueued: (mid: MessageId, chars: number) => void;
  readonly onStored: (mid: MessageId, at: { readonly seq: Seq; readonly at: number }) => void;
  readonly onFailed: (mid: MessageId, code: string) => void;
}

/** One log of this device. */
export interface Held {
  readonly log: LogId;
  readonly kind: LogKind;
  epoch: Epoch;
  sync: Sync;
  lane: Lane;
  /** Everything up to here is in the vault, and what came back of our own is out of the lane: no need to look for it there. */
  settled: Seq;
  /** Acknowledged, but not come back as entries yet: until then only the queue holds them. */
  readonly acked: Map<MessageId, { readonly seq: Seq; readonly item: Item }>;
}
