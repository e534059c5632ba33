// Joining by OpenPGP with the packaged executables: keys made by gpg, found at a real SKS key server, proved with gpg-agent or a key
// file; and what happens when key servers are slow or dead, keys are ambiguous, or a passphrase is wrong.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAddress } from "../../src/pgp/address.ts";
import { publish } from "../../src/pgp/publish.ts";
import { serverOf } from "../../src/pgp/source.ts";
import { CLIENT } from "../kit/executables.ts";
import { freePorts } from "../kit/free-ports.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { KeyServer } from "../kit/pgp/key-server.ts";
import { goodKey } from "../kit/pgp/keys.ts";
import { byFile, comesIn, joins, keyRingOf, newHome, type TestUser, usersIn } from "../kit/pgp/programs.ts";
import { Sks } from "../kit/pgp/sks.ts";
import { Terminal } from "../kit/tmux.ts";

const CHAT = "chat@example.org";
const NAMES = ["ada", "bob", "carol", "dan", "eve", "finn", "gus"];
/** Two words for the tests in which the server's own key is not the point. */
const TRUST = ["--trust-line"];

const peers = new AsyncDisposableStack();
let sks: Sks;
/** A key server of the test's own, which can be slow. */
let slow: KeyServer;
let realm: OwnRealm;
let user: (name: string) => TestUser;
let line: string;
beforeAll(async () => {
  sks = peers.use(await Sks.start());
  slow = peers.use(await KeyServer.start());
  realm = peers.use(await OwnRealm.init());
  await realm.start("--key-server-ms", "1500");
  user = await usersIn(realm, NAMES, sks.hkp);
  const own = ["--email", CHAT, "--publish", sks.hkp];
  const shown = await realm.asked("openpgp", ...own, "--allow", "example.org", "--servers", sks.hkp);
  line = String(shown["line"]);
}, 180_000);
afterAll(() => peers.disposeAsync());

async function realmFingerprint(): Promise<string> {
  return ((await realm.asked("openpgp"))["key"] as { fingerprint: string }).fingerprint;
}

/** Where the server looks keys up from now on. */
async function servers(list: string): Promise<void> {
  await realm.asked("openpgp", "--servers", list);
}

