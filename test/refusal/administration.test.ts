// Acts of administration: what each refuses, and what it does to those who are connected. By the local socket, and by owners and others
// over the wire.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LIMIT_NAMES, LIMITS } from "../../src/server/service/realm/limits.ts";
import { actsOf, codeOf, come, type Fields, HELLO, overWire } from "../kit/acts.ts";
import { administer, socketLines } from "../kit/door.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
beforeEach(async () => {
  server = await testServer(realm, { doorPort: 0 });
  return () => server[Symbol.asyncDispose]();
});
afterAll(() => realm.remove());

describe("fields", () => {
  test.each<readonly [string, Fields, string]>([
    ["a user who is nobody", { do: "user", user: "nobody" }, "no-such-user"],
    ["a name that is none", { do: "user", user: "No Body" }, "handle-invalid"],
    ["no user", { do: "disable" }, "bad-field"],
    ["a user in a list", { do: "disable", user: ["bob"] }, "bad-field"],
    ["a role that is none", { do: "role", user: "bob", role: "king" }, "role-unknown"],
    ["no role", { do: "role", user: "bob" }, "bad-field"],
    ["an empty name", { do: "rename", user: "bob", name: "" }, "bad-field"],
    ["a name with a line in it", { do: "rename", user: "bob", name: "B\nb" }, "bad-field"],
    ["a name that begins with a space", { do: "rename", user: "bob", name: " Bob" }, "bad-field"],
    ["a page of nothing", { do: "users", count: 0 }, "bad-field"],
    ["a page too long", { do: "users", count: 501 }, "bad-field"],
    ["a conversation that is none", { do: "conversations", after: "xyz" }, "bad-field"],
    ["devices of a name that is none", { do: "devices", user: "B B" }, "bad-field"],
    ["a motd too long", { do: "motd", text: "x".repeat(501) }, "bad-field"],
    ["a motd that moves a cursor", { do: "motd", text: "\u{1b}[2J" }, "bad-field"],
    ["a motd that is set and taken away", { do: "motd", text: "x", clear: true }, "bad-field"],
    ["maintenance by a word", { do: "maintenance", on: "on" }, "bad-field"],
    ["a backup nowhere", { do: "backup" }, "bad-field"],
    [
      "a backup to a folder that is not there",
      { do: "backup", file: "/nonexistent/x", passphrase: "p" },
      "backup-unwritable",
    ],
    ["an act that every object has", { do: "toString" }, "unknown-act"],
    ...LIMIT_NAMES.flatMap((name): (readonly [string, Fields, string])[] => [
      [`${name} below its least`, { do: "limits", [name]: LIMITS[name].least - 1 }, "bad-field"],
      [`${name} above its most`, { do: "limits", [name]: LIMITS[name].most + 1 }, "bad-field"],
      [`${name} as a text`, { do: "limits", [name]: "5" }, "bad-field"],
    ]),
  ])("%s", async (_what, given, code) => {
    const bob = await come(server, "bob");
    expect(codeOf(await administer(server, given))).toBe(code);
    expect(await actsOf(server)).toEqual([]);
    bob.close();
  });
});

