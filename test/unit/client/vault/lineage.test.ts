// Copies and older copies of a vault: noticed, and nothing that must not be used twice can be read from them.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Change, Vault } from "../../../../src/client/port/vault.ts";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import { entry, fault, foundIn, keep, LASTING, LOG, withLog } from "../../../kit/vault.ts";

let root: string;
let folder: string;
let state: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mutual-lineage-"));
  folder = mkdtempSync(join(root, "vault-"));
  state = join(root, "state");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(at = folder, outside = state, machine: string | undefined = "this machine"): Vault {
  return openVault(at, { outside: { folder: outside, machine } });
}

function put(rows: Readonly<Record<string, string>>, drop: readonly string[] = []): Change {
  return {
    put: "group",
    log: LOG,
    rows: { put: new Map(Object.entries(rows).map(([name, row]) => [name, Buffer.from(row)])), drop },
  };
}

/** One run: opened, changed, closed. */
function run(...changes: readonly Change[]): void {
  using vault = closing(open());
  for (const change of changes) vault.commit([change], LASTING);
}

function closing(vault: Vault): Vault & Disposable {
  return Object.assign(vault, { [Symbol.dispose]: () => vault.close() });
}

function copyOf(from: string): string {
  const to = mkdtempSync(join(root, "copy-"));
  cpSync(from, to, { recursive: true });
  return to;
}

/** What becomes of one that is not the same. It gives nothing secret away, and goes on once its groups are dropped. */
function story(vault: Vault): readonly unknown[] {
  const found = vault.lineage();
  const secrets = vault.groupRows(LOG).size + vault.keyPackages().length + vault.pending(LOG).size;
  const { message } = fault(() => vault.commit([put({ core: "x" })], LASTING));
  const history = vault.after(0, 1).length;
  vault.commit([{ drop: "groups" }], LASTING);
  const then = vault.lineage();
  vault.commit([put({ core: "anew" })], LASTING);
  return [found, secrets, vault.keyPackage("01"), message, history, then, vault.groupRows(LOG).size];
}

const NO_KEYS = "the vault failed: the groups of this vault must be dropped first: it is a copy, or an older one";
const COPIED = ["copied", 0, undefined, NO_KEYS, 1, "same", 1];
const OLDER = ["older", 0, undefined, NO_KEYS, 1, "same", 1];

function filled(): void {
  using vault = closing(withLog(open()));
  keep(vault, entry(1));
  vault.commit(
    [
      put({ core: "c", "keys/1": "k" }),
      { put: "key-package", keyPackage: { ref: "01", secret: Buffer.from("s"), expiresAt: 1 } },
      { put: "pending", log: LOG, name: "p", value: Buffer.from("v") },
    ],
    LASTING,
  );
}

describe("the same vault", () => {
  test("stays the same over restarts, with its groups", () => {
    filled();
    for (let round = 0; round < 3; round += 1) {
      using vault = closing(open());
      expect([vault.lineage(), vault.groupRows(LOG).size]).toEqual(["same", 2]);
      vault.commit([put({ "keys/1": `${round}` })], LASTING);
    }
    // One small file outside, and no more.
    expect(readdirSync(state)).toHaveLength(1);
  });

  test("without groups nothing is kept outside, and a copy is as good as the vault", () => {
    const vault = withLog(open());
    keep(vault, entry(1));
    vault.close();
    expect(existsSync(state)).toBe(false);
    const copy = open(copyOf(folder), join(root, "elsewhere"), "another machine");
    expect(copy.lineage()).toBe("same");
    copy.close();
  });

  test("moved to another folder of this machine it is the same", () => {
    filled();
    const moved = open(copyOf(folder));
    expect([moved.lineage(), moved.groupRows(LOG).size]).toEqual(["same", 2]);
    moved.close();
  });

  test("without a place outside it is kept inside, and goes with the folder", () => {
    const vault = openVault(folder);
    vault.commit([put({ core: "c" })], LASTING);
    vault.close();
    const copy = openVault(copyOf(folder));
    expect([copy.lineage(), copy.groupRows(LOG).size]).toEqual(["same", 1]);
    copy.close();
  });
});

