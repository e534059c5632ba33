// `chat-client join` with the packaged client: several identities in one home, a run that is killed, passphrases, lines that are no good.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT, Program, run } from "../kit/executables.ts";
import { OwnRealm, type Ran } from "../kit/own-realm.ts";
import { Swallower } from "../kit/swallower.ts";
import { foundIn } from "../kit/vault.ts";

const ENROL = "/.well-known/est/simpleenroll";
const PASSPHRASE = "five words chosen by chance";

let realm: OwnRealm;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
});
afterAll(() => realm[Symbol.asyncDispose]());

const refusedWith = (code: number, stderr: RegExp): object => ({
  code,
  stdout: "",
  stderr: expect.stringMatching(stderr) as string,
});
const isOneError = /^error: [^\n]+\nhint: [^\n]+$/;

/** How often the door has given a certificate. */
const given = (): number =>
  realm.server.log().filter(({ msg, path, status }) => msg === "door" && path === ENROL && status === 200).length;

/** One line in, and out again: who it is. */
async function whoami(home: string, ...flags: readonly string[]): Promise<Ran> {
  return run(CLIENT, ["--json", "--home", realm.file(home), ...flags], { input: '{"do":"whoami","id":1}\n' });
}

describe("several identities in one home", () => {
  it("one is taken without a word; among several without a terminal it must be said which", async () => {
    expect((await realm.join(await realm.invite("dan"), "many")).code).toBe(0);
    expect((await whoami("many")).stdout).toContain('"user":"dan"');
    expect((await realm.join(await realm.invite("dan"), "many")).code).toBe(0);
    expect((await realm.join(await realm.invite("erin"), "many", "--profile", "work")).code).toBe(0);
    expect(await whoami("many")).toEqual(
      refusedWith(3, /^error: there are several profiles\nhint: choose one with --profile: dan, dan-2, work$/),
    );
    expect((await whoami("many", "--profile", "work")).stdout).toContain('"user":"erin"');
    expect((await whoami("many", "--profile", "dan-2")).stdout).toContain('"user":"dan"');
    expect(await whoami("many", "--profile", "nobody")).toEqual(
      refusedWith(3, /^error: there is no profile "nobody"\nhint: there are: dan, dan-2, work$/),
    );
    expect(await whoami("empty", "--profile", "nobody")).toEqual(refusedWith(3, /hint: join a realm first/));
  });

  it("a name that is taken is not taken again: the invitation is good for another try", async () => {
    const line = await realm.invite("fay");
    const before = [readFileSync(realm.file("many/profiles.json"), "utf8"), given()];
    expect(await realm.join(line, "many", "--profile", "dan")).toEqual(
      refusedWith(3, /there is a profile "dan" already/),
    );
    expect([readFileSync(realm.file("many/profiles.json"), "utf8"), given()]).toEqual(before);
    expect((await realm.join(line, "many", "--profile", "fay")).code).toBe(0);
  });

  it("no key lies about in the clear, and nobody else reads what is kept", () => {
    const names = readdirSync(realm.file("many"), { recursive: true, encoding: "utf8" });
    for (const name of names) {
      const about = statSync(realm.file(`many/${name}`));
      expect([name, about.mode & 0o077]).toEqual([name, 0]);
    }
    expect(names.length).toBeGreaterThan(6);
    expect(foundIn(realm.file("many"), ["PRIVATE KEY"])).toEqual([]);
    expect(existsSync(realm.file("many/joining"))).toBe(false);
  });
});

describe("killed when the code was used and the answer was not there yet", () => {
  it.each([
    ["with a name of its own", "gil", []],
    ["with a name that is chosen", undefined, ["--user", "hal"]],
  ])("%s: the same line once more comes in, with the one certificate", async (_what, user, flags) => {
    const who = user ?? "hal";
    await using swallower = await Swallower.before(realm.door, 1);
    const line = (await realm.invite(...(user === undefined ? [] : [user]))).replace(
      `:${realm.door}/`,
      `:${swallower.port}/`,
    );
    const args = ["join", line, "--only", "--home", realm.file(who), ...flags];
    const before = given();
    const killed = new Program(CLIENT, args);
    await expect.poll(given, { timeout: 20_000 }).toBe(before + 1);
    killed.kill("SIGKILL");
    expect(await killed.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(killed.stdout).toEqual([]);
    expect(existsSync(realm.file(`${who}/profiles.json`))).toBe(false);
    const again = await run(CLIENT, args);
    expect(again).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(`@${who}`) as string });
    // The same again, and not another one: see the last test of this file.
    expect([given(), swallower.kept > 0]).toEqual([before + 2, true]);
    expect((await whoami(who)).stdout).toContain(`"user":"${who}"`);
    expect(existsSync(realm.file(`${who}/joining`))).toBe(false);
  });
});

