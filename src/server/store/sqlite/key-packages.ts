// Key packages of devices (RFC 9420 §10): each single-use one is handed out once, the last-resort one when no other of its suite is left.
// What has expired is never handed out. Every method runs in a transaction that the engine has opened.
import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Fault } from "../../../model/fault.ts";
import { bytesOf } from "../../../model/ids.ts";
import type { DeviceId } from "../../../model/ids.ts";
import { KEY_PACKAGES, KEY_PACKAGE_SUITES } from "../../../model/limits.ts";
import type { ClaimedKeyPackage, KeyPackageRecord, KeyPackageStock } from "../../port/records.ts";
import { blobOf, numberOf } from "./sql.ts";

/** Digests of spent packages kept per device: a retried upload must not bring a spent one back. */
const SPENT_KEPT = 4 * KEY_PACKAGES;

export interface NewKeyPackages {
  readonly packages: readonly KeyPackageRecord[];
  readonly lastResorts: readonly KeyPackageRecord[];
  readonly now: number;
  /** What was put before is of no use any more. */
  readonly replaces?: boolean | undefined;
}

export class KeyPackages {
  readonly #enrolled: StatementSync;
  readonly #stocks: StatementSync;
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
  readonly #spendAll: StatementSync;
  readonly #forgetLast: StatementSync;

  constructor(db: DatabaseSync) {
    this.#enrolled = db.prepare("SELECT 1 FROM device WHERE device = ?");
    this.#stocks = db.prepare(
      `SELECT suite, sum(single) AS singles, sum(1 - single) AS lasts FROM
       (SELECT suite, 1 AS single FROM key_package WHERE device = ?1 AND body IS NOT NULL AND expires_at > ?2
        UNION ALL SELECT suite, 0 FROM last_resort WHERE device = ?1 AND expires_at > ?2)
       GROUP BY suite ORDER BY suite`,
    );
    this.#put = db.prepare(
      "INSERT INTO key_package (device, suite, digest, body, expires_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#putLast = db.prepare(
      `INSERT INTO last_resort (device, suite, body, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`,
    );
    this.#oldest = db.prepare(
      `SELECT id, body FROM key_package WHERE device = ? AND suite = ? AND body IS NOT NULL AND expires_at > ?
       ORDER BY id LIMIT 1`,
    );
    this.#spend = db.prepare("UPDATE key_package SET body = NULL WHERE id = ?");
    this.#last = db.prepare("SELECT body FROM last_resort WHERE device = ? AND suite = ? AND expires_at > ?");
    this.#prune = db.prepare(
      `DELETE FROM key_package WHERE device = ?1 AND body IS NULL AND id NOT IN
       (SELECT id FROM key_package WHERE device = ?1 AND body IS NULL ORDER BY id DESC LIMIT ${SPENT_KEPT})`,
    );
    this.#expire = db.prepare("DELETE FROM key_package WHERE body IS NOT NULL AND expires_at <= ?");
    this.#expireLast = db.prepare("DELETE FROM last_resort WHERE expires_at <= ?");
    const revoked = "device IN (SELECT d.device FROM device d JOIN revocation r ON r.serial = d.serial)";
    this.#drop = db.prepare(`UPDATE key_package SET body = NULL WHERE body IS NOT NULL AND ${revoked}`);
    this.#spendAll = db.prepare("UPDATE key_package SET body = NULL WHERE body IS NOT NULL AND device = ?");
    this.#forgetLast = db.prepare("DELETE FROM last_resort WHERE device = ?");
    this.#dropLast = db.prepare(`DELETE FROM last_resort WHERE ${revoked}`);
  }

  put(device: DeviceId, { packages, lastResorts, now, replaces = false }: NewKeyPackages): KeyPackageStock[] {
    const raw = bytesOf(device);
    if (this.#enrolled.get(raw) === undefined) throw new Fault("no-such-device", "the device was never enrolled");
    if (replaces) for (const statement of [this.#spendAll, this.#forgetLast]) statement.run(raw);
    const isAlive = ({ expiresAt }: KeyPackageRecord): boolean => expiresAt > now;
    const [singles, lasts] = [packages.filter(isAlive), lastResorts.filter(isAlive)];
    const counts = new Map(this.stocks(device, now).map(({ suite, count }) => [suite, count]));
    checkSuites([...counts.keys(), ...[...singles, ...lasts].map(({ suite }) => suite)]);
    for (const { suite, package: body, expiresAt } of singles) {
      const count = counts.get(suite) ?? 0;
      if (count >= KEY_PACKAGES) continue;
      const { changes } = this.#put.run(raw, suite, hash("sha256", body, "buffer"), body, expiresAt);
      counts.set(suite, count + Number(changes));
    }
    for (const { suite, package: body, expiresAt } of lasts) this.#putLast.run(raw, suite, body, expiresAt);
    this.#prune.run(raw);
    return this.stocks(device, now);
  }

  claim(devices: readonly DeviceId[], suite: number, now: number): (ClaimedKeyPackage | undefined)[] {
    return devices.map((device) => this.#claimOne(bytesOf(device), suite, now));
  }

  stocks(device: DeviceId, now: number): KeyPackageStock[] {
    return this.#stocks.all(bytesOf(device), now).map((row) => ({
      suite: numberOf(row, "suite"),
      count: numberOf(row, "singles"),
      lastResort: numberOf(row, "lasts") > 0,
    }));
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

  #claimOne(device: Uint8Array, suite: number, now: number): ClaimedKeyPackage | undefined {
    const row = this.#oldest.get(device, suite, now);
    if (row !== undefined) {
      this.#spend.run(numberOf(row, "id"));
      return { package: blobOf(row, "body"), lastResort: false };
    }
    const last = this.#last.get(device, suite, now);
    return last === undefined ? undefined : { package: blobOf(last, "body"), lastResort: true };
  }
}

function checkSuites(suites: readonly number[]): void {
  if (new Set(suites).size <= KEY_PACKAGE_SUITES) return;
  throw new Fault("too-many-suites", `a device has key packages of at most ${KEY_PACKAGE_SUITES} cipher suites`, {
    hint: "those of a suite that is no longer wanted end by themselves",
  });
}
