// Keeps the archive keys of this device's conversations in the identity vault of its user, so that a device that comes when no other one
// is online can read what the terms give; and takes from there those that others had laid by. All of it is sealed before it leaves.
import { createHash } from "node:crypto";
import { Fault, reason } from "../model/fault.ts";
import type { DeviceId, Handle, LogId, Sha256 } from "../model/ids.ts";
import type { Groups } from "../mls/groups.ts";
import { openVaultWithKey, resealContents, VAULT_CONTENT_BYTES } from "../password/identity-vault.ts";
import { readContents, type SealedArchive, type VaultContents, writeContents } from "./account-contents.ts";
import type { AccountDoor } from "./account-door.ts";
import { ACCOUNT_SETTING, readKept } from "./account-kept.ts";
import type { Clock } from "./port/clock.ts";
import type { Note } from "./port/note.ts";
import type { Vault } from "./port/vault.ts";

export interface KeeperWorld {
  readonly vault: Pick<Vault, "logs" | "setting" | "commit">;
  readonly groups: Pick<Groups, "grantArchive" | "takeArchive">;
  readonly self: { readonly realm: Sha256; readonly user: Handle; readonly device: DeviceId };
  /** Asked with the certificate of this device. */
  readonly door: Pick<AccountDoor, "get" | "post">;
  readonly clock: Clock;
  readonly note: Note;
  readonly isConnected: () => boolean;
  /** Keys that others had laid by are among the rows of this group. */
  readonly laidBy: (log: LogId, called: Called) => void;
  readonly aboutOf: (log: LogId) => Called;
}

type Called = Pick<SealedArchive, "name" | "topic">;

/** What was done, so that a restart asks nobody for it again. */
interface Done {
  /** How things stood when keys were laid by last. */
  readonly laid: string;
  /** Of each conversation: which keys of others were taken. */
  readonly taken: Readonly<Record<string, string>>;
  /** There are keys of others that could not be taken: of a group that this device is not in yet, or never will be. */
  readonly more?: boolean;
}

const SETTING = "account-archive";
/** Soon after the start a device is in its groups. */
const FIRST_MS = 1_500;
const LOOK_MS = 5_000;
/** Each change of a group is a new key; not each is worth a whole vault at once: a large one rests for a minute. */
const REST_MS = 4_000;
const REST_BYTES_A_MS = 20;
/** After a failure. */
const AGAIN_MS = 60_000;
/** For what could not be taken, first after `LOOK_MS`, then twice as long each time: it may never be. */
const LONGEST_MS = 60 * 60_000;
const TRIES = 3;
/** Room for all that is no archive key. */
const BYTES_MOST = VAULT_CONTENT_BYTES - 64 * 1024;

export class AccountKeeper {
  readonly #world: KeeperWorld;
  readonly #key: Uint8Array;
  #done: Done;
  #restUntil = 0;
  /** When what could not be taken is tried again, and how much later than the last time. */
  #more = { at: 0, waitMs: 0 };
  #cancel: () => void = () => undefined;
  #isStopped = false;

  private constructor(world: KeeperWorld, key: Uint8Array) {
    this.#world = world;
    this.#key = key;
    const kept = world.vault.setting(SETTING);
    this.#done = kept === undefined ? { laid: "", taken: {} } : (JSON.parse(kept) as Done);
  }

  /** Undefined: this device knows of no account. */
  static start(world: KeeperWorld): AccountKeeper | undefined {
    const kept = world.vault.setting(ACCOUNT_SETTING);
    if (kept === undefined) return undefined;
    const keeper = new AccountKeeper(world, readKept(kept).vaultKey);
    for (const log of Object.keys(keeper.#done.taken)) world.laidBy(log as LogId, {});
    keeper.#wait(FIRST_MS);
    return keeper;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #wait(ms: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#world.clock.after(ms, () => {
      void this.#look().finally(() => this.#wait(LOOK_MS));
    });
  }

  async #look(): Promise<void> {
    const { clock, isConnected, note } = this.#world;
    if (!isConnected() || clock.now() < this.#restUntil || !this.#isDue()) return;
    try {
      const bytes = await this.#bringUpToDate();
      this.#restUntil = clock.now() + REST_MS + bytes / REST_BYTES_A_MS;
    } catch (error) {
      note("info", `archive keys could not be laid by: ${reason(error)}`);
      this.#restUntil = clock.now() + AGAIN_MS;
    }
  }

