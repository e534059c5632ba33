// The entries of all logs: where each stands (in the clear, under pseudonyms) and what it says (sealed, in blocks.ts).
import type { DatabaseSync } from "node:sqlite";
import type { DeviceId, LogId, MessageId, Seq } from "../../model/ids.ts";
import { ENTRY_KIND } from "../../wire/entry-kind.ts";
import type { Found, HeldEntry, NewEntry, PastEntry } from "../port/vault.ts";
import type { Blocks } from "./blocks.ts";
import { Damage } from "./faults.ts";
import { fold } from "./fold.ts";
import type { Ledger } from "./ledger.ts";
import type { Kept } from "./records.ts";
import type { Seals } from "./seals.ts";
import { readTexts, type Text } from "./texts.ts";

type Row = Readonly<Record<string, unknown>>;

export interface HistoryParts {
  readonly db: DatabaseSync;
  readonly seals: Seals;
  readonly ledger: Ledger;
  readonly blocks: Blocks;
}

/** An entry with what the vault alone knows of it. */
export type EntryToKeep = NewEntry & { readonly lost?: boolean; readonly past?: boolean };

export class History {
  readonly #parts: HistoryParts;
  readonly #sql: ReturnType<typeof statements>;
  /** Of the transaction under way: sealed together at its end. */
  #entries: Kept[] = [];
  #texts: Text[] = [];

  constructor(parts: HistoryParts) {
    this.#parts = parts;
    this.#sql = statements(parts.db);
  }

  /** Behind everything that is there. Sealed by `seal`, in the same transaction. */
  put(log: LogId, entries: readonly EntryToKeep[]): void {
    const { seals, ledger } = this.#parts;
    const tags = seals.idTags([log, ...entries.flatMap(({ mid, sender }) => [mid, sender])]);
    const [logTag = 0] = tags;
    const first = ledger.nextRows(entries.length);
    for (const [index, entry] of entries.entries()) {
      const [mid, sender] = [tags[1 + 2 * index] ?? 0, tags[2 + 2 * index] ?? 0];
      const { seq, at, kind, quiet, text, lost = false } = entry;
      // The row it had before the server lost it gives way: one message, one row.
      if (quiet) this.#sql.refound.run(mid, logTag, sender);
      const row = first + index;
      this.#sql.add.run(row, logTag, seq, sender, mid, ENTRY_KIND[kind], flagsOf(entry), lost ? 1 : 0);
      this.#entries.push({ ...entry, row });
      if (text !== undefined) this.#texts.push({ row, at, log: logTag, sender, folded: fold(text) });
    }
  }

