import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NewEntry, Vault } from "../../../../src/client/port/vault.ts";
import { defaultHome, vaultFolder } from "../../../../src/client/vault/home.ts";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import { Fault } from "../../../../src/model/fault.ts";
import type { DeviceId, Handle, LogId, MessageId, StoreId } from "../../../../src/model/ids.ts";
import { CHAIN_START } from "../../../../src/wire/chain.ts";

const LOG = "00020000000000000000000000000000" as LogId;
const OTHER = "00030000000000000000000000000000" as LogId;
const ME = "aa".repeat(16) as DeviceId;
const BOB = "bb".repeat(16) as DeviceId;
const mid = (number: number): MessageId => number.toString(16).padStart(32, "0") as MessageId;
const chain = (number: number): Uint8Array => Buffer.alloc(32, number);
const LASTING = { durable: true };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-vault-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function entry(seq: number, more: Partial<NewEntry> = {}): NewEntry {
  const base = { log: LOG, seq, at: 1000 + seq, sender: BOB, mid: mid(seq), kind: "app", epoch: 0 } as const;
  return { ...base, payload: `{"kind":"text","text":"${seq}"}`, chain: chain(seq), quiet: false, ...more };
}

function withLog(vault: Vault, log = LOG): Vault {
  vault.commit([{ put: "log", log, kind: "lobby", epoch: 0 }], LASTING);
  return vault;
}

function fault(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the vault keeps", () => {
  test("everything over a restart", () => {
    const first = withLog(openVault(folder));
    const server = { storeId: "cc".repeat(16) as StoreId, generation: 3 };
    const bob = { device: BOB, user: "bob" as Handle, name: "Bob", problem: "" };
    const unknown = { device: ME, user: undefined, name: "", problem: "unknown-device" };
    const message = { mid: mid(99), log: LOG, since: 2, payload: "p", storedAt: undefined };
    first.commit(
      [
        { put: "entries", log: LOG, entries: [entry(1), entry(2, { sender: ME, quiet: true })], own: [] },
        { put: "outgoing", message },
        { put: "outgoing", message: { ...message, mid: mid(98) } },
        { put: "stored", mid: mid(98), seq: 7 },
        { put: "server", server },
        { put: "device", device: bob },
        { put: "device", device: unknown },
        { put: "read", log: LOG, seq: 1 },
        { put: "members", log: LOG, members: 5 },
        { put: "shown", row: 1 },
      ],
      LASTING,
    );
    first.close();
    const again = openVault(folder);
    expect(again.logs()).toEqual([
      { log: LOG, kind: "lobby", seq: 2, chain: new Uint8Array(chain(2)), epoch: 0, read: 1, members: 5 },
    ]);
    expect(again.outgoing()).toEqual([message, { ...message, mid: mid(98), storedAt: 7 }]);
    expect(again.server()).toEqual(server);
    expect(again.devices()).toEqual([unknown, bob]);
    expect(again.shown()).toBe(1);
    expect(again.after(1, 10)).toMatchObject([
      { ...entry(2, { sender: ME, quiet: true }), chain: expect.anything() as unknown, row: 2, lost: false },
    ]);
    expect(again.history(LOG, 2, 10).map(({ seq }) => seq)).toEqual([1]);
    expect([again.unread(LOG, ME), again.unread(LOG, BOB)]).toEqual([0, 1]);
    again.close();
  });

  test("all of a commit or nothing", () => {
    const vault = withLog(openVault(folder));
    vault.commit([{ put: "entries", log: LOG, entries: [entry(1)], own: [] }], LASTING);
    const wrong = () =>
      vault.commit(
        [
          { put: "shown", row: 9 },
          { put: "entries", log: LOG, entries: [entry(2), entry(1)], own: [] },
        ],
        LASTING,
      );
    expect(fault(wrong).code).toBe("vault-failed");
    expect([vault.shown(), vault.logs()[0]?.seq, vault.after(0, 9).length]).toEqual([0, 1, 1]);
    vault.commit([{ put: "entries", log: LOG, entries: [entry(2)], own: [] }], LASTING);
    vault.close();
  });

  test("the chain after every entry, and none that it does not hold", () => {
    const vault = withLog(withLog(openVault(folder)), OTHER);
    vault.commit(
      [
        { put: "entries", log: LOG, entries: [entry(1), entry(2)], own: [] },
        { put: "position", log: OTHER, seq: 40, chain: chain(40) },
      ],
      LASTING,
    );
    expect([vault.chainAt(LOG, 0), vault.chainAt(LOG, 1), vault.chainAt(LOG, 3)]).toEqual([
      CHAIN_START,
      new Uint8Array(chain(1)),
      undefined,
    ]);
    expect([vault.chainAt(OTHER, 40), vault.chainAt(OTHER, 39)]).toEqual([new Uint8Array(chain(40)), undefined]);
    vault.close();
  });

  test("what the server lost, until it comes back; then once", () => {
    const vault = withLog(openVault(folder));
    vault.commit(
      [{ put: "entries", log: LOG, entries: [entry(1), entry(2, { sender: ME }), entry(3)], own: [] }],
      LASTING,
    );
    vault.commit([{ put: "position", log: LOG, seq: 1, chain: chain(1) }], LASTING);
    expect(vault.lostOf(LOG, ME).map((one) => one.mid)).toEqual([mid(2)]);
    expect(vault.find(LOG, mid(3), BOB)).toEqual({ seq: 3, lost: true });
    expect(vault.find(LOG, mid(3), ME)).toBeUndefined();
    expect(vault.chainAt(LOG, 2)).toBeUndefined();
    vault.commit(
      [
        {
          put: "entries",
          log: LOG,
          entries: [entry(2, { mid: mid(3), quiet: true }), entry(3, { mid: mid(2), sender: ME, quiet: true })],
          own: [],
        },
      ],
      LASTING,
    );
    expect(vault.history(LOG, 99, 99).map((one) => [one.seq, one.mid, one.lost])).toEqual([
      [1, mid(1), false],
      [2, mid(3), false],
      [3, mid(2), false],
    ]);
    vault.close();
  });

  test("the queue: in order, a repeat changes nothing, what came back leaves", () => {
    const vault = withLog(openVault(folder));
    const message = (number: number) => ({
      mid: mid(number),
      log: LOG,
      since: 0,
      payload: `${number}`,
      storedAt: undefined,
    });
    vault.commit(
      [5, 3, 4, 3].map((number) => ({ put: "outgoing", message: message(number) })),
      LASTING,
    );
    expect(vault.outgoing().map(({ payload }) => payload)).toEqual(["5", "3", "4"]);
    vault.commit(
      [
        { put: "entries", log: LOG, entries: [entry(1, { mid: mid(3), sender: ME })], own: [mid(3)] },
        { put: "failed", mid: mid(5) },
      ],
      LASTING,
    );
    expect(vault.outgoing().map(({ payload }) => payload)).toEqual(["4"]);
    vault.close();
  });
});

