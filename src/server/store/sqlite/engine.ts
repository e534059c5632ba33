// The whole store as synchronous calls on one connection: what runs in the storage thread, and in a test without one.
// Opens a transaction around each call that writes; a call that fails leaves nothing behind. Knows nothing of threads.
import type { DatabaseSync } from "node:sqlite";
import type { DeviceId, Handle, LogId, Seq, Sha256, StoreId } from "../../../model/ids.ts";
import type {
  NewTreeParts,
  AskRecord,
  ClaimedKeyPackage,
  ConversationSize,
  DeviceRecord,
  GroupInfoRecord,
  KeyPackageStock,
  MemberRecord,
  Revocation,
  StoreReport,
  StoreSizes,
  TermsRecord,
  UserRecord,
} from "../../port/records.ts";
import type { DeviceLog, Enrolled, LogHead, StandingRecord } from "../../port/store.ts";
import { Appender } from "./appender.ts";
import { Belonging, type Judged } from "./belonging.ts";
import { backupTo, examine } from "./care.ts";
import { Conversations } from "./conversations.ts";
import { closeDatabase, openDatabase, type OpenReport } from "./database.ts";
import { Departures } from "./departures.ts";
import { Directory } from "./directory.ts";
import type { Revocations } from "./directory.ts";
import { isFatal, storeFault } from "./faults.ts";
import { GroupInfos } from "./group-infos.ts";
import { KeyPackages } from "./key-packages.ts";
import type { NewKeyPackages } from "./key-packages.ts";
import { LogsOf } from "./logs-of.ts";
import { packResults, unpackBatch } from "./pack.ts";
import { LogReader } from "./reader.ts";
import { RealmTables } from "./realm-tables.ts";
import type { PageLimit } from "./reader.ts";
import { Roster } from "./roster.ts";
import type { CursorUpdate, Waiting } from "./roster.ts";
import { conversationSizes, storeSizes } from "./sizes.ts";
import { numberOf, transaction } from "./sql.ts";
import { Welcomes } from "./welcomes.ts";

/** Pages of WAL that are worth a checkpoint with nothing else to do (1 MiB). */
const IDLE_CHECKPOINT_PAGES = 256;

export type RealmCall = Exclude<keyof RealmTables, "dropOld">;

