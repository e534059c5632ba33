// The realm's part of the embedded store, on the main thread: each call goes to the storage thread.
import type { Handle, Sha256 } from "../../../model/ids.ts";
import type {
  AccountRecord,
  BlobClaim,
  CertificateQuery,
  CertificateRecord,
  InvitationRecord,
} from "../../port/realm-store.ts";
import type { NewPasswordRecord, PasswordRecord, RealmChange, RealmStore } from "../../port/realm-store.ts";
import type { DeviceRecord } from "../../port/records.ts";
import type { RealmCall } from "./engine.ts";
import type { RealmTables } from "./realm-tables.ts";
import type { StorageThread } from "./storage-thread.ts";

export class SqliteRealm implements RealmStore {
  readonly #thread: StorageThread;

  constructor(thread: StorageThread) {
    this.#thread = thread;
  }

  change(change: RealmChange): Promise<"ok" | "moved" | "refused"> {
    // A view of a larger buffer would be sent with all of that buffer (structured clone).
    const entries = change.entries.map((entry) => Uint8Array.from(entry));
    const certificates = change.certificates?.map((one) => ownCertificate(one)) ?? [];
    const passwords = change.passwords?.map((one) => ownPassword(one)) ?? [];
    return this.#call("change", { ...change, entries, certificates, passwords });
  }

  account(user: Handle): Promise<AccountRecord | undefined> {
    return this.#call("account", user);
  }

  accounts(after: string, maxCount: number): Promise<readonly AccountRecord[]> {
    return this.#call("accounts", after, maxCount);
  }

  invitations(now: number): Promise<readonly InvitationRecord[]> {
    return this.#call("invitations", now);
  }

  invitation(hash: Sha256, now: number): Promise<InvitationRecord | undefined> {
    return this.#call("invitation", hash, now);
  }

  redemption(hash: Sha256, key: Sha256): Promise<CertificateRecord | undefined> {
    return this.#call("redemption", hash, key);
  }

  certificates(query: CertificateQuery, maxCount: number): Promise<readonly CertificateRecord[]> {
    return this.#call("certificates", query, maxCount);
  }

  leases(maxCount: number): Promise<readonly CertificateRecord[]> {
    return this.#call("leases", maxCount);
  }

  late(from: number, to: number): Promise<number> {
    return this.#call("late", from, to);
  }

  unlisted(maxCount: number): Promise<readonly DeviceRecord[]> {
    return this.#call("unlisted", maxCount);
  }

  logSize(): Promise<number> {
    return this.#call("logSize");
  }

  logEntries(from: number, max: { readonly maxCount: number; readonly maxBytes: number }): Promise<Uint8Array[]> {
    return this.#call("logEntries", from, max);
  }

  setting(name: string): Promise<string | undefined> {
    return this.#call("setting", name);
  }

  ways(user: Handle | undefined): Promise<ReadonlyMap<string, string>> {
    return this.#call("ways", user);
  }

  owners(): Promise<number> {
    return this.#call("owners");
  }

  claimBlob(claim: BlobClaim): Promise<"ok" | "over"> {
    return this.#call("claimBlob", claim);
  }

  keepBlob(id: Sha256): Promise<void> {
    return this.#call("keepBlob", id);
  }

  blobBytes(user: Handle): Promise<number> {
    return this.#call("blobBytes", user);
  }

  password(user: Handle): Promise<PasswordRecord | undefined> {
    return this.#call("password", user);
  }

  identityVault(user: Handle): Promise<Pick<NewPasswordRecord, "version" | "vault"> | undefined> {
    return this.#call("identityVault", user);
  }

  hasPasswords(): Promise<boolean> {
    return this.#call("hasPasswords");
  }

  #call<K extends RealmCall>(call: K, ...args: Parameters<RealmTables[K]>): Promise<ReturnType<RealmTables[K]>> {
    return this.#thread.call("realm", call, args) as Promise<ReturnType<RealmTables[K]>>;
  }
}

function ownCertificate(record: CertificateRecord): CertificateRecord {
  return { ...record, certificates: record.certificates.map((der) => Uint8Array.from(der)) };
}

function ownPassword(password: NewPasswordRecord): NewPasswordRecord {
  const { recoveryKey, vault } = password;
  return { ...password, recoveryKey: Uint8Array.from(recoveryKey), vault: Uint8Array.from(vault) };
}