  #isDue(): boolean {
    const { laid, more = false } = this.#done;
    return laid !== this.#standing() || (more && this.#world.clock.now() >= this.#more.at);
  }

  /** The size of the vault. */
  async #bringUpToDate(): Promise<number> {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await this.#exchange();
      } catch (error) {
        // Another device was at it at the same time: what it laid by is taken first.
        if (!(error instanceof Fault) || error.code !== "password-changed" || left === 1) throw error;
      }
    }
  }

  async #exchange(): Promise<number> {
    const { door, self } = this.#world;
    const standing = this.#standing();
    const answer = await door.get("vault");
    const [version, sealed] = [answer.count("version"), answer.bytes("vault")];
    const holder = { owner: self, key: this.#key };
    const opened = openVaultWithKey(sealed, holder);
    const contents = readContents(opened);
    opened.fill(0);
    const before = this.#done.taken;
    const isAll = await this.#takeAll(contents);
    const isChanged = this.#done.laid !== standing;
    this.#lookAgain(isAll, isChanged);
    // Nothing is new here that could be laid by.
    if (!isChanged && this.#done.taken === before) {
      this.#keep({ ...this.#done, more: !isAll });
      return sealed.length;
    }
    const archive = await this.#laidBy(contents);
    const plain = writeContents({ ...contents, archive });
    const vault = resealContents(sealed, { ...holder, contents: plain });
    plain.fill(0);
    await door.post("vault", { version, vault: Buffer.from(vault).toString("base64") });
    this.#keep({ ...this.#done, laid: standing, more: !isAll });
    return vault.length;
  }

  #lookAgain(isAll: boolean, isChanged: boolean): void {
    const waitMs = isChanged ? LOOK_MS : Math.min(LONGEST_MS, Math.max(LOOK_MS, 2 * this.#more.waitMs));
    this.#more = { at: isAll ? Number.POSITIVE_INFINITY : this.#world.clock.now() + waitMs, waitMs };
  }

  // ---- what others laid by

  /** False: there is more that cannot be taken yet. */
  async #takeAll({ archive, archiveKey }: VaultContents): Promise<boolean> {
    let isAll = true;
    for (const [log, one] of archive) {
      if (!this.#isNew(log, one)) continue;
      if (await this.#take(log, one, archiveKey.secret)) this.#keepTaken(log, one);
      else isAll = false;
    }
    return isAll;
  }

  async #take(log: LogId, one: SealedArchive, secret: Uint8Array): Promise<boolean> {
    const { device, parts } = one;
    const { groups, vault, laidBy, note } = this.#world;
    try {
      for (const part of parts) {
        const sealed = new Uint8Array(Buffer.from(part, "base64"));
        const { rows } = await groups.takeArchive(log, { sealed, secret, device: device as DeviceId });
        vault.commit([{ put: "group", log, rows }], { durable: true });
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // Another look finds nothing else: it is given up.
      if (error.code !== "grant-malformed") return false;
      note("warn", `archive keys that were laid by cannot be used: ${error.message}`);
    }
    laidBy(log, one);
    return true;
  }

  #isNew(log: LogId, one: SealedArchive): boolean {
    return one.device !== this.#world.self.device && this.#done.taken[log] !== nameOf(one);
  }

  #keepTaken(log: LogId, one: SealedArchive): void {
    this.#keep({ ...this.#done, taken: { ...this.#done.taken, [log]: nameOf(one) } });
  }

  // ---- what this device lays by

  /** In the place of what was there, where all of that is held here; the newest keys of each where there is no room for all. */
  async #laidBy({ archive, archiveKey }: VaultContents): Promise<VaultContents["archive"]> {
    const { self, aboutOf } = this.#world;
    const laid = new Map<LogId, SealedArchive>(archive);
    for (const log of this.#logs()) {
      const before = archive.get(log);
      if (before !== undefined && this.#isNew(log, before)) continue;
      const parts = await this.#granted(log, archiveKey.publicKey);
      if (parts !== undefined) laid.set(log, { device: self.device, parts, ...calledIn(aboutOf(log)) });
    }
    return fitting(laid);
  }

  /** Undefined: this device is not in the group. */
  async #granted(log: LogId, publicKey: Uint8Array): Promise<readonly string[] | undefined> {
    const { groups, self } = this.#world;
    try {
      const parts = await groups.grantArchive(log, { device: self.device, publicKey });
      return parts.map((part) => Buffer.from(part).toString("base64"));
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  // ---- parts

  #logs(): readonly LogId[] {
    return this.#world.vault
      .logs()
      .filter(({ kind }) => kind !== "inbox")
      .map(({ log }) => log);
  }

  /** Another one whenever a group has another epoch: each has a key of its own. */
  #standing(): string {
    const all = this.#world.vault.logs().map(({ log, epoch }) => `${log} ${epoch}`);
    return createHash("sha256").update(all.toSorted().join("\n")).digest("hex");
  }

  #keep(done: Done): void {
    this.#done = done;
    this.#world.vault.commit([{ put: "setting", name: SETTING, value: JSON.stringify(done) }], { durable: false });
  }
}

function calledIn({ name, topic }: Called): Called {
  return { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) };
}

function nameOf({ device, parts }: SealedArchive): string {
  return createHash("sha256")
    .update([device, ...parts].join("\n"))
    .digest("hex");
}

/** As many as there is room for; of one conversation the newest keys are in its last part. */
function fitting(all: ReadonlyMap<LogId, SealedArchive>): VaultContents["archive"] {
  const kept = new Map<LogId, SealedArchive>();
  let bytes = 0;
  for (const [log, { parts, ...one }] of all) {
    const chosen: string[] = [];
    for (const part of parts.toReversed()) {
      if (bytes + part.length > BYTES_MOST) break;
      bytes += part.length;
      chosen.unshift(part);
    }
    if (chosen.length > 0) kept.set(log, { ...one, parts: chosen });
  }
  return kept;
}
