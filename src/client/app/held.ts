// What the conversations of a device are given, and what is kept in memory of each.
import type { DeviceId, Epoch, Handle, LogId, LogKind, MessageId, Seq } from "../../model/ids.ts";
import type { LogState } from "../../wire/messages.ts";
import type { HeldLog, Vault } from "../port/vault.ts";
import type { TakeAside } from "./asides.ts";
import type { Batch } from "./batch.ts";
import type { ChangesWorld } from "./changes.ts";
import type { Circles } from "./circle/circles.ts";
import { type Item, type Lane, newLane } from "./outbox.ts";
import type { Named } from "./payload/opened.ts";
import { newSync, type Sync } from "./sync.ts";
import type { ClientEvent } from "../port/views.ts";

export interface ConversationsWorld {
  readonly vault: Vault;
  readonly batch: Batch;
  readonly circles: Circles;
  readonly self: DeviceId;
  readonly user: Handle;
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
  /** Everything of the log is here, and can be read. */
  readonly onInStep: (log: LogId) => void;
  /** In the vault, on its way when it can be. */
  readonly onQueued: (mid: MessageId, chars: number) => void;
  readonly onStored: (mid: MessageId, at: { readonly seq: Seq; readonly at: number }) => void;
  readonly onFailed: (mid: MessageId, code: string) => void;
  /** A sender whose certificate the group has checked. */
  readonly aside: TakeAside;
  readonly met: (sender: Named) => void;
  readonly userOf: (device: DeviceId) => Handle | undefined;
  readonly late: ChangesWorld["late"];
  /** Tells the server that the log is held up to `seq`, and asks how it stands for this device now. @throws Fault `offline` */
  readonly standing: (log: LogId, seq: Seq) => Promise<LogState | undefined>;
  /** Resolves once everything that is held has been shown. */
  readonly shown: () => Promise<void>;
  /** `wasIn`: it has been there, and that is news. */
  readonly out: (log: LogId, wasIn: boolean) => void;
  /** The server says how a conversation stands. */
  readonly onTold: (state: LogState) => void;
  /** Another device of this user is there now, and in it. */
  readonly hasHelper: (log: LogId) => Promise<boolean>;
  /** The head of the realm's log, for what is sealed; and what the head of another says. */
  readonly head: () => Uint8Array | undefined;
  readonly heard: (head: Uint8Array, by: Handle) => void;
  /** What must never happen: the client cannot go on. */
  readonly onBroken: (error: unknown) => void;
}

/** The end of a membership, on this connection. */
export interface Departure {
  readonly over: PromiseWithResolvers<void>;
  /** What is read to; undefined: the server has not said yet how far that is. */
  until: Seq | undefined;
  /** The server has told something else meanwhile: it is asked again. */
  isStale: boolean;
}

/** One log of this device. */
export interface Held {
  readonly log: LogId;
  readonly kind: LogKind;
  epoch: Epoch;
  sync: Sync;
  lane: Lane;
  /** As the server told it last on this connection. */
  told: LogState | undefined;
  /** The last that was delivered on this connection, before the log was begun with. */
  heard: Seq;
  /** Everything up to here is in the vault, and what came back of our own is out of the lane: no need to look for it there. */
  settled: Seq;
  /** Entries are opened one handful after the other; resolves with the last of them. */
  work: Promise<void>;
  /** A commit took this device out, and what was said before it is being read. */
  departure: Departure | undefined;
  /** Acknowledged, but not come back as entries yet: until then only the queue holds them. */
  readonly acked: Map<MessageId, { readonly seq: Seq; readonly item: Item }>;
}

export function newHeld({
  log,
  kind,
  epoch,
  seq,
  chain,
}: Pick<HeldLog, "log" | "kind" | "epoch" | "seq" | "chain">): Held {
  return {
    log,
    kind,
    epoch,
    sync: newSync(log, seq, chain),
    lane: newLane(log),
    told: undefined,
    heard: 0,
    settled: seq,
    work: Promise.resolve(),
    departure: undefined,
    acked: new Map(),
  };
}

/** Something of one of them (of this kind) is on its way, or not in the vault yet. */
export function reads(all: Iterable<Held>, circles: Pick<Circles, "get">, kind?: LogKind): boolean {
  return [...all].some((held) => (kind === undefined || held.kind === kind) && !isSettled(held, circles));
}

/** Nothing of it is on its way, and what came is in the vault. */
function isSettled({ log, sync: { phase, seq }, settled }: Held, circles: Pick<Circles, "get">): boolean {
  if (circles.get(log)?.isComing === true) return false;
  return phase.at !== "fetching" && phase.at !== "probing" && settled >= seq;
}