describe("the file", () => {
  test("is private, in a folder for realm and device", () => {
    const made = vaultFolder(folder, "ab".repeat(32) as never, ME);
    expect(made).toBe(join(folder, "abababababababab", ME));
    openVault(made).close();
    expect([statSync(made).mode & 0o777, statSync(join(made, "vault.db")).mode & 0o777]).toEqual([0o700, 0o600]);
    chmodSync(made, 0o755);
    vaultFolder(folder, "ab".repeat(32) as never, ME);
    expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  test("is where the platform keeps such things", () => {
    const base = { homedir: "/home/a", env: {} };
    expect(defaultHome({ ...base, platform: "linux" })).toBe("/home/a/.local/share/mutual-chat");
    expect(defaultHome({ ...base, platform: "linux", env: { XDG_DATA_HOME: "/data" } })).toBe("/data/mutual-chat");
    expect(defaultHome({ ...base, platform: "linux", env: { XDG_DATA_HOME: "relative" } })).toBe(
      "/home/a/.local/share/mutual-chat",
    );
    expect(defaultHome({ ...base, platform: "darwin" })).toContain("Application Support");
  });

  test("is locked while somebody has it, and free after them", () => {
    const vault = openVault(folder);
    expect(fault(() => openVault(folder))).toMatchObject({ code: "vault-locked", hint: expect.any(String) as unknown });
    vault.close();
    openVault(folder).close();
  });

  test.each([
    [
      "noise",
      Buffer.from(
        "this is not a database, and it is longer than a header of SQLite which has a hundred bytes ........",
      ),
    ],
    ["another program's", "sqlite"],
    ["of a newer version", "newer"],
  ])("%s: refused and left as it is", (_what, content) => {
    const file = join(folder, "vault.db");
    if (content instanceof Buffer) writeFileSync(file, content);
    else {
      if (content === "newer") openVault(folder).close();
      const db = new DatabaseSync(file);
      db.exec(content === "newer" ? "PRAGMA user_version = 999" : "CREATE TABLE theirs (x)");
      db.close();
    }
    const before = readFileSync(file);
    expect(fault(() => openVault(folder)).code).toBe(content === "newer" ? "vault-newer" : "vault-corrupt");
    expect(readFileSync(file)).toEqual(before);
  });

  test("damaged in the middle: a fault that says so, when it is met", () => {
    const vault = withLog(openVault(folder));
    vault.commit(
      [{ put: "entries", log: LOG, entries: Array.from({ length: 2_000 }, (_, at) => entry(at + 1)), own: [] }],
      LASTING,
    );
    vault.close();
    const file = join(folder, "vault.db");
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096 * 8, bytes.length - 4096);
    writeFileSync(file, bytes);
    const read = (): void => {
      const damaged = openVault(folder);
      try {
        damaged.after(0, 5_000);
        damaged.history(LOG, 5_000, 5_000);
      } finally {
        damaged.close();
      }
    };
    expect(fault(read).code).toBe("vault-corrupt");
  });
});

describe("kill -9", () => {
  test("what a commit returned for is there, whole; what it did not is not half there; the lock is gone", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "writer.ts"), folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = 0;
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        const lines = chunk.toString().trim().split("\n");
        told = Math.max(told, Number(lines.at(-1)));
        if (told >= 40) child.kill("SIGKILL");
      });
      child.on("exit", () => resolve());
    });
    expect(told).toBeGreaterThanOrEqual(40);
    expect(existsSync(join(folder, "vault.db-wal"))).toBe(true);
    const vault = openVault(folder);
    const [held] = vault.logs();
    const entries = vault.after(0, 1_000_000);
    expect(held?.seq).toBeGreaterThanOrEqual(told);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: held?.seq ?? 0 }, (_, at) => at + 1));
    expect(new Uint8Array(held?.chain ?? [])).toEqual(new Uint8Array(entries.at(-1)?.chain ?? []));
    // Each commit takes one message out of the queue and puts the next one in.
    expect(vault.outgoing().map((message) => message.since)).toEqual([held?.seq]);
    vault.close();
  });
});
