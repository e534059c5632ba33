// The realm's log as this device has read it, whole: every certificate, every revocation, every act of an administrator. What is not
// proved to be in it is not here (src/transparency/history.ts). Kept page by page among the settings; knows no connection.
import { type Handle, hexOf, type Sha256 } from "../../../model/ids.ts";
import { CompactRange } from "../../../transparency/compact.ts";
import {
  decodeEntry,
  encodeEntry,
  type IssuedEntry,
  type LogEntry,
  type RevokedEntry,
} from "../../../transparency/entry.ts";
import { decodeHead, encodeHead, type SignedHead } from "../../../transparency/head.ts";
import {
  follow,
  type History,
  isCaughtUp,
  type LogPage,
  type LogTrust,
  newHistory,
  readSize,
  resumeHistory,
} from "../../../transparency/history.ts";
import { leafHash, MerkleTree } from "../../../transparency/merkle.ts";
import type { Change, Vault } from "../../port/vault.ts";

/** An entry and its place, counted from 0. */
export type Placed<E extends LogEntry = LogEntry> = E & { readonly index: number };

/** Entries in one setting: about 30 kB, written again when one is added. */
const PAGE = 128;
const HEAD = "realm-log/head";

export class Mirror {
  readonly #tree = new MerkleTree();
  readonly #entries: Placed[] = [];
  readonly #issued = new Map<Sha256, Placed<IssuedEntry>>();
  readonly #revoked = new Map<string, Placed<RevokedEntry>>();
  #history: History;

  constructor(vault: Pick<Vault, "setting">) {
    for (const text of keptIn(vault)) this.#add(decodeEntry(Buffer.from(text)));
    const head = vault.setting(HEAD);
    this.#history =
      head === undefined
        ? newHistory()
        : resumeHistory({ range: rangeOf(this.#entries), head: decodeHead(Buffer.from(head, "base64")) });
  }

  /** How many entries are believed. */
  get size(): number {
    return this.#entries.length;
  }

  /** How many need not be sent again. */
  get read(): number {
    return readSize(this.#history);
  }

  get isCaughtUp(): boolean {
    return isCaughtUp(this.#history);
  }

  /** The newest head that vouches for what is here; undefined before the first. */
  get head(): SignedHead | undefined {
    return this.#history.believed.head;
  }

  /** Those from this place on. */
  since(index: number): readonly Placed[] {
    return this.#entries.slice(index);
  }

  /** As they stand in the log. */
  bytesSince(index: number): readonly Uint8Array[] {
    return this.since(index).map((entry) => encodeEntry(plain(entry)));
  }

  /** What the vault is to keep of it. @throws Fault of src/transparency/history.ts; nothing changes */
  follow(page: LogPage, trust: LogTrust): readonly Change[] {
    const before = this.size;
    const { history, entries } = follow(this.#history, page, trust);
    this.#history = history;
    for (const entry of entries) this.#add(entry);
    return this.#changesSince(before);
  }

  /** The root of the first `size` entries; undefined where they are not all here. */
  rootAt(size: number): Uint8Array | undefined {
    return size <= this.size ? this.#tree.root(size) : undefined;
  }

  issued(certificate: Sha256): Placed<IssuedEntry> | undefined {
    return this.#issued.get(certificate);
  }

  revoked(serial: string): Placed<RevokedEntry> | undefined {
    return this.#revoked.get(serial);
  }

  /** The soonest end of a lease after this moment. */
  nextLease(now: number): number | undefined {
    const ends = [...this.#issued.values()].filter(({ lease, until }) => lease === true && until >= now);
    return ends.length === 0 ? undefined : Math.min(...ends.map(({ until }) => until));
  }

  /** In the order of the log. */
  of(user: Handle): readonly Placed[] {
    return this.#entries.filter((entry) => entry.kind !== "act" && entry.user === user);
  }

  acts(): readonly Placed[] {
    return this.#entries.filter(({ kind }) => kind === "act");
  }

  #add(entry: LogEntry): Placed {
    const placed = { ...entry, index: this.#entries.length };
    this.#tree.append(leafHash(encodeEntry(entry)));
    this.#entries.push(placed);
    if (placed.kind === "issued" && !this.#issued.has(placed.cert)) this.#issued.set(placed.cert, placed);
    if (placed.kind === "revoked" && !this.#revoked.has(placed.serial)) this.#revoked.set(placed.serial, placed);
    return placed;
  }

  #changesSince(before: number): readonly Change[] {
    const { head } = this;
    if (head === undefined) return [];
    const changes: Change[] = [{ put: "setting", name: HEAD, value: Buffer.from(encodeHead(head)).toString("base64") }];
    if (before === this.size) return changes;
    for (let page = Math.floor(before / PAGE); page * PAGE < this.size; page += 1) {
      const entries = this.#entries.slice(page * PAGE, (page + 1) * PAGE);
      changes.push({ put: "setting", name: pageName(page), value: entries.map(textOf).join("\n") });
    }
    return changes;
  }
}

function keptIn(vault: Pick<Vault, "setting">): string[] {
  const texts: string[] = [];
  for (let page = 0; ; page += 1) {
    const kept = vault.setting(pageName(page));
    if (kept === undefined) return texts;
    texts.push(...kept.split("\n"));
  }
}

function rangeOf(entries: readonly Placed[]): CompactRange {
  const range = new CompactRange();
  for (const entry of entries) range.append(leafHash(encodeEntry(plain(entry))));
  return range;
}

function textOf(entry: Placed): string {
  return Buffer.from(encodeEntry(plain(entry))).toString("utf8");
}

function plain({ index: _index, ...entry }: Placed): LogEntry {
  return entry;
}

function pageName(page: number): string {
  return `realm-log/page/${page}`;
}

/** Two heads are the same for us if they say the same. */
export function headKey({ size, root }: SignedHead): string {
  return `${size} ${hexOf(root)}`;
}

export function sameRoot(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && hexOf(one) === hexOf(other);
}
