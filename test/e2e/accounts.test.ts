// Accounts with a password, by the packaged executables: made, logged in to on empty machines, changed, recovered.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountRealm, OTHER, PASSWORD, WAIT } from "../kit/account-realm.ts";
import { CLIENT, ClientProgram, type Json, run } from "../kit/executables.ts";
import { realmLogIn } from "../kit/realm-log.ts";
import { foundIn } from "../kit/vault.ts";

let realm: AccountRealm;
beforeAll(async () => {
  realm = await AccountRealm.start();
});
afterAll(() => realm[Symbol.asyncDispose]());

async function texts(client: ClientProgram, to: string): Promise<readonly string[]> {
  const { ok, messages } = await client.ask({ do: "history", to, limit: 50 });
  return ok === true ? (messages as readonly Json[]).map(({ text }) => String(text)) : [];
}

describe("an account", () => {
  it("is made by an invitation; the phrase is in a private file, the line for login is shown, and nothing is left in the clear", async () => {
    const { stdout } = await realm.register("ada");
    expect(stdout).toContain("you are @ada in the realm ");
    expect(stdout).toContain(`chat-client login '${realm.line}' --user ada`);
    const phrase = realm.file("ada.phrase");
    expect(readFileSync(phrase, "utf8").trim().split(" ")).toHaveLength(24);
    expect(statSync(phrase).mode & 0o777).toBe(0o600);
    const words = readFileSync(phrase, "utf8").trim();
    for (const folder of [realm.file("ada"), realm.own.data]) expect(foundIn(folder, [PASSWORD, words])).toEqual([]);
    expect(foundIn(realm.file("ada"), ["PRIVATE KEY"])).toEqual([]);
    expect(existsSync(realm.file("ada/joining"))).toBe(false);
    expect(realm.own.server.stdout.join("\n")).not.toContain(PASSWORD);
  });

  it("without an invitation takes an open realm; the owner decides", async () => {
    const flags = ["--user", "open", "--phrase-file", realm.file("open.phrase"), ...realm.passwordFile()];
    expect(await realm.command(["register", realm.line, "open"], ...flags)).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/^error: this realm takes only those who are invited\nhint: /) as string,
    });
    expect((await realm.own.admin("registration", "open")).stdout).toContain("everybody");
    expect(await realm.command(["register", realm.line, "open"], ...flags)).toMatchObject({ code: 0 });
    expect((await realm.own.admin("registration", "invited")).stdout).toContain("who have an invitation");
    expect(await realm.own.admin("registration", "opne")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('registration is open or invited, not "opne"') as string,
    });
  });

  it("brings an empty machine in, as another device; a wrong password and a name that nobody has do not", async () => {
    await realm.register("bea");
    expect(await realm.logIn("bea", "bea2")).toMatchObject({ code: 0, stderr: "" });
    const [one, two] = ["bea", "bea2"].map(
      (home) => JSON.parse(readFileSync(realm.file(`${home}/profiles.json`), "utf8")) as { profiles: Json[] },
    );
    expect(one?.profiles[0]?.["device"]).not.toBe(two?.profiles[0]?.["device"]);
    const wrong = await realm.logIn("bea", "nothing", "not the password at all");
    expect(wrong).toMatchObject({
      code: 6,
      stdout: "",
      stderr: expect.stringContaining("the name or the password is wrong") as string,
    });
    expect(await realm.logIn("nobody", "nothing")).toEqual(wrong);
    expect(existsSync(realm.file("nothing/profiles.json"))).toBe(false);
  });

  it("needs the realm to be known: a host alone is not enough, with its fingerprint it is", async () => {
    await realm.register("cyd");
    const flags = ["--user", "cyd", ...realm.passwordFile()];
    const host = `127.0.0.1:${realm.own.door}`;
    expect(await realm.command(["login", host, "cyd2"], ...flags)).toMatchObject({ code: 2 });
    expect(await realm.command(["login", host, "cyd2"], ...flags, "--realm", "00".repeat(32))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("another fingerprint") as string,
    });
    expect(
      await realm.command(["login", host, "cyd2"], ...flags, "--realm", String(realm.own.made["realm"])),
    ).toMatchObject({
      code: 0,
    });
  });

  it("another key of the server for passwords than before is refused", async () => {
    await realm.register("dot");
    const file = realm.file("dot/profiles.json");
    const kept = readFileSync(file, "utf8");
    writeFileSync(file, kept.replace(/"passwordKey": "[^"]+"/, `"passwordKey": "${"A".repeat(43)}"`));
    const ran = await realm.logIn("dot", "dot");
    expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining("is another one than before") as string });
    writeFileSync(file, kept);
    expect(await realm.logIn("dot", "dot")).toMatchObject({ code: 0 });
  });
});

