// The embedded store: opens the storage thread and stands for it on the main thread. One file, one writer, one server process.
// Knows nothing of who may do what; the promises are in ../../port/store.ts.
import type { Worker } from "node:worker_threads";
import type { Fault } from "../../../model/fault.ts";
import type { DeviceId, Epoch, Handle, LogId, Seq, Sha256 } from "../../../model/ids.ts";
import type { Clock } from "../../port/clock.ts";
import type {
  NewTreeParts,
  AskRecord,
  DeviceRecord,
  KeyPackageRecord,
  Revocation,
  TermsRecord,
} from "../../port/records.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { AppendOp, AppendResult, PageOfLog, Store, StoreInfo } from "../../port/store.ts";
import { AppendQueue } from "./append-queue.ts";
import type { OpenedInfo } from "./calls.ts";
import { CursorBuffer } from "./cursor-buffer.ts";
import type { OpenReport } from "./database.ts";
import { unpackPage } from "./pack-page.ts";
import { SqliteRealm } from "./realm.ts";
import { StorageThread, closedFault } from "./storage-thread.ts";

export interface SqliteStoreOptions {
  /** The database; its folder is made (0700) if it is not there, but none above it; its files are 0600. */
  readonly file: string;
  readonly clock: Clock;
  /** Starts the storage thread: the packaged program's own way. Without it: from the source file. */
  readonly spawn?: () => Worker;
  /** The store ended by itself (thread dead, disk failing, database damaged): every call rejects from now on. Stop the server. */
  readonly onFailed: (fault: Fault) => void;
  /** What opening met (an unclean stop, an examination, a restored backup): for the server's log. */
  readonly onOpened?: (report: OpenReport) => void;
}

