// What lies on the disk: nothing that can be read without the vault key, and nothing that can be changed unnoticed.
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Vault } from "../../../../src/client/port/vault.ts";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import { bytesOf, type Handle, type StoreId } from "../../../../src/model/ids.ts";
import {
  BOB,
  chain,
  entries,
  entry,
  fault,
  foundIn,
  keep,
  LASTING,
  LOG,
  ME,
  mid,
  withLog,
} from "../../../kit/vault.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-vault-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Changes the closed file as somebody without the key could. */
function change(sql: string): void {
  const db = new DatabaseSync(join(folder, "vault.db"));
  db.exec(sql);
  db.close();
}

/** Opens it and reads everything. */
function readAll(): void {
  const vault = openVault(folder);
  try {
    vault.logs();
    vault.outgoing();
    vault.devices();
    vault.server();
    vault.shown();
    vault.after(0, 10_000);
  } finally {
    vault.close();
  }
}

function fill(vault: Vault): void {
  withLog(vault);
  for (let seq = 1; seq <= 40; seq += 1) keep(vault, entry(seq));
  const message = { mid: mid(77), log: LOG, since: 2, payload: "p", storedAt: undefined };
  vault.commit(
    [
      { put: "outgoing", message },
      { put: "outgoing", message: { ...message, mid: mid(78) } },
      { put: "device", device: { device: BOB, user: "bob" as Handle, name: "Bob", problem: "" } },
      { put: "shown", row: 3 },
    ],
    LASTING,
  );
}

describe("nothing in the files of the vault", () => {
  const SECRETS = [
    "Carthage must be destroyed",
    "ÄÖÜ strange",
    "Marcus Porcius",
    "cato",
    "waits to be sent",
    "77777777",
  ];
  const raw = [LOG, ME, BOB, mid(0xabcdef), "5e".repeat(16)].flatMap((id) => [id, new Uint8Array(bytesOf(id))]);

  test.each([
    ["while it is open, the journal too", false],
    ["after it was closed", true],
  ])("can be read: %s", (_when, isClosed) => {
    const vault = withLog(openVault(folder));
    const [text, other] = [SECRETS[0] ?? "", SECRETS[1] ?? ""];
    const found = { mid: mid(0xabcdef), log: LOG, since: 2, payload: SECRETS[4] ?? "", storedAt: undefined };
    vault.commit(
      [
        {
          put: "entries",
          log: LOG,
          entries: [entry(1, { text, at: 77_777_777, chain: chain(0x5e) }), entry(2, { text: other, sender: ME })],
          own: [],
        },
        { put: "outgoing", message: found },
        { put: "device", device: { device: BOB, user: "cato" as Handle, name: "Marcus Porcius", problem: "" } },
        { put: "server", server: { storeId: "5e".repeat(16) as StoreId, generation: 3 } },
      ],
      LASTING,
    );
    expect(readFileSync(join(folder, "vault.db-wal")).length).toBeGreaterThan(0);
    if (isClosed) vault.close();
    expect(foundIn(folder, [...SECRETS, ...SECRETS.map((one) => one.toLowerCase()), ...raw])).toEqual([]);
    vault.close();
    // The test itself: what is not sealed would be found.
    writeFileSync(join(folder, "other"), "it was Marcus Porcius who said so");
    expect(foundIn(folder, SECRETS)).toEqual(["other: Marcus Porcius"]);
  });

  test("is longer for a longer message, within the same step", () => {
    const size = (text: string): number => {
      const here = mkdtempSync(join(folder, "size-"));
      const vault = withLog(openVault(here));
      keep(vault, entry(1, { text }));
      vault.close();
      const db = new DatabaseSync(join(here, "vault.db"));
      const sizes = db.prepare("SELECT length(b.sealed) + length(t.sealed) AS size FROM blocks b JOIN texts t").get();
      db.close();
      return Number(sizes?.["size"]);
    };
    expect(size("no")).toBe(size("yes, and with pleasure"));
  });
});

