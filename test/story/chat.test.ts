// A real server and real clients (vault, TLS, certificates) in one process: what two people live through.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { MessageId } from "../../src/model/ids.ts";
import { type AppendOp, SINCE_SPAN } from "../../src/server/port/store.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { lobbyLog } from "../../src/wire/log-id.ts";
import { TestClient, TestFace, type TestClientWish } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

function start(server: TestServer, name: string, more: Partial<TestClientWish> = {}): TestClient {
  return new TestClient({ realm, identity: realm.client(name), port: server.port, ...more });
}

const numbered = (count: number, prefix = "m"): string[] => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** So many from the first message on. Each of `devices` came into the lobby by a commit, which is an entry as well. */
const seqs = (count: number, devices: number): number[] => Array.from({ length: count }, (_, at) => devices + 1 + at);

/** What bob said at `seq` once more under other ids, again and again, written where a server that does not run keeps it. */
async function fill(file: string, { seq, count }: { seq: number; count: number }): Promise<void> {
  const store = await openSqliteStore({ file, clock: systemClock, onFailed: () => {} });
  const log = lobbyLog(realm.fingerprint);
  const said = await store.readFrom(log, seq - 1, { maxCount: 1, maxBytes: 65_536 });
  const [entry] = said?.entries ?? [];
  if (said === undefined || entry?.kind !== "app") throw new Error("bob said nothing there");
  const { sender, epoch, body } = entry;
  for (let at = 0; at < count; at += 1_000) {
    const op = (): AppendOp => {
      const mid = randomBytes(16).toString("hex") as MessageId;
      return { kind: "app", log, sender, mid, since: said.head + at, epoch, body };
    };
    await store.append(Array.from({ length: Math.min(1_000, count - at) }, op));
  }
  await store.close();
}

describe("two people", () => {
  it("see the same messages in the same order, and who wrote them", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    using bob = start(server, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    const replies = await Promise.all(numbered(40).map((text, at) => (at % 2 === 0 ? alice : bob).send(text)));
    const [seen, others] = [await alice.messages(40), await bob.messages(40)];
    expect(seen.map(({ seq }) => seq)).toEqual(seqs(40, 2));
    expect(others.map(({ message }) => message)).toEqual(seen.map(({ message }) => message));
    expect(new Set(replies.map(({ seq }) => seq)).size).toBe(40);
    expect(alice.texts().filter((text) => Number(text.slice(1)) % 2 === 0)).toEqual(
      numbered(40).filter((_, at) => at % 2 === 0),
    );
    expect(seen.every(({ from, mine }) => from.verified && mine === (from.user === "alice"))).toBe(true);
    expect(alice.face.of("alarm")).toEqual([]);
  });

  it("are told a reply's message, members, users and presence", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    await alice.ready();
    using bob = start(server, "bob");
    await bob.ready();
    await alice.face.until((face) => face.of("presence").some(({ user, on }) => user === "bob" && on), "bob online");
    await alice.face.until(
      (face) => face.of("member").some(({ user, change }) => user === "bob" && change === "joined"),
      "bob's device",
    );
    expect(alice.face.of("member").map(({ user }) => user)).toEqual(["bob"]);
    const { message } = await alice.send("first");
    await bob.send("second", { replyTo: message });
    expect((await alice.messages(2))[1]).toMatchObject({
      text: "second",
      replyTo: message,
      mine: false,
      from: { user: "bob", verified: true },
    });
    expect(await alice.ask({ do: "members", to: "#lobby" })).toEqual({
      members: ["alice", "bob"].map((user) => ({
        user,
        name: user,
        role: "member",
        devices: 1,
        verified: true,
        trusted: false,
        online: true,
      })),
    });
    expect(await alice.ask({ do: "users", query: "bo" })).toMatchObject({
      users: [{ user: "bob", verified: true, online: true }],
    });
    expect(await alice.ask({ do: "conversations" })).toMatchObject({
      conversations: [{ conversation: "#lobby", members: 2, unread: 1, lastSeq: 4 }],
    });
    expect(await alice.ask({ do: "read", to: "#lobby" })).toEqual({ seq: 4, unread: 0 });
    bob.client.stop();
    await alice.face.until((face) => face.of("presence").some(({ user, on }) => user === "bob" && !on), "bob offline");
  });
});

