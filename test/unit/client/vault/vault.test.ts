import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultHome, outsideOf, vaultFolder } from "../../../../src/client/vault/home.ts";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import { entries, fault, keep, LOG, ME, withLog } from "../../../kit/vault.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-vault-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

  test("has its outside part where the platform keeps the state of programs, and none for who has no home", () => {
    const home = join(folder, "home");
    const at = (platform: string, env = {}) => outsideOf({ platform, env, homedir: home })?.folder;
    expect([at("linux"), at("darwin"), at("win32")]).toEqual([undefined, undefined, undefined]);
    expect(existsSync(home)).toBe(false);
    const state = join(folder, "state");
    expect(at("linux", { XDG_STATE_HOME: state })).toBe(join(state, "mutual-chat/lineage"));
    mkdirSync(home);
    expect(at("linux", { XDG_STATE_HOME: "relative" })).toBe(join(home, ".local/state/mutual-chat/lineage"));
    expect(at("darwin")).toBe(join(home, "Library/Application Support/mutual-chat-lineage"));
    writeFileSync(join(folder, "file"), "");
    expect(
      outsideOf({ platform: "linux", env: { XDG_STATE_HOME: join(folder, "file") }, homedir: home }),
    ).toBeUndefined();
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
    keep(vault, ...entries(1, 2_000));
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
    const found = vault.after(0, 1_000_000);
    expect(held?.seq).toBeGreaterThanOrEqual(told);
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: held?.seq ?? 0 }, (_, at) => at + 1));
    expect(new Uint8Array(held?.chain ?? [])).toEqual(new Uint8Array(found.at(-1)?.chain ?? []));
    // Each commit takes one message out of the queue and puts the next one in.
    expect(vault.outgoing().map((message) => message.since)).toEqual([held?.seq]);
    vault.close();
  });
});
