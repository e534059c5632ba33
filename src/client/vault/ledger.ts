// Which sealed rows there are, and in which version: one sealed number over all of them. A row that was put back, taken away or
// swapped does not fit. Also what counts upwards: versions, rows of the history, generations of the vault.
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { ID_BYTES } from "../../model/ids.ts";
import { Damage } from "./faults.ts";
import type { Seals } from "./seals.ts";

/** The kind of a block of entries; those of cells are above it. */
export const BLOCK = 0;

/** A row as the ledger knows it. `owner`: whose it is, for a block its first entry. No two rows ever have the same version. */
type Mark = readonly [kind: number, owner: number, version: number];

/** As it is kept, behind its version in the clear: version, row, generation (8 bytes each), instance, marks. */
const MARK_BYTES = 16;
const SEALED_BYTES = 24 + ID_BYTES + MARK_BYTES;
const NAME = "ledger";
const U48_BYTES = 6;

interface State {
  readonly version: number;
  readonly row: number;
  readonly generation: number;
  readonly instance: Buffer;
  readonly marks: Buffer;
}

export class Ledger {
  readonly #seals: Seals;
  readonly #read: ReturnType<DatabaseSync["prepare"]>;
  readonly #write: ReturnType<DatabaseSync["prepare"]>;
  readonly #all: ReturnType<DatabaseSync["prepare"]>;
  #state: State = {
    version: 0,
    row: 0,
    generation: 0,
    instance: Buffer.alloc(ID_BYTES),
    marks: Buffer.alloc(MARK_BYTES),
  };
  /** Since the last save. What is there twice is neither in nor out. */
  #news: Mark[] = [];
  #isChanged = false;

  constructor(db: DatabaseSync, seals: Seals) {
    this.#seals = seals;
    this.#read = db.prepare("SELECT value FROM meta WHERE name = ?");
    this.#write = db.prepare(
      "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    this.#all = db.prepare(
      `SELECT kind, owner, version FROM cells UNION ALL SELECT ${BLOCK}, first, version FROM blocks`,
    );
    this.#all.setReturnArrays(true);
  }

  /** What changes while it is open: its own number, so that no two copies have the same. */
  get instance(): Uint8Array {
    return this.#state.instance;
  }

  /** Grows whenever the keys of groups are kept under new ones. 0: there were none yet. */
  get generation(): number {
    return this.#state.generation;
  }

  /** The last one given. */
  get version(): number {
    return this.#state.version;
  }

  /** The last row of the history. */
  get row(): number {
    return this.#state.row;
  }

  /** Of a new vault. */
  begin(): void {
    this.#change({ instance: randomBytes(ID_BYTES) });
  }

  nextVersion(): number {
    return this.#change({ version: this.#state.version + 1 }).version;
  }

  /** The first of so many new rows. */
  nextRows(count: number): number {
    return this.#change({ row: this.#state.row + count }).row - count + 1;
  }

  setGeneration(generation: number, instance: Uint8Array): void {
    this.#change({ generation, instance: Buffer.from(instance) });
  }

  /** A row came in this version, or went: both are said in the same way. */
  note(...mark: Mark): void {
    this.#news.push(mark);
    this.#isChanged = true;
  }

  /** Inside of the transaction, as its last step. */
  save(): void {
    if (!this.#isChanged) return;
    const marks = mix(this.#state.marks, this.#seals, this.#news);
    const version = this.nextVersion();
    const { row, generation, instance } = this.#change({ marks });
    const plain = Buffer.alloc(SEALED_BYTES);
    [version, row, generation].forEach((value, index) => plain.writeDoubleBE(value, 8 * index));
    plain.set(instance, 24);
    plain.set(marks, 24 + ID_BYTES);
    const clear = Buffer.alloc(8);
    clear.writeDoubleBE(version);
    this.#write.run(NAME, Buffer.concat([clear, this.#seals.seal({ purpose: "ledger", id: 0, version }, plain)]));
    this.#news = [];
    this.#isChanged = false;
  }

  /** As it was last saved; a new vault has none. @throws Damage: it is not of this vault key, or not as it was written */
  load(): void {
    this.#news = [];
    this.#isChanged = false;
    const value = this.#read.get(NAME)?.["value"];
    if (!(value instanceof Uint8Array) || value.length < 8) throw new Damage("its ledger is missing");
    const version = Buffer.from(value).readDoubleBE();
    const plain = this.#seals.open({ purpose: "ledger", id: 0, version }, value.subarray(8));
    if (plain.length !== SEALED_BYTES) throw new Damage("its ledger has another size");
    this.#state = {
      version,
      row: plain.readDoubleBE(8),
      generation: plain.readDoubleBE(16),
      instance: plain.subarray(24, 24 + ID_BYTES),
      marks: plain.subarray(24 + ID_BYTES),
    };
  }

  /** `lastRow`: of the history, as it is found. @throws Damage */
  verify(lastRow: number): void {
    const rows = this.#all.all() as unknown as readonly Mark[];
    if (!mix(Buffer.alloc(MARK_BYTES), this.#seals, rows).equals(this.#state.marks) || lastRow !== this.#state.row)
      throw new Damage("a part of it is missing, or older than the rest");
  }

  #change(to: Partial<State>): State {
    this.#isChanged = true;
    this.#state = { ...this.#state, ...to };
    return this.#state;
  }
}

/** XOR of a secret function of every row (a multiset hash: each row in one version at most, the sum kept sealed). */
function mix(start: Buffer, seals: Seals, marks: readonly Mark[]): Buffer {
  const blocks = Buffer.alloc(marks.length * MARK_BYTES);
  marks.forEach(([kind, owner, version], index) => {
    const at = index * MARK_BYTES;
    blocks[at] = kind;
    blocks.writeUIntBE(owner, at + 4, U48_BYTES);
    blocks.writeUIntBE(version, at + 10, U48_BYTES);
  });
  const secret = seals.mark(blocks);
  const sum = Buffer.from(start);
  for (let at = 0; at < secret.length; at += 1) {
    const into = at % MARK_BYTES;
    sum[into] = (sum[into] ?? 0) ^ (secret[at] ?? 0);
  }
  return sum;
}
