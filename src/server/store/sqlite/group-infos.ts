// Group infos and the ratchet trees that belong to them, in parts: most parts of a tree are those of the tree before.
// Every method runs in a transaction that the engine has opened.
import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { HASH_BYTES, bytesOf, hexOf } from "../../../model/ids.ts";
import type { LogId, Sha256 } from "../../../model/ids.ts";
import { TREE_WAITING_BYTES } from "../../../model/limits.ts";
import { PART_WAITS_MS } from "../../port/records.ts";
import { GROUP_INFO_EPOCHS } from "../../port/store.ts";
import type { GroupInfoRecord, NewTreeParts } from "../../port/records.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import type { PackedGroupInfo } from "./pack.ts";
import type { Roster } from "./roster.ts";
import { blobOf, numberOf } from "./sql.ts";
import type { Welcomes } from "./welcomes.ts";

interface NewGroupInfo extends PackedGroupInfo {
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
}

/** No Welcome leads to the group info `g`. */
const UNAWAITED = "NOT EXISTS (SELECT 1 FROM welcome w WHERE w.conv = g.conv AND w.epoch = g.epoch)";

export interface GroupInfosParts {
  readonly conversations: Conversations;
  readonly roster: Roster;
  readonly welcomes: Welcomes;
}

export class GroupInfos {
  readonly #conversations: Conversations;
  readonly #roster: Roster;
  readonly #welcomes: Welcomes;
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #newest: StatementSync;
  readonly #old: StatementSync;
  readonly #trees: StatementSync;
  readonly #prune: StatementSync;
  readonly #putPart: StatementSync;
  readonly #hasPart: StatementSync;
  readonly #part: StatementSync;
  readonly #keep: StatementSync;
  readonly #release: StatementSync;
  readonly #dropReleased: StatementSync;
  readonly #dropWaiting: StatementSync;
  readonly #waiting: StatementSync;