describe("on a new machine", () => {
  it("the lobby is there, and what is said; with another device online all that it holds, with none what the terms give", async () => {
    await realm.register("eve");
    expect((await realm.own.join(await realm.own.invite("fay"), "fay")).code).toBe(0);
    const eve = realm.own.client("eve");
    const fay = realm.own.client("fay");
    await Promise.all([eve.ready(), fay.ready()]);
    await eve.ask({ do: "create", name: "archive", join: "invite", listed: false, history: "all" });
    await eve.ask({ do: "create", name: "fleeting", join: "invite", listed: false, history: "none" });
    for (const room of ["#archive", "#fleeting"]) await eve.ask({ do: "add", to: room, user: "fay" });
    const said = async (client: ClientProgram, to: string, text: string): Promise<void> => {
      expect(await client.ask({ do: "send", to, text })).toMatchObject({ ok: true });
    };
    await fay.event((one) => one["conversation"] === "#fleeting");
    await said(eve, "#archive", "kept for those who come");
    await said(fay, "#archive", "kept by fay");
    await said(fay, "#fleeting", "not kept");
    await eve.received(2);
    const before = realm.asked("vault");
    // The keys of both rooms are laid by, some seconds after they came into being.
    await expect.poll(() => realm.asked("vault") - before >= 2 || realm.asked("vault") >= 4, WAIT).toBe(true);

    const flags = ["--user", "eve", ...realm.passwordFile(), "--home", realm.file("eve2"), "--json"];
    await using second = new ClientProgram(CLIENT, ["login", realm.line, ...flags]);
    await second.ready();
    await expect.poll(() => texts(second, "#fleeting"), WAIT).toEqual(["not kept"]);
    await expect.poll(() => texts(second, "#archive"), WAIT).toEqual(["kept for those who come", "kept by fay"]);
    await said(second, "#lobby", "I am here, too");
    await expect.poll(() => eve.texts(), WAIT).toContain("I am here, too");

    await Promise.all([eve.end(), fay.end()]);
    await second.end();
    const alone = ["--user", "eve", ...realm.passwordFile(), "--home", realm.file("eve3"), "--json"];
    await using third = new ClientProgram(CLIENT, ["login", realm.line, ...alone]);
    await third.ready();
    await expect.poll(() => texts(third, "#archive"), WAIT).toEqual(["kept for those who come", "kept by fay"]);
    expect(await texts(third, "#fleeting")).toEqual([]);
    expect(await third.ask({ do: "send", to: "#lobby", text: "alone" })).toMatchObject({ ok: true });
  });
});

describe("another password", () => {
  it("lets the devices stay in; the old one is refused, and so is the old phrase where there is another", async () => {
    await realm.register("gil");
    const change = ["password", "--home", realm.file("gil"), ...realm.passwordFile()].concat([
      "--new-password-file",
      realm.secretFile("next.txt", OTHER),
      "--new-phrase",
      "--phrase-file",
      realm.file("gil.next"),
    ]);
    expect(await run(CLIENT, change)).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("is changed") as string,
    });
    expect(await realm.logIn("gil", "gil2")).toMatchObject({ code: 6 });
    expect(await realm.logIn("gil", "gil2", OTHER)).toMatchObject({ code: 0 });
    const recover = (phrase: string) =>
      realm.command(
        ["recover", realm.line, "gil3"],
        "--user",
        "gil",
        "--phrase-file",
        realm.file(phrase),
        ...realm.passwordFile(),
      );
    expect(await recover("gil.phrase")).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("phrase is wrong") as string,
    });
    expect(await recover("gil.next")).toMatchObject({ code: 0 });
    expect(await realm.logIn("gil", "gil4")).toMatchObject({ code: 0 });
    await using client = realm.own.client("gil");
    await client.ready();
  });

  it("by the recovery phrase; a word that is none is named by its number", async () => {
    await realm.register("hal");
    const words = readFileSync(realm.file("hal.phrase"), "utf8").trim().split(" ");
    const bent = realm.secretFile("bent.txt", words.with(6, "absolutly").join(" "));
    const recover = (file: string) =>
      realm.command(
        ["recover", realm.line, "hal2"],
        "--user",
        "hal",
        "--phrase-file",
        file,
        ...realm.passwordFile(OTHER),
      );
    expect(await recover(bent)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^error: word 7 of the recovery phrase is not in the list\nhint: /) as string,
    });
    const numbered = realm.secretFile(
      "numbered.txt",
      words.map((word, at) => `${at + 1}. ${word.toUpperCase()}`).join("\n"),
    );
    expect(await recover(numbered)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("the new one from now on") as string,
    });
    expect(await realm.logIn("hal", "hal3")).toMatchObject({ code: 6 });
    expect(await realm.logIn("hal", "hal3", OTHER)).toMatchObject({ code: 0 });
  });

  it("is logged as what it is", async () => {
    await realm.own.stop();
    const entries = await realmLogIn(realm.own.data);
    await realm.own.start();
    const issued = entries.filter((one) => one.kind === "issued");
    const acts = entries.filter((one) => one.kind === "act");
    const ways = (user: string) => issued.filter((one) => one.user === user).map(({ how }) => how);
    expect(ways("gil")).toEqual(["invitation", "password", "phrase", "password"]);
    expect(ways("open")).toEqual(["password"]);
    expect(acts.filter(({ act, on }) => act === "password.change" && on === "gil")).toHaveLength(2);
  });
});