describe("with a real key server", () => {
  test("one by gpg-agent, one by a key file: both sides look each other up, and then the two chat", async () => {
    await using ring = await keyRingOf(user("ada"));
    const look = ["--key-servers", sks.hkp];
    await using ada = comesIn(realm, [line, "--pgp", user("ada").email, ...look], { GNUPGHOME: ring.home });
    await using bob = comesIn(realm, [line, ...byFile(user("bob")), ...look]);
    expect(await ada.ready()).toMatchObject({ user: "ada" });
    expect(await bob.ready()).toMatchObject({ user: "bob" });
    expect(ada.stderr.join("\n")).toContain(`asking ${sks.hkp}, for the server's key`);
    expect(ada.stderr.join("\n")).toContain("both sides are proved");
    // Each is shown with the address and the key that were proved.
    const proved = (name: string): object => ({ user: name, email: user(name).email, openpgp: user(name).fingerprint });
    const both = [proved("ada"), proved("bob")];
    const ask = (client: typeof ada, command: object) => () => client.ask({ ...command });
    for (const client of [ada, bob]) {
      const members = ask(client, { do: "members", to: "#lobby" });
      await expect.poll(members, { timeout: 20_000 }).toMatchObject({ members: both });
      expect(await client.ask({ do: "users" })).toMatchObject({ users: both });
      expect(await client.ask({ do: "devices", user: "bob" })).toMatchObject({ devices: [proved("bob")] });
    }
    expect(await ada.ask({ do: "verify", user: "bob" })).toMatchObject(proved("bob"));
    ada.send("hello bob");
    await bob.until(() => (bob.texts().includes("hello bob") ? true : undefined));
    bob.send("hello ada");
    await ada.until(() => (ada.texts().includes("hello ada") ? true : undefined));
  });

  test("who has come by a key comes with another device as the same user", async () => {
    const { code, stdout, stderr } = await joins(realm, [line, ...byFile(user("bob")), ...TRUST]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("nobody but the server says that its key is");
    expect(stdout).toContain("you are @bob in the realm");
  });

  test("the server's key from a file, by its fingerprint, and from the own key ring", async () => {
    const shown = await realm.admin("openpgp", "--export");
    const file = join(realm.folder, "server.asc");
    writeFileSync(file, shown.stdout);
    const fingerprint = await realmFingerprint();
    const byKey = await joins(realm, [line, ...byFile(user("carol")), "--server-key", file]);
    expect([byKey.code, byKey.stderr]).toEqual([0, ""]);
    const byName = await joins(realm, [line, ...byFile(user("carol")), "--server-key-fingerprint", fingerprint]);
    expect([byName.code, byName.stderr]).toEqual([0, ""]);
    await using ring = await keyRingOf(user("carol"));
    await ring.run(["--import", file]);
    const byRing = await joins(realm, [line, "--pgp", user("carol").email], { GNUPGHOME: ring.home });
    expect([byRing.code, byRing.stderr]).toEqual([0, ""]);
    expect(byRing.stdout).toContain("as your key ring says");
  });

  test("two keys for the address: it stops, until the invitation names the right one", async () => {
    const dan = user("dan");
    await publish(serverOf(sks.hkp), (await goodKey(dan.email)).shown);
    const stranger = await joins(realm, [line, ...byFile(dan), ...TRUST]);
    expect([stranger.code, stranger.stderr]).toEqual([
      6,
      expect.stringContaining("it is not possible with this address"),
    ]);
    const invited = await joins(realm, [await realm.invite("dan", "--email", dan.email), ...byFile(dan), ...TRUST]);
    expect([invited.code, invited.stderr]).toEqual([
      3,
      expect.stringMatching(/there are 2 OpenPGP keys for dan@example\.org/),
    ]);
    const { stdout } = await realm.admin("invite", "dan", "--plain", "--openpgp", dan.fingerprint);
    const [, pinned = ""] = /join '(.+?)'/.exec(stdout) ?? [];
    expect(stdout).toContain(`--server-key-fingerprint ${await realmFingerprint()}`);
    const byCode = await joins(realm, [pinned]);
    expect([byCode.code, byCode.stderr]).toEqual([6, expect.stringContaining("for the holder of an OpenPGP key")]);
    const proved = await joins(realm, [pinned, ...byFile(dan), ...TRUST]);
    expect([proved.code, proved.stderr]).toEqual([0, ""]);
  });

  test("another server's word for the server's key: nothing is proved to it", async () => {
    const file = join(realm.folder, "forged.asc");
    const forged = await goodKey(CHAT);
    writeFileSync(file, forged.shown);
    await slow.add(forged.shown);
    const before = realm.server.log().length;
    for (const flags of [
      ["--server-key", file],
      ["--server-key-fingerprint", forged.fingerprint],
      ["--key-servers", slow.hkp],
    ]) {
      const refused = await joins(realm, [line, ...byFile(user("eve")), ...flags]);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain(
        `and ${flags[0] === "--server-key" ? `the file ${file}` : flags[0] === "--key-servers" ? slow.hkp : "you"} that it is ${forged.fingerprint}`,
      );
    }
    const paths = realm.server
      .log()
      .slice(before)
      .map((one) => one["path"]);
    expect(new Set(paths)).toEqual(new Set(["/mutual/v1/realm"]));
    slow.clear();
    const unknown = await joins(realm, [line, ...byFile(user("eve")), "--key-servers", slow.hkp]);
    expect([unknown.code, unknown.stderr]).toEqual([
      3,
      expect.stringContaining("the server's own OpenPGP key cannot be checked"),
    ]);
  });
});

describe("slow and dead key servers", () => {
  test("dead: it is said whom the server asks, tried again, and ends; a named key needs no key server", async () => {
    const dead = `hkp://127.0.0.1:${String((await freePorts(1))[0])}`;
    await servers(dead);
    const { email, fingerprint } = user("eve");
    const invitation = await realm.invite("eve", "--email", email, "--openpgp", fingerprint);
    await using ring = await keyRingOf(user("eve"));
    const env = { GNUPGHOME: ring.home };
    const waited = await joins(realm, [invitation, "--pgp", email, ...TRUST], env);
    expect(waited.code).toBe(4);
    expect(waited.stdout.match(/trying again/g)).toHaveLength(2);
    expect(waited.stderr).toContain(`error: ${dead} cannot be asked for a key`);
    const quick = await joins(realm, [invitation, "--pgp", email, "--pgp-key", user("eve").shown, ...TRUST], env);
    expect([quick.code, quick.stderr]).toEqual([0, ""]);
    expect(quick.stdout).not.toContain("the server is asking");
    await servers(sks.hkp);
  });

  test("slow: who waits sees it, and comes in once it answers", async () => {
    await servers(slow.hkp);
    slow.mood = "silent";
    await slow.add(readFileSync(user("finn").shown, "utf8"));
    const invitation = await realm.invite("finn", "--email", user("finn").email);
    await using finn = comesIn(realm, [invitation, ...byFile(user("finn")), ...TRUST]);
    await finn.until(() =>
      finn.stderr.some((told) => told.includes("no answer within 1.5 seconds; trying again")) ? true : undefined,
    );
    expect(finn.stderr).toContain(`the server is asking ${slow.hkp}`);
    slow.mood = "honest";
    expect(await finn.ready()).toMatchObject({ user: "finn" });
    await servers(sks.hkp);
  });
});

describe("the passphrase", () => {
  test("three times wrong at a terminal, and it is over; in a file once", async () => {
    const { email, secret } = user("gus");
    const home = newHome(realm);
    const command = `${CLIENT} join '${line}' --pgp ${email} --pgp-key ${secret} --home ${home} --trust-line; echo exit $?`;
    const env = { PATH: "/usr/bin:/bin", HOME: realm.folder, LC_ALL: "C.UTF-8" };
    using terminal = new Terminal(command, { columns: 120, rows: 30, env, cwd: "/" });
    for (let count = 1; count <= 3; count += 1) {
      await terminal.shows(new RegExp(`(?:passphrase of the OpenPGP key of ${email}:[^$]*){${count}}$`));
      terminal.type(`wrong ${count}`);
    }
    const end = await terminal.shows(/^exit \d/m);
    expect(end).toContain("error: the passphrase does not open the secret key");
    expect(end).toContain("exit 3");
    expect(end).not.toContain("wrong 1");
    const wrong = join(realm.folder, "wrong");
    writeFileSync(wrong, "wrong\n");
    const byFileOnce = await joins(realm, [
      line,
      "--pgp",
      email,
      "--pgp-key",
      secret,
      "--passphrase-file",
      wrong,
      ...TRUST,
    ]);
    expect([byFileOnce.code, byFileOnce.stderr]).toEqual([3, expect.stringContaining("does not open the secret key")]);
    const none = await joins(realm, [line, "--pgp", email, "--pgp-key", secret, ...TRUST]);
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining("give --passphrase-file")]);
  });

  test("typed at a terminal, and in", async () => {
    const { email, fingerprint, secret, passphrase } = user("gus");
    const command = `${CLIENT} join '${line}' --pgp ${email} --pgp-key ${secret} --home ${newHome(realm)} --trust-line`;
    const env = { PATH: "/usr/bin:/bin", HOME: realm.folder, LC_ALL: "C.UTF-8" };
    using terminal = new Terminal(command, { columns: 120, rows: 40, env, cwd: "/" });
    await terminal.shows("passphrase of the OpenPGP key");
    terminal.type(readFileSync(passphrase, "utf8").trimEnd());
    const screen = await terminal.shows(`you are ${parseAddress(email).local} (@gus)`);
    expect(screen).toContain("* both sides are proved");
    terminal.type("/who");
    await terminal.shows(`${email} by the OpenPGP key ${fingerprint}`);
    terminal.type("/quit");
  });
});
