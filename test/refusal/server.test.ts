// Who and what the chat port refuses: each with its reason in the log, a code for the peer, and nothing read before.
import { connect as connectTcp } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { enter, leave, newRoom, room, write } from "../kit/conversation.ts";
import type { RawClient } from "../kit/raw-client.ts";
import { type TestIdentity, type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "mallory"] });
  server = await testServer(realm, { handshakeMs: 400, session: { loginMs: 1_000 } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

const goodbyeOf = async (client: RawClient): Promise<string | undefined> => (await client.message("goodbye"))?.code;

describe("a certificate that is not one of ours", () => {
  it.each<readonly [string, string, () => TestIdentity | undefined]>([
    ["none", "certificate-required", () => undefined],
    ["a self-signed one", "certificate-untrusted", () => realm.selfSigned()],
    ["one of another CA with the same name", "certificate-untrusted", () => realm.otherCa()],
    ["one that has ended", "certificate-expired", () => realm.expired()],
    ["one that has not begun", "certificate-not-yet-valid", () => realm.notYetValid()],
    ["one for servers", "certificate-usage", () => realm.wrongUsage()],
    ["one that names nobody", "certificate-identity", () => realm.noIdentity()],
  ])("%s: %s", async (_what, code, identity) => {
    server.lines.length = 0;
    const client = await server.connect(identity());
    // Said at once, as an impatient attacker would: it must not be read.
    client.say({
      type: "hello",
      versions: [1],
      features: [],
      agent: "evil",
      storeId: undefined,
      generation: 0,
      positions: [],
      logHead: new Uint8Array(0),
    });
    expect(await goodbyeOf(client)).toBe(code);
    expect(await client.ended()).toBe(true);
    expect(await server.logged(code)).toMatchObject({ level: "warn", sentence: "refused" });
    expect(
      client.frames.map(({ message }) => message.type),
      "a stranger learns one code",
    ).toEqual(["goodbye"]);
    expect(client.frames[0]?.message).toMatchObject({ message: "" });
    expect(JSON.stringify(server.lines), "what it said was not read").not.toContain("evil");
  });

  it("revoked: the open connection closes when the list is read again, and no other one opens, resumed or not", async () => {
    const own = await makeRealm({ clients: ["alice", "mallory"] });
    await using ours = await testServer(own);
    const tickets: Buffer[] = [];
    const mallory = await ours.connect(own.client("mallory"));
    mallory.socket.on("session", (ticket: Buffer) => tickets.push(ticket));
    const alice = await ours.connect(own.client("alice"));
    await Promise.all([mallory.hello(), alice.hello()]);
    const before = await ours.connect(own.client("mallory"), { session: tickets.at(-1) });
    expect(before.socket.isSessionReused(), "tickets do work before").toBe(true);
    await before.hello();
    const later = tickets.at(-1);
    await own.revoke("mallory");
    await ours.server.reload();
    expect(await goodbyeOf(before)).toBe("certificate-revoked");
    expect(await before.ended()).toBe(true);
    expect(await ours.logged("certificate-revoked")).toMatchObject({ sentence: "put out" });
    const again = await ours.connect(own.client("mallory"), { session: later });
    expect(await goodbyeOf(again)).toBe("certificate-revoked");
    const fresh = await ours.connect(own.client("mallory"));
    expect(await goodbyeOf(fresh)).toBe("certificate-revoked");
    expect(alice.closed, "the others stay").toBe(false);
    alice.close();
    own.remove();
  });

  it("a resumed connection is checked like any other", async () => {
    const own = await makeRealm({ clients: ["mallory"] });
    await using ours = await testServer(own);
    const tickets: Buffer[] = [];
    const first = await ours.connect(own.client("mallory"));
    first.socket.on("session", (ticket: Buffer) => tickets.push(ticket));
    await first.hello();
    const resumed = await ours.connect(own.client("mallory"), { session: tickets.at(-1) });
    expect(resumed.socket.isSessionReused()).toBe(true);
    // It was checked like any other: it has a user, and the listener asks for the revocation list again each time.
    await expect
      .poll(() =>
        ours.lines
          .filter(({ sentence }) => sentence === "connected")
          .map(({ fields }) => [fields["user"], fields["resumed"]]),
      )
      .toEqual([
        ["mallory", false],
        ["mallory", true],
      ]);
    first.close();
    resumed.close();
    own.remove();
  });

  it("that ends while it is connected: nothing is stored for it any more, also between two looks", async () => {
    let aheadMs = 0;
    await using ours = await testServer(realm, {}, { ...systemClock, now: () => Date.now() + aheadMs });
    const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 60_000) };
    const alice = await ours.connect(realm.issueClient({ user: "alice", validity }));
    await alice.hello();
    expect(await alice.ask({ type: "listUsers", query: "", after: "" })).toMatchObject({ type: "userList" });
    aheadMs = 61_000;
    expect(await alice.ask({ type: "listUsers", query: "", after: "" })).toBeUndefined();
    expect(await goodbyeOf(alice)).toBe("certificate-expired");
  });

  it("with a revocation list that has ended: nobody comes in", async () => {
    const own = await makeRealm({ clients: ["alice"] });
    await using ours = await testServer(own);
    own.endList("issuing.crl");
    await ours.server.reload();
    const alice = await ours.connect(own.client("alice"));
    expect(await goodbyeOf(alice)).toBe("crl-expired");
    own.remove();
  });
});

