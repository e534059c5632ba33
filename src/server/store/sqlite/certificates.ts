// Certificates that this realm has given out or seen. Every method runs in a transaction that the engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf, hexOf } from "../../../model/ids.ts";
import type { DeviceId, Handle, Sha256 } from "../../../model/ids.ts";
import type { CertificateQuery, CertificateRecord } from "../../port/realm-store.ts";
import { packCertificates, unpackCertificates } from "./certificate-bytes.ts";
import { blobOf, maybeNumber, numberOf, textOf } from "./sql.ts";

const COLUMNS =
  "serial, handle, device, fingerprint, key, issued_at, expires_at, lease_until, revoked_at, certificates";

export class Certificates {
  readonly #put: StatementSync;
  readonly #find: StatementSync;
  readonly #leases: StatementSync;
  readonly #late: StatementSync;
  readonly #revoke: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(
      `INSERT INTO certificate (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#find = db.prepare(
      `SELECT ${COLUMNS} FROM certificate
       WHERE (?1 IS NULL OR handle = ?1) AND (?2 IS NULL OR device = ?2) AND (?3 IS NULL OR serial = ?3)
         AND (?4 IS NULL OR key = ?4) AND (?5 IS NULL OR (revoked_at IS NULL AND expires_at > ?5))
       ORDER BY id DESC LIMIT ?6`,
    );
    this.#leases = db.prepare(
      `SELECT ${COLUMNS} FROM certificate WHERE lease_until IS NOT NULL AND revoked_at IS NULL
       ORDER BY lease_until LIMIT ?`,
    );
    this.#late = db.prepare(
      `SELECT count(*) AS late FROM certificate one WHERE expires_at > ? AND expires_at <= ? AND revoked_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM certificate two WHERE two.device = one.device AND two.expires_at > one.expires_at)`,
    );
    this.#revoke = db.prepare("UPDATE certificate SET revoked_at = ? WHERE serial = ? AND revoked_at IS NULL");
  }

  /** The same serial or the same bytes again change nothing. */
  put(record: CertificateRecord): void {
    this.#put.run(
      record.serial,
      record.user,
      bytesOf(record.device),
      bytesOf(record.fingerprint),
      bytesOf(record.key),
      record.issuedAt,
      record.expiresAt,
      record.leaseUntil ?? null,
      record.revokedAt ?? null,
      packCertificates(record.certificates),
    );
  }

  find({ user, device, serial, key, goodAt }: CertificateQuery, maxCount: number): CertificateRecord[] {
    const rows = this.#find.all(
      user ?? null,
      device === undefined ? null : bytesOf(device),
      serial ?? null,
      key === undefined ? null : bytesOf(key),
      goodAt ?? null,
      maxCount,
    );
    return rows.map(recordIn);
  }

  leases(maxCount: number): CertificateRecord[] {
    return this.#leases.all(maxCount).map(recordIn);
  }

  late(from: number, to: number): number {
    return numberOf(this.#late.get(from, to), "late");
  }

  revoke(serial: string, at: number): void {
    this.#revoke.run(at, serial);
  }
}

function recordIn(row: Record<string, unknown>): CertificateRecord {
  return {
    serial: textOf(row, "serial"),
    user: textOf(row, "handle") as Handle,
    device: hexOf(blobOf(row, "device")) as DeviceId,
    fingerprint: hexOf(blobOf(row, "fingerprint")) as Sha256,
    key: hexOf(blobOf(row, "key")) as Sha256,
    issuedAt: numberOf(row, "issued_at"),
    expiresAt: numberOf(row, "expires_at"),
    leaseUntil: maybeNumber(row, "lease_until"),
    revokedAt: maybeNumber(row, "revoked_at"),
    certificates: unpackCertificates(blobOf(row, "certificates")),
  };
}