describe("a copy", () => {
  test("on a machine that has no outside part", () => {
    filled();
    using copy = closing(open(copyOf(folder), join(root, "elsewhere")));
    expect(story(copy)).toEqual(COPIED);
  });

  test("on another machine, outside part and all", () => {
    filled();
    cpSync(state, join(root, "elsewhere"), { recursive: true });
    using copy = closing(open(copyOf(folder), join(root, "elsewhere"), "another machine"));
    expect(story(copy)).toEqual(COPIED);
  });

  test("with an outside part that cannot be read", () => {
    filled();
    for (const name of readdirSync(state)) writeFileSync(join(state, name), "{");
    using vault = closing(open());
    expect(story(vault)).toEqual(COPIED);
  });

  test("beside the vault, on the same machine: whoever comes second is older; then both have lines of their own", () => {
    filled();
    const copy = copyOf(folder);
    run(put({ "keys/1": "used here" }));
    const second = open(copy);
    expect(story(second)).toEqual(OLDER);
    second.close();
    for (const each of [folder, copy]) {
      using vault = closing(open(each));
      expect([vault.lineage(), vault.groupRows(LOG).size]).toEqual(["same", each === folder ? 2 : 1]);
      vault.commit([put({ "keys/1": "on" })], LASTING);
    }
  });
});

describe("an older one", () => {
  test("that was put back after a run that used keys", () => {
    filled();
    const older = copyOf(folder);
    run(put({ "keys/1": "k2" }));
    using vault = closing(open(older));
    expect(story(vault)).toEqual(OLDER);
  });

  test("that was copied while it was open, before more keys were used", () => {
    filled();
    const vault = open();
    vault.commit([put({ "keys/1": "k2" })], LASTING);
    const older = copyOf(folder);
    vault.commit([put({ "keys/2": "nothing is spent by this one" })], LASTING);
    vault.close();
    using back = closing(open(older));
    expect(story(back)).toEqual(OLDER);
  });

  test("with an outside part that was put back even further", () => {
    filled();
    const before = join(root, "before");
    cpSync(state, before, { recursive: true });
    run(put({ "keys/1": "k2" }));
    using vault = closing(open(folder, before));
    expect(story(vault)).toEqual(COPIED);
  });
});

describe("what was spent", () => {
  const sealedRows = (): Uint8Array[] => {
    const db = new DatabaseSync(join(folder, "vault.db"));
    const rows = db.prepare("SELECT sealed FROM cells WHERE kind = 16").all();
    db.close();
    return rows.map(({ sealed }) => (sealed as Uint8Array).slice(0, 48));
  };

  test("is not in the files any more, sealed as it was, once it was wiped", () => {
    filled();
    const before = sealedRows();
    expect(foundIn(folder, before)).toHaveLength(2);
    const vault = open();
    vault.commit([put({ core: "other" }, ["keys/1"])], LASTING);
    vault.wipe();
    expect(foundIn(folder, before)).toEqual([]);
    expect(readFileSync(join(folder, "vault.db-wal"))).toHaveLength(0);
    vault.close();
    expect(foundIn(folder, before)).toEqual([]);
  });

  test("cannot be opened from an old copy of the file, not even with the vault key and the outside part of today", () => {
    filled();
    const older = copyOf(folder);
    run(put({ core: "other" }, ["keys/1"]));
    // As somebody would who knows how it works: the generation of the old file, the secret of today.
    const [name = ""] = readdirSync(state);
    const now = JSON.parse(readFileSync(join(state, name), "utf8")) as {
      least: number;
      generations: { number: number; secret: string }[];
    };
    const seen: string[] = [];
    for (let number = 1; number < 5; number += 1) {
      const generations = [{ number, secret: now.generations[0]?.secret ?? "" }];
      writeFileSync(join(state, name), JSON.stringify({ ...now, least: 0, generations }));
      const vault = open(older);
      seen.push(vault.lineage() === "same" ? fault(() => vault.groupRows(LOG)).code : `${vault.groupRows(LOG).size}`);
      vault.close();
    }
    expect(seen).toEqual(["vault-corrupt", "0", "0", "0"]);
  });

  test("after a run that was killed: the next one changes the secret before it spends", () => {
    filled();
    const killed = open();
    killed.commit([put({ "keys/1": "k2" })], LASTING);
    const left = copyOf(folder);
    const leftOutside = readFileSync(join(state, readdirSync(state)[0] ?? ""), "utf8");
    killed.close();
    writeFileSync(join(state, readdirSync(state)[0] ?? ""), leftOutside);
    using vault = closing(open(left));
    expect([vault.lineage(), Buffer.from(vault.groupRows(LOG).get("keys/1") ?? []).toString()]).toEqual(["same", "k2"]);
    const secretOf = (): string =>
      (
        JSON.parse(readFileSync(join(state, readdirSync(state)[0] ?? ""), "utf8")) as {
          generations: { secret: string }[];
        }
      ).generations
        .map(({ secret }) => secret)
        .join();
    const before = secretOf();
    vault.commit([put({ "keys/1": "k3" })], LASTING);
    expect(secretOf()).not.toBe(before);
    expect(secretOf()).toHaveLength(64);
  });
});
