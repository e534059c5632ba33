// A backup: everything comes back, nothing that must not be used twice is in it, and nothing of it can be read without its passphrase.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Vault } from "../../../../src/client/port/vault.ts";
import { vaultFolder } from "../../../../src/client/vault/home.ts";
import { restoreBackup, type RestoreWish } from "../../../../src/client/vault/restore.ts";
import { type LocalVault, openVault } from "../../../../src/client/vault/sqlite.ts";
import type { Handle, Sha256, StoreId } from "../../../../src/model/ids.ts";
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
  OTHER,
  withLog,
} from "../../../kit/vault.ts";

const REALM = "ab".repeat(32) as Sha256;
const COST = { memoryKiB: 64, passes: 1, lanes: 1 };
const PASSPHRASE = "a passphrase of the backup";

let root: string;
let home: string;
const file = (): string => join(root, "backup");
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mutual-backup-"));
  home = join(root, "home");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const folder = (at = home): string => vaultFolder(at, REALM, ME);

function within<T>(run: (vault: LocalVault) => T, passphrase?: string, at = home): T {
  const vault = openVault(folder(at), { passphrase });
  try {
    return run(vault);
  } finally {
    vault.close();
  }
}

const ABOUT = { realm: REALM, device: ME, user: "alice", at: 1_700_000_000_000 };
const WISH = { passphrase: PASSPHRASE, cost: COST, force: false, about: ABOUT, identity: [] };

function backUp(vault: LocalVault, more: object = {}) {
  return vault.backup({ ...WISH, file: file(), ...more });
}

function restore(more: Partial<RestoreWish> = {}) {
  return restoreBackup({
    file: file(),
    passphrase: PASSPHRASE,
    cost: COST,
    home: join(root, "other"),
    force: false,
    check: () => {},
    ...more,
  });
}

function fill(vault: Vault): void {
  withLog(withLog(vault), OTHER);
  keep(
    vault,
    entry(1, { text: "Carthage" }),
    entry(2, { text: "must be", sender: ME }),
    entry(3, { aside: true, text: undefined }),
  );
  keep(vault, ...entries(1, 400, { log: OTHER }));
  keep(vault, entry(4, { kind: "commit", text: undefined, payload: "" }), entry(5, { text: "DESTROYED" }));
  vault.commit([{ put: "position", log: LOG, seq: 4, chain: chain(4) }], LASTING);
  keep(vault, entry(5, { mid: mid(50), quiet: true }));
  vault.commit([{ put: "position", log: LOG, seq: 4, chain: chain(4) }], LASTING);
  keep(vault, entry(5, { mid: mid(50), quiet: true, text: "found again" }));
  vault.commit([{ put: "position", log: OTHER, seq: 403, chain: chain(3) }], LASTING);
  vault.commit([{ put: "past", log: OTHER, entries: [entry(402, { log: OTHER })] }], LASTING);
  const message = { mid: mid(99), log: LOG, since: 2, payload: "waiting", storedAt: undefined };
  vault.commit(
    [
      { put: "outgoing", message },
      { put: "device", device: { device: BOB, user: "bob" as Handle, name: "Bob", problem: "" } },
      { put: "server", server: { storeId: "cd".repeat(16) as StoreId, generation: 2 } },
      { put: "setting", name: "draft", value: "half a sentence" },
      { put: "read", log: LOG, seq: 2 },
      { put: "shown", row: 5 },
      { put: "group", log: LOG, rows: { put: new Map([["core", Buffer.from("a key of the group")]]), drop: [] } },
      { put: "key-package", keyPackage: { ref: "01", secret: Buffer.from("a secret of it"), expiresAt: 1 } },
      { put: "pending", log: LOG, name: "p", value: Buffer.from("a pending value") },
    ],
    LASTING,
  );
}

/** Everything that a backup keeps, as it can be read; rows are counted anew. */
function contents(vault: Vault): unknown {
  const held = vault.after(0, 10_000);
  return {
    held: held.map(({ row: _row, ...rest }) => rest),
    shown: held.filter(({ row }) => row <= vault.shown()).length,
    logs: vault.logs(),
    outgoing: vault.outgoing(),
    devices: vault.devices(),
    server: vault.server(),
    draft: vault.setting("draft"),
    unread: [LOG, OTHER].map((log) => vault.unread(log, ME)),
    found: ["carthage", "destroyed", "again", "nothing"].map((text) =>
      vault.search({ texts: [text], limit: 9 }).map(({ seq }) => seq),
    ),
  };
}