describe("changed by somebody without the key: refused, and left as it is", () => {
  const SWAP = (table: string, column: string, key: string): string =>
    `UPDATE ${table} SET ${column} = (SELECT ${column} FROM ${table} ORDER BY ${key} DESC LIMIT 1) WHERE ${key} = (SELECT min(${key}) FROM ${table})`;

  test.each([
    ["a cell is taken away", "DELETE FROM cells WHERE kind = 4 AND id = (SELECT max(id) FROM cells WHERE kind = 4)"],
    [
      "two cells are swapped",
      "UPDATE cells SET tag = CASE tag WHEN (SELECT tag FROM cells WHERE kind = 4 ORDER BY id LIMIT 1) THEN x'00' ELSE tag END",
    ],
    ["a cell has the content of another", SWAP("cells", "sealed", "id")],
    ["a cell is of another kind", "UPDATE cells SET kind = 3 WHERE kind = 2"],
    ["a cell is of somebody else", "UPDATE cells SET owner = 3 WHERE kind = 2"],
    ["a cell is cut short", "UPDATE cells SET sealed = substr(sealed, 1, 20) WHERE kind = 1"],
    ["a block is taken away", "DELETE FROM blocks WHERE first = (SELECT min(first) FROM blocks)"],
    ["a block has the content of another", SWAP("blocks", "sealed", "first")],
    ["a bit of a block", "UPDATE blocks SET sealed = CAST(x'00' || substr(sealed, 2) AS BLOB)"],
    ["an entry is moved", "UPDATE entries SET seq = 99 WHERE seq = 3"],
    ["an entry is of another conversation", "UPDATE entries SET log = log + 1 WHERE seq = 3"],
    ["an entry is of another kind", "UPDATE entries SET kind = 2 WHERE seq = 3"],
    ["the newest entry is taken away", "DELETE FROM entries WHERE id = (SELECT max(id) FROM entries)"],
    [
      "an entry is added",
      "INSERT INTO entries SELECT id + 500, log, seq + 500, sender, mid + 1, kind, 0, 0 FROM entries WHERE seq = 3",
    ],
    ["the ledger is taken away", "DELETE FROM meta"],
    ["a bit of the ledger", "UPDATE meta SET value = CAST(x'00' || substr(value, 2) AS BLOB)"],
  ])("%s", (_what, sql) => {
    const vault = openVault(folder);
    fill(vault);
    vault.close();
    change(sql);
    expect(fault(readAll)).toMatchObject({
      code: "vault-corrupt",
      hint: expect.stringContaining("vault.db") as unknown,
    });
  });

  test("a cell, a block or everything of a table is put back as it was before: it does not fit the rest", () => {
    const vault = openVault(folder);
    fill(vault);
    vault.close();
    const older = mkdtempSync(join(tmpdir(), "mutual-older-"));
    cpSync(folder, older, { recursive: true });
    const later = openVault(folder);
    keep(later, entry(41));
    later.commit([{ put: "rewritten", row: 2, payload: "other", text: "other" }], LASTING);
    later.commit([{ put: "read", log: LOG, seq: 40 }], LASTING);
    later.close();
    readAll();
    const file = join(older, "vault.db");
    const newer = readFileSync(join(folder, "vault.db"));
    for (const sql of [
      "UPDATE cells SET version = o.version, sealed = o.sealed FROM old.cells o WHERE cells.id = o.id AND cells.kind = 1",
      "DELETE FROM blocks WHERE first = 1; INSERT INTO blocks SELECT * FROM old.blocks WHERE first = 1",
      "DELETE FROM texts; INSERT INTO texts SELECT * FROM old.texts; DELETE FROM blocks; INSERT INTO blocks SELECT * FROM old.blocks",
      "DELETE FROM cells; INSERT INTO cells SELECT * FROM old.cells",
      "DELETE FROM meta; INSERT INTO meta SELECT * FROM old.meta",
    ]) {
      change(`ATTACH '${file}' AS old; ${sql}`);
      expect([sql, fault(readAll).code]).toEqual([sql, "vault-corrupt"]);
      writeFileSync(join(folder, "vault.db"), newer);
    }
    readAll();
    rmSync(older, { recursive: true });
  });
});

describe("the key without a passphrase", () => {
  const keyFile = (): string => join(folder, "vault.key");

  test("lies in a private file of its own; without it nothing can be read, and the vault says so", () => {
    const vault = openVault(folder);
    fill(vault);
    vault.close();
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    const kept = readFileSync(keyFile());
    rmSync(keyFile());
    expect(fault(readAll)).toMatchObject({
      code: "vault-key-missing",
      hint: expect.stringContaining(folder) as unknown,
    });
    writeFileSync(keyFile(), kept);
    readAll();
  });

  test("of another vault does not open this one", () => {
    const other = mkdtempSync(join(folder, "other-"));
    openVault(other).close();
    openVault(folder).close();
    cpSync(join(other, "vault.key"), keyFile());
    expect(fault(readAll).code).toBe("vault-corrupt");
  });

  test.each([
    ["empty", ""],
    ["not JSON", "{"],
    ["null", "null"],
    ["without its sum", '{"version":1,"guard":"permissions","key":"00"}'],
    ["with a digit changed", undefined],
  ])("%s: damage, and it is left as it is", (_what, content) => {
    openVault(folder).close();
    const right = readFileSync(keyFile(), "utf8");
    const wrong = content ?? right.replace(/"key":"(.)/, (_all, digit) => `"key":"${digit === "0" ? 1 : 0}`);
    writeFileSync(keyFile(), wrong);
    expect(fault(readAll).code).toBe("vault-corrupt");
    expect(readFileSync(keyFile(), "utf8")).toBe(wrong);
  });

  test("a start that was killed before the vault was there is gone on with", () => {
    openVault(folder).close();
    const key = readFileSync(keyFile());
    rmSync(join(folder, "vault.db"));
    readAll();
    expect(readFileSync(keyFile())).toEqual(key);
  });

  test("many small commits and many entries need no more of the file than they say", () => {
    const vault = withLog(openVault(folder));
    for (let seq = 1; seq <= 200; seq += 1) keep(vault, entry(seq));
    vault.close();
    const db = new DatabaseSync(join(folder, "vault.db"));
    const { blocks } = db.prepare("SELECT count(*) AS blocks FROM blocks").get() ?? {};
    db.close();
    expect(blocks).toBeLessThan(20);
    const again = openVault(folder);
    keep(again, ...entries(201, 300));
    expect(again.after(0, 999)).toHaveLength(300);
    again.close();
  });
});
