// `chat-client backup` and `restore` with a person who types, and with files: what is asked, said, written and refused.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backup, type BackupWorld, restore } from "../../../src/bin/client-backup.ts";
import { vaultFolder } from "../../../src/client/vault/home.ts";
import { openVault } from "../../../src/client/vault/sqlite.ts";
import { Fault } from "../../../src/model/fault.ts";
import type { Sha256 } from "../../../src/model/ids.ts";
import type { ClientFiles } from "../../../src/pki/load.ts";
import { entries, keep, ME, withLog } from "../../kit/vault.ts";

const REALM = "ab".repeat(32) as Sha256;
const PASSPHRASE = "five words chosen by chance";

let root: string;
const at = (...names: readonly string[]): string => join(root, ...names);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mutual-backup-"));
  const vault = withLog(openVault(vaultFolder(at("home"), REALM, ME)));
  keep(vault, ...entries(1, 3));
  vault.close();
  writeFileSync(at("right.txt"), `${PASSPHRASE}\n`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const FILES = {
  realm: { fingerprint: REALM, root: "the root" },
  peer: { device: ME, user: "alice" },
  certificatePem: "the certificate",
  keyPem: "the key",
} as unknown as ClientFiles;

function world(typed: readonly string[] | undefined, flags: Readonly<Record<string, unknown>> = {}) {
  const said: string[] = [];
  const [input, output] = [new PassThrough(), new PassThrough()];
  output.resume();
  for (const line of typed ?? []) input.write(`${line}\r`);
  const made = {
    values: { home: at("home"), certs: at("certs"), force: false, "with-identity": false, ...flags },
    platform: { platform: "linux", env: {}, homedir: at("nobody") },
    person: typed === undefined ? undefined : { input, output },
    now: new Date(1_700_000_000_000),
    say: (sentence: string): void => void said.push(sentence),
  };
  return { made: made as unknown as BackupWorld, said };
}

async function keepIn(file: string, made: BackupWorld): Promise<void> {
  const vault = openVault(vaultFolder(at("home"), REALM, ME));
  return backup(file, made, Promise.resolve({ vault, files: FILES }));
}

const flags = (more: object = {}): Record<string, unknown> => ({ "backup-passphrase-file": at("right.txt"), ...more });

function held(home: string): number {
  const vault = openVault(vaultFolder(home, REALM, ME));
  const { length } = vault.after(0, 99);
  vault.close();
  return length;
}

async function fault(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.catch((thrown: unknown) => thrown);
  return error instanceof Fault ? error.code : String(error);
}

// Each passphrase costs half a second, on purpose.
describe("backup and restore", { timeout: 60_000 }, () => {
  test("typed: the passphrase twice for the one, once for the other", async () => {
    const first = world([PASSPHRASE, PASSPHRASE]);
    await keepIn(at("b"), first.made);
    expect(first.said).toEqual([expect.stringMatching(/b: 3 messages and changes of @alice; its passphrase is good/)]);
    const second = world([PASSPHRASE], { home: at("other") });
    await restore(at("b"), second.made);
    expect(second.said[0]).toMatch(/: 3 messages and changes of @alice, as they were on 2023-11-14T22:13:20.000Z$/);
    expect(held(at("other"))).toBe(3);
    expect(existsSync(at("certs"))).toBe(false);
  });

  test("with files, and with the identity: certificate, key and root lie where --certs says", async () => {
    await keepIn(at("b"), world(undefined, flags({ "with-identity": true })).made);
    mkdirSync(at("certs"));
    await restore(at("b"), world(undefined, flags({ home: at("other") })).made);
    expect(["ca.crt", "alice.crt", "alice.key"].map((name) => readFileSync(at("certs", name), "utf8"))).toEqual([
      "the root",
      "the certificate",
      "the key",
    ]);
    expect(statSync(at("certs", "alice.key")).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["not the same twice", [PASSPHRASE, "another one"], "passphrase-differs"],
    ["too short", ["short"], "passphrase-short"],
    ["nobody to ask", undefined, "passphrase-needed"],
  ])("a backup is refused: %s; no file is made", async (_what, typed, code) => {
    expect(await fault(keepIn(at("b"), world(typed).made))).toBe(code);
    expect(existsSync(at("b"))).toBe(false);
  });

  test("a backup over a file that is there is refused, and the file stays", async () => {
    writeFileSync(at("b"), "mine");
    expect(await fault(keepIn(at("b"), world(undefined, flags()).made))).toBe("backup-exists");
    expect(readFileSync(at("b"), "utf8")).toBe("mine");
  });

  test("a restore is refused: nothing is replaced, nothing is written", async () => {
    await keepIn(at("b"), world(undefined, flags({ "with-identity": true })).made);
    mkdirSync(at("certs"));
    writeFileSync(at("certs", "alice.key"), "another key");
    writeFileSync(at("wrong.txt"), "another passphrase");
    const other = { home: at("other") };
    const wrong = { ...other, "backup-passphrase-file": at("wrong.txt") };
    expect(await fault(restore(at("b"), world(undefined, wrong).made))).toBe("wrong-passphrase");
    expect(await fault(restore(at("b"), world(undefined, other).made))).toBe("passphrase-needed");
    expect(await fault(restore(at("b"), world(undefined, flags()).made))).toBe("vault-exists");
    expect(await fault(restore(at("b"), world(undefined, flags({ force: true })).made))).toBe("identity-exists");
    expect(readFileSync(at("certs", "alice.key"), "utf8")).toBe("another key");
    expect([
      existsSync(at("certs", "ca.crt")),
      existsSync(at("other", REALM.slice(0, 16), ME)),
      held(at("home")),
    ]).toEqual([false, false, 3]);
  });

  test("a backup that names a file outside of the folder is none of ours", async () => {
    const vault = openVault(vaultFolder(at("home"), REALM, ME));
    const about = { realm: REALM, device: ME, user: "alice", at: 0 };
    const cost = { memoryKiB: 64, passes: 1, lanes: 1 };
    for (const name of ["../evil.key", "/tmp/evil.key", "a/b.crt", "alice.sh", ".key"]) {
      const identity = [{ name, content: "evil" }];
      vault.backup({ file: at("b"), passphrase: PASSPHRASE, cost, force: true, about, identity });
      expect(await fault(restore(at("b"), world(undefined, flags({ home: at("other") })).made))).toBe("backup-corrupt");
    }
    vault.close();
    expect(existsSync(at("other", REALM.slice(0, 16), ME))).toBe(false);
  });
});
