// The log of the realm: every certificate and every act of an administrator, appended and never changed (RFC 9162). One writer at a
// time; a change and its entries are stored together, and only then the tree grows.
import type { Sha256 } from "../../../model/ids.ts";
import { CompactRange } from "../../../transparency/compact.ts";
import { decodeEntry, encodeEntry, type LogEntry } from "../../../transparency/entry.ts";
import type { SignedHead } from "../../../transparency/head.ts";
import { leafHash, MerkleTree, sameHash } from "../../../transparency/merkle.ts";
import type { RealmChange, RealmStore } from "../../port/realm-store.ts";

/** What is to be stored, thought out for the log as it is now. */
export interface RealmDeed extends Omit<RealmChange, "logSize" | "entries"> {
  readonly entries: readonly LogEntry[];
}

export interface LogWorld {
  readonly realm: RealmStore;
  readonly now: () => number;
  /** Undefined: this server has no key for it. */
  readonly sign: ((head: Omit<SignedHead, "signature">) => SignedHead) | undefined;
  /** Whether the key of this log signed it. */
  readonly isSigned: ((head: SignedHead) => boolean) | undefined;
  readonly fingerprint: Sha256;
  /** The store was put back: its log may be shorter than clients know it. */
  readonly wasRestored: boolean;
  readonly after: (ms: number, run: () => void) => void;
  /** There is a new head. */
  readonly onGrown: () => void;
}

/** Clients come back within half a minute: client/app/connection.ts. */
const RESTORED_MS = 45_000;
const PAGE = { maxCount: 5_000, maxBytes: 4 * 1024 * 1024 };

export class RealmLog {
  readonly #world: LogWorld;
  readonly #tree = new MerkleTree();
  /** The same again, as a value that can be tried out. */
  readonly #range = new CompactRange();
  #gate: Promise<void>;
  /** Heads that were shown to be ahead of this log, size and root: each stops it once. */
  readonly #ahead = new Set<string>();
  #isWaiting = false;
  #openGate: () => void = () => {};
  #turn: Promise<unknown> = Promise.resolve();
  #head: SignedHead | undefined;

  private constructor(world: LogWorld) {
    this.#world = world;
    this.#gate = world.wasRestored ? this.#closedGate() : Promise.resolve();
  }

  /** Reads all entries: 32 bytes of each stay in memory, and as much again for the tree. */
  static async open(world: LogWorld): Promise<RealmLog> {
    const log = new RealmLog(world);
    await log.#catchUp();
    return log;
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Signed anew when the log has grown. Undefined: nobody here can sign. */
  get head(): SignedHead | undefined {
    const { sign, fingerprint, now } = this.#world;
    if (sign === undefined) return undefined;
    if (this.#head?.size !== this.#tree.size) {
      // A clock that was set back must not make the log look as if it had shrunk.
      const at = Math.max(now(), this.#head?.at ?? 0);
      this.#head = sign({ realm: fingerprint, size: this.#tree.size, root: this.#tree.root(), at });
    }
    return this.#head;
  }

  /** Nothing is written until somebody has given back what was lost, or nobody has come. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  consistency(first: number, second: number): readonly Uint8Array[] {
    return this.#tree.consistency(first, second);
  }

  inclusion(index: number, size: number): readonly Uint8Array[] {
    return this.#tree.inclusion(index, size);
  }

  /** What a device says it has seen. Signed here, and longer than this log: a store was put back, and entries are lost. */
  shown(head: SignedHead): void {
    const key = `${head.size} ${Buffer.from(head.root).toString("hex")}`;
    if (head.size <= this.size || this.#ahead.has(key) || !this.#isOurs(head)) return;
    this.#ahead.add(key);
    if (!this.#isWaiting) this.#gate = this.#closedGate();
  }

  #isOurs(head: SignedHead): boolean {
    return this.#world.isSigned?.(head) === true && head.realm === this.#world.fingerprint;
  }

  /** `think` is asked again when another node was faster. False: it was refused (see RealmChange.redeemed), and nothing was done. */
  write(think: () => Promise<RealmDeed> | RealmDeed): Promise<boolean> {
    const done = this.#turn.then(() => this.#gate).then(() => this.#write(think));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(think: () => Promise<RealmDeed> | RealmDeed): Promise<boolean> {
    for (;;) {
      const { entries, ...rest } = await think();
      const bytes = entries.map((entry) => encodeEntry(entry));
      const result = await this.#world.realm.change({ ...rest, entries: bytes, logSize: this.#tree.size });
      if (result === "refused") return false;
      if (result === "moved") {
        await this.#catchUp();
        continue;
      }
      for (const entry of bytes) this.#append(entry);
      if (bytes.length > 0) this.#world.onGrown();
      return true;
    }
  }

  /**
   * Entries that a store which was put back has lost, as a client has kept them: taken if they lead to a head that the key of this log
   * has signed. False: they do not, or it has gone on already.
   */
  async recover(from: number, entries: readonly Uint8Array[], head: SignedHead): Promise<boolean> {
    const trial = this.#range.clone();
    for (const entry of entries) trial.append(leafHash(entry));
    const isNext = from === this.#tree.size && head.size === trial.size && entries.length > 0;
    if (!this.#isOurs(head) || !isNext || !sameHash(trial.root(), head.root)) return false;
    const revoked = entries.flatMap((bytes) => {
      const entry = decodeEntry(bytes);
      return entry.kind === "revoked" ? { serial: entry.serial, reason: 0, at: entry.at } : [];
    });
    const result = await this.#world.realm.change({ logSize: from, entries, revoked });
    if (result !== "ok" || this.#tree.size !== from) return false;
    for (const entry of entries) this.#append(entry);
    this.#openGate();
    this.#world.onGrown();
    return true;
  }

  #append(entry: Uint8Array): void {
    const hash = leafHash(entry);
    this.#tree.append(hash);
    this.#range.append(hash);
  }

  /** Whoever comes back first may hold what was lost: nothing new is put in its place before. */
  #closedGate(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isWaiting = true;
    this.#openGate = () => {
      this.#isWaiting = false;
      resolve();
    };
    this.#world.after(RESTORED_MS, () => this.#openGate());
    return promise;
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const page = await this.#world.realm.logEntries(this.#tree.size, PAGE);
      if (page.length === 0) return;
      for (const entry of page) this.#append(entry);
    }
  }
}
