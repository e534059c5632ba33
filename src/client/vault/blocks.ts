// The history, sealed in blocks: one for the entries of a commit, and old ones put together, so that a commit seals once and a
// search opens few. Each block has two parts, the entries and what a search looks through. Runs inside the caller's transaction.
import type { DatabaseSync } from "node:sqlite";
import { Damage } from "./faults.ts";
import { BLOCK, type Ledger } from "./ledger.ts";
import { indexRecords, type Kept, readRecord, writeRecords } from "./records.ts";
import { padded, type Place, type Seals, unpadded } from "./seals.ts";
import { replaceText, type Text, writeTexts } from "./texts.ts";

/** What one block holds in the clear. */
interface Block {
  /** Its first row. */
  readonly first: number;
  readonly version: number;
  readonly count: number;
  /** Of its entries. */
  readonly bytes: number;
  readonly level: number;
}

type NewBlock = Omit<Block, "version">;

interface Content {
  readonly records: Buffer;
  readonly texts: Buffer;
}

/** From so many bytes on a block is finished, whatever it holds: it is not put together with others any more. */
const FULL_BYTES = 64 * 1024;
/** More than this does not go into a new block. */
const MOST_COUNT = 512;
const MOST_BYTES = 256 * 1024;
/** Blocks of one level that become one of the next, and the entries from which on a block is of the next; the last is finished. */
const FAN = 8;
const LEVELS = [8, 64] as const;
const FULL = LEVELS.length;
/** Opened blocks are remembered up to this. */
const CACHE_BYTES = 4 * 1024 * 1024;
const STEP = 256;

export class Blocks {
  readonly #seals: Seals;
  readonly #ledger: Ledger;
  readonly #sql: ReturnType<typeof statements>;
  readonly #cache = new Map<number, Opened>();
  #cachedBytes = 0;
  /** Blocks that are not full, in order; undefined: not read yet. */
  #tail: readonly Block[] | undefined;

  constructor(db: DatabaseSync, seals: Seals, ledger: Ledger) {
    this.#seals = seals;
    this.#ledger = ledger;
    this.#sql = statements(db);
  }

  /** Entries in the order of their rows, behind all that there are. */
  append(entries: readonly Kept[], texts: readonly Text[]): void {
    for (const part of partsOf(entries)) {
      const [first, last] = [part[0]?.row ?? 0, part.at(-1)?.row ?? 0];
      const content = {
        records: writeRecords(part),
        texts: writeTexts(texts.filter(({ row }) => row >= first && row <= last)),
      };
      this.#append(sized(first, part.length, content.records.length), content);
    }
  }

  /** @throws Damage: there is no such row, or it is not as it was written */
  entry(row: number): Kept {
    const block = this.#holding(row);
    const record = this.#opened(block).index.get(row);
    if (record === undefined) throw new Damage("an entry is missing");
    return readRecord(record);
  }

  /** Its block is sealed anew; what it said is gone from it. */
  rewrite(row: number, payload: string, text: Text | undefined): void {
    const block = this.#holding(row);
    const { records, index } = this.#opened(block);
    const old = index.get(row);
    if (old === undefined) throw new Damage("an entry is missing");
    const start = old.byteOffset - records.byteOffset;
    const content = {
      records: Buffer.concat([
        records.subarray(0, start),
        writeRecords([{ ...readRecord(old), payload }]),
        records.subarray(start + old.length),
      ]),
      texts: replaceText(this.texts(block), row, text),
    };
    this.#remove(block);
    this.#insert(block, content);
    // Its version has changed.
    this.#tail = undefined;
  }

  /** All blocks, the newest first. */
  all(): readonly Pick<Block, "first" | "version">[] {
    return this.#sql.all.all().map((row) => ({ first: Number(row["first"]), version: Number(row["version"]) }));
  }

  /** What a search looks through. @throws Damage */
  texts({ first, version }: Pick<Block, "first" | "version">): Buffer {
    const sealed = this.#sql.texts.get(first)?.["sealed"];
    if (!(sealed instanceof Uint8Array)) throw new Damage("what is searched is missing");
    return unpadded(this.#seals.open({ purpose: "text", id: first, version }, sealed));
  }

  /** After a transaction that came to nothing. */
  forget(): void {
    this.#cache.clear();
    this.#cachedBytes = 0;
    this.#tail = undefined;
  }

  #append(block: NewBlock, content: Content): void {
    const tail = [...(this.#tail ?? this.#readTail())];
    let joined = block;
    const taken: Block[] = [];
    for (let count = takenBy(joined, tail); count > 0; count = takenBy(joined, tail)) {
      taken.unshift(...tail.splice(-count));
      joined = join([...taken, block]);
    }
    const contents = taken.map((one) => ({ records: this.#opened(one).records, texts: this.texts(one) }));
    for (const one of taken) this.#remove(one);
    const inserted = this.#insert(joined, {
      records: Buffer.concat([...contents.map(({ records }) => records), content.records]),
      texts: Buffer.concat([...contents.map(({ texts }) => texts), content.texts]),
    });
    this.#tail = inserted.level === FULL ? tail : [...tail, inserted];
  }

  #insert(made: NewBlock, { records, texts }: Content): Block {
    const version = this.#ledger.nextVersion();
    const block = { ...made, version };
    const { first, count, level } = made;
    const place = { purpose: "block", id: first, version } as const;
    this.#sql.add.run(first, count, level, version, this.#seals.seal(place, padded(records, STEP)));
    this.#sql.addTexts.run(first, this.#seals.seal({ ...place, purpose: "text" }, padded(texts, STEP)));
    this.#ledger.note(BLOCK, first, version);
    this.#remember(block, records);
    return block;
  }

  #remove({ first, version }: Block): void {
    this.#sql.drop.run(first);
    this.#sql.dropTexts.run(first);
    this.#ledger.note(BLOCK, first, version);
    this.#cachedBytes -= this.#cache.get(first)?.records.length ?? 0;
    this.#cache.delete(first);
  }

  #readTail(): readonly Block[] {
    return this.#sql.tail.all(FULL).map((row) => blockOf(row));
  }