describe("a field that the act does not have", () => {
  const REQUESTS: readonly Fields[] = [
    { do: "invite", user: "carol" },
    { do: "invitations" },
    { do: "withdraw", id: "00000000" },
    { do: "revoke", target: "bob" },
    { do: "users" },
    { do: "user", user: "bob" },
    { do: "rename", user: "bob", name: "Bob" },
    { do: "role", user: "bob", role: "owner" },
    { do: "disable", user: "bob" },
    { do: "enable", user: "bob" },
    { do: "devices" },
    { do: "conversations" },
    { do: "limits", messageRate: 5 },
    { do: "motd", text: "hello" },
    { do: "maintenance", on: true },
    { do: "stats" },
    { do: "examine" },
    { do: "backup", file: "/nonexistent/x" },
    { do: "registration", who: "open" },
    { do: "info" },
    { do: "openpgp", allow: "none" },
  ];

  test("is refused by its name, whatever the act, and nothing is done", async () => {
    const bob = await come(server, "bob");
    for (const given of REQUESTS)
      for (const more of [{ usr: "bob" }, { Name: null }]) {
        const { error } = await administer(server, { ...given, ...more });
        const told = { code: "bad-field", message: `"${Object.keys(more)[0]}" is no field of this act` };
        expect([given["do"], error]).toMatchObject([given["do"], told]);
      }
    const [line] = await socketLines(server.data, '{"do":"stats","__proto__":{"a":1}}\n');
    expect(line?.["error"]).toMatchObject({ message: '"__proto__" is no field of this act', hint: "it has none" });
    expect(await actsOf(server)).toEqual([]);
    bob.close();
  });

  test("over the wire too, with those that it has", async () => {
    const alice = await come(server, "alice");
    await administer(server, { do: "role", user: "alice", role: "owner" });
    expect(codeOf(await overWire(alice, { do: "invite", user: "carol", use: 3 }))).toBe("bad-field");
    expect(await administer(server, { do: "role", user: "alice", roles: "member" })).toMatchObject({
      error: { hint: "it has user, role" },
    });
    expect(await overWire(alice, { do: "invitations" })).toEqual({ invitations: [] });
  });
});

describe("who may", () => {
  test("over the wire nobody but owners, and at once", async () => {
    const [alice, bob] = [await come(server, "alice"), await come(server, "bob")];
    expect(codeOf(await overWire(alice, { do: "users" }))).toBe("not-an-owner");
    await administer(server, { do: "role", user: "alice", role: "owner" });
    expect(await overWire(alice, { do: "users" })).toMatchObject({ more: false });
    expect(codeOf(await overWire(bob, { do: "users" }))).toBe("not-an-owner");
    await overWire(alice, { do: "role", user: "bob", role: "owner" });
    await overWire(bob, { do: "role", user: "alice", role: "member" });
    expect(codeOf(await overWire(alice, { do: "users" }))).toBe("not-an-owner");
    expect((await actsOf(server)).map(({ act, on, by, detail }) => [by, act, on, detail])).toEqual([
      ["@console", "user.role", "alice", "owner"],
      ["alice", "user.role", "bob", "owner"],
      ["bob", "user.role", "alice", "member"],
    ]);
  });

  test("the last owner stays one, and stays", async () => {
    const alice = await come(server, "alice");
    await administer(server, { do: "role", user: "alice", role: "owner" });
    for (const given of [
      { do: "role", user: "alice", role: "member" },
      { do: "disable", user: "alice" },
    ]) {
      expect(codeOf(await overWire(alice, given))).toBe("last-owner");
      expect(codeOf(await administer(server, given))).toBe("last-owner");
    }
    // An owner who is disabled is none.
    const bob = await come(server, "bob");
    await administer(server, { do: "role", user: "bob", role: "owner" });
    await administer(server, { do: "disable", user: "bob" });
    expect(codeOf(await administer(server, { do: "role", user: "alice", role: "member" }))).toBe("last-owner");
    bob.close();
  });

  test("an owner's backup is in the folder of backups, and nowhere else", async () => {
    const alice = await come(server, "alice");
    await administer(server, { do: "role", user: "alice", role: "owner" });
    for (const file of ["/tmp/x", "../chat.db", "a/b", ".hidden", ""])
      expect(codeOf(await overWire(alice, { do: "backup", file, passphrase: "p", force: true }))).toBe("bad-field");
    const made = await overWire(alice, { do: "backup", file: "mine", passphrase: "p" });
    expect(made["file"]).toBe(`${server.data}/backups/mine`);
    expect(codeOf(await overWire(alice, { do: "backup", file: "mine", passphrase: "p" }))).toBe("backup-exists");
  });

  test("the passphrase of a backup is in no log: not in that of acts, not in the server's", async () => {
    const passphrase = "never to be read anywhere";
    const made = await administer(server, { do: "backup", file: `${server.data}/secret`, passphrase });
    expect(made).toMatchObject({ ok: true });
    const acts = await actsOf(server);
    expect(acts.map(({ act }) => act)).toEqual(["backup"]);
    expect(`${JSON.stringify([made, acts])}${JSON.stringify(server.lines)}`).not.toContain(passphrase);
  });

  test("two at the same time: the second is told so, and the first is whole", async () => {
    const file = `${server.data}/two`;
    const [one, two] = await Promise.all(
      [file, `${file}-more`].map((each) => administer(server, { do: "backup", file: each, passphrase: "p" })),
    );
    expect([codeOf(one ?? {}), codeOf(two ?? {})].filter((code) => code !== undefined)).toEqual(["backup-running"]);
  });
});

