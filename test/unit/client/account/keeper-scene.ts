// A device with groups, and the identity vault of its user at a server, as the keeper of archive keys sees them: all of it in the test's hand.
import { randomBytes } from "node:crypto";
import {
  readContents,
  type SealedArchive,
  type VaultContents,
  writeContents,
} from "../../../../src/client/account-contents.ts";
import { Answer } from "../../../../src/client/account-door.ts";
import { AccountKeeper, type KeeperWorld } from "../../../../src/client/account-keeper.ts";
import { ACCOUNT_SETTING, writeKept } from "../../../../src/client/account-kept.ts";
import type { Change, HeldLog } from "../../../../src/client/port/vault.ts";
import { Fault } from "../../../../src/model/fault.ts";
import type { DeviceId, Handle, LogId, Sha256 } from "../../../../src/model/ids.ts";
import {
  openVaultWithExportKey,
  openVaultWithKey,
  resealContents,
  sealVault,
} from "../../../../src/password/identity-vault.ts";
import { HandClock } from "../../../kit/hand-clock.ts";

const logOf = (digit: string): LogId => `0003${digit.repeat(28)}` as LogId;
export const [ROOM, OTHER, INBOX] = [logOf("a"), logOf("b"), logOf("c")];
export const SELF = { realm: "11".repeat(32) as Sha256, user: "ann" as Handle, device: "22".repeat(16) as DeviceId };
export const ANOTHER = "33".repeat(16);
export const OWNER = { realm: SELF.realm, user: SELF.user };
export const FIRST: VaultContents = {
  user: SELF.user,
  root: Uint8Array.of(1),
  host: "chat.example.org",
  port: 1,
  door: 2,
  displayName: undefined,
  archiveKey: { publicKey: Uint8Array.of(7), secret: Uint8Array.of(8) },
  archive: new Map(),
};

/** The identity vault at a server, a device with its groups, and a clock that a test turns. */
export class Scene {
  readonly clock = new HandClock();
  readonly settings = new Map<string, string>();
  readonly notes: string[] = [];
  readonly asked: string[] = [];
  readonly laidBy: unknown[] = [];
  readonly rows: unknown[] = [];
  readonly granted: unknown[] = [];
  readonly taken: unknown[] = [];
  /** By conversation; a group is in those that have an epoch. */
  readonly epochs = new Map<LogId, number>([[ROOM, 1]]);
  readonly key: Uint8Array;
  isConnected = true;
  version = 1;
  sealed: Uint8Array;
  /** What the door does instead of answering. */
  fails: (() => Fault | undefined) | undefined;
  takes: ((log: LogId) => Fault | undefined) | undefined;
  grants: (log: LogId) => readonly Uint8Array[] = (log) => [Buffer.from(`${log} ${this.epochs.get(log)}`)];
  keeper: AccountKeeper | undefined;

  constructor() {
    const exportKey = randomBytes(64);
    const contents = writeContents(FIRST);
    this.sealed = sealVault({ owner: OWNER, exportKey, entropy: randomBytes(32), contents });
    ({ key: this.key } = openVaultWithExportKey(this.sealed, { owner: OWNER, exportKey }));
    this.settings.set(ACCOUNT_SETTING, writeKept({ vaultKey: this.key }));
  }

  get archive(): VaultContents["archive"] {
    return readContents(openVaultWithKey(this.sealed, { owner: OWNER, key: this.key })).archive;
  }

  /** Another device has put this there. */
  put(archive: Readonly<Record<string, SealedArchive>>): void {
    const entries = Object.entries(archive) as [LogId, SealedArchive][];
    const contents = writeContents({ ...FIRST, archive: new Map(entries) });
    this.sealed = resealContents(this.sealed, { owner: OWNER, key: this.key, contents });
    this.version += 1;
  }

  start(): void {
    this.keeper = AccountKeeper.start(this.#world());
  }

  async pass(ms: number, stepMs = 500): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.pass(Math.min(stepMs, left));
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    }
  }

  #world(): KeeperWorld {
    const refuse = (fault: Fault | undefined): void => {
      if (fault !== undefined) throw fault;
    };
    return {
      vault: {
        logs: () =>
          [...this.epochs].map(
            ([log, epoch]) => ({ log, epoch, kind: log === INBOX ? "inbox" : "room" }) as unknown as HeldLog,
          ),
        setting: (name) => this.settings.get(name),
        commit: (changes: readonly Change[]) => {
          for (const change of changes)
            if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
            else this.rows.push(change);
        },
      },
      groups: {
        grantArchive: async (log, to) => {
          this.granted.push([log, to]);
          return this.grants(log);
        },
        takeArchive: async (log, given) => {
          refuse(this.takes?.(log));
          this.taken.push([log, Buffer.from(given.sealed).toString(), given.device]);
          return { rows: { put: new Map(), drop: [] }, segments: [] };
        },
      },
      self: SELF,
      door: {
        get: async (path) => {
          this.asked.push(`GET ${path}`);
          refuse(this.fails?.());
          return new Answer({ version: this.version, vault: Buffer.from(this.sealed).toString("base64") });
        },
        post: async (path, body) => {
          this.asked.push(`POST ${path}`);
          if (body["version"] !== this.version) throw new Fault("password-changed", "another device was faster");
          this.version += 1;
          this.sealed = Buffer.from(String(body["vault"]), "base64");
          return new Answer({ version: this.version });
        },
      },
      clock: this.clock,
      note: (level, sentence) => void this.notes.push(`${level}: ${sentence}`),
      isConnected: () => this.isConnected,
      laidBy: (log, called) => void this.laidBy.push([log, called.name]),
      aboutOf: (log) => (log === ROOM ? { name: "room", topic: "of what" } : {}),
    };
  }
}