  /** Where nothing stands yet. */
  putPast(log: LogId, entries: readonly PastEntry[]): void {
    const tag = this.#tag(log);
    const flags = { quiet: true, past: true };
    const free = entries.filter(({ seq }) => this.#sql.at.get(tag, seq) === undefined);
    this.put(
      log,
      free.map((entry) => Object.assign({}, entry, flags)),
    );
  }

  /** The last step of a transaction that put entries. */
  seal(): void {
    if (this.#entries.length > 0) this.#parts.blocks.append(this.#entries, this.#texts);
    this.#entries = [];
    this.#texts = [];
  }

  /** After a transaction that came to nothing. */
  forget(): void {
    this.#entries = [];
    this.#texts = [];
    this.#parts.blocks.forget();
  }

  rewrite(row: number, payload: string, text: string | undefined): void {
    const { seals, blocks } = this.#parts;
    this.seal();
    if (this.#sql.row.get(row) === undefined) return;
    const { at, log, sender } = blocks.entry(row);
    const record =
      text === undefined
        ? undefined
        : { row, at, log: seals.idTag(log), sender: seals.idTag(sender), folded: fold(text) };
    blocks.rewrite(row, payload, record);
  }

  lose(log: LogId, after: Seq): void {
    this.#sql.lose.run(this.#tag(log), after);
  }

  chainAt(log: LogId, seq: Seq): Uint8Array | undefined {
    const row = this.#sql.at.get(this.#tag(log), seq);
    return row === undefined ? undefined : this.#held(row).chain;
  }

  find(log: LogId, mid: MessageId, sender: DeviceId): Found | undefined {
    // Asked for every entry that comes in, and nearly always there is none. Pseudonyms may meet: what was found is looked at.
    const found = this.#sql.find
      .all(this.#tag(mid))
      .map((row) => this.#held(row))
      .findLast((held) => held.mid === mid && held.log === log && held.sender === sender);
    return found === undefined ? undefined : { row: found.row, seq: found.seq, lost: found.lost };
  }

  named(log: LogId, mid: MessageId): HeldEntry | undefined {
    return this.#sql.find
      .all(this.#tag(mid))
      .map((row) => this.#held(row))
      .findLast((held) => held.mid === mid && held.log === log && !held.lost);
  }

  lostOf(log: LogId, sender: DeviceId): readonly HeldEntry[] {
    return this.#sql.lost
      .all(this.#tag(log), this.#tag(sender))
      .map((row) => this.#held(row))
      .filter((held) => held.sender === sender);
  }

  after(row: number, maxCount: number): readonly HeldEntry[] {
    return this.#sql.after.all(row, maxCount).map((one) => this.#held(one));
  }

  before(log: LogId, seq: Seq, limit: number): readonly HeldEntry[] {
    return this.#sql.before
      .all(this.#tag(log), seq, limit)
      .map((row) => this.#held(row))
      .toReversed();
  }

  later(log: LogId, seq: Seq, limit: number): readonly HeldEntry[] {
    return this.#sql.later.all(this.#tag(log), seq, limit).map((row) => this.#held(row));
  }

  /** Those of the rows that are still there, in the given order. */
  of(rows: readonly number[]): readonly HeldEntry[] {
    return rows
      .map((row) => this.#sql.row.get(row))
      .filter((row) => row !== undefined)
      .map((row) => this.#held(row));
  }

  unread(log: LogId, { read, self }: { readonly read: Seq; readonly self: DeviceId }): number {
    return Number(this.#sql.unread.get(this.#tag(log), read, this.#tag(self))?.["count"]);
  }

  /** Everything, in the order in which it came, block by block. What it is found by comes folded, which does as well. */
  *all(): Generator<readonly (EntryToKeep & { readonly row: number })[]> {
    const { blocks } = this.#parts;
    const inOrder = blocks.all().toReversed();
    for (const [index, block] of inOrder.entries()) {
      const texts = readTexts(blocks.texts(block));
      const until = inOrder[index + 1]?.first ?? Number.MAX_SAFE_INTEGER;
      yield this.#sql.between
        .all(block.first, until)
        .map((row) => this.#held(row))
        .map((held) => Object.assign(held, { text: texts.get(held.row) }));
    }
  }

  /** The last row of the index. */
  lastRow(): number {
    return Number(this.#sql.last.get()?.["last"] ?? 0);
  }

  #tag(id: string): number {
    return this.#parts.seals.idTag(id);
  }

  /** @throws Damage: what stands in the clear is not what was sealed */
  #held({ id, log, seq, kind, quiet, lost }: Row): HeldEntry {
    const entry = this.#parts.blocks.entry(Number(id));
    if (entry.seq !== seq || ENTRY_KIND[entry.kind] !== kind || this.#tag(entry.log) !== log)
      throw new Damage("an entry does not stand where it was written");
    const flags = Number(quiet);
    const held = { ...entry, quiet: (flags & QUIET) !== 0, aside: (flags & ASIDE) !== 0, lost: lost === 1 };
    return (flags & PAST) === 0 ? held : { ...held, past: true };
  }
}

/** All in the column `quiet`. */
const QUIET = 1;
const ASIDE = 2;
const PAST = 4;

function flagsOf({ quiet, aside = false, past = false }: EntryToKeep): number {
  return (quiet ? QUIET : 0) | (aside ? ASIDE : 0) | (past ? PAST : 0);
}

function statements(db: DatabaseSync) {
  const select = "SELECT id, log, seq, kind, quiet, lost FROM entries";
  return {
    add: db.prepare(
      "INSERT INTO entries (id, log, seq, sender, mid, kind, quiet, lost) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    refound: db.prepare("DELETE FROM entries WHERE mid = ? AND log = ? AND sender = ? AND lost = 1"),
    lose: db.prepare("UPDATE entries SET lost = 1 WHERE log = ? AND seq > ? AND lost = 0"),
    at: db.prepare(`${select} WHERE log = ? AND seq = ? AND lost = 0`),
    find: db.prepare(`${select} WHERE mid = ? ORDER BY id DESC`),
    lost: db.prepare(`${select} WHERE log = ? AND lost = 1 AND sender = ? ORDER BY seq, id`),
    after: db.prepare(`${select} WHERE id > ? ORDER BY id LIMIT ?`),
    before: db.prepare(
      `${select} WHERE log = ? AND seq < ? AND kind = 0 AND quiet & 2 = 0 ORDER BY seq DESC, id DESC LIMIT ?`,
    ),
    later: db.prepare(`${select} WHERE log = ? AND seq > ? AND kind = 0 AND quiet & 2 = 0 ORDER BY seq, id LIMIT ?`),
    row: db.prepare(`${select} WHERE id = ?`),
    between: db.prepare(`${select} WHERE id >= ? AND id < ? ORDER BY id`),
    unread: db.prepare(
      "SELECT count(*) AS count FROM entries WHERE log = ? AND lost = 0 AND kind = 0 AND quiet < 2 AND seq > ? AND sender <> ?",
    ),
    last: db.prepare("SELECT max(id) AS last FROM entries"),
  };
}
