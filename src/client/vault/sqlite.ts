// The vault on node:sqlite: one file, WAL, locked against a second process for as long as it is open, and what is in it sealed.
import { chmodSync, closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../../model/fault.ts";
import type { DeviceId, LogId, MessageId, Seq } from "../../model/ids.ts";
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
  ServerStore,
  Vault,
} from "../port/vault.ts";
import type { Address } from "./cells.ts";
import { applyChange, logOf, SERVER, settingOf, SHOWN } from "./changes.ts";
import { vaultFault } from "./faults.ts";
import { isGroupChange, keyPackage, keyPackages, rowsOf } from "./groups.ts";
import {
  type Cost,
  type Guard,
  type HeldKey,
  newVaultKey,
  readVaultKey,
  removeKeyLeftover,
  writeVaultKey,
} from "./key-file.ts";
import { Line, type Outside } from "./lineage.ts";
import { checkOwner, createSchema, type Found as FoundFile } from "./migrations.ts";
import { type Parts, partsOf } from "./parts.ts";
import { sealPlain, wipePlain } from "./plain.ts";
import { readDevice, readLog, readOutgoing } from "./values.ts";

export interface VaultOptions {
  /** What `chat-client passwd` has set. */
  readonly passphrase?: string | undefined;
  /** Without it the outside part is kept inside, where a copy of the whole folder is not noticed. */
  readonly outside?: Outside | undefined;
}

/** The vault with what only the program around the client may do. */
export interface LocalVault extends Vault {
  readonly guard: Guard;
  /** Undefined: file permissions. After kill -9 it opens with the one or with the other. */
  protect(passphrase: string | undefined, cost?: Cost): void;
}

const FILE = "vault.db";

/** `folder`: of this device, see home.ts. @throws Fault `vault-*`, `no-passphrase`, `wrong-passphrase` */
export function openVault(folder: string, { passphrase, outside }: VaultOptions = {}): LocalVault {
  const file = join(folder, FILE);
  try {
    // Made here and not by SQLite: it would take the umask's permissions.
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
    const db = new DatabaseSync(file, { timeout: 0 });
    try {
      // EXCLUSIVE before WAL: no shared-memory file, and the lock goes with the process, kill -9 included.
      db.exec("PRAGMA locking_mode = EXCLUSIVE");
      // Before anything is written: a file of somebody else stays as it is.
      const found = checkOwner(db);
      db.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000",
      );
      removeKeyLeftover(folder);
      const held = vaultKeyOf(folder, found, passphrase);
      const parts = open(db, held.key, found);
      const line = new Line(parts, outside ?? { folder: join(folder, "lineage"), machine: undefined });
      return new SqliteVault(parts, line, { folder, file, ...held });
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw vaultFault(error, file);
  }
}

/** A new one is on the disk before anything is sealed under it. */
function vaultKeyOf(folder: string, found: FoundFile, passphrase: string | undefined): HeldKey {
  const held = readVaultKey(folder, passphrase);
  if (held !== undefined) return held;
  if (found === "sealed")
    throw new Fault("vault-key-missing", "the key of this vault is not there", {
      hint: `put vault.key back into ${folder}; without it nobody can read the vault, and all that is left is to move the folder away`,
    });
  const key = newVaultKey();
  writeVaultKey(folder, key);
  return { key, guard: "permissions" };
}

function open(db: DatabaseSync, vaultKey: Uint8Array, found: FoundFile): Parts {
  if (found === "plain") sealPlain(db, vaultKey);
  if (found === "new") create(db, vaultKey);
  wipePlain(db);
  const parts = partsOf(db, vaultKey);
  parts.ledger.load();
  parts.ledger.verify(parts.history.lastRow());
  return parts;
}

function create(db: DatabaseSync, vaultKey: Uint8Array): void {
  db.exec("BEGIN IMMEDIATE");
  createSchema(db);
  const { ledger } = partsOf(db, vaultKey);
  ledger.begin();
  ledger.save();
  db.exec("COMMIT");
}

interface Held extends HeldKey {
  readonly folder: string;
  readonly file: string;
}

class SqliteVault implements LocalVault {
  readonly #parts: Parts;
  readonly #line: Line;
  #held: Held;

  constructor(parts: Parts, line: Line, held: Held) {
    this.#parts = parts;
    this.#line = line;
    this.#held = held;
  }

  get guard(): Guard {
    return this.#held.guard;
  }

  protect(passphrase: string | undefined, cost?: Cost): void {
    const { folder, key } = this.#held;
    this.#guard(() => writeVaultKey(folder, key, passphrase === undefined ? undefined : { passphrase, cost }));
    this.#held = { ...this.#held, guard: passphrase === undefined ? "permissions" : "passphrase" };
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

  unread(log: LogId, self: DeviceId): number {
    return this.#guard(() => {
      const read = logOf(this.#parts, log)?.read;
      return read === undefined ? 0 : this.#parts.history.unread(log, { read, self });
    });
  }

  setting(name: string): string | undefined {
    return this.#cell(settingOf(name));
  }

  lineage(): Lineage {
    return this.#line.lineage;
  }

  groupRows(log: LogId): ReadonlyMap<string, Uint8Array> {
    return this.#guard(() => rowsOf(this.#parts.cells, "group", log));
  }

  keyPackages(): readonly Omit<HeldKeyPackage, "secret">[] {
    return this.#guard(() => keyPackages(this.#parts.cells).map(({ ref, expiresAt }) => ({ ref, expiresAt })));
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
    this.#guard(() => {
      try {
        this.#line.close();
      } finally {
        db.close();
      }
    });
  }

  #cell(address: Address): string | undefined {
    return this.#guard(() => this.#parts.cells.get(address)?.value.toString());
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw vaultFault(error, this.#held.file);
    }
  }
}
