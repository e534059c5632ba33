// The vault on node:sqlite: one file, WAL, locked against a second process for as long as it is open, and what is in it sealed.
import type { DeviceId, LogId, MessageId, Seq } from "../../model/ids.ts";
import type { Cost, Stretched } from "../../sealing/passphrase.ts";
import { Fault } from "../../model/fault.ts";
import { CHAIN_START } from "../../wire/chain.ts";
import type {
  Change,
  Found,
  HeldDevice,
  HeldEntry,
  HeldKeyPackage,
  HeldLog,
  Lineage,
  Outgoing,
  SearchQuery,
  ServerStore,
  Vault,
} from "../port/vault.ts";
import { type BackupWish, type Counts, writeBackup } from "./backup.ts";
import type { Address } from "./cells.ts";
import { applyChange, IDENTITY, logOf, SERVER, settingOf, SHOWN } from "./changes.ts";
import { vaultFault } from "./faults.ts";
import { isGroupChange, keyPackage, keyPackages, rowsOf } from "./groups.ts";
import {
  type Guard,
  type HeldKey,
  readVaultKey,
  stretchedAnew,
  stretchedFor,
  stretchedNow,
  writeVaultKey,
} from "./key-file.ts";
import type { Line } from "./lineage.ts";
import { closeParts, openParts, type OpenVault, type VaultOptions } from "./open.ts";
import type { Parts } from "./parts.ts";
import { readDevice, readLog, readOutgoing } from "./values.ts";

/** The vault with what only the program around the client may do. */
export interface LocalVault extends Vault {
  readonly guard: Guard;
  /** Undefined: file permissions. After kill -9 it opens with the one or with the other. */
  protect(passphrase: string | undefined, cost?: Cost): void;
  /** The same, and nothing else waits for it: for a program that has somebody to serve. */
  protectAside(passphrase: string | undefined): Promise<void>;
  /** It opens this vault. Takes as long as opening it does, and nothing waits for it. False where it has none. @throws Fault `vault-*` */
  isPassphrase(passphrase: string): Promise<boolean>;
  /** @throws Fault `backup-exists`, `backup-unwritable` */
  backup(wish: BackupWish): Counts;
}

/** `folder`: of this device, see home.ts. @throws Fault `vault-*`, `no-passphrase`, `wrong-passphrase` */
export function openVault(folder: string, options: VaultOptions = {}): LocalVault {
  return new SqliteVault(openParts(folder, options));
}

/** The same; what a passphrase costs is paid in a thread of its own. */
export async function openVaultAside(folder: string, options: VaultOptions): Promise<LocalVault> {
  const { passphrase } = options;
  // What is wrong with the file, opening it says.
  const stretched =
    passphrase === undefined ? undefined : await stretchedFor(folder, passphrase).catch(() => undefined);
  return openVault(folder, { ...options, stretched });
}

class SqliteVault implements LocalVault {
  readonly #parts: Parts;
  readonly #line: Line;
  readonly #place: OpenVault["place"];
  #held: HeldKey;

  constructor({ parts, line, place, held }: OpenVault) {
    this.#parts = parts;
    this.#line = line;
    this.#place = place;
    this.#held = held;
  }

  get guard(): Guard {
    return this.#held.guard;
  }

  protect(passphrase: string | undefined, cost?: Cost): void {
    this.#wrap(passphrase === undefined ? undefined : stretchedNow(passphrase, cost));
  }

  async protectAside(passphrase: string | undefined): Promise<void> {
    this.#wrap(passphrase === undefined ? undefined : await stretchedAnew(passphrase));
  }