/** Rejects with Fault store-locked, -corrupt, -too-new, -unwritable, -full or -failed. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  // Loaded only here, so that a bundle can leave it out.
  const spawn = options.spawn ?? (await import("./spawn.ts")).spawnFromSource;
  let isOpen = false;
  // Until it is open, a failure is the rejection of this call and nothing else.
  const thread = new StorageThread(spawn(), (fault) => {
    if (isOpen) options.onFailed(fault);
  });
  try {
    const info = await thread.open(options.file, options.clock.now());
    isOpen = true;
    options.onOpened?.(info.report);
    return new SqliteStore(thread, options.clock, info);
  } catch (error) {
    await thread.end();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly realm: RealmStore;
  readonly #info: StoreInfo;
  readonly #thread: StorageThread;
  readonly #queue: AppendQueue;
  readonly #cursors: CursorBuffer;
  #closing: Promise<void> | undefined;

  constructor(thread: StorageThread, clock: Clock, { storeId, generation }: OpenedInfo) {
    this.#info = { storeId, generation, durability: "disk" };
    this.#thread = thread;
    this.realm = new SqliteRealm(thread);
    this.#queue = new AppendQueue({ send: (batch) => thread.append(batch), now: () => clock.now() });
    this.#cursors = new CursorBuffer({
      after: (ms, run) => clock.after(ms, run),
      save: (updates) => thread.call("saveCursors", updates),
    });
  }

  info(): StoreInfo {
    return this.#info;
  }

  append(ops: readonly AppendOp[]): Promise<readonly AppendResult[]> {
    return this.#closing === undefined ? this.#queue.append(ops) : Promise.reject(closedFault());
  }

  async readFrom(
    log: LogId,
    after: Seq,
    max: { readonly maxCount: number; readonly maxBytes: number },
  ): Promise<PageOfLog | undefined> {
    const packed = await this.#thread.call("readFrom", log, after, max);
    return packed === undefined ? undefined : unpackPage(packed);
  }

  heads(logs: readonly LogId[]): ReturnType<Store["heads"]> {
    return this.#thread.call("heads", logs);
  }

  chains(positions: readonly { readonly log: LogId; readonly seq: Seq }[]): ReturnType<Store["chains"]> {
    return this.#thread.call("chains", positions);
  }

  groupInfo(log: LogId, epoch: Epoch | undefined): ReturnType<Store["groupInfo"]> {
    return this.#thread.call("groupInfo", log, epoch);
  }

  welcomes(log: LogId, device: DeviceId): ReturnType<Store["welcomes"]> {
    this.#tellCursors(device);
    return this.#thread.call("welcomes", log, device);
  }

  putTreeParts(log: LogId, put: NewTreeParts): Promise<boolean> {
    return this.#thread.call("putTreeParts", log, { ...put, parts: put.parts.map(ownBytes) });
  }

  treeParts(log: LogId, parts: readonly Sha256[], maxBytes: number): ReturnType<Store["treeParts"]> {
    return this.#thread.call("treeParts", log, parts, maxBytes);
  }

  logsOf(device: DeviceId): ReturnType<Store["logsOf"]> {
    this.#tellCursors(device);
    return this.#thread.call("logsOf", device);
  }

  ackCursors(device: DeviceId, cursors: readonly (readonly [LogId, Seq])[]): void {
    if (this.#closing === undefined) this.#cursors.ack(device, cursors);
  }

  createLog(log: LogId, members: readonly DeviceId[], terms?: TermsRecord): Promise<boolean> {
    return this.#thread.call("createLog", log, members, terms && ownTerms(terms));
  }

  standing(log: LogId): ReturnType<Store["standing"]> {
    return this.#thread.call("standing", log);
  }

  leave(log: LogId, user: Handle, { version, closing }: Parameters<Store["leave"]>[2]): Promise<boolean> {
    return this.#thread.call("leave", log, user, { version, closing: closing && ownTerms(closing) });
  }

  comeBack(log: LogId, user: Handle): Promise<boolean> {
    return this.#thread.call("comeBack", log, user);
  }

  ask(ask: AskRecord): ReturnType<Store["ask"]> {
    return this.#thread.call("ask", ask);
  }

  dropAsk(log: LogId, user: Handle): Promise<boolean> {
    return this.#thread.call("dropAsk", log, user);
  }

  asks(logs: readonly LogId[], now: number): ReturnType<Store["asks"]> {
    return this.#thread.call("asks", logs, now);
  }

  addMember(log: LogId, device: DeviceId, from: Seq): Promise<boolean> {
    return this.#thread.call("addMember", log, device, from);
  }

  removeMember(log: LogId, device: DeviceId): Promise<boolean> {
    return this.#thread.call("removeMember", log, device);
  }

  membersOf(log: LogId): ReturnType<Store["membersOf"]> {
    return this.#thread.call("membersOf", log);
  }

  enrol(device: DeviceRecord): ReturnType<Store["enrol"]> {
    return this.#thread.call("enrol", { ...device, certificates: device.certificates.map(ownBytes) });
  }

  devices(ids: readonly DeviceId[]): ReturnType<Store["devices"]> {
    return this.#thread.call("devices", ids);
  }

  owners(ids: readonly DeviceId[]): ReturnType<Store["owners"]> {
    return this.#thread.call("owners", ids);
  }

  users(query: string, after: string, maxCount: number): ReturnType<Store["users"]> {
    return this.#thread.call("users", query, after, maxCount);
  }

  revoke(revocations: readonly Revocation[]): Promise<number> {
    return this.#thread.call("revoke", revocations);
  }

  revocations(since: number): ReturnType<Store["revocations"]> {
    return this.#thread.call("revocations", since);
  }

  putKeyPackages(
    device: DeviceId,
    { packages, lastResorts, now, replaces }: Parameters<Store["putKeyPackages"]>[1],
  ): ReturnType<Store["putKeyPackages"]> {
    const own = { packages: packages.map(ownKeyPackage), lastResorts: lastResorts.map(ownKeyPackage) };
    const put = { ...own, now, replaces };
    return this.#thread.call("putKeyPackages", device, put);
  }

  claimKeyPackages(devices: readonly DeviceId[], suite: number, now: number): ReturnType<Store["claimKeyPackages"]> {
    return this.#thread.call("claimKeyPackages", devices, suite, now);
  }

  keyPackageStocks(device: DeviceId, now: number): ReturnType<Store["keyPackageStocks"]> {
    return this.#thread.call("keyPackageStocks", device, now);
  }

  tidy(now: number): Promise<void> {
    return this.#thread.call("tidy", now);
  }

  backup(destination: string): Promise<void> {
    return this.#thread.call("backup", destination);
  }

  check(): ReturnType<Store["check"]> {
    return this.#thread.call("check");
  }

  sizes(): ReturnType<Store["sizes"]> {
    return this.#thread.call("sizes");
  }

  conversations(after: LogId | undefined, maxCount: number): ReturnType<Store["conversations"]> {
    return this.#thread.call("conversations", after, maxCount);
  }

  /** Finishes what was appended, writes the cursors, moves the WAL into the file, marks it as closed. Twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** A device sees the cursors it has just told, written or not. If they cannot be written now, what is stored is still true (C8). */
  #tellCursors(device: DeviceId): void {
    if (this.#cursors.holds(device)) void this.#cursors.flush().catch(() => undefined);
  }

  async #close(): Promise<void> {
    try {
      await this.#queue.drained();
      await this.#cursors.flush();
      await this.#thread.call("close");
    } finally {
      this.#cursors.stop();
      await this.#thread.end();
    }
  }
}

function ownTerms(terms: TermsRecord): TermsRecord {
  return { ...terms, bytes: ownBytes(terms.bytes) };
}

function ownKeyPackage(one: KeyPackageRecord): KeyPackageRecord {
  return { ...one, package: ownBytes(one.package) };
}

/** A view of a larger buffer would be sent with all of that buffer (structured clone). */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
