// Accounts by the packaged client where a person types, and where it is killed in the middle.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountRealm, OTHER, PASSWORD, WAIT } from "../kit/account-realm.ts";
import { CLIENT, HOME, Program, run } from "../kit/executables.ts";
import { Swallower } from "../kit/swallower.ts";
import { Terminal } from "../kit/tmux.ts";

let realm: AccountRealm;
beforeAll(async () => {
  realm = await AccountRealm.start();
});
afterAll(() => realm[Symbol.asyncDispose]());

describe("killed in the middle", () => {
  const throughOf = (swallower: Swallower, at: string): string =>
    at.replace(`:${realm.own.door}/`, `:${swallower.port}/`);

  async function killedAt(path: string, args: readonly string[]): Promise<void> {
    const before = realm.asked(path);
    const killed = new Program(CLIENT, args);
    await expect.poll(() => realm.asked(path), WAIT).toBe(before + 1);
    killed.kill("SIGKILL");
    expect(await killed.exited).toEqual({ code: null, signal: "SIGKILL" });
  }

  it.each([
    ["before the server was told", 1, "register/start"],
    ["when the server has it, and its answer is not there", 2, "register/finish"],
  ])("of register, %s: the same line once more", async (_what, letThrough, path) => {
    const user = `kim${letThrough}`;
    await using swallower = await Swallower.before(realm.own.door, letThrough);
    const at = throughOf(swallower, await realm.own.invite(user));
    const flags = ["--user", user, "--phrase-file", realm.file(`${user}.phrase`), ...realm.passwordFile()];
    const args = ["register", at, "--only", "--home", realm.file(user), ...flags];
    await killedAt(path, args);
    expect(existsSync(realm.file(`${user}/profiles.json`))).toBe(false);
    expect(await run(CLIENT, args)).toMatchObject({ code: 0, stderr: "" });
    expect(await realm.logIn(user, `${user}-2`)).toMatchObject({ code: 0 });
    const phrase = ["--phrase-file", realm.file(`${user}.phrase`), ...realm.passwordFile(OTHER)];
    expect(await realm.command(["recover", realm.line, `${user}-3`], "--user", user, ...phrase)).toMatchObject({
      code: 0,
    });
    expect(existsSync(realm.file(`${user}/joining`))).toBe(false);
  });

  it.each([
    ["before it has proved anything", 1, "login/start"],
    ["when it was certified, and does not know", 2, "login/finish"],
  ])("of login, %s: the same once more, and the same device", async (_what, letThrough, path) => {
    const user = `lea${letThrough}`;
    await realm.register(user);
    await using swallower = await Swallower.before(realm.own.door, letThrough);
    const args = [
      "login",
      throughOf(swallower, realm.line),
      "--user",
      user,
      "--only",
      "--home",
      realm.file(`${user}-2`),
    ];
    await killedAt(path, [...args, ...realm.passwordFile()]);
    expect(await run(CLIENT, [...args, ...realm.passwordFile()])).toMatchObject({ code: 0, stderr: "" });
    const devices = realm.own.server
      .log()
      .filter((one) => one["msg"] === "door: let in by a password" && one["user"] === user)
      .map(({ device }) => device);
    expect(new Set(devices).size).toBe(1);
    await using client = realm.own.client(`${user}-2`);
    await client.ready();
  });

  it.each([
    ["before the server was told", 3, "password/first/start"],
    ["when the server has it, and its answer is not there", 4, "password/first/finish"],
  ])("of a first password, %s: the same once more", async (_what, letThrough, path) => {
    const user = `pia${letThrough}`;
    await using swallower = await Swallower.before(realm.own.door, letThrough);
    const at = throughOf(swallower, await realm.own.invite(user));
    expect((await realm.own.join(at, user)).code).toBe(0);
    swallower.countAnew();
    const files = ["--new-password-file", realm.passwordFile()[1] ?? "", "--phrase-file", realm.file(`${user}.phrase`)];
    const args = ["password", "--home", realm.file(user), ...files];
    await killedAt(path, args);
    expect(readFileSync(realm.file(`${user}/profiles.json`), "utf8")).not.toContain("passwordKey");
    const words = readFileSync(realm.file(`${user}.phrase`), "utf8");
    expect(await run(CLIENT, args)).toMatchObject({ code: 0, stderr: "" });
    // What the server had is what counts, and its phrase.
    expect(readFileSync(realm.file(`${user}.phrase`), "utf8") === words).toBe(letThrough === 4);
    expect(await realm.logIn(user, `${user}-2`)).toMatchObject({ code: 0 });
    const phrase = ["--user", user, "--phrase-file", realm.file(`${user}.phrase`), ...realm.passwordFile(OTHER)];
    expect(await realm.command(["recover", realm.line, `${user}-3`], ...phrase)).toMatchObject({ code: 0 });
    const before = realm.asked("vault");
    await using client = realm.own.client(user);
    await client.ready();
    await expect.poll(() => realm.asked("vault") - before >= 2, WAIT).toBe(true);
  });
});

describe("on a terminal", () => {
  const options = { columns: 110, rows: 50, cwd: "/", env: { PATH: "/usr/bin:/bin", HOME, TERM: "xterm-256color" } };
  const start = (...args: readonly string[]): Terminal =>
    new Terminal([CLIENT, ...args].map((arg) => `'${arg}'`).join(" "), options);

  it("the password is asked for twice and not shown, the phrase is shown once, and three of its words are asked back", async () => {
    using terminal = start("register", await realm.own.invite("mia"), "--only", "--home", realm.file("mia"));
    await terminal.shows("new password:");
    terminal.type(PASSWORD);
    await terminal.shows("the same again:");
    terminal.type(PASSWORD);
    /** The position that is asked for as the so-many-th question. */
    const question = async (count: number): Promise<number> => {
      const asks = () => [...terminal.screen().matchAll(/^word (\d+) of it:/gm)];
      await expect.poll(() => asks().length, WAIT).toBe(count);
      return Number(asks().at(-1)?.[1]);
    };
    await question(1);
    const shown = terminal.screen().split(/^word /m)[0] ?? "";
    const pairs = [...shown.matchAll(/ (\d{1,2}) ([a-z]{3,8})(?=\s)/g)].map(
      ([, at, word = ""]) => [Number(at), word] as const,
    );
    const words = new Map(pairs);
    expect([...words.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, at) => at + 1));
    for (let count = 1; count <= 3; count += 1) {
      await question(count);
      terminal.type("nonsense");
    }
    await terminal.shows("look at the paper again");
    for (let count = 4; count <= 6; count += 1) terminal.type(words.get(await question(count)) ?? "");
    const end = await terminal.shows("you are @mia");
    expect(end).not.toContain(PASSWORD);
    expect(await realm.logIn("mia", "mia2")).toMatchObject({ code: 0 });
  });

  it("a wrong password is asked for again", async () => {
    await realm.register("nat");
    using terminal = start("login", realm.line, "--user", "nat", "--only", "--home", realm.file("nat2"));
    await terminal.shows("password:");
    terminal.type("not the password");
    await terminal.shows("* the name or the password is wrong");
    terminal.type(PASSWORD);
    expect(await terminal.shows("you are @nat")).not.toContain(PASSWORD);
  });
});
