// Key packages of devices (RFC 9420 §10): each single-use one is handed out once, the last-resort one when no other is left.
// What has expired is never handed out. Every method runs in a transaction that the engine has opened.
import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Fault } from "../../../model/fault.ts";
import { bytesOf } from "../../../model/ids.ts";
import type { DeviceId } from "../../../model/ids.ts";
import { KEY_PACKAGES } from "../../../model/limits.ts";
import type { ClaimedKeyPackage, KeyPackageRecord, KeyPackageStock } from "../../port/records.ts";
import { blobOf, numberOf } from "./sql.ts";

/** Digests of spent packages kept per device: a retried upload must not bring a spent one back. */
const SPENT_KEPT = 4 * KEY_PACKAGES;

export interface NewKeyPackages {
  readonly packages: readonly KeyPackageRecord[];
  readonly lastResort: KeyPackageRecord | undefined;
  readonly now: number;
}

export class KeyPackages {
  readonly #enrolled: StatementSync;
  readonly #count: StatementSync;
  readonly #put: StatementSync;
  readonly #putLast: StatementSync;
  readonly #oldest: StatementSync;
  readonly #spend: StatementSync;
  readonly #last: StatementSync;
  readonly #prune: StatementSync;
  readonly #expire: StatementSync;
  readonly #expireLast: StatementSync;
  readonly #drop: StatementSync;
  readonly #dropLast: StatementSync;

  constructor(db: DatabaseSync) {
    this.#enrolled = db.prepare("SELECT 1 FROM device WHERE device = ?");
    this.#count = db.prepare(
      "SELECT count(*) AS n FROM key_package WHERE device = ? AND body IS NOT NULL AND expires_at > ?",
    );
    this.#put = db.prepare(
      "INSERT INTO key_package (device, digest, body, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#putLast = db.prepare(
      `INSERT INTO last_resort (device, body, expires_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`,
    );
    this.#oldest = db.prepare(
      `SELECT id, body FROM key_package WHERE device = ? AND body IS NOT NULL AND expires_at > ?
       ORDER BY id LIMIT 1`,
    );
    this.#spend = db.prepare("UPDATE key_package SET body = NULL WHERE id = ?");
    this.#last = db.prepare("SELECT body FROM last_resort WHERE device = ? AND expires_at > ?");
    this.#prune = db.prepare(
      `DELETE FROM key_package WHERE device = ?1 AND body IS NULL AND id NOT IN
       (SELECT id FROM key_package WHERE device = ?1 AND body IS NULL ORDER BY id DESC LIMIT ${SPENT_KEPT})`,
    );
    this.#expire = db.prepare("DELETE FROM key_package WHERE body IS NOT NULL AND expires_at <= ?");
    this.#expireLast = db.prepare("DELETE FROM last_resort WHERE expires_at <= ?");
    const revoked = "device IN (SELECT d.device FROM device d JOIN revocation r ON r.serial = d.serial)";
    this.#drop = db.prepare(`UPDATE key_package SET body = NULL WHERE body IS NOT NULL AND ${revoked}`);
    this.#dropLast = db.prepare(`DELETE FROM last_resort WHERE ${revoked}`);
  }

  put(device: DeviceId, { packages, lastResort, now }: NewKeyPackages): number {
    const raw = bytesOf(device);
    if (this.#enrolled.get(raw) === undefined) throw new Fault("no-such-device", "the device was never enrolled");
    let stored = numberOf(this.#count.get(raw, now), "n");
    for (const { package: body, expiresAt } of packages) {
      if (stored >= KEY_PACKAGES) break;
      if (expiresAt <= now) continue;
      stored += Number(this.#put.run(raw, hash("sha256", body, "buffer"), body, expiresAt).changes);
    }
    if (lastResort !== undefined && lastResort.expiresAt > now)
      this.#putLast.run(raw, lastResort.package, lastResort.expiresAt);
    this.#prune.run(raw);
    return stored;
  }

  claim(devices: readonly DeviceId[], now: number): (ClaimedKeyPackage | undefined)[] {
    return devices.map((device) => this.#claimOne(bytesOf(device), now));
  }

  stock(device: DeviceId, now: number): KeyPackageStock {
    const raw = bytesOf(device);
    return { count: numberOf(this.#count.get(raw, now), "n"), lastResort: this.#last.get(raw, now) !== undefined };
  }

  expire(now: number): void {
    this.#expire.run(now);
    this.#expireLast.run(now);
  }

  /** After a revocation: nobody is to be added by the packages of these devices. */
  dropRevoked(): void {
    this.#drop.run();
    this.#dropLast.run();
  }

  #claimOne(device: Uint8Array, now: number): ClaimedKeyPackage | undefined {
    const row = this.#oldest.get(device, now);
    if (row !== undefined) {
      this.#spend.run(numberOf(row, "id"));
      return { package: blobOf(row, "body"), lastResort: false };
    }
    const last = this.#last.get(device, now);
    return last === undefined ? undefined : { package: blobOf(last, "body"), lastResort: true };
  }
}
