// The log of the realm: every certificate and every act of an administrator, appended and never changed (RFC 9162). One writer at a
// time; a change and its entries are stored together, and only then the tree grows.
import type { Sha256 } from "../../../model/ids.ts";
import { encodeEntry, type LogEntry } from "../../../transparency/entry.ts";
import type { SignedHead } from "../../../transparency/head.ts";
import { leafHash, MerkleTree } from "../../../transparency/merkle.ts";
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
  readonly fingerprint: Sha256;
  /** There is a new head. */
  readonly onGrown: () => void;
}

const PAGE = { maxCount: 5_000, maxBytes: 4 * 1024 * 1024 };

export class RealmLog {
  readonly #world: LogWorld;
  readonly #tree = new MerkleTree();
  #turn: Promise<unknown> = Promise.resolve();
  #head: SignedHead | undefined;

  private constructor(world: LogWorld) {
    this.#world = world;
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

  consistency(first: number, second: number): readonly Uint8Array[] {
    return this.#tree.consistency(first, second);
  }

  inclusion(index: number, size: number): readonly Uint8Array[] {
    return this.#tree.inclusion(index, size);
  }

  /** `think` is asked again when another node was faster. False: it was refused (see RealmChange.redeemed), and nothing was done. */
  write(think: () => Promise<RealmDeed> | RealmDeed): Promise<boolean> {
    const done = this.#turn.then(() => this.#write(think));
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
      for (const entry of bytes) this.#tree.append(leafHash(entry));
      if (bytes.length > 0) this.#world.onGrown();
      return true;
    }
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const page = await this.#world.realm.logEntries(this.#tree.size, PAGE);
      if (page.length === 0) return;
      for (const entry of page) this.#tree.append(leafHash(entry));
    }
  }
}
