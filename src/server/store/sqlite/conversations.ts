// Every log's head, epoch and chain, held in memory: this connection is the only writer, so what it remembers is true
// until a rollback. Writes entries; who may write what, and in which order, is ./appender.ts.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { CHAIN_START, nextChain } from "../../../wire/chain.ts";
import { RecentMids } from "./recent-mids.ts";
import type { Found } from "./recent-mids.ts";
import { blobOf, numberOf } from "./sql.ts";

/** Changes only through Conversations. */
export interface Conversation {
  readonly id: number;
  readonly log: Uint8Array;
  readonly first: number;
  head: number;
  epoch: number;
  /** The epoch before which nothing is taken any more, however late it may be otherwise. */
  fence: number;
  chain: Uint8Array;
  /** Of who is in it and on which terms. */
  version: number;
  /** Nothing is written any more. */
  closed: boolean;
  /** Devices found to be members that may write, since the version changed. */
  readonly writers: Set<string>;
  readonly recent: RecentMids;
}

export interface NewEntry {
  readonly at: number;
  readonly sender: Uint8Array;
  readonly mid: Uint8Array;
  readonly kind: number;
  readonly epoch: number;
  readonly body: Uint8Array;
  readonly note: Uint8Array | undefined;
}

/** About 25 MB; past it all are forgotten, which costs one read each. */
const REMEMBERED = 50_000;
/** Mids and writers of all logs together, about 30 MB; past it all is forgotten too. */
const REMEMBERED_IDS = 200_000;

export class Conversations {
  readonly #known = new Map<string, Conversation>();
  readonly #changed = new Set<Conversation>();
  #ids = 0;
  readonly #find: StatementSync;
  readonly #create: StatementSync;
  readonly #save: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertNoted: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare("SELECT id, head, first, epoch, fence, chain, version, closed FROM conv WHERE log = ?");
    this.#create = db.prepare(
      "INSERT INTO conv (log, head, first, epoch, chain) VALUES (?, 0, 1, 0, ?) ON CONFLICT DO NOTHING",
    );
    this.#save = db.prepare("UPDATE conv SET head = ?, epoch = ?, fence = ?, chain = ?, version = ? WHERE id = ?");
    // Most entries have no note: a column less to write.
    this.#insert = db.prepare(
      "INSERT INTO log (conv, seq, at, sender, mid, kind, epoch, chain, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#insertNoted = db.prepare(
      "INSERT INTO log (conv, seq, at, sender, mid, kind, epoch, chain, body, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
  }

  find(log: Uint8Array): Conversation | undefined {
    const key = keyOf(log);
    return this.#known.get(key) ?? this.#load(key, log);
  }

  /** False if it is there already. */
  create(log: Uint8Array): boolean {
    return this.#create.run(log, CHAIN_START).changes === 1;
  }

  /** Appends one entry in the open transaction; returns its seq. `save` must follow before the commit. */
  write(conv: Conversation, entry: NewEntry): number {
    const seq = conv.head + 1;
    const { at, sender, mid, kind, epoch, body, note } = entry;
    const chain = nextChain(conv.chain, { log: conv.log, sender, mid, seq, at, kind, epoch, body, note });
    if (note === undefined) this.#insert.run(conv.id, seq, at, sender, mid, kind, epoch, chain, body);
    else this.#insertNoted.run(conv.id, seq, at, sender, mid, kind, epoch, chain, body, note);
    conv.head = seq;
    conv.chain = chain;
    conv.recent.add(keyOf(mid), { seq, at });
    this.#ids += 1;
    this.#changed.add(conv);
    return seq;
  }

  /** The group moved on; only with a commit entry just written. */
  raiseEpoch(conv: Conversation, isFenced: boolean): number {
    conv.epoch += 1;
    if (isFenced) conv.fence = conv.epoch;
    this.#changed.add(conv);
    return conv.epoch;
  }

  /** Who is in it, or on which terms, is another thing now; `save` must follow before the commit. */
  touch(conv: Conversation): void {
    conv.version += 1;
    conv.writers.clear();
    this.#changed.add(conv);
  }

  isWriter(conv: Conversation, device: Uint8Array): boolean {
    return conv.writers.has(keyOf(device));
  }

  addWriter(conv: Conversation, device: Uint8Array): void {
    conv.writers.add(keyOf(device));
    this.#ids += 1;
  }

  /** Writes the heads that changed: once per log and transaction, however many entries. */
  save(): void {
    for (const { head, epoch, fence, chain, version, id } of this.#changed)
      this.#save.run(head, epoch, fence, chain, version, id);
    this.#changed.clear();
  }

  /** Between calls only: inside one, two objects for the same log would write two different heads. */
  trim(): void {
    if (this.#known.size > REMEMBERED || this.#ids > REMEMBERED_IDS) this.forget();
  }

  /** An entry with this mid among the newest, after `since`; older ones (up to conv.recent.after) are not looked at. */
  recentlyStored(conv: Conversation, mid: Uint8Array, since: number): Found | undefined {
    return conv.recent.find(keyOf(mid), since);
  }

  /** After a rollback: what is remembered may never have been stored. */
  forget(): void {
    this.#known.clear();
    this.#changed.clear();
    this.#ids = 0;
  }

  #load(key: string, log: Uint8Array): Conversation | undefined {
    const row = this.#find.get(log);
    if (row === undefined) return undefined;
    const head = numberOf(row, "head");
    const conv: Conversation = {
      id: numberOf(row, "id"),
      log: Uint8Array.from(log),
      first: numberOf(row, "first"),
      head,
      epoch: numberOf(row, "epoch"),
      fence: numberOf(row, "fence"),
      chain: blobOf(row, "chain"),
      version: numberOf(row, "version"),
      closed: numberOf(row, "closed") === 1,
      writers: new Set(),
      recent: new RecentMids(head),
    };
    this.#known.set(key, conv);
    return conv;
  }
}

/** A string of 16 one-byte characters: made faster than hex, and only a map key. */
function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("latin1");
}