describe("with a passphrase from the start", () => {
  it("the vault needs it, and the key is in the vault", async () => {
    writeFileSync(realm.file("new.txt"), `${PASSPHRASE}\n`);
    writeFileSync(realm.file("wrong.txt"), "another one altogether\n");
    const file = ["--new-passphrase-file", realm.file("new.txt")];
    expect((await realm.join(await realm.invite("ida"), "ida", ...file)).code).toBe(0);
    expect(await whoami("ida")).toEqual(refusedWith(7, isOneError));
    expect(await whoami("ida", "--vault-passphrase-file", realm.file("wrong.txt"))).toEqual(refusedWith(7, isOneError));
    const right = await whoami("ida", "--vault-passphrase-file", realm.file("new.txt"));
    expect(right.stdout).toContain('"user":"ida"');
  });

  it.each([
    ["one that is too short", "short\n", /error: .*passphrase/],
    ["a file that is not there", undefined, /error: cannot read the passphrase file/],
  ])("%s: told before the code is used", async (_what, text, error) => {
    if (text !== undefined) writeFileSync(realm.file("short.txt"), text);
    const file = text === undefined ? realm.file("none.txt") : realm.file("short.txt");
    const [line, before] = [await realm.invite("jan"), given()];
    expect(await realm.join(line, "jan", "--new-passphrase-file", file)).toEqual(refusedWith(3, error));
    expect([given() - before, existsSync(realm.file("jan/profiles.json"))]).toEqual([0, false]);
  });
});

describe("the line", () => {
  it("may come from standard input, and then nothing of it stands in the list of processes", async () => {
    const line = await realm.invite("kim");
    const ran = await run(CLIENT, ["join", "-", "--only", "--home", realm.file("kim")], { input: `${line}\n` });
    expect(ran).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("@kim") as string });
  });

  it("in JSON, words are elsewhere, and the chat goes on", async () => {
    const line = await realm.invite("lea");
    const ran = await run(CLIENT, ["join", line, "--json", "--home", realm.file("lea")], {
      input: '{"do":"whoami","id":1}\n',
    });
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringMatching(/^you are @lea/) as string });
    for (const one of ran.stdout.split("\n")) expect(() => JSON.parse(one) as unknown).not.toThrow();
    expect(ran.stdout).toContain('"user":"lea"');
  });

  it.each<readonly [string, number, (line: string) => Promise<string> | string]>([
    ["wrong", 6, (line) => `${line.slice(0, -22)}AAAAAAAAAAAAAAAAAAAAAA`],
    ["used", 6, async (line) => ((await realm.join(line, "mia")).code === 0 ? line : "")],
    [
      "withdrawn",
      6,
      async () => {
        const made = await realm.asked("invite", "ned");
        await realm.admin("withdraw", String(made["id"]));
        return String(made["line"]);
      },
    ],
    ["cut short", 2, (line) => line.slice(0, -1)],
    ["a word", 2, () => "bob"],
    ["of another realm", 3, (line) => line.replace(/#.{8}/, "#AAAAAAAA")],
    ["of a port where nobody is", 4, (line) => line.replace(`:${realm.door}/`, ":1/")],
    ["of a port where somebody else is", 3, (line) => line.replace(`:${realm.door}/`, `:${realm.port}/`)],
  ])("that is %s: one error, one hint, exit %d", async (what, code, bend) => {
    const line = await bend(await realm.invite("mia"));
    const ran = await realm.join(line, `bad-${what}`);
    expect(ran).toEqual(refusedWith(code, isOneError));
    // What mends it is never a flag of the chat.
    expect(ran.stderr).not.toMatch(/ -(?:ip|p)\b/);
    // No key is left behind for a line that is good for nothing.
    const left = code === 6 ? realm.file(`bad-${what}`) : realm.file("nowhere");
    const keys = existsSync(left) ? readdirSync(left, { recursive: true, encoding: "utf8" }) : [];
    expect(keys.filter((name) => name.endsWith(".key"))).toEqual([]);
  });

  it("that has ended", async () => {
    // Somebody else may come in: the door is open.
    await realm.invite("olaf");
    const made = await realm.asked("invite", "nia", "--expires", "1s");
    await expect.poll(() => Date.now() > Number(made["expiresAt"]), { timeout: 5_000 }).toBe(true);
    expect(await realm.join(String(made["line"]), "nia")).toEqual(refusedWith(6, isOneError));
  });

  it.each([
    ["--user", "Bob!", /error: --user is not a valid name/],
    ["--profile", "../bob", /error: --profile is not a valid name/],
    ["--name", "a\nb", /error: --name is not a valid display name/],
  ])("with %s %j: refused before anything is asked", async (flag, value, error) => {
    expect(await realm.join(await realm.invite(), "names", flag, value)).toEqual(refusedWith(2, error));
    expect(existsSync(realm.file("names"))).toBe(false);
  });

  it("for nobody in particular: without a name, and with one that is taken", async () => {
    const line = await realm.invite("--uses", "3");
    expect(await realm.join(line, "some")).toEqual(
      refusedWith(6, /error: nobody has said who this is for\nhint: .*--user NAME/),
    );
    expect(await realm.join(line, "some", "--user", "dan")).toEqual(
      refusedWith(6, /error: somebody of this realm is called @dan already\nhint: choose another name/),
    );
    expect((await realm.join(line, "some", "--user", "olga")).code).toBe(0);
  });
});

it("in the end everybody has as many certificates as they came in, and nobody else has one", async () => {
  await realm.stop();
  const db = new DatabaseSync(join(realm.data, "chat.db"), { readOnly: true });
  const rows = db.prepare("SELECT handle, count(*) AS count FROM certificate GROUP BY handle ORDER BY handle").all();
  db.close();
  const counts: unknown = Object.fromEntries(rows.map(({ handle, count }) => [handle, count]));
  expect(counts).toEqual({ dan: 2, erin: 1, fay: 1, gil: 1, hal: 1, ida: 1, kim: 1, lea: 1, mia: 1, olga: 1 });
});
