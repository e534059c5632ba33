// chat-client in scripts, with the packaged executables and a real server: send, read, follow, audit, administration, several realms.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT, type Json, Program, run } from "../kit/executables.ts";
import { OwnRealm, type Ran } from "../kit/own-realm.ts";

let realm: OwnRealm;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  await realm.join(realm.line, "ann", "--user", "ann");
  await realm.join(await realm.invite("bob"), "bob");
  // Both are in the lobby.
  for (const who of ["ann", "bob"]) await once(who, "read");
});
afterAll(() => realm[Symbol.asyncDispose]());

/** One errand of who lives in this home. */
function once(home: string, word: string, ...args: readonly string[]): Promise<Ran> {
  return run(CLIENT, [word, "--home", realm.file(home), ...args]);
}

async function told(home: string, word: string, ...args: readonly string[]): Promise<readonly Json[]> {
  const { code, stdout, stderr } = await once(home, word, ...args, "--json");
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("error:")]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Json);
}

const textsOf = (lines: readonly Json[]): readonly unknown[] => lines.map(({ text }) => text);

describe("send and read", () => {
  it("text from the command line and from standard input, without a word of its own", async () => {
    const silent = { code: 0, stdout: "", stderr: "" };
    expect(await once("ann", "send", "#lobby", "hello", "there")).toEqual(silent);
    const piped = ["send", "--home", realm.file("ann"), "lobby"];
    expect(await run(CLIENT, piped, { input: "first\nsecond\n" })).toEqual(silent);
    expect(await run(CLIENT, [...piped, "-"], { input: "from a dash" })).toEqual(silent);
    expect(await once("ann", "send", "lobby", "--", "--force", "-p")).toEqual(silent);
    expect(textsOf(await told("bob", "read", "lobby"))).toEqual([
      "hello there",
      "first\nsecond",
      "from a dash",
      "--force -p",
    ]);
    const { stdout } = await once("bob", "read", "lobby", "--limit", "3");
    expect(stdout).toMatch(
      /^\d\d:\d\d ann: first\n {6}\| second\n\d\d:\d\d ann: from a dash\n\d\d:\d\d ann: --force -p$/,
    );
  });

  it("to a person, with what it is answered", async () => {
    const [reply] = await told("bob", "send", "@ann", "psst");
    expect(reply).toMatchObject({
      reply: "send",
      ok: true,
      seq: expect.any(Number) as number,
      message: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    const all = await told("ann", "read");
    expect(all.at(-1)).toMatchObject({
      event: "message",
      conversation: "@bob",
      text: "psst",
      mine: false,
      from: { user: "bob", verified: true },
    });
    expect((await once("ann", "read", "--limit", "1")).stdout).toMatch(/^@bob \d\d:\d\d bob: psst$/);
  });

  it("a file with a word, and what disappears", async () => {
    writeFileSync(realm.file("report.txt"), "all is well\n");
    expect((await once("ann", "send", "lobby", "--file", realm.file("report.txt"), "have a look")).code).toBe(0);
    expect((await once("ann", "send", "lobby", "--expire", "1h", "--bot", "soon gone")).code).toBe(0);
    const [file, gone] = await told("bob", "read", "lobby", "--limit", "2");
    expect(file).toMatchObject({ text: "have a look", file: { name: "report.txt", bytes: 12 } });
    expect([file?.["bot"], gone?.["bot"]]).toEqual([undefined, true]);
    expect((await once("bob", "read", "lobby", "--limit", "1")).stdout).toMatch(/ann \(bot, until .*\): soon gone$/);
    expect(Date.parse(String(gone?.["expires"])) - Date.parse(String(gone?.["at"]))).toBe(3_600_000);
  });

  it("unread is what nobody has marked, and reading takes nothing away from the next chat", async () => {
    const before = textsOf(await told("bob", "read", "--unread"));
    expect(before).toContain("soon gone");
    expect(textsOf(await told("bob", "read", "--unread", "--mark"))).toEqual(before);
    expect(await told("bob", "read", "--unread")).toEqual([]);
    await once("ann", "send", "lobby", "one more");
    expect(textsOf(await told("bob", "read", "--unread"))).toEqual(["one more"]);
    const chat = await run(CLIENT, ["--json", "--home", realm.file("bob")]);
    const given = chat.stdout
      .split("\n")
      .map((line) => JSON.parse(line) as Json)
      .filter(({ event }) => event === "message");
    expect(textsOf(given)).toEqual(expect.arrayContaining(["hello there", "soon gone", "one more"]));
  });
});

describe("--follow", () => {
  it("goes on until nobody reads, in a pipe of a real shell, with 0 on both sides", async () => {
    const line = `"$0" read lobby --follow --json --limit 1 --home "$1" | head -n 3; echo "$\{PIPESTATUS[*]}"`;
    await using shell = new Program("/bin/bash", ["-c", line, CLIENT, realm.file("bob")]);
    // The reader is gone after the third; whoever writes hears of it with the next.
    for (let count = 1; !shell.isOver && count < 30; count += 1) await once("ann", "send", "lobby", `news ${count}`);
    await shell.exited;
    const lines = shell.stdout.slice(0, 3).map((one) => Number((JSON.parse(one) as Json)["seq"]));
    const all = (await told("bob", "read", "lobby", "--limit", "100")).map(({ seq }) => Number(seq));
    // No gap, and none twice.
    const from = all.indexOf(lines[0] ?? 0);
    expect(lines).toEqual(all.slice(from, from + 3));
    expect([shell.stdout.slice(3), shell.stderr]).toEqual([["0 0"], []]);
  });

  it("--limit 0 waits for the next message; then it ends by itself, although nothing more comes", async () => {
    const line = `"$0" read lobby --follow --limit 0 --home "$1" | head -n 1; echo "$\{PIPESTATUS[*]}"`;
    await using shell = new Program("/bin/bash", ["-c", line, CLIENT, realm.file("bob")]);
    for (let count = 1; shell.stdout.length === 0 && count < 30; count += 1) await once("ann", "send", "lobby", "new");
    await shell.exited;
    expect([shell.stdout, shell.stderr]).toEqual([[expect.stringMatching(/ann: new$/), "0 0"], []]);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "until %s: 0; each message once, and no conversation but the one",
    async (signal) => {
      await using follower = new Program(CLIENT, [
        "read",
        "@ann",
        "--follow",
        "--unread",
        "--mark",
        "--home",
        realm.file("bob"),
      ]);
      await once("ann", "send", "lobby", "for everybody");
      await once("ann", "send", "@bob", `for bob, ${signal}`);
      await follower.until(() => follower.stdout.find((line) => line.endsWith(`for bob, ${signal}`)));
      follower.kill(signal);
      expect(await follower.exited).toEqual({ code: 0, signal: null });
      expect(follower.stdout.filter((line) => line.includes(signal))).toHaveLength(1);
      expect([follower.stdout.filter((line) => line.includes("everybody")), follower.stderr]).toEqual([[], []]);
    },
  );
});

describe("the realm", () => {
  it("devices and the log, of oneself and of others", async () => {
    const [own] = await told("ann", "devices");
    const [device] = (own ?? {})["devices"] as readonly Json[];
    expect(device).toMatchObject({ user: "ann", current: true });
    expect((await once("ann", "devices")).stdout).toContain(`  ${String(device?.["device"]).slice(0, 8)}  ann (@ann)`);
    const [audit] = await told("ann", "audit");
    expect(audit).toMatchObject({ certificates: [{ user: "ann", device: device?.["device"], how: "invitation" }] });
    expect((await once("ann", "audit", "@bob")).stdout).toMatch(
      /^ {2}[0-9a-f]{8} {2}.*by an invitation[\s\S]*entries of the realm's log/,
    );
    expect((await once("ann", "audit", "nobody")).stdout).toContain("ever issued in the name @nobody");
  });

  it("an owner administers as on the server's machine; nobody else", async () => {
    const [made] = await told("ann", "admin", "invite", "carol", "uses=2", "lastsMs=2d");
    expect(made).toMatchObject({
      reply: "admin",
      ok: true,
      user: "carol",
      uses: 2,
      by: "ann",
      line: expect.stringMatching(/^chat:/) as string,
    });
    expect(Number(made?.["expiresAt"]) - Number(made?.["createdAt"])).toBe(2 * 86_400_000);
    const table = (await once("ann", "admin", "invitations")).stdout;
    expect(table).toMatch(/^ {2}id +user +role +uses +expiresAt/);
    expect(table).toContain(String(made?.["id"]));
    expect(await realm.asked("invitations")).toMatchObject({ invitations: [{ id: made?.["id"] }] });
    expect(await once("ann", "admin", "withdraw", String(made?.["id"]))).toMatchObject({ code: 0, stderr: "" });
    const line = (await once("ann", "admin", "invite", "dora")).stdout;
    expect(line).toMatch(/^ {2}for @dora, once, until .*:\n {2}chat-client join 'chat:\/\/[^']+'$/);
    expect((await once("ann", "admin", "maintenance", "on")).stdout).toBe("  maintenance  yes");
    expect((await once("ann", "admin", "maintenance", "off")).stdout).toBe("  maintenance  no");
    expect((await once("ann", "admin", "motd", "mind", "the", "gap")).stdout).toBe("  motd  mind the gap");
    expect((await once("ann", "admin", "motd", "-")).stdout).toBe("  motd  -");
    for (const act of ["users", "user bob", "devices", "conversations", "limits", "stats", "invitations", "openpgp"]) {
      const { code, stdout } = await once("ann", "admin", ...act.split(" "));
      expect([act, code, stdout.split("\n").filter((one) => one.length > 80)]).toEqual([act, 0, []]);
      expect(stdout).not.toMatch(/[{}]|\d{12}/);
    }
    expect(await once("bob", "admin", "invite", "eve")).toEqual({
      code: 6,
      stdout: "",
      stderr: expect.stringMatching(/^error: only an owner or an admin of the realm may do this/) as string,
    });
  });

  it("a device of one's own is put out by the beginning of its id", async () => {
    expect((await realm.join(await realm.invite("dan", "--uses", "2"), "dan-old")).code).toBe(0);
    expect((await realm.join(await realm.invite("dan"), "dan-new")).code).toBe(0);
    for (const home of ["dan-old", "dan-new"]) expect((await once(home, "read")).code).toBe(0);
    const [profile] = (JSON.parse((await once("dan-old", "profiles", "--json")).stdout) as { profiles: Json[] })
      .profiles;
    const device = String(profile?.["device"]);
    expect((await once("dan-new", "revoke", device.slice(0, 8))).stdout).toBe(
      `* the device ${device.slice(0, 8)} is out`,
    );
    expect(await once("dan-old", "read")).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/^error: .*revoked/m) as string,
    });
    // Whoever chooses from several is told.
    expect((await once("dan-old", "profiles")).stdout).toMatch(/\(revoked\)$/);
    const [audit] = await told("dan-new", "audit");
    const revoked = ((audit ?? {})["certificates"] as readonly Json[]).find((one) => one["device"] === device);
    expect(revoked).toMatchObject({ revoked: { at: expect.stringMatching(/^\d{4}-/) as string, by: "dan" } });
  });
});

