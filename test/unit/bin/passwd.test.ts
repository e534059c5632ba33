// `chat-client passwd` and the question for the passphrase at the start, with a person who types.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { passwd } from "../../../src/bin/client-passwd.ts";
import { openClientVault } from "../../../src/bin/client-vault.ts";
import { vaultFolder } from "../../../src/client/vault/home.ts";
import { openVault } from "../../../src/client/vault/sqlite.ts";
import { Fault } from "../../../src/model/fault.ts";
import type { Sha256 } from "../../../src/model/ids.ts";
import { ME } from "../../kit/vault.ts";

const REALM = "ab".repeat(32) as Sha256;
const COST = { memoryKiB: 64, passes: 1, lanes: 1 };
const OLD = "correct horse";
const NEW = "battery staple";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "mutual-home-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const folder = (): string => vaultFolder(join(home, "vaults"), REALM, ME);

/** Somebody who answers with these lines, one after the other; undefined: nobody is there. */
function wish(typed: readonly string[] | undefined, flags: Readonly<Record<string, unknown>> = {}) {
  const said: string[] = [];
  const output = new PassThrough();
  let shown = "";
  output.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  const input = new PassThrough();
  for (const line of typed ?? []) input.write(`${line}\r`);
  const made = {
    values: { home: join(home, "vaults"), "remove-passphrase": false, ...flags },
    platform: { platform: "linux", env: {}, homedir: join(home, "nobody") },
    person: typed === undefined ? undefined : { input, output },
    say: (sentence: string): void => void said.push(sentence),
  };
  return { made: made as unknown as Parameters<typeof passwd>[0], said, shown: () => shown };
}

const ITS = { realm: REALM, device: ME };

function change(made: ReturnType<typeof wish>["made"]): Promise<void> {
  return passwd(made, openClientVault(made, ITS));
}

function protectedBy(passphrase: string | undefined): void {
  const vault = openVault(folder());
  vault.protect(passphrase, COST);
  vault.close();
}

function opens(passphrase: string | undefined): boolean {
  try {
    openVault(folder(), { passphrase }).close();
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code.endsWith("passphrase")) return false;
    throw error;
  }
}

function file(text: string): string {
  const path = join(home, `file-${text.length}`);
  writeFileSync(path, `${text}\n`);
  return path;
}

async function fault(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.catch((thrown: unknown) => thrown);
  return error instanceof Fault ? error.code : String(error);
}

// Each passphrase costs half a second, on purpose.
describe("passwd, with a person", { timeout: 60_000 }, () => {
  test("sets one, typed twice; says how good it is, and shows none of it", async () => {
    const { made, said, shown } = wish([NEW, NEW]);
    await change(made);
    expect([opens(undefined), opens(NEW)]).toEqual([false, true]);
    expect(said[0]).toMatch(/^the passphrase is set: weak/);
    expect(shown()).not.toContain("staple");
  });

  test("changes it: asks for the old one first, again if it was mistyped", async () => {
    protectedBy(OLD);
    const { made, said, shown } = wish(["mistyped", OLD, NEW, NEW]);
    await change(made);
    expect([opens(OLD), opens(NEW)]).toEqual([false, true]);
    expect([said[0], shown()]).toEqual([
      expect.stringMatching(/^the passphrase is changed/),
      "passphrase of this vault: \n* that is not it\npassphrase of this vault: \nnew passphrase (empty: none): \nthe same again: \n",
    ]);
  });

  test.each([
    ["yes", undefined, false],
    ["no", "passphrase-kept", true],
    ["", "passphrase-kept", true],
  ])("removes it after a question, answered with %j", async (answer, code, isKept) => {
    protectedBy(OLD);
    const { made } = wish([OLD, "", answer]);
    const ended = change(made);
    expect(code === undefined ? await ended : await fault(ended)).toBe(code);
    expect(opens(undefined)).toBe(!isKept);
  });

  test.each([
    ["not the same twice", [NEW, OLD], "passphrase-differs"],
    ["too short", ["1234567"], "passphrase-short"],
    ["leaving", ["\u{3}"], "no-passphrase"],
  ])("%s: nothing is changed", async (_what, typed, code) => {
    const { made } = wish(typed);
    expect(await fault(change(made))).toBe(code);
    expect(opens(undefined)).toBe(true);
  });

  test("three wrong ones and it gives up, with what helps who has forgotten it", async () => {
    protectedBy(OLD);
    const { made, shown } = wish(["one", "two", "three", OLD]);
    expect(await fault(change(made))).toBe("wrong-passphrase");
    expect(shown().split("that is not it")).toHaveLength(3);
    expect(shown().split("forgotten? ")).toHaveLength(2);
    expect(shown()).toMatch(/\nforgotten\? .* chat-client restore\nor come in anew: .*\n$/);
  });

  test("of a vault that is in use: before the first question", async () => {
    const vault = openVault(folder());
    const { made, shown } = wish([NEW, NEW]);
    expect(await fault(change(made))).toBe("vault-locked");
    expect(shown()).toBe("");
    vault.close();
  });
});

describe("passwd, with files", { timeout: 60_000 }, () => {
  test("sets, changes and removes", async () => {
    const [old, next] = [file(OLD), file(NEW)];
    await change(wish(undefined, { "new-passphrase-file": old }).made);
    expect(opens(OLD)).toBe(true);
    await change(wish(undefined, { "vault-passphrase-file": old, "new-passphrase-file": next }).made);
    expect([opens(OLD), opens(NEW)]).toEqual([false, true]);
    await change(wish(undefined, { "passphrase-file": next, "remove-passphrase": true }).made);
    expect(opens(undefined)).toBe(true);
  });

  test.each([
    ["nobody to ask", {}, "passphrase-needed"],
    ["a file that is not there", { "new-passphrase-file": "/nonexistent" }, "passphrase-unreadable"],
    ["a short one", { "new-passphrase-file": "short" }, "passphrase-short"],
  ])("%s: nothing is changed", async (_what, flags, code) => {
    const named =
      "new-passphrase-file" in flags && flags["new-passphrase-file"] === "short"
        ? { "new-passphrase-file": file("short") }
        : flags;
    expect(await fault(change(wish(undefined, named).made))).toBe(code);
    expect(opens(undefined)).toBe(true);
  });

  test("a wrong file for the old one: refused, nothing is asked", async () => {
    protectedBy(OLD);
    const flags = { "vault-passphrase-file": file("something else"), "new-passphrase-file": file(NEW) };
    const { made, shown } = wish([OLD], flags);
    expect(await fault(change(made))).toBe("wrong-passphrase");
    expect([shown(), opens(OLD)]).toEqual(["", true]);
  });
});

describe("at the start", () => {
  test("a file for the key of the identity is tried, and where it does not fit, the person is asked", async () => {
    protectedBy(OLD);
    const { made, shown } = wish([OLD], { "passphrase-file": file("of the key") });
    (await openClientVault(made, ITS)).close();
    expect(shown()).toBe("passphrase of this vault: \n");
  });

  test("nobody there and no file: refused", async () => {
    protectedBy(OLD);
    expect(await fault(openClientVault(wish(undefined).made, ITS))).toBe("no-passphrase");
  });
});
