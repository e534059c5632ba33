// Reads logs: pages, heads, chain hashes. Runs on the writer's connection between transactions,
// so nothing uncommitted can be seen (C7).
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf } from "../../../model/ids.ts";
import type { LogId, Seq } from "../../../model/ids.ts";
import { CHAIN_START } from "../../../wire/chain.ts";
import type { LogHead } from "../../port/store.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import { packPage } from "./pack-page.ts";
import type { StoredEntry } from "./pack-page.ts";
import { blobOf, noteOf, numberOf } from "./sql.ts";

export interface PageLimit {
  readonly maxCount: number;
  readonly maxBytes: number;
}

const NO_CHAIN = new Uint8Array(0);

export class LogReader {
  readonly #conversations: Conversations;
  readonly #sizes: StatementSync;
  readonly #page: StatementSync;
  readonly #chain: StatementSync;

  constructor(db: DatabaseSync, conversations: Conversations) {
    this.#conversations = conversations;
    this.#sizes = db.prepare(
      "SELECT length(body) + coalesce(length(note), 0) AS bytes FROM log WHERE conv = ? AND seq > ? ORDER BY seq LIMIT ?",
    );
    this.#page = db.prepare(
      "SELECT seq, at, sender, mid, kind, epoch, body, note FROM log WHERE conv = ? AND seq > ? ORDER BY seq LIMIT ?",
    );
    this.#chain = db.prepare("SELECT chain FROM log WHERE conv = ? AND seq = ?");
  }

  /** Packed (./pack.ts); undefined: no such log. */
  readFrom(log: LogId, after: Seq, max: PageLimit): Uint8Array<ArrayBuffer> | undefined {
    const conv = this.#conversations.find(bytesOf(log));
    if (conv === undefined) return undefined;
    const count = after >= conv.head ? 0 : this.#fitting(conv, after, max);
    const rows = count === 0 ? [] : this.#page.all(conv.id, after, count);
    const chain = this.#chainAt(conv, after) ?? NO_CHAIN;
    return packPage({ head: conv.head, first: conv.first, chain, entries: rows.map(storedEntry) });
  }

  heads(logs: readonly LogId[]): Map<LogId, LogHead> {
    const heads = new Map<LogId, LogHead>();
    for (const log of logs) {
      const conv = this.#conversations.find(bytesOf(log));
      if (conv !== undefined) heads.set(log, { head: conv.head, first: conv.first, epoch: conv.epoch });
    }
    return heads;
  }

  chains(positions: readonly { readonly log: LogId; readonly seq: Seq }[]): Map<LogId, Uint8Array> {
    const chains = new Map<LogId, Uint8Array>();
    for (const { log, seq } of positions) {
      const conv = this.#conversations.find(bytesOf(log));
      const chain = conv === undefined ? undefined : this.#chainAt(conv, seq);
      if (chain !== undefined) chains.set(log, chain);
    }
    return chains;
  }

  /** How many entries fit: their sizes are read first, so that a page of large bodies is never loaded to be cut. */
  #fitting(conv: Conversation, after: Seq, max: PageLimit): number {
    let bytes = 0;
    let count = 0;
    for (const row of this.#sizes.all(conv.id, after, Math.max(1, max.maxCount))) {
      bytes += numberOf(row, "bytes");
      if (count > 0 && bytes > max.maxBytes) break;
      count += 1;
    }
    return count;
  }

  #chainAt(conv: Conversation, seq: Seq): Uint8Array | undefined {
    if (seq === 0) return CHAIN_START;
    if (seq === conv.head) return conv.chain;
    if (seq > conv.head) return undefined;
    const row = this.#chain.get(conv.id, seq);
    return row === undefined ? undefined : blobOf(row, "chain");
  }
}

function storedEntry(row: Record<string, unknown>): StoredEntry {
  return {
    seq: numberOf(row, "seq"),
    at: numberOf(row, "at"),
    sender: blobOf(row, "sender"),
    mid: blobOf(row, "mid"),
    kind: numberOf(row, "kind"),
    epoch: numberOf(row, "epoch"),
    body: blobOf(row, "body"),
    note: noteOf(row),
  };
}