describe("disabled", () => {
  test("is put out, is not let in by any certificate, and may be invited again afterwards", async () => {
    const identity = realm.issueClient({ user: "bob" });
    const bob = await server.connect(identity);
    await bob.hello();
    expect(await administer(server, { do: "disable", user: "bob" })).toMatchObject({ ok: true, disabled: true });
    expect(await bob.message("goodbye")).toMatchObject({ code: "certificate-revoked" });
    // A certificate that the realm's log does not know yet.
    const another = await server.connect(realm.issueClient({ user: "bob" }));
    another.say(HELLO);
    expect(await another.message("goodbye")).toMatchObject({ code: "account-disabled" });
    await administer(server, { do: "enable", user: "bob" });
    expect(await administer(server, { do: "user", user: "bob" })).toMatchObject({ disabled: false, role: "member" });
    const third = await server.connect(realm.issueClient({ user: "bob" }));
    await third.hello();
    expect((await actsOf(server)).map(({ act }) => act)).toEqual(["user.disable", "user.enable"]);
  });
});

describe("maintenance", () => {
  test("everybody but owners is told to come back, and is let in when it is over", async () => {
    const [alice, bob] = [await come(server, "alice"), await come(server, "bob")];
    await administer(server, { do: "role", user: "alice", role: "owner" });
    await administer(server, { do: "maintenance", on: true });
    const told = await bob.message("goodbye");
    expect(told).toMatchObject({ code: "maintenance" });
    expect(told?.retryMs).toBeGreaterThan(0);
    const again = await server.connect(realm.issueClient({ user: "bob" }));
    again.say(HELLO);
    expect(await again.message("goodbye")).toMatchObject({ code: "maintenance", retryMs: told?.retryMs });
    expect(await overWire(alice, { do: "maintenance" })).toEqual({ maintenance: true });
    await overWire(alice, { do: "maintenance", on: false });
    await come(server, "bob");
  });

  test("lasts over a restart of the server", async () => {
    await administer(server, { do: "maintenance", on: true });
    const { data } = server;
    await server.stop();
    server = await testServer(realm, { data, doorPort: 0 });
    const bob = await server.connect(realm.issueClient({ user: "bob" }));
    bob.say(HELLO);
    expect(await bob.message("goodbye")).toMatchObject({ code: "maintenance" });
  });
});

describe("the message of the day", () => {
  test("is told to who is there and to who comes, and is taken away", async () => {
    const bob = await come(server, "bob");
    await administer(server, { do: "motd", text: "first" });
    expect(await bob.message("motd")).toEqual({ type: "motd", text: "first" });
    const late = await come(server, "alice");
    expect(await late.message("motd")).toEqual({ type: "motd", text: "first" });
    await administer(server, { do: "motd", text: "first" });
    await administer(server, { do: "motd", clear: true });
    expect(
      await bob.until(({ message }) => (message.type === "motd" && message.text === "" ? message : undefined)),
    ).toBeDefined();
    expect((await actsOf(server)).map(({ act }) => act)).toEqual(["motd", "motd.clear"]);
  });
});
