// chat-client as a program: what scripts and people meet. A real server in this process, the client in its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ClientProcess } from "../kit/client-process.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

/** Four programs one after the other, one of which waits for ten seconds. */
const WAIT = { timeout: 60_000 };

let realm: TestRealm;
let server: TestServer;
let home: string;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());
beforeEach(async () => {
  server = await testServer(realm);
  home = mkdtempSync(join(tmpdir(), "mutual-home-"));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

function client(name: string, ...more: string[]): ClientProcess {
  return new ClientProcess(["-p", String(server.port), "--certs", realm.dir, "--as", name, "--home", home, ...more]);
}

const ready = (one: ClientProcess): Promise<void> => one.until(() => one.of("ready").length > 0, "ready");
const send = (text: string, id?: number): object => ({ do: "send", id, to: "#lobby", text });

/** Comes into the lobby, by an entry of its own, and leaves. */
async function comesIn(name: string): Promise<ClientProcess> {
  const one = client(name, "--json");
  one.child.stdin.end();
  expect(await one.exit).toBe(0);
  return one;
}

describe("--json", () => {
  it("the end of input: what was asked is done, exit code 0, nothing but objects on stdout, nothing on stderr", async () => {
    const alice = client("alice", "--json");
    alice.say(send("one", 1), "not json", { do: "whoami", id: 2 }, send("two", 3));
    alice.child.stdin.end();
    expect(await alice.exit).toBe(0);
    expect(alice.errors).toBe("");
    const replies = alice.objects.filter((one) => "reply" in one);
    expect(replies).toHaveLength(4);
    expect(replies.filter((one) => one["reply"] === "send").map((one) => [one["id"], one["seq"]])).toEqual([
      [1, 2],
      [3, 3],
    ]);
  });

  it("kill -9 with a queue: the next start sends it, in order, once", async () => {
    await server.stop();
    const first = client("alice", "--json");
    first.say(...Array.from({ length: 50 }, (_, at) => send(`m${at}`)));
    await first.until(() => first.of("state").length === 50, "50 queued");
    first.kill("SIGKILL");
    await first.exit;
    await using again = await testServer(realm, { port: server.port, data: server.data });
    const bob = client("bob", "--json");
    await ready(bob);
    const second = client("alice", "--json");
    await bob.until(() => bob.of("message").length >= 50, "50 messages");
    await second.until(() => second.of("message").length >= 50, "50 own messages");
    expect(bob.of("message").map((one) => one["text"])).toEqual(Array.from({ length: 50 }, (_, at) => `m${at}`));
    expect(second.of("state").map((one) => one["state"])).toEqual(Array.from({ length: 50 }, () => "stored"));
    for (const one of [second, bob]) one.child.stdin.end();
    expect(await Promise.all([second.exit, bob.exit])).toEqual([0, 0]);
    await again.stop();
  });

  it("kill -9 again and again while messages come: no message is missing, and the order stays", async () => {
    const bob = client("bob", "--json");
    await ready(bob);
    await comesIn("alice");
    const lives: ClientProcess[] = [];
    for (let round = 0; round < 4; round += 1) {
      const alice = client("alice", "--json");
      await alice.until(() => alice.of("link").length > 0, "link");
      bob.say(...Array.from({ length: 100 }, (_, at) => send(`${round}.${at}`)));
      await alice.until(() => alice.of("message").length > 20 * (round + 1), "some messages");
      alice.kill("SIGKILL");
      await alice.exit;
      lives.push(alice);
    }
    await bob.until(() => bob.objects.filter((one) => one["reply"] === "send").length === 400, "400 replies");
    const last = client("alice", "--json");
    await ready(last);
    const seen = [...lives, last].flatMap((one) => one.of("message"));
    const seqs = seen.map((one) => one["seq"]);
    const firsts = seen.filter((one, at) => seqs.indexOf(one["seq"]) === at);
    // What was on its way to the killed process may be given again, never be missing: docs/lines.md says so.
    expect(firsts.map((one) => one["seq"])).toEqual(Array.from({ length: 400 }, (_, at) => at + 3));
    const written = Array.from({ length: 400 }, (_, at) => `${Math.floor(at / 100)}.${at % 100}`);
    expect(firsts.map((one) => one["text"])).toEqual(written);
    expect([...lives, last].flatMap((one) => one.of("alarm"))).toEqual([]);
    for (const one of [last, bob]) one.child.stdin.end();
    await Promise.all([last.exit, bob.exit]);
  }, 60_000);

  it("a reader that goes away ends it cleanly", async () => {
    const alice = client("alice", "--json");
    await ready(alice);
    alice.child.stdout.destroy();
    alice.say({ do: "whoami" }, { do: "whoami" });
    expect(await alice.exit).toBe(0);
    expect(alice.errors).toBe("");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends it with exit code 0", async (signal) => {
    const alice = client("alice", "--json");
    await ready(alice);
    alice.kill(signal);
    expect(await alice.exit).toBe(0);
  });

  it("nothing asked: what was missed is given, then it leaves; without a server it says so", WAIT, async () => {
    const told = (one: ClientProcess): unknown[] => one.objects.map((object) => object["text"] ?? object["event"]);
    // What was before the first start is not for this device.
    expect(told(await comesIn("alice"))).toEqual(["link", "conversation", "ready"]);
    const bob = client("bob", "--json");
    bob.say(send("one"), send("two"));
    bob.child.stdin.end();
    expect(await bob.exit).toBe(0);
    expect(told(await comesIn("alice"))).toEqual(["link", "member", "one", "two", "ready"]);
    await server.stop();
    const alone = client("alice", "--json");
    alone.child.stdin.end();
    expect(await alone.exit).toBe(4);
    expect(alone.errors).toBe(
      "error: the server was not reached within 10 s\nhint: start chat-server there, or check -ip and -p\n",
    );
  });

  it("no server: who was answered from the vault is not kept waiting, and is told what waits", async () => {
    await server.stop();
    const alice = client("alice", "--json");
    alice.say(send("later"));
    await alice.until(() => alice.of("state").length === 1, "queued");
    alice.say({ do: "history", to: "#lobby", id: 1 });
    await alice.until(() => alice.objects.some((one) => one["id"] === 1), "history");
    alice.kill("SIGTERM");
    expect(await alice.exit).toBe(0);
    const [{ message } = {}] = alice.of("state");
    const from = { user: "alice", verified: true };
    const waiting = [{ conversation: "#lobby", message, state: "queued", text: "later", from }];
    expect(alice.objects.find((one) => one["id"] === 1)).toMatchObject({ ok: true, messages: [], waiting });
    const again = client("alice", "--json");
    again.say({ do: "history", to: "#lobby" });
    again.child.stdin.end();
    expect(await again.exit).toBe(0);
    expect(again.objects.find((one) => one["reply"] === "history")).toMatchObject({ waiting: [{ text: "later" }] });
  });

  it("what an earlier run left is sent before it leaves", async () => {
    await server.stop();
    const alice = client("alice", "--json");
    alice.say(send("later"));
    await alice.until(() => alice.of("state").length === 1, "queued");
    alice.kill("SIGTERM");
    await alice.exit;
    await using _again = await testServer(realm, { port: server.port, data: server.data });
    const next = client("alice", "--json");
    next.child.stdin.end();
    expect(await next.exit).toBe(0);
    expect(next.of("message")).toMatchObject([{ text: "later", mine: true }]);
  });

  it("no server: what was asked is kept, and the exit code says so", async () => {
    await server.stop();
    const alice = client("alice", "--json");
    alice.say(send("later"));
    alice.child.stdin.end();
    expect(await alice.exit).toBe(4);
    expect(alice.errors).toMatch(
      /^error: the server was not reached within 10 s: 1 message waits to be sent\nhint: nothing is lost/,
    );
    expect(alice.of("link")[0]).toMatchObject({ state: "reconnecting", reason: { code: "connect-refused" } });
  });
});

describe("plain lines in a pipe", () => {
  it("each line is a message, also one that begins with a slash; messages of others come out", async () => {
    const bob = client("bob");
    await bob.until(() => bob.lines.some((line) => line.includes("you are bob")), "ready");
    const alice = client("alice");
    alice.say("hello bob", "/who");
    alice.child.stdin.end();
    expect(await alice.exit).toBe(0);
    await bob.until(() => bob.lines.some((line) => line.endsWith("alice: /who")), "messages");
    bob.child.stdin.end();
    expect(await bob.exit).toBe(0);
    expect(
      bob.lines.filter((line) => line.includes(" alice: ")).map((line) => line.replace(/^\d\d:\d\d/, "HH:MM")),
    ).toEqual(["HH:MM alice: hello bob", "HH:MM alice: /who"]);
    expect([alice.errors, bob.errors]).toEqual(["", ""]);
  });

  it("say one thing: who we are and the line itself are shown before it leaves", async () => {
    const alice = client("alice");
    alice.say("hello");
    alice.child.stdin.end();
    expect(await alice.exit).toBe(0);
    const lines = alice.lines.map((line) => line.replace(/^\d\d:\d\d/, "HH:MM"));
    expect(lines.slice(0, 2)).toEqual([`* connecting to 127.0.0.1 port ${server.port}`, "* connected"]);
    // Whichever comes first. That our own device came, and is online, is no news.
    expect(lines.slice(2).toSorted()).toEqual([
      "* you are alice (@alice) in #lobby",
      "* you are in #lobby now",
      "HH:MM alice: hello",
    ]);
  });

  it("no server: one error and one hint for all that waits, and no second pair for each line", async () => {
    await server.stop();
    const alice = client("alice");
    alice.say("one", "two");
    alice.child.stdin.end();
    expect(await alice.exit).toBe(4);
    expect(alice.errors.split("\n")).toEqual([
      "error: the server was not reached within 10 s: 2 messages wait to be sent",
      "hint: nothing is lost: the next chat-client of this identity sends what waits",
      "",
    ]);
  });

  it("a signal while lines wait: it says when they are sent", async () => {
    await server.stop();
    const alice = client("alice");
    alice.say("one", "two");
    await alice.until(() => alice.lines.some((line) => line.startsWith("* hint:")), "not connected");
    alice.kill("SIGINT");
    expect(await alice.exit).toBe(0);
    expect(alice.lines.at(-1)).toBe("* 2 lines wait; they are sent the next time you start");
    expect(alice.errors).toBe("");
  });
});