describe("a backup", () => {
  test("brings back everything but what must not be used twice", () => {
    const before = within((vault) => {
      fill(vault);
      expect(backUp(vault)).toEqual({ entries: 407, cells: 6 });
      return contents(vault);
    });
    const { about, counts, folder: where } = restore();
    expect([about, counts, where]).toEqual([
      { ...ABOUT, guard: "permissions" },
      { entries: 407, cells: 6 },
      folder(join(root, "other")),
    ]);
    within(
      (vault) => {
        expect(contents(vault)).toEqual(before);
        expect([vault.lineage(), vault.groupRows(LOG).size, vault.keyPackages(), vault.pending(LOG).size]).toEqual([
          "same",
          0,
          [],
          0,
        ]);
        expect(vault.find(LOG, mid(50), BOB)).toMatchObject({ seq: 5, lost: false });
        keep(vault, entry(6));
        expect(vault.after(0, 10_000)).toHaveLength(408);
      },
      undefined,
      join(root, "other"),
    );
    expect(readdirSync(join(folder(join(root, "other")), ".."))).toEqual([ME]);
  });

  test("is private, and says nothing to who has no passphrase", () => {
    within((vault) => {
      fill(vault);
      backUp(vault, { identity: [{ name: "alice.key", content: "a private key" }] });
    });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    const secrets = [
      "Carthage",
      "carthage",
      "waiting",
      "Bob",
      "half a sentence",
      "a key of the group",
      "a private key",
      LOG,
      ME,
      REALM,
      PASSPHRASE,
    ];
    expect(foundIn(root, secrets)).toEqual([]);
  });

  test("does not hold secrets of groups, not even sealed: it is of another size only by what it says", () => {
    const size = (rows: number): number =>
      within((vault) => {
        withLog(vault);
        const put = new Map(Array.from({ length: rows }, (_, at) => [`r${at}`, Buffer.alloc(50_000)]));
        vault.commit([{ put: "group", log: LOG, rows: { put, drop: [] } }], LASTING);
        backUp(vault, { force: true });
        return statSync(file()).size;
      });
    expect(size(10)).toBe(size(0));
  });

  test("over a file that is there: only if it is meant", () => {
    writeFileSync(file(), "mine");
    within((vault) => {
      expect(fault(() => backUp(vault)).code).toBe("backup-exists");
      expect(readFileSync(file(), "utf8")).toBe("mine");
      backUp(vault, { force: true });
    });
    expect(restore().counts.entries).toBe(0);
  });

  test("where it cannot be written: nothing is left", () => {
    within((vault) => {
      expect(fault(() => backUp(vault, { file: join(root, "no", "where") })).code).toBe("backup-unwritable");
    });
    expect(existsSync(join(root, "no"))).toBe(false);
  });

  test("of a vault with a passphrase makes one with a passphrase: that of the backup", () => {
    within((vault) => {
      fill(vault);
      vault.protect("of the vault", COST);
      backUp(vault);
    });
    restore();
    const at = join(root, "other");
    expect(fault(() => within(() => {}, undefined, at)).code).toBe("no-passphrase");
    expect(fault(() => within(() => {}, "of the vault", at)).code).toBe("wrong-passphrase");
    expect(within((vault) => vault.guard, PASSPHRASE, at)).toBe("passphrase");
  });

  test("has a key of its own: the old one opens nothing of the new vault", () => {
    within((vault) => {
      fill(vault);
      backUp(vault);
    });
    restore();
    const [old, now] = [home, join(root, "other")].map((at) => readFileSync(join(folder(at), "vault.key"), "utf8"));
    expect(now).not.toBe(old);
  });
});

describe("restored over a vault that is there", () => {
  const prepare = (): void => {
    within((vault) => {
      fill(vault);
      backUp(vault);
      keep(vault, entry(6, { text: "since then" }));
    });
  };

  test("only if it is meant", () => {
    prepare();
    expect(fault(() => restore({ home }))).toMatchObject({
      code: "vault-exists",
      hint: expect.stringContaining("--force") as unknown,
    });
    expect(within((vault) => vault.after(0, 9_999).length)).toBe(408);
    restore({ home, force: true });
    expect(within((vault) => vault.after(0, 9_999).length)).toBe(407);
    expect(readdirSync(join(folder(), ".."))).toEqual([ME]);
  });

  test("not while it is in use", () => {
    prepare();
    within((vault) => {
      expect(fault(() => restore({ home, force: true })).code).toBe("vault-locked");
      expect(vault.after(0, 9_999)).toHaveLength(408);
    });
    expect(readdirSync(join(folder(), ".."))).toEqual([ME]);
    expect(within((vault) => vault.after(0, 9_999).length)).toBe(408);
  });

  test("also if it is damaged, or its passphrase is forgotten", () => {
    prepare();
    writeFileSync(join(folder(), "vault.db"), "noise ".repeat(1_000));
    restore({ home, force: true });
    within((vault) => vault.protect("forgotten for ever", COST));
    restore({ home, force: true });
    expect(within((vault) => vault.after(0, 9_999).length)).toBe(407);
  });

  test("not if the check of who restores says no", () => {
    prepare();
    const check = (): never => {
      throw new Error("no");
    };
    expect(fault(() => restore({ home, force: true, check })).message).toContain("no");
    expect(within((vault) => vault.after(0, 9_999).length)).toBe(408);
    expect(readdirSync(join(folder(), ".."))).toEqual([ME]);
  });

  test("killed between its two renames: the next start has the old one back, or the new one alone", () => {
    prepare();
    const [target, old] = [folder(), `${folder()}.replaced`];
    renameSync(target, old);
    expect(within((vault) => vault.after(0, 9_999).length)).toBe(408);
    mkdirSync(old);
    writeFileSync(join(old, "vault.db"), "the one before");
    expect(within((vault) => vault.after(0, 9_999).length)).toBe(408);
    expect(existsSync(old)).toBe(false);
  });
});
