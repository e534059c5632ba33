// How large things are, for administrators: counts and bytes, and nothing of what they say. A large log is looked at in many steps, so that
// other work gets its turn between them.
import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { bytesOf, hexOf, type LogId, logKind } from "../../../model/ids.ts";
import type { ConversationSize, StoreSizes } from "../../port/records.ts";
import { blobOf, maybeNumber, numberOf, pragma } from "./sql.ts";

/** Entries whose lengths are added before other work gets a turn: about 5 ms. */
const AT_ONCE = 5_000;

export function storeSizes(db: DatabaseSync): StoreSizes {
  const count = (what: string): number => numberOf(db.prepare(`SELECT count(*) AS n FROM ${what}`).get(), "n");
  return {
    databaseBytes: pragma(db, "page_count") * pragma(db, "page_size"),
    accounts: count("account"),
    devices: count("device"),
    conversations: count("conv WHERE substr(log, 2, 1) <> x'01'"),
    entries: numberOf(db.prepare("SELECT coalesce(max(id), 0) AS n FROM log").get(), "n"),
    realmLog: numberOf(db.prepare("SELECT coalesce(max(id) + 1, 0) AS n FROM realm_log").get(), "n"),
    blobs: count("blob WHERE whole = 1"),
    blobBytes: numberOf(db.prepare("SELECT coalesce(sum(bytes), 0) AS n FROM blob WHERE whole = 1").get(), "n"),
  };
}

/** Conversations whose id is after this one, in order of id. Inboxes are no conversations. */
export async function conversationSizes(
  db: DatabaseSync,
  after: LogId | undefined,
  maxCount: number,
): Promise<ConversationSize[]> {
  const rows = db
    .prepare(
      `SELECT id, log, head, first, epoch, closed, (SELECT count(*) FROM member WHERE conv = conv.id) AS members,
         (SELECT at FROM log WHERE log.conv = conv.id AND seq = head) AS newest
       FROM conv WHERE log > ? AND substr(log, 2, 1) <> x'01' ORDER BY log LIMIT ?`,
    )
    .all(after === undefined ? Buffer.alloc(0) : bytesOf(after), maxCount);
  const found: ConversationSize[] = [];
  for (const row of rows) found.push(await sizeOf(db, row));
  return found;
}

async function sizeOf(db: DatabaseSync, row: Record<string, unknown>): Promise<ConversationSize> {
  const log = hexOf(blobOf(row, "log")) as LogId;
  const [head, first] = [numberOf(row, "head"), numberOf(row, "first")];
  const part = db.prepare(
    "SELECT coalesce(sum(length(body) + coalesce(length(note), 0)), 0) AS bytes FROM log WHERE conv = ? AND seq > ? AND seq <= ?",
  );
  let bytes = 0;
  for (let at = first - 1; at < head; at += AT_ONCE) {
    bytes += numberOf(part.get(numberOf(row, "id"), at, Math.min(head, at + AT_ONCE)), "bytes");
    await nextTurn();
  }
  return {
    log,
    kind: logKind(log) ?? "unknown",
    members: numberOf(row, "members"),
    entries: Math.max(0, head - first + 1),
    bytes,
    epoch: numberOf(row, "epoch"),
    closed: numberOf(row, "closed") === 1,
    newestAt: maybeNumber(row, "newest"),
  };
}
