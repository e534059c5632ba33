// What the packaged client keeps on the disk: sealed, behind a passphrase if there is one, in one file as a backup, and back.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLIENT, type Json, run } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";
import { Terminal } from "../kit/tmux.ts";
import { foundIn } from "../kit/vault.ts";

const TEXT = "the treasure lies under the old oak";
const OLD = "five words chosen by chance";
const NEW = "five others chosen by chance";

/** Files with passphrases, and the flags of alice. */
function placeOf(group: Group) {
  const file = (name: string, content: string): string => {
    const path = join(group.folder, name);
    writeFileSync(path, `${content}\n`);
    return path;
  };
  const server = ["-p", String(group.server.port), "--certs", group.realm.dir, "--as", "alice"];
  const flags = (home: string, ...more: readonly string[]): readonly string[] => [
    ...server,
    "--home",
    join(group.folder, "home", home),
    ...more,
  ];
  return { old: file("old.txt", OLD), next: file("new.txt", NEW), flags };
}

/** Says nothing: takes what was missed and leaves. */
async function start(args: readonly string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { code, stderr } = await run(CLIENT, ["--json", ...args]);
  return { code, stderr };
}

async function historyOf(args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run(CLIENT, ["--json", ...args], { input: '{"do":"history","to":"#lobby","id":1}\n' });
  const reply = stdout
    .split("\n")
    .map((line) => JSON.parse(line) as Json)
    .find((line) => line["reply"] === "history");
  return ((reply?.["messages"] ?? []) as Json[]).map(({ text }) => String(text));
}

