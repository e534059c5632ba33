// The whole store as synchronous calls on one connection: what runs in the storage thread, and in a test without one.
// Opens a transaction around each call that writes; a call that fails leaves nothing behind. Knows nothing of threads.
import type { DatabaseSync } from "node:sqlite";
import type { DeviceId, LogId, Seq, StoreId } from "../../../model/ids.ts";
import type {
  DeviceLog,
  DeviceRecord,
  Enrolled,
  LogHead,
  MemberRecord,
  Revocation,
  StoreReport,
  UserRecord,
} from "../../port/store.ts";
import { Appender } from "./appender.ts";
import { backupTo, examine } from "./care.ts";
import { Conversations } from "./conversations.ts";
import { closeDatabase, openDatabase } from "./database.ts";
import type { OpenReport } from "./database.ts";
import { Directory } from "./directory.ts";
import type { Revocations } from "./directory.ts";
import { isFatal, storeFault } from "./faults.ts";
import { KeyPackages } from "./key-packages.ts";
import { packResults, unpackBatch } from "./pack.ts";
import { LogReader } from "./reader.ts";
import type { PageLimit } from "./reader.ts";
import { Roster } from "./roster.ts";
import type { CursorUpdate } from "./roster.ts";
import { numberOf, transaction } from "./sql.ts";

/** Pages of WAL that are worth a checkpoint when there is nothing else to do (1 MiB). */
const IDLE_CHECKPOINT_PAGES = 256;

export class Engine {
  readonly storeId: StoreId;
  readonly generation: number;
  readonly report: OpenReport;
  readonly db: DatabaseSync;
  readonly #file: string;
  readonly #conversations: Conversations;
  readonly #appender: Appender;
  readonly #reader: LogReader;
  readonly #roster: Roster;
  readonly #directory: Directory;
  readonly #keyPackages: KeyPackages;
  #broken = false;

  /** Throws the Faults of openDatabase. */
  constructor(file: string, now: number) {
    const { db, storeId, generation, report } = openDatabase(file, now);
    this.db = db;
    this.#file = file;
    this.storeId = storeId;
    this.generation = generation;
    this.report = report;
    this.#conversations = new Conversations(db);
    this.#reader = new LogReader(db, this.#conversations);
    this.#roster = new Roster(db, this.#conversations);
    this.#appender = new Appender(db, this.#conversations, this.#roster);
    this.#directory = new Directory(db, this.#conversations, this.#roster);
    this.#keyPackages = new KeyPackages(db);
  }

  /** Nobody knows what the disk holds any more: nothing but closing is sound (see ./faults.ts). */
  get broken(): boolean {
    return this.#broken;
  }

  /** A packed batch in, packed results out; all of it is on stable storage, or the call throws and nothing is. */
  append(batch: Uint8Array): Uint8Array<ArrayBuffer> {
    const { at, ops } = unpackBatch(batch);
    return packResults(this.#write(() => this.#appender.appendAll(ops, at)));
  }

  readFrom(log: LogId, after: Seq, max: PageLimit): Uint8Array<ArrayBuffer> | undefined {
    return this.#read(() => this.#reader.readFrom(log, after, max));
  }

  heads(logs: readonly LogId[]): Map<LogId, LogHead> {
    return this.#read(() => this.#reader.heads(logs));
  }

  chains(positions: readonly { readonly log: LogId; readonly seq: Seq }[]): Map<LogId, Uint8Array> {
    return this.#read(() => this.#reader.chains(positions));
  }

  groupInfo(log: LogId, epoch: number): Uint8Array | undefined {
    return this.#read(() => this.#reader.groupInfo(log, epoch));
  }

  logsOf(device: DeviceId): DeviceLog[] {
    return this.#read(() => this.#roster.logsOf(device));
  }

  saveCursors(updates: readonly CursorUpdate[]): void {
    this.#write(() => this.#roster.saveCursors(updates));
  }

  createLog(log: LogId, members: readonly DeviceId[]): boolean {
    return this.#write(() => this.#roster.createLog(log, members));
  }

  addMember(log: LogId, device: DeviceId, from: Seq): boolean {
    return this.#write(() => this.#roster.addMember(log, device, from));
  }

  removeMember(log: LogId, device: DeviceId): boolean {
    return this.#write(() => this.#roster.removeMember(log, device));
  }

  membersOf(log: LogId): MemberRecord[] {
    return this.#read(() => this.#roster.membersOf(log));
  }

  enrol(record: DeviceRecord): Enrolled {
    return this.#write(() => this.#directory.enrol(record));
  }

  devices(ids: readonly DeviceId[]): DeviceRecord[] {
    return this.#read(() => this.#directory.devices(ids));
  }

  users(query: string, after: string, maxCount: number): UserRecord[] {
    return this.#read(() => this.#directory.users(query, after, maxCount));
  }

  revoke(revocations: readonly Revocation[]): number {
    return this.#write(() => this.#directory.revoke(revocations));
  }

  revocations(since: number): Revocations {
    return this.#read(() => this.#directory.revocations(since));
  }

  putKeyPackages(device: DeviceId, packages: readonly Uint8Array[], lastResort: Uint8Array | undefined): number {
    return this.#write(() => this.#keyPackages.put(device, packages, lastResort));
  }

  claimKeyPackages(devices: readonly DeviceId[]): (Uint8Array | undefined)[] {
    return this.#write(() => this.#keyPackages.claim(devices));
  }

  /** The only two calls that take many turns; others run between their steps. */
  async backup(destination: string): Promise<void> {
    await backupTo(this.db, destination).catch((error: unknown) => this.#fail(error));
  }

  async check(): Promise<StoreReport> {
    return await examine(this.db).catch((error: unknown) => this.#fail(error));
  }

  /** Moves the WAL into the database while nobody waits, so that it does not have to be done under load. */
  idle(): void {
    this.#read(() => {
      const row = this.db.prepare("PRAGMA wal_checkpoint(NOOP)").get();
      if (numberOf(row, "log") >= IDLE_CHECKPOINT_PAGES) this.db.exec("PRAGMA wal_checkpoint(PASSIVE)");
    });
  }

  close(): void {
    this.#read(() => {
      if (this.#broken) this.db.close();
      else closeDatabase(this.db);
    });
  }

  #write<T>(run: () => T): T {
    try {
      return transaction(this.db, run);
    } catch (error) {
      this.#conversations.forget();
      return this.#fail(error);
    } finally {
      this.#conversations.trim();
    }
  }

  #read<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      return this.#fail(error);
    } finally {
      this.#conversations.trim();
    }
  }

  #fail(error: unknown): never {
    this.#broken ||= isFatal(error);
    throw storeFault(error, this.#file);
  }
}