  constructor(db: DatabaseSync, { conversations, roster, welcomes }: GroupInfosParts) {
    [this.#conversations, this.#roster, this.#welcomes] = [conversations, roster, welcomes];
    this.#put = db.prepare("INSERT INTO group_info (conv, epoch, body, seq, tree) VALUES (?, ?, ?, ?, ?)");
    this.#get = db.prepare("SELECT epoch, seq, body, tree FROM group_info WHERE conv = ? AND epoch = ?");
    this.#newest = db.prepare(
      "SELECT epoch, seq, body, tree FROM group_info WHERE conv = ? ORDER BY epoch DESC LIMIT 1",
    );
    this.#old = db.prepare(`SELECT tree FROM group_info AS g WHERE conv = ? AND epoch <= ? AND ${UNAWAITED}`);
    this.#trees = db.prepare("SELECT tree FROM group_info WHERE conv = ?");
    this.#prune = db.prepare(`DELETE FROM group_info AS g WHERE conv = ? AND epoch <= ? AND ${UNAWAITED}`);
    // A part that was there is wanted anew: it waits as long as a new one.
    this.#putPart = db.prepare(
      `INSERT INTO tree_part (conv, digest, device, at, kept, body) VALUES (?, ?, ?, ?, 0, ?)
       ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`,
    );
    this.#hasPart = db.prepare("SELECT 1 FROM tree_part WHERE conv = ? AND digest = ?");
    this.#part = db.prepare("SELECT body FROM tree_part WHERE conv = ? AND digest = ?");
    this.#keep = db.prepare("UPDATE tree_part SET kept = 1 WHERE conv = ? AND digest = ?");
    this.#release = db.prepare("UPDATE tree_part SET kept = 0 WHERE conv = ? AND digest = ?");
    this.#dropReleased = db.prepare("DELETE FROM tree_part WHERE conv = ? AND digest = ? AND at <= ?");
    this.#dropWaiting = db.prepare("DELETE FROM tree_part WHERE kept = 0 AND at <= ?");
    this.#waiting = db.prepare(
      "SELECT coalesce(sum(length(body)), 0) AS n FROM tree_part WHERE kept = 0 AND device = ?",
    );
  }

  get(log: LogId, epoch: number | undefined): GroupInfoRecord | undefined {
    const conv = this.#conversations.find(bytesOf(log));
    if (conv === undefined) return undefined;
    const row = epoch === undefined ? this.#newest.get(conv.id) : this.#get.get(conv.id, epoch);
    if (row === undefined) return undefined;
    const tree = digestsIn(blobOf(row, "tree")).map((digest) => hexOf(digest) as Sha256);
    return { epoch: numberOf(row, "epoch"), seq: numberOf(row, "seq"), body: blobOf(row, "body"), tree };
  }

  /** False, and nothing is stored, when it would be more than a device may have waiting. */
  putParts(log: LogId, { device, parts, at }: NewTreeParts): boolean {
    const conv = this.#roster.existing(log);
    const raw = bytesOf(device);
    this.dropWaiting(at);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (numberOf(this.#waiting.get(raw), "n") + bytes > TREE_WAITING_BYTES) return false;
    for (const part of parts) this.#putPart.run(conv.id, hash("sha256", part, "buffer"), raw, at, part);
    return true;
  }

  parts(log: LogId, wanted: readonly Sha256[], maxBytes: number): Uint8Array[] {
    const conv = this.#conversations.find(bytesOf(log));
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (const digest of conv === undefined ? [] : wanted) {
      const row = this.#part.get(conv?.id ?? 0, bytesOf(digest));
      if (row === undefined) break;
      const part = blobOf(row, "body");
      bytes += part.length;
      if (parts.length > 0 && bytes > maxBytes) break;
      parts.push(part);
    }
    return parts;
  }

  hasParts(conv: Conversation, tree: readonly Uint8Array[]): boolean {
    const known = this.#newestTree(conv);
    return tree.every((digest) => known.has(keyOf(digest)) || this.#hasPart.get(conv.id, digest) !== undefined);
  }

  /** Its parts are there: see `hasParts`. Older infos go that no Welcome leads to, and the parts that none of those left names. */
  put(conv: Conversation, { epoch, seq, at, body, tree }: NewGroupInfo): void {
    const known = this.#newestTree(conv);
    for (const digest of tree) if (!known.has(keyOf(digest))) this.#keep.run(conv.id, digest);
    this.#put.run(conv.id, epoch, body, seq, Buffer.concat(tree));
    const last = epoch - GROUP_INFO_EPOCHS;
    this.#welcomes.dropMany(conv, last);
    const old = this.#old.all(conv.id, last).map((row) => blobOf(row, "tree"));
    if (old.length === 0) return;
    this.#prune.run(conv.id, last);
    this.#releaseParts(conv, old, at);
  }

  dropWaiting(now: number): void {
    this.#dropWaiting.run(now - PART_WAITS_MS);
  }

  /** One that was put lately stays for a while: its device was told that it is there. */
  #releaseParts(conv: Conversation, trees: readonly Uint8Array[], at: number): void {
    const left = new Set<string>();
    for (const row of this.#trees.all(conv.id))
      for (const digest of digestsIn(blobOf(row, "tree"))) left.add(keyOf(digest));
    for (const digest of trees.flatMap(digestsIn)) {
      if (left.has(keyOf(digest))) continue;
      this.#dropReleased.run(conv.id, digest, at - PART_WAITS_MS);
      this.#release.run(conv.id, digest);
    }
  }

  #newestTree(conv: Conversation): ReadonlySet<string> {
    const row = this.#newest.get(conv.id);
    return new Set(row === undefined ? [] : digestsIn(blobOf(row, "tree")).map(keyOf));
  }
}

function digestsIn(tree: Uint8Array): Uint8Array[] {
  return Array.from({ length: tree.length / HASH_BYTES }, (_, at) =>
    tree.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

function keyOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString("latin1");
}