describe("what is kept", () => {
  it("cannot be read in the files, while the client runs and afterwards", async () => {
    await using group = await Group.start(["alice", "bob:Marcus Porcius Cato"]);
    const [alice, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
    await bob.ask({ do: "send", to: "#lobby", text: TEXT });
    await alice.received(1);
    const secrets = [TEXT, "Marcus Porcius", group.realm.fingerprint];
    expect(foundIn(join(group.folder, "home"), secrets)).toEqual([]);
    await alice.ask({ do: "quit" });
    await alice.exited;
    expect(foundIn(join(group.folder, "home"), secrets)).toEqual([]);
    expect(
      readdirSync(join(group.folder, "home/alice"), { recursive: true }).filter((name) =>
        String(name).endsWith("vault.key"),
      ),
    ).toHaveLength(1);
  });
});

describe("a passphrase", () => {
  it("is set, changed and removed with files; without the right one the client does not start, and says why", async () => {
    await using group = await Group.start(["alice"]);
    const { old, next, flags } = placeOf(group);
    const passwd = (...more: readonly string[]) => run(CLIENT, ["passwd", ...flags("alice"), ...more]);
    const alice = await group.client("alice");
    await alice.ask({ do: "send", to: "#lobby", text: TEXT });
    expect(await passwd("--new-passphrase-file", old)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("is open in another") as string,
    });
    await alice.ask({ do: "quit" });
    await alice.exited;
    expect(await passwd("--new-passphrase-file", old)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("passphrase is set") as string,
    });
    // One after the other: of two at once the second is told of the first.
    const both = [await start(flags("alice")), await start(flags("alice", "--vault-passphrase-file", next))];
    expect(both.map(({ code, stderr }) => [code, stderr.split("\n")[0]])).toEqual([
      [7, "error: this vault is protected by a passphrase, and none was given"],
      [7, "error: that is not the passphrase of this vault"],
    ]);
    expect(await start(flags("alice", "--vault-passphrase-file", old))).toEqual({ code: 0, stderr: "" });
    expect(await passwd("--vault-passphrase-file", old, "--new-passphrase-file", next)).toMatchObject({ code: 0 });
    expect(await start(flags("alice", "--vault-passphrase-file", old))).toMatchObject({ code: 7 });
    expect(await passwd("--vault-passphrase-file", next, "--remove-passphrase")).toMatchObject({ code: 0 });
    expect(await historyOf(flags("alice"))).toEqual([TEXT]);
  });

  it("is typed on a terminal, and is not shown", async () => {
    await using group = await Group.start(["alice"]);
    const { flags } = placeOf(group);
    const place = { columns: 110, rows: 30, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" }, cwd: "/" };
    const command = (...words: readonly string[]): string =>
      `${CLIENT} ${[...words, ...flags("alice")].join(" ")}; echo exit $?`;
    using first = new Terminal(command("passwd"), place);
    await first.shows("new passphrase (empty: none):");
    first.type(OLD);
    await first.shows("the same again:");
    first.type(OLD);
    expect(await first.shows("exit 0")).not.toContain("chance");
    using second = new Terminal(command(), place);
    await second.shows("passphrase of this vault:");
    second.type("mistyped");
    await second.shows("* that is not it");
    second.type(OLD);
    await second.shows("you are alice");
    second.type("hello");
    expect(await second.shows(/alice #lobby> *$/m)).not.toMatch(/chance|mistyped|without a passphrase/);
    second.type("/quit");
    await second.shows("exit 0");
  });

  it("that is not there is said once, to a person", async () => {
    await using group = await Group.start(["alice"]);
    const { flags } = placeOf(group);
    const place = { columns: 110, rows: 30, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" }, cwd: "/" };
    const screens: string[] = [];
    for (const _round of [1, 2]) {
      using terminal = new Terminal(`${CLIENT} ${flags("alice").join(" ")}; echo exit $?`, place);
      screens.push(await terminal.shows("you are alice"));
      terminal.type("/quit");
      await terminal.shows("exit 0");
    }
    expect(screens.map((screen) => screen.includes("is kept without a passphrase"))).toEqual([true, false]);
  });
});

describe("a backup", () => {
  it("brings everything back on another machine, identity and all", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const { old, flags } = placeOf(group);
    const bob = await group.client("bob");
    const alice = await group.client("alice");
    const says = (text: string): Promise<Json> => bob.ask({ do: "send", to: "#lobby", text });
    await says(TEXT);
    await alice.received(1);
    await alice.ask({ do: "quit" });
    await alice.exited;
    const file = join(group.folder, "alice.backup");
    const passphrase = ["--backup-passphrase-file", old];
    expect(await run(CLIENT, ["backup", file, ...flags("alice"), ...passphrase, "--with-identity"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 messages and changes of @alice") as string,
    });
    expect(readFileSync(file).includes(TEXT)).toBe(false);
    await says("meanwhile");

    const [certs, home] = [join(group.folder, "elsewhere"), join(group.folder, "home/elsewhere")];
    mkdirSync(certs);
    const there = ["--certs", certs, "--home", home];
    expect(await run(CLIENT, ["restore", file, ...there, ...passphrase])).toMatchObject({ code: 0, stderr: "" });
    // No key of a group is in it: the device comes in anew, and reads on from there.
    const held = (): Promise<readonly string[]> => historyOf(["-p", String(group.server.port), ...there]);
    expect(await held()).toEqual([TEXT]);
    await says("afterwards");
    expect(await held()).toEqual([TEXT, "afterwards"]);

    const again = (...more: readonly string[]) => run(CLIENT, ["restore", file, ...there, ...more]);
    expect(await again(...passphrase)).toMatchObject({ code: 5, stderr: expect.stringContaining("--force") as string });
    expect(await again(...passphrase, "--force")).toMatchObject({ code: 0 });
    writeFileSync(join(group.folder, "wrong.txt"), "something else\n");
    expect(await again("--force", "--backup-passphrase-file", join(group.folder, "wrong.txt"))).toMatchObject({
      code: 7,
    });
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 1));
    expect(await again(...passphrase, "--force")).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("cut short") as string,
    });
    expect(await held()).toEqual([TEXT]);
    await says("at last");
    expect(await held()).toEqual([TEXT, "at last"]);
  });
});
