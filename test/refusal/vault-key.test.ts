// Key files that were not written by this program, or not as they are now: damage and never a wrong passphrase, before any of the
// work or memory that they ask for.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { fault } from "../kit/vault.ts";

let folder: string;
const keyFile = (): string => join(folder, "vault.key");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-vault-"));
  const vault = openVault(folder);
  vault.protect("a passphrase", { memoryKiB: 64, passes: 1, lanes: 1 });
  vault.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As somebody writes it who knows how the sum is made. */
function rewrite(change: Readonly<Record<string, unknown>>): void {
  const { sum: _sum, ...fields } = JSON.parse(readFileSync(keyFile(), "utf8")) as Record<string, unknown>;
  const changed = { ...fields, ...change };
  const sum = createHash("sha256").update(JSON.stringify(changed)).digest("hex");
  writeFileSync(keyFile(), JSON.stringify({ ...changed, sum }));
}

const code = (): string => fault(() => openVault(folder, { passphrase: "a passphrase" })).code;

describe("a key file", () => {
  test.each([
    ["that asks for a terabyte", { memoryKiB: 2 ** 30 }],
    ["that asks for no memory", { memoryKiB: 0 }],
    ["that asks for half a pass", { passes: 0.5 }],
    ["that asks for a million passes", { passes: 1e6 }],
    ["that asks for a text of lanes", { lanes: "4" }],
    ["that asks for less than nothing", { lanes: -1 }],
    ["with a short salt", { salt: "00" }],
    ["with a salt of no hex", { salt: "zz".repeat(16) }],
    ["with a long nonce", { nonce: "00".repeat(16) }],
    ["without its key", { sealed: undefined }],
    ["with a cut key", { sealed: "00".repeat(47) }],
  ])("%s", (_what, change) => {
    rewrite(change);
    expect(code()).toBe("vault-corrupt");
  });

  test("of another version, or guarded in a way that is not known, is of a newer program", () => {
    rewrite({ version: 2 });
    expect(code()).toBe("vault-newer");
    rewrite({ version: 1, guard: "fingerprint" });
    expect(code()).toBe("vault-newer");
  });

  test("with one bit changed anywhere is damage", () => {
    const bytes = readFileSync(keyFile());
    const codes = new Set<string>();
    for (let at = 0; at < bytes.length - 1; at += 3) {
      const wrong = Buffer.from(bytes);
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      writeFileSync(keyFile(), wrong);
      codes.add(code());
    }
    expect([...codes]).toEqual(["vault-corrupt"]);
  });

  test("with the wrapped key of another vault, and its passphrase: it does not open this one", () => {
    const other = mkdtempSync(join(folder, "other-"));
    const vault = openVault(other);
    vault.protect("a passphrase", { memoryKiB: 64, passes: 1, lanes: 1 });
    vault.close();
    writeFileSync(keyFile(), readFileSync(join(other, "vault.key")));
    expect(code()).toBe("vault-corrupt");
  });
});
