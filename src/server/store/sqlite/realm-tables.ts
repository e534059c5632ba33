// The realm's tables as synchronous calls (../../port/realm-store.ts). Every method runs in a transaction that the engine has opened.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type DeviceId, type Handle, hexOf, type Sha256 } from "../../../model/ids.ts";
import type { DeviceRecord } from "../../port/records.ts";
import type { RealmRole } from "../../../model/realm-role.ts";
import type {
  AccountRecord,
  BlobClaim,
  CertificateQuery,
  CertificateRecord,
  InvitationRecord,
  NewPasswordRecord,
  PasswordRecord,
  RealmChange,
  Setting,
} from "../../port/realm-store.ts";
import { BlobClaims } from "./blob-claims.ts";
import { Certificates } from "./certificates.ts";
import type { Directory } from "./directory.ts";
import { Invitations } from "./invitations.ts";
import type { KeyPackages } from "./key-packages.ts";
import { Passwords } from "./passwords.ts";
import { blobOf, maybeText, numberOf, textOf } from "./sql.ts";

/** Who lost the answer asks again within this time of the invitation's end. */
const REDEMPTION_KEPT_MS = 7 * 24 * 3600 * 1000;

export interface RealmNeighbours {
  readonly directory: Directory;
  readonly keyPackages: KeyPackages;
}

export class RealmTables {
  readonly #invitations: Invitations;
  readonly #certificates: Certificates;
  readonly #passwords: Passwords;
  readonly #blobs: BlobClaims;
  readonly #neighbours: RealmNeighbours;
  readonly #putAccount: StatementSync;
  readonly #account: StatementSync;
  readonly #accounts: StatementSync;
  readonly #owners: StatementSync;
  readonly #ways: StatementSync;
  readonly #unlisted: StatementSync;
  readonly #logSize: StatementSync;
  readonly #putEntry: StatementSync;
  readonly #entries: StatementSync;
  readonly #setting: StatementSync;
  readonly #putSetting: StatementSync;
  readonly #putSettingOnce: StatementSync;
  readonly #dropSetting: StatementSync;

