// `chat-client password` for who came in by an invitation and has none, by the packaged executables: a first one, and what it is good for.
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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

async function joins(user: string, home = user, ...flags: readonly string[]): Promise<void> {
  const { code, stderr } = await realm.own.join(await realm.own.invite(user), home, ...flags);
  if (code !== 0) throw new Error(stderr);
}

async function texts(client: ClientProgram, to: string): Promise<readonly string[]> {
  const { ok, messages } = await client.ask({ do: "history", to, limit: 50 });
  return ok === true ? (messages as readonly Json[]).map(({ text }) => String(text)) : [];
}

const said = async (client: ClientProgram, to: string, text: string): Promise<void> => {
  expect(await client.ask({ do: "send", to, text })).toMatchObject({ ok: true });
};

const refusedWith = (code: number, stderr: RegExp): object => ({
  code,
  stderr: expect.stringMatching(stderr) as string,
});

describe("who came in by an invitation", () => {
  it("sets a password; an empty machine comes in by it, with the conversations and what was said, and other devices are told", async () => {
    await joins("ada");
    await joins("ada", "ada-too");
    await joins("bob");
    const [ada, bob] = [realm.own.client("ada"), realm.own.client("bob")];
    await Promise.all([ada.ready(), bob.ready()]);
    await ada.ask({ do: "create", name: "archive", join: "invite", listed: false, history: "all" });
    await ada.ask({ do: "add", to: "#archive", user: "bob" });
    await bob.event((one) => one["conversation"] === "#archive");
    await said(ada, "#archive", "before there was a password");
    await said(bob, "#archive", "said by bob");
    await ada.received(1);
    // One vault, one program.
    expect(await realm.password("ada")).toMatchObject(refusedWith(5, /^error: this identity is open in another/));
    await ada.end();

    await using other = realm.own.client("ada-too");
    await other.ready();
    const set = await realm.password("ada");
    expect(set).toMatchObject({ code: 0, stderr: "" });
    expect(set.stdout).toContain("* @ada has a password now; this device and all others stay in");
    expect(set.stdout).toContain(`chat-client login '${realm.line}' --user ada`);
    const words = readFileSync(realm.file("ada.phrase"), "utf8").trim();
    expect(words.split(" ")).toHaveLength(24);
    for (const folder of [realm.file("ada"), realm.own.data]) expect(foundIn(folder, [PASSWORD, words])).toEqual([]);
    await other.event((one) => one["event"] === "act" && one["act"] === "password.set" && one["on"] === "ada");
    await other.end();

    // The next chat lays the keys of the room by.
    const before = realm.asked("vault");
    const again = realm.own.client("ada");
    await again.ready();
    await said(again, "#archive", "and with one");
    await expect.poll(() => realm.asked("vault") - before >= 2, WAIT).toBe(true);
    await Promise.all([again.end(), bob.end()]);

    const flags = ["--user", "ada", ...realm.passwordFile(), "--home", realm.file("ada-new"), "--json"];
    await using third = new ClientProgram(CLIENT, ["login", realm.line, ...flags]);
    await third.ready();
    const all = ["before there was a password", "said by bob", "and with one"];
    await expect.poll(() => texts(third, "#archive"), WAIT).toEqual(all);
    await said(third, "#lobby", "a new device");
    const phrase = ["--user", "ada", "--phrase-file", realm.file("ada.phrase"), ...realm.passwordFile(OTHER)];
    expect(await realm.command(["recover", realm.line, "ada-lost"], ...phrase)).toMatchObject({ code: 0 });
  });

  it("on a device behind a passphrase: that is needed, too, and nothing is asked of the server before", async () => {
    const secret = realm.secretFile("vault.txt", "a passphrase of four words");
    await joins("cyd", "cyd", "--new-passphrase-file", secret);
    const before = realm.asked("password/first/start");
    expect(await realm.password("cyd")).toMatchObject(refusedWith(7, /^error: .*passphrase/));
    expect(realm.asked("password/first/start")).toBe(before);
    expect(await realm.password("cyd", PASSWORD, "--vault-passphrase-file", secret)).toMatchObject({ code: 0 });
    expect(await realm.logIn("cyd", "cyd-2")).toMatchObject({ code: 0 });
  });

  it("has one on another device already: it takes that one to change it, and this device keeps the account from then on", async () => {
    await joins("dot");
    await joins("dot", "dot-2");
    expect(await realm.password("dot")).toMatchObject({ code: 0 });
    const kept = (): unknown =>
      (JSON.parse(readFileSync(realm.file("dot-2/profiles.json"), "utf8")) as { profiles: Json[] }).profiles[0]?.[
        "passwordKey"
      ];
    expect(await realm.password("dot-2", OTHER)).toMatchObject(
      refusedWith(3, /^error: there is nobody to ask for the password\nhint: .*--password-file/),
    );
    const wrong = realm.passwordFile("not the password at all");
    expect(await realm.password("dot-2", OTHER, ...wrong)).toMatchObject(refusedWith(6, /the password is wrong/));
    expect(await realm.logIn("dot", "dot-3")).toMatchObject({ code: 0 });
    expect(kept()).toBeUndefined();
    const changed = await realm.password("dot-2", OTHER, ...realm.passwordFile());
    expect(changed).toMatchObject({ code: 0, stderr: "" });
    expect(changed.stdout).toContain("* @dot has a password already");
    expect(changed.stdout).toContain("* the password of @dot is changed");
    expect(kept()).toEqual(expect.any(String));
    expect(await realm.logIn("dot", "dot-4", OTHER)).toMatchObject({ code: 0 });
    // It lays keys by now: the vault is the one of the other device.
    const before = realm.asked("vault");
    await using client = realm.own.client("dot-2");
    await client.ready();
    await expect.poll(() => realm.asked("vault") - before >= 2, WAIT).toBe(true);
  });

  it("and was put out since: no password is set", async () => {
    await joins("eve");
    expect((await realm.own.admin("revoke", "eve")).code).toBe(0);
    const ran = await realm.password("eve");
    expect(ran).toMatchObject(refusedWith(3, /^error: .*revoked.*\nhint: /));
    expect(existsSync(realm.file("eve.phrase"))).toBe(false);
    expect(await realm.logIn("eve", "eve-2")).toMatchObject({ code: 6 });
  });
});