  #holding(row: number): Block {
    const held = this.#sql.holding.get(row);
    if (held === undefined) throw new Damage("an entry is missing");
    return blockOf(held);
  }

  #opened(block: Block): Opened {
    const known = this.#cache.get(block.first);
    if (known?.version === block.version) return known;
    const sealed = this.#sql.sealed.get(block.first)?.["sealed"];
    if (!(sealed instanceof Uint8Array)) throw new Damage("a block of entries is missing");
    const place: Place = { purpose: "block", id: block.first, version: block.version };
    return this.#remember(block, unpadded(this.#seals.open(place, sealed)));
  }

  #remember({ first, version }: Block, records: Buffer): Opened {
    const opened = new Opened(version, records);
    this.#cachedBytes += records.length - (this.#cache.get(first)?.records.length ?? 0);
    this.#cache.delete(first);
    this.#cache.set(first, opened);
    for (const [oldest, { records: old }] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES || oldest === first) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= old.length;
    }
    return opened;
  }
}

class Opened {
  readonly version: number;
  readonly records: Buffer;
  #index: ReadonlyMap<number, Buffer> | undefined;

  constructor(version: number, records: Buffer) {
    this.version = version;
    this.records = records;
  }

  /** Where each row is: looked for when the first is asked for. */
  get index(): ReadonlyMap<number, Buffer> {
    this.#index ??= indexRecords(this.records);
    return this.#index;
  }
}

/** How many of the last blocks the new one is put together with; then it is asked again. */
function takenBy({ level }: NewBlock, tail: readonly Block[]): number {
  // Blocks never stand behind smaller ones: the levels of the tail go down.
  const smaller = tail.length - 1 - tail.findLastIndex((one) => one.level >= level);
  if (smaller > 0 || level === FULL) return smaller;
  const same = tail.length - 1 - tail.findLastIndex((one) => one.level > level);
  return same + 1 >= FAN ? same : 0;
}

function join(blocks: readonly NewBlock[]): NewBlock {
  const sum = (of: (block: NewBlock) => number): number => blocks.reduce((before, one) => before + of(one), 0);
  return sized(
    blocks[0]?.first ?? 0,
    sum(({ count }) => count),
    sum(({ bytes }) => bytes),
  );
}

function sized(first: number, count: number, bytes: number): NewBlock {
  const level = LEVELS.findIndex((least) => count < least);
  return { first, count, bytes, level: level === -1 || bytes >= FULL_BYTES ? FULL : level };
}

function* partsOf(entries: readonly Kept[]): Generator<readonly Kept[]> {
  let part: Kept[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.payload.length;
    if (part.length >= MOST_COUNT || (part.length > 0 && bytes + size > MOST_BYTES)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(entry);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

function blockOf(row: Readonly<Record<string, unknown>>): Block {
  return {
    first: Number(row["first"]),
    version: Number(row["version"]),
    count: Number(row["count"]),
    bytes: Number(row["bytes"]),
    level: Number(row["level"]),
  };
}

function statements(db: DatabaseSync) {
  const block = "SELECT first, version, count, level, length(sealed) AS bytes FROM blocks";
  return {
    tail: db.prepare(`${block} WHERE level < ? ORDER BY first`),
    holding: db.prepare(`${block} WHERE first <= ? ORDER BY first DESC LIMIT 1`),
    all: db.prepare("SELECT first, version FROM blocks ORDER BY first DESC"),
    sealed: db.prepare("SELECT sealed FROM blocks WHERE first = ?"),
    texts: db.prepare("SELECT sealed FROM texts WHERE first = ?"),
    add: db.prepare("INSERT INTO blocks (first, count, level, version, sealed) VALUES (?, ?, ?, ?, ?)"),
    addTexts: db.prepare("INSERT INTO texts (first, sealed) VALUES (?, ?)"),
    drop: db.prepare("DELETE FROM blocks WHERE first = ?"),
    dropTexts: db.prepare("DELETE FROM texts WHERE first = ?"),
  };
}
