// The packaged executables in conversation, over real mutual TLS.
import { copyFileSync, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CLIENT, type Json, run } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";

const numbered = (count: number, of = "m"): string[] => Array.from({ length: count }, (_, at) => `${of}${at}`);
/** So many from the first message on. Each of `devices` came into the lobby by a commit, which is an entry as well. */
const seqs = (count: number, devices: number): number[] => Array.from({ length: count }, (_, at) => devices + 1 + at);
const fromOf = (line: Json): string => String((line["from"] as Json | undefined)?.["user"]);

describe("two clients", () => {
  it("talk in #lobby: both see every line once, in the same order, and know who wrote it", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const [alice, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
    const hello = await alice.ask({ do: "send", to: "#lobby", text: "hello, Bob 👋" });
    expect(hello).toMatchObject({ reply: "send", ok: true, seq: 3 });
    await bob.received(1);
    await bob.ask({ do: "send", to: "#lobby", text: "two\nlines" });
    for (const client of [alice, bob]) {
      await client.received(2);
      expect(client.messages()).toMatchObject([
        {
          conversation: "#lobby",
          seq: 3,
          text: "hello, Bob 👋",
          from: { user: "alice", name: "alice" },
          mine: client === alice,
        },
        { conversation: "#lobby", seq: 4, text: "two\nlines", from: { user: "bob" }, mine: client === bob },
      ]);
    }
    expect(alice.messages()[0]?.["message"]).toBe(hello["message"]);
  });

  it("know who they are, who is there, and what was said", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const [alice, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
    await alice.ask({ do: "send", to: "#lobby", text: "one" });
    await bob.received(1);
    expect(await bob.ask({ do: "whoami" })).toMatchObject({
      ok: true,
      user: "bob",
      name: "bob",
      realm: group.realm.fingerprint,
    });
    expect(await bob.ask({ do: "members", to: "#lobby" })).toMatchObject({
      members: [
        { user: "alice", online: true },
        { user: "bob", online: true },
      ],
    });
    expect(await bob.ask({ do: "users" })).toMatchObject({ ok: true });
    expect(await bob.ask({ do: "conversations" })).toMatchObject({
      conversations: [{ conversation: "#lobby", unread: 1, lastSeq: 3 }],
    });
    expect(await bob.ask({ do: "read", to: "#lobby", seq: 3 })).toMatchObject({ ok: true });
    expect(await bob.ask({ do: "conversations" })).toMatchObject({ conversations: [{ unread: 0 }] });
    expect(await bob.ask({ do: "history", to: "#lobby" })).toMatchObject({ messages: [{ text: "one", seq: 3 }] });
    expect(await bob.ask({ do: "revoke", device: "x" })).toMatchObject({
      ok: false,
      error: { code: "no-such-device" },
    });
    expect(await bob.ask({ do: "fly" })).toMatchObject({ ok: false, error: { code: "unknown-command" } });
  });

  it("what is written while the link is down goes out in order when it is up again", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const [alice, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
    await alice.ask({ do: "link", state: "down" });
    const ids = numbered(20).map((text) => alice.send(text));
    await bob.ask({ do: "send", to: "#lobby", text: "meanwhile" });
    await alice.ask({ do: "link", state: "up" });
    for (const id of ids) expect(await alice.reply(id)).toMatchObject({ ok: true });
    const expected = ["meanwhile", ...numbered(20)];
    expect(await bob.received(21)).toEqual(expected);
    expect(await alice.received(21)).toEqual(expected);
  });

  it("the end of input finishes what was asked, then leaves with 0", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const bob = await group.client("bob");
    const alice = group.launch("alice");
    for (const text of numbered(50)) alice.send(text);
    alice.child.stdin.end();
    expect(await alice.exited).toEqual({ code: 0, signal: null });
    expect(await bob.received(50)).toEqual(numbered(50));
  });

  it("a restart shows nothing twice and misses nothing", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const alice = await group.client("alice");
    const first = await group.client("bob");
    for (const text of numbered(5)) alice.send(text);
    expect(await first.received(5)).toEqual(numbered(5));
    await first.ask({ do: "quit" });
    expect(await first.exited).toMatchObject({ code: 0 });
    for (const text of numbered(5, "later")) alice.send(text);
    const second = await group.client("bob");
    expect(await second.received(5)).toEqual(numbered(5, "later"));
    const history = (await second.ask({ do: "history", to: "#lobby" }))["messages"] as Json[];
    expect(history.map(({ text }) => text)).toEqual([...numbered(5), ...numbered(5, "later")]);
  });

  it("with the same display name are told apart", async () => {
    await using group = await Group.start(["alice:Sam, bob:Sam"]);
    const [alice, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
    await alice.ask({ do: "send", to: "#lobby", text: "hi" });
    await bob.received(1);
    expect(bob.messages()[0]).toMatchObject({ from: { user: "alice", name: "Sam" } });
  });
});

