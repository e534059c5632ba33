// Key packages of devices (RFC 9420 §10): each single-use one is handed out once, the last-resort one when no other is left.
// Every method runs in a transaction that the engine has opened.
import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Fault } from "../../../model/fault.ts";
import { bytesOf } from "../../../model/ids.ts";
import type { DeviceId } from "../../../model/ids.ts";
import { KEY_PACKAGES } from "../../../model/limits.ts";
import { blobOf, numberOf } from "./sql.ts";

/** Digests of spent packages kept per device: a retried upload must not bring a spent one back. */
const SPENT_KEPT = 4 * KEY_PACKAGES;

export class KeyPackages {
  readonly #enrolled: StatementSync;
  readonly #count: StatementSync;
  readonly #put: StatementSync;
  readonly #putLast: StatementSync;
  readonly #oldest: StatementSync;
  readonly #spend: StatementSync;
  readonly #last: StatementSync;
  readonly #prune: StatementSync;

  constructor(db: DatabaseSync) {
    this.#enrolled = db.prepare("SELECT 1 FROM device WHERE device = ?");
    this.#count = db.prepare("SELECT count(*) AS n FROM key_package WHERE device = ? AND body IS NOT NULL");
    this.#put = db.prepare("INSERT INTO key_package (device, digest, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    this.#putLast = db.prepare(
      "INSERT INTO last_resort (device, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    );
    this.#oldest = db.prepare(
      "SELECT id, body FROM key_package WHERE device = ? AND body IS NOT NULL ORDER BY id LIMIT 1",
    );
    this.#spend = db.prepare("UPDATE key_package SET body = NULL WHERE id = ?");
    this.#last = db.prepare("SELECT body FROM last_resort WHERE device = ?");
    this.#prune = db.prepare(
      `DELETE FROM key_package WHERE device = ?1 AND body IS NULL AND id NOT IN
       (SELECT id FROM key_package WHERE device = ?1 AND body IS NULL ORDER BY id DESC LIMIT ${SPENT_KEPT})`,
    );
  }

  put(device: DeviceId, packages: readonly Uint8Array[], lastResort: Uint8Array | undefined): number {
    const raw = bytesOf(device);
    if (this.#enrolled.get(raw) === undefined) throw new Fault("no-such-device", "the device was never enrolled");
    let stored = numberOf(this.#count.get(raw), "n");
    for (const body of packages) {
      if (stored >= KEY_PACKAGES) break;
      stored += Number(this.#put.run(raw, hash("sha256", body, "buffer"), body).changes);
    }
    if (lastResort !== undefined) this.#putLast.run(raw, lastResort);
    this.#prune.run(raw);
    return stored;
  }

  claim(devices: readonly DeviceId[]): (Uint8Array | undefined)[] {
    return devices.map((device) => this.#claimOne(bytesOf(device)));
  }

  #claimOne(device: Uint8Array): Uint8Array | undefined {
    const row = this.#oldest.get(device);
    if (row !== undefined) {
      this.#spend.run(numberOf(row, "id"));
      return blobOf(row, "body");
    }
    const last = this.#last.get(device);
    return last === undefined ? undefined : blobOf(last, "body");
  }
}