it("while the door is shut, because nobody is awaited, the device has it opened by the chat", async () => {
  await using alone = await AccountRealm.start();
  expect((await alone.own.join(alone.own.line, "ann", "--user", "ann")).code).toBe(0);
  await alone.own.stop();
  // Whoever came in last came in long ago.
  const db = new DatabaseSync(join(alone.own.data, "chat.db"));
  db.exec("UPDATE certificate SET issued_at = issued_at - 3600000");
  db.close();
  await alone.own.start();
  const isShut = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(alone.own.door, "127.0.0.1", () => resolve(socket.destroy() === undefined));
      socket.on("error", () => resolve(true));
    });
  await expect.poll(isShut, WAIT).toBe(true);
  const set = await alone.password("ann");
  expect(set).toMatchObject({ code: 0, stderr: "" });
  expect(set.stdout).toContain("@ann has a password now");
  // From now on it stays open: somebody may come in by a password.
  expect(await alone.logIn("ann", "ann-2")).toMatchObject({ code: 0 });
  await alone.own.stop();
  const acts = (await realmLogIn(alone.own.data)).flatMap((one) => (one.kind === "act" ? [one] : []));
  expect(acts.filter(({ act }) => act === "password.set").map(({ by, on }) => [by, on])).toEqual([["ann", "ann"]]);
});

it("a machine on which nobody is is told how to come in", async () => {
  expect(await run(CLIENT, ["password", "--home", realm.file("nobody")])).toMatchObject(
    refusedWith(3, /^error: there is no profile ""\nhint: come in first: chat-client join LINE, or login LINE$/),
  );
});