describe("a connection that comes and goes", () => {
  it("what is written while it is down arrives in order after it, once, and nothing of the others is missed", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    using bob = start(server, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    await alice.ask({ do: "link", state: "down" });
    const replies = Promise.all(numbered(30, "offline ").map((text) => alice.send(text)));
    await Promise.all(numbered(30, "meanwhile ").map((text) => bob.send(text)));
    expect(alice.texts()).toEqual([]);
    await alice.face.until((face) => face.of("state").length === 30, "queued");
    expect(alice.face.of("state").every(({ state }) => state === "queued")).toBe(true);
    await alice.ask({ do: "link", state: "up" });
    expect((await replies).map(({ seq }) => seq)).toEqual(seqs(60, 2).slice(30));
    const [seen] = [await alice.messages(60), await bob.messages(60)];
    expect(seen.map(({ seq }) => seq)).toEqual(seqs(60, 2));
    expect(bob.texts()).toEqual([...numbered(30, "meanwhile "), ...numbered(30, "offline ")]);
    expect(alice.face.of("link").map(({ state }) => state)).toEqual(["connected", "reconnecting", "connected"]);
    expect(alice.face.of("ready")).toHaveLength(1);
  });

  it("cut again and again while two write: every message once, in the same order, at both", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    using bob = start(server, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    const sends: Promise<unknown>[] = [];
    for (let round = 0; round < 12; round += 1) {
      for (let at = 0; at < 20; at += 1) sends.push((at % 2 === 0 ? alice : bob).send(`${round}.${at}`));
      const cut = round % 2 === 0 ? alice : bob;
      // Somewhere in the middle of the appends, not before or after them.
      for (let turn = 0; turn < round % 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await cut.ask({ do: "link", state: "down" });
      await cut.ask({ do: "link", state: "up" });
    }
    await Promise.all(sends);
    const [seen, others] = [await alice.messages(240), await bob.messages(240)];
    expect(seen.map(({ seq }) => seq)).toEqual(seqs(240, 2));
    expect(new Set(alice.texts()).size).toBe(240);
    expect(others.map(({ message }) => message)).toEqual(seen.map(({ message }) => message));
    const own = (client: TestClient): string[] =>
      client.face
        .of("message")
        .filter(({ mine }) => mine)
        .map(({ text }) => text);
    const order = (text: string): number => Number(text.split(".")[0]) * 100 + Number(text.split(".")[1]);
    expect(own(alice)).toEqual(own(alice).toSorted((a, b) => order(a) - order(b)));
    expect([...alice.face.of("alarm"), ...bob.face.of("alarm")]).toEqual([]);
  });

  it("a server that stops and starts is found again", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    using alice = start(first, "alice");
    await alice.ready();
    await alice.send("before");
    await first.stop();
    await alice.face.until((face) => face.of("link").at(-1)?.state === "reconnecting", "reconnecting");
    expect(alice.face.of("link").at(-1)?.reason?.code).toBe("shutdown");
    const reply = alice.send("in between");
    await using _second = await testServer(realm, { port, data });
    expect(await reply).toMatchObject({ seq: 3 });
    expect(await alice.messages(2)).toHaveLength(2);
  });
});

describe("a client that ends and starts", () => {
  it("gives each message once per vault, and the queue survives", async () => {
    await using server = await testServer(realm);
    const first = start(server, "alice");
    await first.ready();
    await first.send("one");
    await first.messages(1);
    await first.ask({ do: "link", state: "down" });
    const lost = first.send("two").catch((error: { code: string }) => error.code);
    await first.face.until((face) => face.of("state").at(-1)?.state === "queued", "queued");
    first.client.stop();
    expect(await lost).toBe("stopped");
    using bob = start(server, "bob");
    await bob.ready();
    await bob.send("three");
    using again = start(server, "alice", { home: first.home });
    await again.messages(2);
    await again.ready();
    expect(again.texts().toSorted()).toEqual(["three", "two"]);
    expect(again.face.of("state").map(({ state }) => state)).toEqual(["stored"]);
    expect(again.face.of("member")).toMatchObject([{ user: "bob", change: "joined" }]);
    // How alice and bob came in is no message: entries 1 and 3 of the log.
    expect(await again.ask({ do: "history", to: "#lobby" })).toMatchObject({
      messages: [{ seq: 2, text: "one" }, { seq: 4 }, { seq: 5 }],
    });
    const before = async (seq: number) => again.ask({ do: "history", to: "#lobby", before: seq, limit: 1 });
    expect(await before(5)).toMatchObject({ messages: [{ seq: 4 }] });
    expect(await before(4)).toMatchObject({ messages: [{ seq: 2, text: "one" }] });
  });

  it("what a slow face did not take is shown at the next start, and memory does not hold it", async () => {
    await using server = await testServer(realm);
    using bob = start(server, "bob");
    const face = new TestFace();
    const first = start(server, "alice", { face });
    await Promise.all([first.ready(), bob.ready()]);
    face.stall();
    await Promise.all(numbered(300).map((text) => bob.send(text)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    // What was under way before it said "full" may still come; nothing after that.
    const taken = first.texts().length;
    expect(taken).toBeLessThanOrEqual(256);
    first.client.stop();
    const stalled = new TestFace();
    stalled.stall();
    const second = start(server, "alice", { home: first.home, face: stalled });
    await stalled.until((one) => one.of("link").length > 0, "connected");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(second.texts()).toEqual([]);
    second.client.stop();
    using again = start(server, "alice", { home: first.home });
    await again.messages(300 - taken);
    await again.ready();
    expect([...first.texts(), ...again.texts()]).toEqual(numbered(300));
  });
});

describe("many messages", () => {
  it("what was written offline is stored though the log went on further than the server looks back", async () => {
    const first = await testServer(realm);
    const { port, data } = first;
    using bob = start(first, "bob");
    await bob.ready();
    const { seq } = await bob.send("before alice came in");
    using alice = start(first, "alice");
    await alice.ready();
    await first.stop();
    const offline = Promise.all(numbered(3, "offline ").map((text) => alice.send(text)));
    bob.client.stop();
    // Of before alice's first epoch: not for her, and no message is shown for it.
    const count = SINCE_SPAN + 100;
    await fill(join(data, "chat.db"), { seq: Number(seq), count });
    await using _server = await testServer(realm, { port, data });
    const replies = await offline;
    expect(replies.map((reply) => reply["seq"])).toEqual(seqs(count + 4, 2).slice(-3));
    const seen = await alice.messages(3);
    expect(seen.map(({ text }) => text)).toEqual(numbered(3, "offline "));
    expect(seen.map((one) => one.seq)).toEqual(seqs(count + 4, 2).slice(-3));
    expect((await alice.ask({ do: "history", to: "#lobby" }))["messages"]).toHaveLength(3);
    expect(alice.face.of("alarm")).toEqual([]);
  });

  it("2,000 in one go: stored in order, at both sides", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    using bob = start(server, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    const replies = await Promise.all(numbered(2_000).map((text) => alice.send(text)));
    await bob.messages(2_000);
    expect(replies.map(({ seq }) => seq)).toEqual(seqs(2_000, 2));
    expect(bob.texts()).toEqual(numbered(2_000));
  }, 60_000);
});