export class Engine {
  readonly storeId: StoreId;
  readonly generation: number;
  readonly report: OpenReport;
  readonly db: DatabaseSync;
  readonly #file: string;
  readonly #conversations: Conversations;
  readonly #appender: Appender;
  readonly #reader: LogReader;
  readonly #waiting: Waiting;
  readonly #roster: Roster;
  readonly #belonging: Belonging;
  readonly #groupInfos: GroupInfos;
  readonly #logsOf: LogsOf;
  readonly #directory: Directory;
  readonly #keyPackages: KeyPackages;
  readonly #realm: RealmTables;
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
    const waiting = { departures: new Departures(db), welcomes: new Welcomes(db, this.#conversations) };
    this.#waiting = waiting;
    this.#roster = new Roster(db, this.#conversations, waiting);
    this.#belonging = new Belonging(db, this.#conversations, this.#roster);
    const common = { ...waiting, conversations: this.#conversations, roster: this.#roster };
    this.#groupInfos = new GroupInfos(db, common);
    this.#logsOf = new LogsOf(db, this.#belonging);
    this.#appender = new Appender(db, { ...common, belonging: this.#belonging, groupInfos: this.#groupInfos });
    this.#directory = new Directory(db, this.#conversations, this.#roster);
    this.#keyPackages = new KeyPackages(db);
    this.#realm = new RealmTables(db, { directory: this.#directory, keyPackages: this.#keyPackages });
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

  groupInfo(log: LogId, epoch: number | undefined): GroupInfoRecord | undefined {
    return this.#read(() => this.#groupInfos.get(log, epoch));
  }

  welcomes(log: LogId, device: DeviceId): number[] {
    return this.#read(() => this.#waiting.welcomes.of(log, device));
  }

  putTreeParts(log: LogId, put: NewTreeParts): boolean {
    return this.#write(() => this.#groupInfos.putParts(log, put));
  }

  treeParts(log: LogId, parts: readonly Sha256[], maxBytes: number): Uint8Array[] {
    return this.#read(() => this.#groupInfos.parts(log, parts, maxBytes));
  }

  logsOf(device: DeviceId): DeviceLog[] {
    return this.#read(() => this.#logsOf.logsOf(device));
  }

  saveCursors(updates: readonly CursorUpdate[]): void {
    this.#write(() => this.#roster.saveCursors(updates));
  }

  createLog(log: LogId, members: readonly DeviceId[], terms?: TermsRecord): boolean {
    return this.#write(() => {
      const isNew = this.#roster.createLog(log, members);
      if (terms !== undefined) this.#belonging.giveTerms(log, terms);
      return isNew;
    });
  }

  standing(log: LogId): StandingRecord | undefined {
    return this.#read(() => this.#belonging.standing(log));
  }

  leave(log: LogId, user: Handle, judged: Judged): boolean {
    return this.#write(() => this.#belonging.leave(log, user, judged));
  }

  comeBack(log: LogId, user: Handle): boolean {
    return this.#write(() => this.#belonging.comeBack(log, user));
  }

  ask(ask: AskRecord): "stored" | "known" | "full" {
    return this.#write(() => this.#belonging.ask(ask));
  }

  dropAsk(log: LogId, user: Handle): boolean {
    return this.#write(() => this.#belonging.dropAsk(log, user));
  }

  asks(logs: readonly LogId[], now: number): AskRecord[] {
    return this.#read(() => this.#belonging.asks(logs, now));
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

  owners(ids: readonly DeviceId[]): Map<DeviceId, Handle> {
    return this.#read(() => this.#directory.owners(ids));
  }

  users(query: string, after: string, maxCount: number): UserRecord[] {
    return this.#read(() => this.#directory.users(query, after, maxCount));
  }

  revoke(revocations: readonly Revocation[]): number {
    return this.#write(() => {
      const version = this.#directory.revoke(revocations);
      this.#keyPackages.dropRevoked();
      return version;
    });
  }

  revocations(since: number): Revocations {
    return this.#read(() => this.#directory.revocations(since));
  }

  putKeyPackages(device: DeviceId, put: NewKeyPackages): KeyPackageStock[] {
    return this.#write(() => this.#keyPackages.put(device, put));
  }

  claimKeyPackages(devices: readonly DeviceId[], suite: number, now: number): (ClaimedKeyPackage | undefined)[] {
    return this.#write(() => this.#keyPackages.claim(devices, suite, now));
  }

  keyPackageStocks(device: DeviceId, now: number): KeyPackageStock[] {
    return this.#read(() => this.#keyPackages.stocks(device, now));
  }

  /** A change and the questions around it: all of them rare. ./realm.ts says which arguments a call takes. */
  realm(call: RealmCall, args: readonly unknown[]): unknown {
    const method = this.#realm[call] as (...given: readonly unknown[]) => unknown;
    return this.#write(() => method.apply(this.#realm, [...args]));
  }

  tidy(now: number): void {
    this.#write(() => {
      this.#realm.dropOld(now);
      this.#belonging.dropOldAsks(now);
      this.#groupInfos.dropWaiting(now);
      this.#keyPackages.expire(now);
      this.#waiting.departures.dropOld(now);
      this.#waiting.welcomes.dropOld(now);
    });
  }

  sizes(): StoreSizes {
    return this.#read(() => storeSizes(this.db));
  }

  /** The only calls that take many turns; others run between their steps. */
  async backup(destination: string): Promise<void> {
    await backupTo(this.db, destination).catch((error: unknown) => this.#fail(error));
  }

  async check(): Promise<StoreReport> {
    return await examine(this.db).catch((error: unknown) => this.#fail(error));
  }

  async conversations(after: LogId | undefined, maxCount: number): Promise<ConversationSize[]> {
    return await conversationSizes(this.db, after, maxCount).catch((error: unknown) => this.#fail(error));
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
      return transaction(this.db, () => {
        const value = run();
        this.#conversations.save();
        return value;
      });
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
