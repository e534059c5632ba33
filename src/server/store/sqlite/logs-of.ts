// Which logs a device is told of: those it is in, and those where its user belongs without it.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf, hexOf } from "../../../model/ids.ts";
import type { DeviceId, LogId } from "../../../model/ids.ts";
import type { DeviceLog } from "../../port/store.ts";
import type { Belonging } from "./belonging.ts";
import { blobOf, numberOf } from "./sql.ts";

const NO_TERMS = new Uint8Array(0);

export class LogsOf {
  readonly #belonging: Belonging;
  readonly #own: StatementSync;
  readonly #others: StatementSync;
  readonly #departed: StatementSync;

  constructor(db: DatabaseSync, belonging: Belonging) {
    this.#belonging = belonging;
    this.#own = db.prepare(
      `SELECT c.id, c.log, c.head, c.first, c.epoch, c.terms, m.after, coalesce(r.seq, 0) AS cursor, 0 AS until
       FROM device d JOIN member m ON m.device = d.device JOIN conv c ON c.id = m.conv
       LEFT JOIN cursor r ON r.device = m.device AND r.conv = m.conv
       WHERE d.device = ? AND NOT EXISTS (SELECT 1 FROM leaving l WHERE l.conv = m.conv AND l.handle = d.handle)
       ORDER BY m.conv`,
    );
    // Not the inboxes of the user's other devices (kind byte 01).
    this.#others = db.prepare(
      `SELECT c.id, c.log, c.head, c.first, c.epoch, c.terms, c.head AS after, 0 AS cursor, 0 AS until
       FROM device d JOIN conv c ON c.id IN (
         SELECT n.conv FROM named n WHERE n.handle = d.handle
         UNION SELECT m.conv FROM device o JOIN member m ON m.device = o.device WHERE o.handle = d.handle)
       WHERE d.device = ?1 AND substr(c.log, 2, 1) <> x'01'
       AND NOT EXISTS (SELECT 1 FROM member m WHERE m.conv = c.id AND m.device = d.device)
       AND NOT EXISTS (SELECT 1 FROM leaving l WHERE l.conv = c.id AND l.handle = d.handle)
       ORDER BY c.id`,
    );
    this.#departed = db.prepare(
      `SELECT c.id, c.log, x.until AS head, c.first, x.epoch, NULL AS terms, x.after, coalesce(r.seq, 0) AS cursor, x.until
       FROM departed x JOIN conv c ON c.id = x.conv LEFT JOIN cursor r ON r.device = x.device AND r.conv = x.conv
       WHERE x.device = ?
       AND x.until = (SELECT min(y.until) FROM departed y WHERE y.device = x.device AND y.conv = x.conv)
       ORDER BY x.conv`,
    );
  }

  logsOf(device: DeviceId): DeviceLog[] {
    const raw = bytesOf(device);
    const departed = this.#departed.all(raw).map((row) => this.#log(row, false));
    const own = this.#own.all(raw).map((row) => this.#log(row, true));
    const others = this.#others.all(raw).map((row) => this.#log(row, false));
    // Read to its end first: only then it matters how it stands now.
    const before = new Set(departed.map(({ log }) => log));
    return [...departed, ...[...own, ...others].filter(({ log }) => !before.has(log))];
  }

  #log(row: Record<string, unknown>, member: boolean): DeviceLog {
    const until = numberOf(row, "until");
    return {
      log: hexOf(blobOf(row, "log")) as LogId,
      head: numberOf(row, "head"),
      first: numberOf(row, "first"),
      epoch: numberOf(row, "epoch"),
      cursor: numberOf(row, "cursor"),
      from: numberOf(row, "after"),
      member,
      until,
      terms: row["terms"] instanceof Uint8Array ? row["terms"] : NO_TERMS,
      leaving: until > 0 ? [] : this.#belonging.leavingIn({ id: numberOf(row, "id") }),
    };
  }
}
