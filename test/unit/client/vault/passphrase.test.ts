// The passphrase of a vault: set, changed, removed; what a wrong one gets, and what damage is.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stretchedFor } from "../../../../src/client/vault/key-file.ts";
import { type LocalVault, openVault, openVaultAside } from "../../../../src/client/vault/sqlite.ts";
import { entry, fault, foundIn, keep, withLog } from "../../../kit/vault.ts";

/** Not half a second for each. */
const COST = { memoryKiB: 64, passes: 1, lanes: 1 };
const OLD = "correct horse";
const NEW = "battery staple";

let folder: string;
const keyFile = (): string => join(folder, "vault.key");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-vault-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens it, does something, closes it. */
function within<T>(passphrase: string | undefined, run: (vault: LocalVault) => T): T {
  const vault = openVault(folder, { passphrase });
  try {
    return run(vault);
  } finally {
    vault.close();
  }
}

function opened(passphrase: string | undefined): LocalVault & Disposable {
  const vault = openVault(folder, { passphrase });
  return Object.assign(vault, { [Symbol.dispose]: () => vault.close() });
}

function protect(before: string | undefined, after: string | undefined): void {
  within(before, (vault) => vault.protect(after, COST));
}

const codeFor = (passphrase: string | undefined): string => fault(() => openVault(folder, { passphrase })).code;
const textsFor = (passphrase: string | undefined): unknown => within(passphrase, (vault) => vault.after(0, 9).length);

function filled(): void {
  within(undefined, (vault) => keep(withLog(vault), entry(1)));
}

describe("a passphrase", () => {
  test("is set, changed, removed; each time only the right one opens what was there", () => {
    filled();
    protect(undefined, OLD);
    expect([codeFor(undefined), codeFor("other"), codeFor(NEW), codeFor("")]).toEqual([
      "no-passphrase",
      "wrong-passphrase",
      "wrong-passphrase",
      "wrong-passphrase",
    ]);
    expect(textsFor(OLD)).toBe(1);
    protect(OLD, NEW);
    expect([codeFor(OLD), textsFor(NEW)]).toEqual(["wrong-passphrase", 1]);
    protect(NEW, undefined);
    expect([textsFor(undefined), textsFor("any, it is not asked for")]).toEqual([1, 1]);
  });

  test("knows its passphrase from another, and from none, without being opened anew", async () => {
    const known = async (...said: readonly string[]): Promise<readonly boolean[]> => {
      using vault = opened(OLD);
      return await Promise.all(said.map((one) => vault.isPassphrase(one)));
    };
    expect(await known("", OLD)).toEqual([false, false]);
    protect(undefined, OLD);
    expect(await known(OLD, `${OLD} `, "")).toEqual([true, false, false]);
  });

  test("is tried, set and opened with while other things go on, and another one set meanwhile counts", async () => {
    filled();
    {
      using vault = opened(undefined);
      let turns = 0;
      const timer = setInterval(() => (turns += 1), 1);
      await vault.protectAside(OLD);
      expect(await vault.isPassphrase(OLD)).toBe(true);
      clearInterval(timer);
      // A thread that was held up could not have counted.
      expect(turns).toBeGreaterThan(10);
      vault.protect(OLD, COST);
    }
    const vault = await openVaultAside(folder, { passphrase: OLD });
    const before = await stretchedFor(folder, OLD);
    vault.protect(NEW, COST);
    vault.close();
    expect(fault(() => openVault(folder, { passphrase: OLD, stretched: before })).code).toBe("wrong-passphrase");
    expect(textsFor(NEW)).toBe(1);
  });

  test("says how it is guarded", () => {
    expect(within(undefined, ({ guard }) => guard)).toBe("permissions");
    protect(undefined, OLD);
    expect(within(OLD, ({ guard }) => guard)).toBe("passphrase");
    within(OLD, (vault) => {
      vault.protect(undefined);
      expect(vault.guard).toBe("permissions");
    });
  });

  test("is the same in every way to type it, and of any letters", () => {
    protect(undefined, "Ångström \u{1f512} pässe");
    expect(textsFor("Ångström \u{1f512} pässe".normalize("NFD"))).toBe(0);
    expect(codeFor("ångström \u{1f512} pässe")).toBe("wrong-passphrase");
  });

  test("a wrong one changes nothing, and its fault gives nothing away", () => {
    filled();
    protect(undefined, OLD);
    const before = ["vault.key", "vault.db"].map((name) => readFileSync(join(folder, name)));
    const { message, hint } = fault(() => openVault(folder, { passphrase: "my other secret" }));
    expect(`${message} ${hint}`).not.toContain("my other secret");
    expect(["vault.key", "vault.db"].map((name) => readFileSync(join(folder, name)))).toEqual(before);
  });

  test("the key lies nowhere in the clear, in no file of the vault, once it is set", () => {
    filled();
    const { key } = JSON.parse(readFileSync(keyFile(), "utf8")) as { key: string };
    protect(undefined, OLD);
    expect(foundIn(folder, [key, new Uint8Array(Buffer.from(key, "hex")), OLD])).toEqual([]);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  test("the old file is overwritten where it lay, unless somebody else has a name for it", () => {
    filled();
    const kept = join(folder, "kept.key");
    cpSync(keyFile(), kept);
    protect(undefined, OLD);
    expect(readFileSync(kept, "utf8")).toContain('"guard":"permissions"');
  });

  test("what a killed run left beside the key file is gone with the next start", () => {
    filled();
    const left = join(folder, "vault.key.new");
    cpSync(keyFile(), left);
    protect(undefined, OLD);
    expect(existsSync(left)).toBe(false);
  });

  test("costs what the file says, which is what was asked for when it was set", () => {
    protect(undefined, OLD);
    expect(JSON.parse(readFileSync(keyFile(), "utf8"))).toMatchObject({ guard: "passphrase", ...COST });
    within(OLD, (vault) => vault.protect(NEW));
    expect(JSON.parse(readFileSync(keyFile(), "utf8"))).toMatchObject({ memoryKiB: 131_072, passes: 3, lanes: 4 });
    expect(textsFor(NEW)).toBe(0);
  });

  test("the same passphrase twice is kept differently", () => {
    protect(undefined, OLD);
    const first = JSON.parse(readFileSync(keyFile(), "utf8")) as Record<string, string>;
    protect(OLD, OLD);
    const second = JSON.parse(readFileSync(keyFile(), "utf8")) as Record<string, string>;
    for (const name of ["salt", "nonce", "sealed"]) expect(second[name]).not.toBe(first[name]);
  });

  test("of a vault that is in use: it is in use, whatever the passphrase is", () => {
    protect(undefined, OLD);
    within(OLD, () => {
      expect([codeFor(undefined), codeFor("other"), codeFor(OLD)]).toEqual(
        Array.from({ length: 3 }, () => "vault-locked"),
      );
    });
  });
});
