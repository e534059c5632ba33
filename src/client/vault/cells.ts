// Everything that the vault keeps by name, sealed: what is in a cell, and what it is called. In the clear stand only its kind, a
// pseudonym of whose it is and one of its name. Runs inside the transaction of the caller.
import type { DatabaseSync } from "node:sqlite";
import { Damage } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { RowKeys } from "./row-keys.ts";
import { padded, type Place, type Seals, unpadded } from "./seals.ts";

/** As numbered in the file. */
const KINDS = {
  log: 1,
  device: 2,
  setting: 3,
  outgoing: 4,
  identity: 5,
  group: 16,
  "key-package": 17,
  pending: 18,
} as const;
export type Kind = keyof typeof KINDS;
/** From this number on a cell is spent when it is written over: see row-keys.ts. */
const SECRET = 16;

export interface Cell {
  readonly id: number;
  readonly name: string;
  readonly value: Buffer;
}

/** A cell is named once among those of its kind and owner. `owner`: an id of 16 bytes in hex, or empty. */
export interface Address {
  readonly kind: Kind;
  readonly owner?: string;
  readonly name: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Lengths of sealed cells come in steps of this. */
const STEP = 64;

interface CellParts {
  readonly seals: Seals;
  readonly ledger: Ledger;
  readonly rowKeys: RowKeys;
}

export class Cells {
  readonly #seals: Seals;
  readonly #ledger: Ledger;
  readonly #rowKeys: RowKeys;
  readonly #sql: ReturnType<typeof statements>;
  readonly #logs = new Map<string, Buffer>();

  constructor(db: DatabaseSync, { seals, ledger, rowKeys }: CellParts) {
    this.#seals = seals;
    this.#ledger = ledger;
    this.#rowKeys = rowKeys;
    this.#sql = statements(db);
  }

  put(address: Address, value: Uint8Array): void {
    const { owner, tag, kind } = this.#found(address);
    const held = this.#sql.where.get(tag);
    const version = this.#ledger.nextVersion();
    const id = held === undefined ? Number(this.#sql.add.run(kind, owner, tag, version).lastInsertRowid) : idOf(held);
    if (held !== undefined) this.#ledger.note(kind, owner, Number(held["version"]));
    this.#ledger.note(kind, owner, version);
    const place = placeOf({ id, version, kind, owner, tag });
    const plain = padded(named(address.name, value), STEP);
    const sealed =
      kind < SECRET ? this.#seals.seal(place, plain) : this.#seals.sealWith(this.#rowKeys.renew(place), place, plain);
    this.#sql.set.run(version, sealed, id);
  }

  /** Of a vault that is a copy or an older one no secret cell is there. */
  get(address: Address): Cell | undefined {
    const { tag, kind } = this.#found(address);
    if (!this.#isReadable(kind)) return undefined;
    const row = this.#sql.at.get(tag);
    return row === undefined ? undefined : this.#open(row);
  }

  /** In the order in which they came. Without an owner those of all. */
  list(kind: Kind, owner?: string): Cell[] {
    if (!this.#isReadable(KINDS[kind])) return [];
    const rows =
      owner === undefined ? this.#sql.all.all(KINDS[kind]) : this.#sql.of.all(KINDS[kind], this.#ownerTag(owner));
    return rows.map((row) => this.#open(row));
  }

  drop(address: Address): void {
    const { tag, kind, owner } = this.#found(address);
    const row = this.#sql.where.get(tag);
    if (row === undefined) return;
    this.#ledger.note(kind, owner, Number(row["version"]));
    this.#sql.drop.run(idOf(row));
    if (kind >= SECRET) this.#rowKeys.drop(idOf(row));
  }

  /** All that would be spent; it is not looked at. */
  dropSecrets(): void {
    for (const row of this.#sql.secrets.all(SECRET))
      this.#ledger.note(Number(row["kind"]), Number(row["owner"]), Number(row["version"]));
    this.#sql.dropSecrets.run(SECRET);
    this.#rowKeys.dropAll();
  }

  #isReadable(kind: number): boolean {
    return kind < SECRET || this.#rowKeys.isUsable;
  }

  #found({ kind, owner = "", name }: Address): { readonly kind: number; readonly owner: number; readonly tag: Buffer } {
    return { kind: KINDS[kind], owner: this.#ownerTag(owner), tag: this.#tag(kind, owner, name) };
  }

  /** Logs are asked for with every commit, and there are not many. */
  #tag(kind: Kind, owner: string, name: string): Buffer {
    const known = kind === "log" ? this.#logs.get(name) : undefined;
    const tag = known ?? this.#seals.nameTag([kind, owner, name]);
    if (kind === "log") this.#logs.set(name, tag);
    return tag;
  }

  #ownerTag(owner: string): number {
    return owner === "" ? 0 : this.#seals.idTag(owner);
  }

  #open(row: Row): Cell {
    const { id, version, kind, owner, tag, sealed } = row;
    if (!(sealed instanceof Uint8Array) || !(tag instanceof Uint8Array)) throw new Damage("a cell has no content");
    const place = placeOf({
      id: Number(id),
      version: Number(version),
      kind: Number(kind),
      owner: Number(owner),
      tag,
    });
    const opened =
      Number(kind) < SECRET
        ? this.#seals.open(place, sealed)
        : this.#seals.openWith(this.#rowKeys.keyOf(place), place, sealed);
    const plain = unpadded(opened);
    const start = 2 + plain.readUInt16BE();
    return { id: Number(id), name: plain.toString("utf8", 2, start), value: plain.subarray(start) };
  }
}

function idOf(row: Row): number {
  return Number(row["id"]);
}

interface Spot {
  readonly id: number;
  readonly version: number;
  readonly kind: number;
  readonly owner: number;
  readonly tag: Uint8Array;
}

function placeOf({ id, version, kind, owner, tag }: Spot): Place {
  const bound = Buffer.alloc(9 + tag.length);
  bound[0] = kind;
  bound.writeDoubleBE(owner, 1);
  bound.set(tag, 9);
  return { purpose: "cell", id, version, bound };
}

function named(name: string, value: Uint8Array): Buffer {
  const text = Buffer.from(name);
  const bytes = Buffer.alloc(2 + text.length + value.length);
  bytes.writeUInt16BE(text.length);
  bytes.set(text, 2);
  bytes.set(value, 2 + text.length);
  return bytes;
}

function statements(db: DatabaseSync) {
  return {
    where: db.prepare("SELECT id, version FROM cells WHERE tag = ?"),
    at: db.prepare("SELECT * FROM cells WHERE tag = ?"),
    all: db.prepare("SELECT * FROM cells WHERE kind = ? ORDER BY id"),
    of: db.prepare("SELECT * FROM cells WHERE kind = ? AND owner = ? ORDER BY id"),
    add: db.prepare("INSERT INTO cells (kind, owner, tag, version, sealed) VALUES (?, ?, ?, ?, x'')"),
    set: db.prepare("UPDATE cells SET version = ?, sealed = ? WHERE id = ?"),
    drop: db.prepare("DELETE FROM cells WHERE id = ?"),
    secrets: db.prepare("SELECT kind, owner, version FROM cells WHERE kind >= ?"),
    dropSecrets: db.prepare("DELETE FROM cells WHERE kind >= ?"),
  };
}
