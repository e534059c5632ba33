// The realm's part of the embedded store, on the main thread: each call goes to the storage thread.
import type { Handle, Sha256 } from "../../../model/ids.ts";
import type { AccountRecord, CertificateQuery, CertificateRecord, InvitationRecord } from "../../port/realm-store.ts";
import type { RealmChange, RealmStore } from "../../port/realm-store.ts";
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
    return this.#call("change", { ...change, entries, certificates });
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

  logSize(): Promise<number> {
    return this.#call("logSize");
  }

  logEntries(from: number, max: { readonly maxCount: number; readonly maxBytes: number }): Promise<Uint8Array[]> {
    return this.#call("logEntries", from, max);
  }

  setting(name: string): Promise<string | undefined> {
    return this.#call("setting", name);
  }

  #call<K extends RealmCall>(call: K, ...args: Parameters<RealmTables[K]>): Promise<ReturnType<RealmTables[K]>> {
    return this.#thread.call("realm", call, args) as Promise<ReturnType<RealmTables[K]>>;
  }
}

function ownCertificate(record: CertificateRecord): CertificateRecord {
  return { ...record, certificates: record.certificates.map((der) => Uint8Array.from(der)) };
}