describe("fifty clients", () => {
  const names = Array.from({ length: 50 }, (_, at) => `user${at}`);
  let group: Group | undefined;
  afterAll(() => group?.[Symbol.asyncDispose]());

  it("come at once, write at once, and everyone sees the same order", { timeout: 400_000 }, async () => {
    group = await Group.start(names);
    const clients = names.map((name) => group?.launch(name)).filter((client) => client !== undefined);
    // One after the other comes in, by a commit that all who are in already go along with: 1,225 on this machine alone.
    await Promise.all(clients.map((client) => client.event((line) => line["event"] === "ready", 300_000)));
    for (const [at, client] of clients.entries())
      for (const text of numbered(10, `${names[at] ?? ""}:`)) client.send(text);
    const seen = await Promise.all(clients.map((client) => client.received(500, 60_000)));
    expect(new Set(seen[0]).size).toBe(500);
    for (const texts of seen) expect(texts).toEqual(seen[0]);
    // Each writer's own lines come in the order they were written.
    for (const name of names) {
      const own = clients[0]
        ?.messages()
        .filter((line) => fromOf(line) === name)
        .map(({ text }) => text);
      expect(own).toEqual(numbered(10, `${name}:`));
    }
    expect(clients[0]?.messages().map(({ seq }) => seq)).toEqual(seqs(500, names.length));
  });
});

describe("what a client is told when it cannot come in", () => {
  const outcome = async (args: readonly string[]): Promise<{ code: number | null; stderr: string }> => {
    using home = mkdtempDisposableSync(join(tmpdir(), "mutual-home-"));
    const { code, stderr } = await run(CLIENT, ["--json", "--home", home.path, ...args]);
    return { code, stderr };
  };

  it("no certificates", async () => {
    const { code, stderr } = await outcome(["--certs", "/nonexistent/certs", "--as", "alice"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: [^\n]+\nhint: [^\n]+$/);
  });

  it("several identities and none chosen", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const { code, stderr } = await outcome(["--certs", group.realm.dir, "-p", String(group.server.port)]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/--as.*alice.*bob/s);
  });

  it("revoked", async () => {
    await using group = await Group.start(["alice", "mallory"]);
    const mallory = await group.client("mallory");
    await group.realm.revoke("mallory");
    group.server.kill("SIGHUP");
    expect(await mallory.event((line) => line["event"] === "link" && line["state"] === "refused")).toMatchObject({
      reason: { code: "certificate-revoked" },
    });
    expect(await mallory.exited).toMatchObject({ code: 6 });
    expect(mallory.stderr.join("\n")).toMatch(/error: .*revoked.*\nhint: /);
    expect(await group.launch("mallory").exited, "found on the list beside ca.crt").toMatchObject({ code: 3 });
    // A root without lists beside it: then the server is the one who says it.
    const ca = join(group.folder, "ca.crt");
    copyFileSync(group.realm.file("ca.crt"), ca);
    const { code } = await outcome([
      "--certs",
      group.realm.dir,
      "--as",
      "mallory",
      "--ca",
      ca,
      "-p",
      String(group.server.port),
    ]);
    expect(code).toBe(6);
    expect(await group.server.logged("certificate-revoked")).toMatchObject({ level: "warn" });
  });

  it("a server of another realm", async () => {
    await using group = await Group.start(["alice"]);
    await using other = await Group.start(["alice"]);
    const alice = group.launch("alice", { port: other.server.port });
    const link = await alice.event((line) => line["event"] === "link" && line["state"] !== "connected");
    expect(link["reason"]).toMatchObject({
      code: "server-untrusted",
      message: expect.stringContaining("CA") as string,
    });
  });
});