  constructor(db: DatabaseSync, neighbours: RealmNeighbours) {
    this.#neighbours = neighbours;
    this.#invitations = new Invitations(db);
    this.#certificates = new Certificates(db);
    this.#passwords = new Passwords(db);
    this.#blobs = new BlobClaims(db);
    const columns = "handle, role, disabled, name, email, openpgp, created_at";
    this.#putAccount = db.prepare(`INSERT OR REPLACE INTO account (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.#account = db.prepare(`SELECT ${columns} FROM account WHERE handle = ?`);
    this.#accounts = db.prepare(`SELECT ${columns} FROM account WHERE handle > ? ORDER BY handle LIMIT ?`);
    this.#owners = db.prepare("SELECT count(*) AS owners FROM account WHERE role = 'owner' AND disabled = 0");
    this.#ways = db.prepare(
      `SELECT entry ->> '$.serial' AS serial, entry ->> '$.how' AS how
       FROM (SELECT CAST(body AS TEXT) AS entry FROM realm_log)
       WHERE entry ->> '$.kind' = 'issued' AND (?1 IS NULL OR entry ->> '$.user' = ?1)`,
    );
    this.#unlisted = db.prepare(
      "SELECT device FROM device WHERE serial NOT IN (SELECT serial FROM certificate) ORDER BY id LIMIT ?",
    );
    this.#logSize = db.prepare("SELECT coalesce(max(id) + 1, 0) AS size FROM realm_log");
    this.#putEntry = db.prepare("INSERT INTO realm_log (id, body) VALUES (?, ?)");
    this.#entries = db.prepare("SELECT body FROM realm_log WHERE id >= ? ORDER BY id LIMIT ?");
    this.#setting = db.prepare("SELECT value FROM setting WHERE name = ?");
    this.#putSetting = db.prepare("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)");
    this.#putSettingOnce = db.prepare("INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)");
    this.#dropSetting = db.prepare("DELETE FROM setting WHERE name = ?");
  }

  change(change: RealmChange): "ok" | "moved" | "refused" {
    if (this.logSize() !== change.logSize) return "moved";
    const { redeemed, certificates = [], passwords = [] } = change;
    if (!passwords.every((password) => this.#passwords.isNext(password))) return "refused";
    if (redeemed !== undefined && !this.#invitations.take(redeemed.hash, redeemed.now)) return "refused";
    change.entries.forEach((entry, index) => this.#putEntry.run(change.logSize + index, entry));
    for (const account of change.accounts ?? []) this.#put(account);
    for (const invitation of change.invitations ?? []) this.#invitations.put(invitation);
    for (const id of change.withdrawn ?? []) this.#invitations.withdraw(id);
    for (const certificate of certificates) {
      this.#certificates.put(certificate);
      if (redeemed !== undefined) this.#invitations.redeemed(redeemed, certificate.serial);
    }
    this.#revoke(change.revoked ?? []);
    for (const setting of change.settings ?? []) this.#set(setting);
    for (const password of passwords) this.#passwords.put(password);
    return "ok";
  }

  account(user: Handle): AccountRecord | undefined {
    const row = this.#account.get(user);
    return row === undefined ? undefined : accountIn(row);
  }

  accounts(after: string, maxCount: number): AccountRecord[] {
    return this.#accounts.all(after, maxCount).map(accountIn);
  }

  invitations(now: number): InvitationRecord[] {
    return this.#invitations.good(now);
  }

  invitation(hash: Sha256, now: number): InvitationRecord | undefined {
    return this.#invitations.one(hash, now);
  }

  redemption(hash: Sha256, key: Sha256): CertificateRecord | undefined {
    const serial = this.#invitations.redemption(hash, key);
    return serial === undefined ? undefined : this.#certificates.find({ serial }, 1)[0];
  }

  certificates(query: CertificateQuery, maxCount: number): CertificateRecord[] {
    return this.#certificates.find(query, maxCount);
  }

  leases(maxCount: number): CertificateRecord[] {
    return this.#certificates.leases(maxCount);
  }

  late(from: number, to: number): number {
    return this.#certificates.late(from, to);
  }

  unlisted(maxCount: number): DeviceRecord[] {
    const ids = this.#unlisted.all(maxCount).map((row) => hexOf(blobOf(row, "device")) as DeviceId);
    return this.#neighbours.directory.devices(ids);
  }

  logSize(): number {
    return numberOf(this.#logSize.get(), "size");
  }

  logEntries(from: number, { maxCount, maxBytes }: { maxCount: number; maxBytes: number }): Uint8Array[] {
    const found: Uint8Array[] = [];
    let bytes = 0;
    for (const row of this.#entries.iterate(from, maxCount)) {
      const body = blobOf(row, "body");
      bytes += body.length;
      if (found.length > 0 && bytes > maxBytes) break;
      found.push(body);
    }
    return found;
  }

  setting(name: string): string | undefined {
    const row = this.#setting.get(name);
    return row === undefined ? undefined : textOf(row, "value");
  }

  ways(user: Handle | undefined): Map<string, string> {
    return new Map(this.#ways.all(user ?? null).map((row) => [textOf(row, "serial"), textOf(row, "how")]));
  }

  owners(): number {
    return numberOf(this.#owners.get(), "owners");
  }

  claimBlob(claim: BlobClaim): "ok" | "over" {
    return this.#blobs.claim(claim);
  }

  keepBlob(id: Sha256): void {
    this.#blobs.keep(id);
  }

  blobBytes(user: Handle): number {
    return this.#blobs.bytesOf(user);
  }

  password(user: Handle): PasswordRecord | undefined {
    return this.#passwords.one(user);
  }

  identityVault(user: Handle): Pick<NewPasswordRecord, "version" | "vault"> | undefined {
    return this.#passwords.vault(user);
  }

  hasPasswords(): boolean {
    return this.#passwords.any();
  }

  dropOld(now: number): void {
    this.#invitations.dropOld(now - REDEMPTION_KEPT_MS);
    this.#blobs.dropOld(now);
  }

  #put(account: AccountRecord): void {
    const { user, role, disabled, name, email, openpgp, createdAt } = account;
    this.#putAccount.run(user, role, disabled ? 1 : 0, name, email ?? null, openpgp ?? null, createdAt);
  }

  #revoke(revoked: NonNullable<RealmChange["revoked"]>): void {
    for (const { serial, at } of revoked) this.#certificates.revoke(serial, at);
    if (revoked.length === 0) return;
    this.#neighbours.directory.revoke(revoked);
    this.#neighbours.keyPackages.dropRevoked();
  }

  #set({ name, value, once }: Setting): void {
    if (value === undefined) this.#dropSetting.run(name);
    else if (once === true) this.#putSettingOnce.run(name, value);
    else this.#putSetting.run(name, value);
  }
}

function accountIn(row: Record<string, unknown>): AccountRecord {
  return {
    user: textOf(row, "handle") as Handle,
    role: textOf(row, "role") as RealmRole,
    disabled: numberOf(row, "disabled") === 1,
    name: textOf(row, "name"),
    email: maybeText(row, "email"),
    openpgp: maybeText(row, "openpgp"),
    createdAt: numberOf(row, "created_at"),
  };
}
