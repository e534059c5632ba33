// kill -9 at any moment of what changes a whole vault: afterwards it opens, and holds what it held.
import { spawn } from "node:child_process";
import { mkdtempDisposableSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { Fault } from "../../src/model/fault.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import { entries, entry, fillPlain, foundIn, keep, LOG, ME, plainVault, withLog } from "../kit/vault.ts";

const COST = { memoryKiB: 64, passes: 1, lanes: 1 };

/** Runs vault-killed.ts and kills it so long after it began; what it said until then. */
async function killed(args: readonly string[], afterMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "vault-killed.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
    said += chunk.toString();
  });
  await new Promise((resolve) => {
    child.on("close", resolve);
  });
  return said.trimEnd().split("\n");
}

describe("a plain vault is sealed", () => {
  it("killed again and again, each time a little later: nothing is lost, and in the end nothing is in the clear", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "mutual-vault-"));
    const texts = Array.from({ length: 20_000 }, (_, at) => `the ${at}. secret of the plains`);
    const plain = plainVault(folder.path);
    fillPlain(plain, texts);
    plain.close();
    let rounds = 0;
    for (let afterMs = 0; !(await killed(["open", folder.path], afterMs)).includes("done"); afterMs += 80) rounds += 1;
    expect(rounds, "it was killed in the middle").toBeGreaterThan(3);
    const vault = openVault(folder.path);
    expect(vault.after(0, 30_000).map(({ payload }) => (JSON.parse(payload) as { text: string }).text)).toEqual(texts);
    expect([vault.outgoing().length, vault.devices().length, vault.shown()]).toEqual([1, 1, 2]);
    vault.close();
    expect(foundIn(folder.path, ["secret of the plains", "Bob of the Plains", "waiting secretly"])).toEqual([]);
  });
});

describe("keys of groups are spent", () => {
  it("killed again and again, also while the secret changes: what was committed is there, and it is the same vault", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "mutual-vault-"));
    let last = 0;
    for (let round = 0; round < 12; round += 1) {
      const said = await killed(["spend", folder.path], 40 + 35 * round);
      const told = Number(said.at(-1));
      const vault = openVault(folder.path, { outside: { folder: join(folder.path, "outside"), machine: "m" } });
      const rows = vault.groupRows(LOG);
      const before = last;
      last = vault.logs()[0]?.seq ?? 0;
      expect(vault.lineage()).toBe("same");
      expect(last).toBeGreaterThanOrEqual(Number.isNaN(told) ? before : told);
      expect(Buffer.from(rows.get("core") ?? Buffer.from("0")).toString(), "rows and entries go together").toBe(
        `${last}`,
      );
      expect([...rows.keys()].toSorted()).toEqual(last === 0 ? [] : ["core", `keys/${last}`]);
      vault.close();
    }
    expect(last, "the secret changed while it ran").toBeGreaterThan(300);
  });
});

/** The passphrase with which it opens, with what is in it; from then on it is the first of both. */
function opensWith(folder: string): string {
  for (const passphrase of ["one passphrase", "the other one"]) {
    try {
      const vault = openVault(folder, { passphrase });
      const count = vault.after(0, 9).length;
      vault.protect("one passphrase", COST);
      vault.close();
      return `${passphrase}, ${count}`;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "wrong-passphrase") throw error;
    }
  }
  return "neither";
}

describe("the passphrase is changed", () => {
  it("killed again and again: the vault opens with the one or the other, and its key is never in the clear", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "mutual-vault-"));
    const first = openVault(folder.path);
    const { key } = JSON.parse(readFileSync(join(folder.path, "vault.key"), "utf8")) as { key: string };
    keep(withLog(first), entry(1));
    first.protect("one passphrase", COST);
    first.close();
    const opened: string[] = [];
    for (let round = 0; round < 15; round += 1) {
      const said = await killed(["change", folder.path], 20 + 13 * round);
      expect(said).not.toContain("done");
      opened.push(opensWith(folder.path));
    }
    expect([...new Set(opened)].toSorted(), "it was killed after either change").toEqual([
      "one passphrase, 1",
      "the other one, 1",
    ]);
    expect(foundIn(folder.path, [key])).toEqual([]);
  });
});

describe("a backup is restored over a vault", () => {
  it("killed again and again, each time a little later: the old vault is there or the new one, whole, and nothing else", async () => {
    using root = mkdtempDisposableSync(join(tmpdir(), "mutual-restore-"));
    const realm = "ab".repeat(32) as Sha256;
    const folder = (): string => vaultFolder(root.path, realm, ME);
    const counted = (): number => {
      const vault = openVault(folder());
      const { length } = vault.after(0, 99_999);
      vault.close();
      return length;
    };
    const vault = withLog(openVault(folder()));
    keep(vault, ...entries(1, 20_000));
    const about = { realm, device: ME, user: "alice", at: 0 };
    const backup = { file: join(root.path, "backup"), passphrase: "of the backup", force: false, about, identity: [] };
    vault.backup({ ...backup, cost: COST });
    keep(vault, entry(20_001));
    vault.close();
    const seen: number[] = [];
    for (let afterMs = 0; !(await killed(["restore", root.path], afterMs)).includes("done"); afterMs += 60)
      seen.push(counted());
    expect(seen.length, "it was killed in the middle").toBeGreaterThan(3);
    expect(seen.filter((count) => count !== 20_001 && count !== 20_000)).toEqual([]);
    expect([counted(), readdirSync(join(folder(), ".."))]).toEqual([20_000, [ME]]);
  });
});