describe("what is not TLS 1.3 with our protocol", () => {
  it("TLS 1.2", async () => {
    server.lines.length = 0;
    const client = await server.connect(realm.client("alice"), { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
    expect(client.closed).toBe(true);
    expect(client.broke).toContain("PROTOCOL_VERSION");
    expect(await server.logged("tls-version")).toMatchObject({ level: "warn" });
  });

  it("another ALPN protocol", async () => {
    server.lines.length = 0;
    const client = await server.connect(realm.client("alice"), { ALPNProtocols: ["http/1.1"] });
    expect(client.broke).toContain("NO_APPLICATION_PROTOCOL");
    expect(await server.logged("alpn")).toMatchObject({ level: "warn" });
  });

  it("no ALPN at all", async () => {
    const client = await server.connect(realm.client("alice"), { ALPNProtocols: [] });
    expect(await goodbyeOf(client)).toBe("alpn");
  });

  it.each([
    ["plain text", "GET / HTTP/1.1\r\n\r\n"],
    ["our own frames without TLS", Buffer.from([0, 0, 0, 5, 8, 1, 0x82, 1, 0])],
  ])("%s", async (_what, bytes) => {
    server.lines.length = 0;
    const socket = connectTcp(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(bytes);
    const received = await new Promise<number>((resolve) => {
      let count = 0;
      socket.on("data", (chunk: Buffer) => (count += chunk.length));
      socket.on("close", () => resolve(count));
    });
    expect(received, "silence to strangers").toBe(0);
    expect(await server.logged("not-tls")).toMatchObject({ level: "warn", sentence: "refused" });
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["half a hello", Buffer.from([22, 3, 1, 2, 0, 1])],
  ])("a connection that says %s is closed in time", async (_what, bytes) => {
    server.lines.length = 0;
    const socket = connectTcp(server.port, "127.0.0.1");
    socket.write(bytes);
    await new Promise((resolve) => socket.on("close", resolve));
    expect(await server.logged("handshake-timeout")).toMatchObject({ sentence: "refused" });
  });
});

describe("after the handshake", () => {
  const alice = () => server.connect(realm.client("alice"));
  const errorOf = async (client: RawClient) => [
    (await client.message("error"))?.code,
    await goodbyeOf(client),
    await client.ended(),
  ];

  it("a device that says nothing is sent away", async () => {
    const client = await alice();
    expect(await goodbyeOf(client)).toBe("login-timeout");
  });

  it.each([
    ["garbage", "frame-too-large", Buffer.from("HELLO, ARE YOU A CHAT SERVER?\n")],
    ["an oversized frame", "frame-too-large", Buffer.from([0, 2, 0, 1])],
    ["an empty frame", "frame-empty", Buffer.alloc(4)],
    ["a million empty frames", "frame-empty", Buffer.alloc(4_000_000)],
    ["a frame of nonsense", "malformed", Buffer.from([0, 0, 0, 3, 0xff, 0xff, 0xff])],
  ])("%s gets an error that can be read, and the end", async (_what, code, bytes) => {
    const client = await alice();
    client.socket.write(bytes);
    expect(await errorOf(client)).toEqual([code, code, true]);
  });

  it("a message before the hello ends the connection", async () => {
    const client = await alice();
    client.say({ type: "listConversations", log: undefined });
    expect(await goodbyeOf(client)).toBe("hello-expected");
  });

  it("an oversized frame after the greeting too", async () => {
    const client = await alice();
    await client.hello();
    client.socket.write(Buffer.from([0, 0x10, 0, 1]));
    expect(await errorOf(client)).toEqual(["frame-too-large", "frame-too-large", true]);
  });

  it("a message of a later version is refused, and the connection goes on", async () => {
    const guest = await enter(server, realm.client("alice"));
    const { client } = guest;
    client.socket.write(Buffer.from([0, 0, 0, 5, 0x08, 0x63, 0xba, 0x3e, 0]));
    expect(await client.answer(0x63)).toMatchObject({ type: "error", code: "unknown-message" });
    expect(await write(guest, await room([guest]), "still here")).toMatchObject({ result: "ok" });
    client.close();
  });

  it("a device cannot write into a log that is not its own, nor into the lobby before it came in, nor into an inbox", async () => {
    const guest = await enter(server, realm.client("bob"));
    const { logs } = guest.greeting;
    expect(logs.map(({ kind }) => kind).toSorted()).toEqual(["inbox", "lobby"]);
    for (const log of [newRoom(), ...logs.map((state) => state.log)])
      expect(await write(guest, log, { text: "x", epoch: 0 })).toMatchObject({
        result: "denied",
        code: "no-such-conversation",
      });
    leave([guest]);
  });

  it("a device id that belongs to another user is not let in", async () => {
    const { device } = await alice().then(async (client) => {
      const greeting = await client.hello();
      client.close();
      return greeting;
    });
    const thief = await server.connect(realm.issueClient({ user: "bob", device }));
    thief.say({
      type: "hello",
      versions: [1],
      features: [],
      agent: "t",
      storeId: undefined,
      generation: 0,
      positions: [],
      logHead: new Uint8Array(0),
    });
    expect(await goodbyeOf(thief)).toBe("device-taken");
  });
});

describe("limits", () => {
  it("too many connections from one address are dropped before TLS", async () => {
    const own = await testServer(realm, { connectionsPerAddress: 2 });
    const kept = [await own.connect(realm.client("alice")), await own.connect(realm.client("bob"))];
    const third = await own.connect(realm.client("mallory"));
    expect(third.closed).toBe(true);
    expect(await own.logged("too-many-connections-address")).toBeDefined();
    kept[0]?.close();
    await expect.poll(async () => (await own.connect(realm.client("mallory"))).closed).toBe(false);
    await own[Symbol.asyncDispose]();
  });

  it("who says too much is slowed, and nothing is lost", async () => {
    const own = await testServer(realm, { session: { messages: { perSecond: 50, burst: 10 } } });
    const client = await enter(own, realm.client("alice"));
    const log = await room([client]);
    const burst = await Promise.all(Array.from({ length: 60 }, (_, at) => write(client, log, `m${at}`)));
    expect(burst.every((answer) => answer?.type === "appended" && answer.result === "ok")).toBe(true);
    // 50 more than the burst allows: a second of silence is owed before anything else is read.
    const startedMs = Date.now();
    expect(await write(client, log, "later")).toMatchObject({ result: "ok", seq: 62 });
    expect(Date.now() - startedMs).toBeGreaterThan(800);
    leave([client]);
    await own[Symbol.asyncDispose]();
  });
});
