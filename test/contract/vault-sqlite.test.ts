// The vault on SQLite passes the contract.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { vaultContract } from "./vault-contract.ts";

describe("the vault on SQLite", () => {
  vaultContract(() => {
    const folder = mkdtempSync(join(tmpdir(), "mutual-vault-"));
    return { open: () => openVault(folder), remove: () => rmSync(folder, { recursive: true, force: true }) };
  });
});