describe("several realms and identities in one home", () => {
  it("at the same time, each where it belongs; named, renamed, chosen and forgotten", async () => {
    await using other = await OwnRealm.init();
    await other.start();
    const home = realm.file("many");
    const here = (await realm.join(await realm.invite("erin"), "many", "--profile", "here")).code;
    const there = await run(CLIENT, [
      "join",
      other.line,
      "--only",
      "--user",
      "eve",
      "--profile",
      "there",
      "--home",
      home,
    ]);
    expect([here, there.code]).toEqual([0, 0]);
    await using following = new Program(CLIENT, ["read", "lobby", "--follow", "--profile", "there", "--home", home]);
    expect((await once("many", "send", "--profile", "here", "lobby", "erin is here")).code).toBe(0);
    expect(textsOf(await told("ann", "read", "lobby", "--limit", "1"))).toEqual(["erin is here"]);
    following.kill("SIGTERM");
    expect(await following.exited).toEqual({ code: 0, signal: null });
    expect((await once("many", "send", "--profile", "there", "lobby", "eve is there")).code).toBe(0);
    expect(textsOf(await told("many", "read", "--profile", "there"))).toEqual(["eve is there"]);

    expect((await once("many", "read")).code).toBe(3);
    expect((await once("many", "profiles", "default", "there")).code).toBe(0);
    expect((await once("many", "profiles", "rename", "there", "away")).code).toBe(0);
    expect(textsOf(await told("many", "read"))).toEqual(["eve is there"]);
    expect((await once("many", "profiles")).stdout).toMatch(
      /^here {2}@erin at [\s\S]*\naway {2}@eve at .*\(default\)$/,
    );
    expect(await once("many", "profiles", "remove", "away", "--vault")).toMatchObject({ code: 2, stdout: "" });
    const folder =
      /what was kept is in (.*)$/.exec((await once("many", "profiles", "remove", "here", "--force")).stdout)?.[1] ?? "";
    expect(existsSync(`${folder}/vault.db`)).toBe(true);
    expect((await once("many", "profiles", "remove", "away", "--vault", "--force")).code).toBe(0);
    expect(JSON.parse(readFileSync(`${home}/profiles.json`, "utf8"))).toEqual({ version: 1, profiles: [] });
    expect(existsSync(`${home}/${String(other.made["realm"]).slice(0, 16)}`)).toBe(true);
  });
});
