// Users, devices and revoked serials. Every method runs in a transaction that the engine has opened.
// Knows nothing of certificates but their bytes.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesOf, hexOf } from "../../../model/ids.ts";
import type { DeviceId, Handle } from "../../../model/ids.ts";
import { inboxLogBytes } from "../../../wire/log-id.ts";
import type { DeviceRecord, Revocation, UserRecord } from "../../port/records.ts";
import type { Enrolled } from "../../port/store.ts";
import { packCertificates, unpackCertificates } from "./certificate-bytes.ts";
import type { Conversations } from "./conversations.ts";
import type { Roster } from "./roster.ts";
import { blobOf, numberOf, textOf } from "./sql.ts";

export interface Revocations {
  readonly version: number;
  readonly revocations: readonly Revocation[];
}

export class Directory {
  readonly #conversations: Conversations;
  readonly #roster: Roster;
  readonly #device: StatementSync;
  readonly #owner: StatementSync;
  readonly #putDevice: StatementSync;
  readonly #putUser: StatementSync;
  readonly #users: StatementSync;
  readonly #revoke: StatementSync;
  readonly #revocations: StatementSync;
  readonly #version: StatementSync;

  constructor(db: DatabaseSync, conversations: Conversations, roster: Roster) {
    this.#conversations = conversations;
    this.#roster = roster;
    this.#device = db.prepare("SELECT handle, name, serial, certificates FROM device WHERE device = ?");
    this.#owner = db.prepare("SELECT handle FROM device WHERE device = ?");
    this.#putDevice = db.prepare(
      `INSERT INTO device (device, handle, name, serial, certificates) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET name = excluded.name, serial = excluded.serial, certificates = excluded.certificates`,
    );
    this.#putUser = db.prepare(
      `INSERT INTO user (handle, name, folded) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET name = excluded.name, folded = excluded.folded`,
    );
    this.#users = db.prepare(
      `SELECT handle, name, (SELECT count(*) FROM device d WHERE d.handle = u.handle) AS devices FROM user u
       WHERE handle > ?1 AND (instr(handle, ?2) > 0 OR instr(folded, ?2) > 0) ORDER BY handle LIMIT ?3`,
    );
    this.#revoke = db.prepare("INSERT INTO revocation (serial, reason) VALUES (?, ?) ON CONFLICT DO NOTHING");
    this.#revocations = db.prepare("SELECT serial, reason FROM revocation WHERE version > ? ORDER BY version");
    this.#version = db.prepare("SELECT coalesce(max(version), 0) AS version FROM revocation");
  }

  enrol(record: DeviceRecord): Enrolled {
    const raw = bytesOf(record.device);
    const before = this.#one(record.device);
    if (before !== undefined && before.user !== record.user) return "taken";
    if (before !== undefined && sameRecord(before, record)) return "known";
    this.#putDevice.run(raw, record.user, record.name, record.serial, packCertificates(record.certificates));
    this.#putUser.run(record.user, record.name, fold(record.name));
    if (before !== undefined) return "renewed";
    this.#makeInbox(raw);
    return "added";
  }

  devices(ids: readonly DeviceId[]): DeviceRecord[] {
    return ids.map((id) => this.#one(id)).filter((record) => record !== undefined);
  }

  owners(ids: readonly DeviceId[]): Map<DeviceId, Handle> {
    const owners = new Map<DeviceId, Handle>();
    for (const id of ids) {
      const row = this.#owner.get(bytesOf(id));
      if (row !== undefined) owners.set(id, textOf(row, "handle") as Handle);
    }
    return owners;
  }

  users(query: string, after: string, maxCount: number): UserRecord[] {
    const rows = this.#users.all(after, fold(query), maxCount);
    return rows.map((row) => ({
      user: textOf(row, "handle") as Handle,
      name: textOf(row, "name"),
      devices: numberOf(row, "devices"),
    }));
  }

  revoke(revocations: readonly Revocation[]): number {
    for (const { serial, reason } of revocations) this.#revoke.run(serial, reason);
    return this.#newest();
  }

  revocations(since: number): Revocations {
    const rows = this.#revocations.all(since);
    return {
      version: this.#newest(),
      revocations: rows.map((row) => ({ serial: textOf(row, "serial"), reason: numberOf(row, "reason") })),
    };
  }

  #newest(): number {
    return numberOf(this.#version.get(), "version");
  }

  #makeInbox(device: Uint8Array): void {
    const log = inboxLogBytes(device);
    this.#conversations.create(log);
    const inbox = this.#conversations.find(log);
    if (inbox === undefined) throw new Error("an inbox that was just made is not there");
    this.#roster.add(inbox, device, 0);
  }

  #one(device: DeviceId): DeviceRecord | undefined {
    const row = this.#device.get(bytesOf(device));
    if (row === undefined) return undefined;
    const user = textOf(row, "handle") as Handle;
    const certificates = unpackCertificates(blobOf(row, "certificates"));
    return { device, user, name: textOf(row, "name"), serial: textOf(row, "serial"), certificates };
  }
}

/** SQLite folds ASCII only; names are of any language. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

function sameRecord(before: DeviceRecord, now: DeviceRecord): boolean {
  return (
    before.name === now.name &&
    before.serial === now.serial &&
    hexOf(packCertificates(before.certificates)) === hexOf(packCertificates(now.certificates))
  );
}
