// The small signals with real clients: who types, what shall not disturb, who is called, who is there.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { TurnedClock } from "../kit/hand-clock.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

async function start(
  server: TestServer,
  name: string,
  more: { readonly home?: string; readonly clock?: TurnedClock } = {},
): Promise<TestClient> {
  const { home, clock } = more;
  const wish = { realm, identity: realm.client(name), port: server.port, ...(home === undefined ? {} : { home }) };
  const client = new TestClient(clock === undefined ? wish : { ...wish, world: { clock } });
  await client.ready();
  return client;
}

const typing = (client: TestClient): readonly string[] =>
  client.face.of("typing").map(({ conversation, user, on }) => `${conversation} ${user} ${on ? "on" : "off"}`);

describe("typing", () => {
  it("is shown to those in the conversation, until it stops or nothing more is heard", async () => {
    await using server = await testServer(realm);
    const clock = new TurnedClock();
    using alice = await start(server, "alice");
    using bob = await start(server, "bob", { clock });
    using carol = await start(server, "carol");
    await alice.ask({ do: "send", to: "@bob", text: "hello" });
    await bob.hears("hello");
    expect(await alice.ask({ do: "typing", to: "@bob", on: true })).toEqual({});
    await bob.face.until(() => typing(bob).length > 0, "typing");
    expect(typing(bob)).toEqual(["@alice alice on"]);
    clock.turn(6_000);
    expect(typing(bob)).toEqual(["@alice alice on", "@alice alice off"]);
    await carol.ask({ do: "typing", to: "#lobby", on: true });
    await alice.face.until(() => typing(alice).length > 0, "carol typing");
    expect(typing(alice)).toEqual(["#lobby carol on"]);
    expect(typing(carol)).toEqual([]);
  });

  it("goes on in the next epoch, and to nobody who was put out", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using carol = await start(server, "carol");
    await alice.ask({ do: "create", name: "plans" });
    for (const user of ["bob", "carol"]) await alice.ask({ do: "add", to: "#plans", user });
    await alice.ask({ do: "send", to: "#plans", text: "all of us" });
    for (const one of [bob, carol]) await one.hears("all of us");
    await bob.ask({ do: "typing", to: "#plans", on: true });
    for (const one of [alice, carol]) await one.face.until(() => typing(one).length === 1, "bob typing");
    await alice.ask({ do: "remove", to: "#plans", user: "carol" });
    await alice.ask({ do: "send", to: "#plans", text: "the two of us" });
    await bob.hears("the two of us");
    await alice.ask({ do: "typing", to: "#plans", on: true });
    await bob.face.until(() => typing(bob).length === 1, "alice typing");
    expect(typing(carol)).toEqual(["#plans bob on"]);
  });

  it("is neither sent nor shown where the user does not want it", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using carol = await start(server, "carol");
    expect(await bob.ask({ do: "privacy", to: "#lobby", typing: false })).toEqual({
      receipts: false,
      typing: false,
      presence: true,
    });
    await bob.ask({ do: "typing", to: "#lobby", on: true });
    await alice.ask({ do: "typing", to: "#lobby", on: true });
    await carol.face.until(() => typing(carol).length > 0, "typing");
    expect(typing(carol)).toEqual(["#lobby alice on"]);
    await carol.ask({ do: "typing", to: "#lobby", on: true });
    await alice.face.until(() => typing(alice).length > 0, "carol typing");
    expect(typing(bob)).toEqual([]);
  });
});

describe("what shall not disturb", () => {
  it("is marked so, in messages and in the list, until it ends", async () => {
    await using server = await testServer(realm);
    const clock = new TurnedClock();
    using alice = await start(server, "alice");
    const bob = await start(server, "bob", { clock });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect(await bob.ask({ do: "mute", to: "#lobby", until })).toEqual({ muted: true, until: Date.parse(until) });
    await alice.send("quiet");
    await bob.hears("quiet");
    expect(bob.face.of("message").at(-1)).toMatchObject({ muted: true });
    const list = { conversations: [{ conversation: "#lobby", muted: Date.parse(until) }] };
    expect(await bob.ask({ do: "conversations" })).toMatchObject(list);
    bob.client.stop();
    using again = await start(server, "bob", { home: bob.home, clock });
    expect(await again.ask({ do: "conversations" })).toMatchObject(list);
    clock.turn(3_600_000);
    await alice.send("loud");
    await again.hears("loud");
    expect(again.face.of("message").at(-1)).not.toHaveProperty("muted");
    expect(await again.ask({ do: "mute", to: "#lobby" })).toEqual({ muted: true });
    expect(await again.ask({ do: "conversations" })).toMatchObject({ conversations: [{ muted: true }] });
    expect(await again.ask({ do: "mute", to: "#lobby", until: null })).toEqual({ muted: false });
  });

  it("who is called by name is told so, and nobody else", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using carol = await start(server, "carol");
    for (const text of ["hello @bob", "hello @everyone", "hello all"]) await alice.send(text);
    const called = (client: TestClient): readonly string[] =>
      client.face
        .of("message")
        .filter(({ mentioned }) => mentioned === true)
        .map(({ text }) => text);
    for (const one of [alice, bob, carol]) await one.hears("hello all");
    expect(called(bob)).toEqual(["hello @bob", "hello @everyone"]);
    expect(called(carol)).toEqual(["hello @everyone"]);
    expect(called(alice)).toEqual([]);
    expect(await bob.ask({ do: "history", to: "#lobby", limit: 3 })).toMatchObject({
      messages: [{ mentioned: true }, { mentioned: true }, {}],
    });
  });
});

describe("who is there", () => {
  it("is not told of somebody, or in a conversation, where the user does not want it", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using carol = await start(server, "carol");
    await alice.ask({ do: "send", to: "@bob", text: "hello" });
    await bob.hears("hello");
    expect(await alice.ask({ do: "privacy", to: "@bob", presence: false })).toMatchObject({ presence: false });
    // Who comes and goes at once was never there.
    await alice.face.until((face) => face.of("presence").some(({ user, on }) => user === "carol" && on), "carol");
    const before = alice.face.of("presence").filter(({ user }) => user === "bob");
    const went = (user: string) => alice.face.of("presence").filter((one) => one.user === user && !one.on);
    for (const one of [bob, carol]) await one.ask({ do: "link", state: "down" });
    await alice.face.until(() => went("carol").length === 1, "carol is away");
    for (const one of [bob, carol]) await one.ask({ do: "link", state: "up" });
    const online = async (to: string): Promise<unknown> => {
      const { members } = await alice.ask({ do: "members", to });
      return (members as readonly { readonly online: boolean }[]).map((one) => one.online);
    };
    await expect.poll(() => online("#lobby"), { timeout: 10_000 }).toEqual([true, true, true]);
    expect(await online("@bob")).toEqual([false, false]);
    expect(alice.face.of("presence").filter(({ user }) => user === "bob")).toEqual(before);
  });
});