  #wrap(stretched: Stretched | undefined): void {
    const { key } = this.#held;
    this.#guard(() => writeVaultKey(this.#place.folder, key, stretched));
    this.#held = { key, guard: stretched === undefined ? "permissions" : "passphrase" };
  }

  async isPassphrase(passphrase: string): Promise<boolean> {
    if (this.guard !== "passphrase") return false;
    const { folder } = this.#place;
    const stretched = await stretchedFor(folder, passphrase).catch(() => undefined);
    try {
      this.#guard(() => readVaultKey(folder, passphrase, stretched));
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === "wrong-passphrase") return false;
      throw error;
    }
  }

  backup(wish: BackupWish): Counts {
    return this.#guard(() => writeBackup(this.#parts, this.guard, wish));
  }

  commit(changes: readonly Change[], { durable }: { readonly durable: boolean }): void {
    this.#guard(() => {
      if (changes.some((change) => "drop" in change && change.drop === "groups")) this.#line.startAnew();
      else if (changes.some((change) => isGroupChange(change))) this.#line.prepare();
      this.#parts.transact(durable, () => {
        for (const change of changes) applyChange(this.#parts, change);
      });
    });
  }

  logs(): readonly HeldLog[] {
    return this.#guard(() => this.#parts.cells.list("log").map((cell) => readLog(cell)));
  }

  server(): ServerStore | undefined {
    const text = this.#cell(SERVER);
    if (text === undefined) return undefined;
    const { storeId, generation } = JSON.parse(text) as ServerStore;
    return { storeId, generation };
  }

  outgoing(): readonly Outgoing[] {
    return this.#guard(() => this.#parts.cells.list("outgoing").map((cell) => readOutgoing(cell)));
  }

  devices(): readonly HeldDevice[] {
    return this.#guard(() => this.#parts.cells.list("device").map((cell) => readDevice(cell)));
  }

  chainAt(log: LogId, seq: Seq): Uint8Array | undefined {
    if (seq === 0) return CHAIN_START;
    return this.#guard(() => {
      const held = logOf(this.#parts, log);
      return held?.seq === seq ? held.chain : this.#parts.history.chainAt(log, seq);
    });
  }

  find(log: LogId, mid: MessageId, sender: DeviceId): Found | undefined {
    return this.#guard(() => this.#parts.history.find(log, mid, sender));
  }

  named(log: LogId, mid: MessageId): HeldEntry | undefined {
    return this.#guard(() => this.#parts.history.named(log, mid));
  }

  lostOf(log: LogId, sender: DeviceId): readonly HeldEntry[] {
    return this.#guard(() => this.#parts.history.lostOf(log, sender));
  }

  after(row: number, maxCount: number): readonly HeldEntry[] {
    return this.#guard(() => this.#parts.history.after(row, maxCount));
  }

  shown(): number {
    return Number(this.#cell(SHOWN) ?? 0);
  }

  history(log: LogId, before: Seq, limit: number): readonly HeldEntry[] {
    return this.#guard(() => this.#parts.history.before(log, before, limit));
  }

  later(log: LogId, after: Seq, limit: number): readonly HeldEntry[] {
    return this.#guard(() => this.#parts.history.later(log, after, limit));
  }

  unread(log: LogId, self: DeviceId): number {
    return this.#guard(() => {
      const read = logOf(this.#parts, log)?.read;
      return read === undefined ? 0 : this.#parts.history.unread(log, { read, self });
    });
  }

  search(query: SearchQuery): readonly HeldEntry[] {
    const { from, logs } = query;
    return this.#guard(() =>
      // Pseudonyms may meet: what was found is looked at.
      this.#parts.history
        .of(this.#parts.search.find(query))
        .filter(({ sender, log }) => from?.includes(sender) !== false && logs?.includes(log) !== false),
    );
  }

  setting(name: string): string | undefined {
    return this.#cell(settingOf(name));
  }

  identity(): Uint8Array | undefined {
    return this.#guard(() => this.#parts.cells.get(IDENTITY)?.value);
  }

  lineage(): Lineage {
    return this.#line.lineage;
  }

  groupRows(log: LogId): ReadonlyMap<string, Uint8Array> {
    return this.#guard(() => rowsOf(this.#parts.cells, "group", log));
  }

  keyPackages(): readonly Omit<HeldKeyPackage, "secret">[] {
    return this.#guard(() => keyPackages(this.#parts.cells).map(({ secret: _secret, ...one }) => one));
  }

  keyPackage(ref: string): Uint8Array | undefined {
    return this.#guard(() => keyPackage(this.#parts.cells, ref));
  }

  pending(log: LogId): ReadonlyMap<string, Uint8Array> {
    return this.#guard(() => rowsOf(this.#parts.cells, "pending", log));
  }

  wipe(): void {
    this.#guard(() => this.#line.wipe());
  }

  close(): void {
    const { db } = this.#parts;
    if (!db.isOpen) return;
    this.#guard(() => closeParts(this.#parts, this.#line));
  }

  #cell(address: Address): string | undefined {
    return this.#guard(() => this.#parts.cells.get(address)?.value.toString());
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw vaultFault(error, this.#place.file);
    }
  }
}
