// Receipts with real clients: what was delivered and read, told once, and what is not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { TurnedClock } from "../kit/hand-clock.ts";
import { makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

async function start(
  server: TestServer,
  who: string | TestIdentity,
  more: { readonly home?: string; readonly clock?: TurnedClock } = {},
): Promise<TestClient> {
  const identity = typeof who === "string" ? realm.client(who) : who;
  const { home, clock } = more;
  const wish = { realm, identity, port: server.port, ...(home === undefined ? {} : { home }) };
  const client = new TestClient(clock === undefined ? wish : { ...wish, world: { clock } });
  await client.ready();
  return client;
}

/** Of one message, in the order in which they were told. */
const states = (client: TestClient, message: unknown): readonly string[] =>
  client.face
    .of("state")
    .filter((one) => one.message === message && (one.state === "delivered" || one.state === "read"))
    .map(({ state, user }) => `${state} ${user ?? ""}`);

const told = (client: TestClient, message: unknown, wanted: string): Promise<void> =>
  client.face.until(() => states(client, message).includes(wanted), `${wanted} of ${String(message)}`);

/** Entries of the conversation that this device holds, messages or not. */
async function lastSeq(client: TestClient, conversation: string): Promise<number> {
  const { conversations } = await client.ask({ do: "conversations" });
  const all = conversations as readonly { readonly conversation: string; readonly lastSeq: number }[];
  return all.find((one) => one.conversation === conversation)?.lastSeq ?? 0;
}

describe("receipts", () => {
  it("between two tell what came and what was read, once, and are no messages", async () => {
    await using server = await testServer(realm);
    const clock = new TurnedClock();
    using alice = await start(server, "alice");
    using bob = await start(server, "bob", { clock });
    const { message: first } = await alice.ask({ do: "send", to: "@bob", text: "one" });
    await bob.hears("one");
    await told(alice, first, "delivered bob");
    const { message: second } = await alice.ask({ do: "send", to: "@bob", text: "two" });
    await bob.hears("two");
    expect(await bob.ask({ do: "read", to: "@alice" })).toMatchObject({ unread: 0 });
    clock.turn(2_000);
    await told(alice, second, "read bob");
    expect(states(alice, first)).toEqual(["delivered bob", "read bob"]);
    expect(await alice.ask({ do: "history", to: "@bob" })).toMatchObject({
      messages: [{ text: "one" }, { text: "two" }],
    });
    expect(await alice.ask({ do: "conversations" })).toMatchObject({
      conversations: [{ conversation: "#lobby" }, { conversation: "@bob", unread: 0 }],
    });
    const own = [first, second].flatMap((message) => states(bob, message));
    expect(own).toEqual([]);
    // Of its receipts a client tells its face nothing.
    expect(bob.face.of("state")).toEqual([]);
  });

  it("are not answered with receipts", async () => {
    await using server = await testServer(realm);
    const [slow, quick] = [new TurnedClock(), new TurnedClock()];
    using alice = await start(server, "alice", { clock: slow });
    using bob = await start(server, "bob", { clock: quick });
    const { message } = await alice.ask({ do: "send", to: "@bob", text: "one" });
    await bob.hears("one");
    await told(alice, message, "delivered bob");
    const before = await lastSeq(alice, "@bob");
    for (const clock of [slow, quick, slow, quick]) clock.turn(10_000);
    await alice.ask({ do: "send", to: "@bob", text: "two" });
    await bob.hears("two");
    await told(alice, alice.face.of("message").at(-1)?.message, "delivered bob");
    // The message and its receipt, and nothing else.
    expect(await lastSeq(alice, "@bob")).toBe(before + 2);
  });

  it("in a room come from each; in the lobby from nobody", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using carol = await start(server, "carol");
    await alice.ask({ do: "create", name: "plans" });
    for (const user of ["bob", "carol"]) await alice.ask({ do: "add", to: "#plans", user });
    const { message } = await alice.ask({ do: "send", to: "#plans", text: "all of us" });
    await told(alice, message, "delivered bob");
    await told(alice, message, "delivered carol");
    expect(states(alice, message).toSorted()).toEqual(["delivered bob", "delivered carol"]);
    const { message: public_ } = await alice.send("to everybody");
    for (const one of [bob, carol]) {
      await one.hears("to everybody");
      await one.ask({ do: "read", to: "#lobby" });
    }
    const { message: last } = await alice.ask({ do: "send", to: "#plans", text: "again" });
    await told(alice, last, "delivered bob");
    expect(states(alice, public_)).toEqual([]);
  });

  it("are neither sent nor shown where the user does not want them", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    await alice.ask({ do: "send", to: "@bob", text: "hello" });
    await bob.hears("hello");
    expect(await bob.ask({ do: "privacy", to: "@alice", receipts: false })).toMatchObject({ receipts: false });
    const { message } = await alice.ask({ do: "send", to: "@bob", text: "secret reader" });
    await bob.hears("secret reader");
    await bob.ask({ do: "read", to: "@alice" });
    const { message: answer } = await bob.ask({ do: "send", to: "@alice", text: "an answer" });
    await alice.hears("an answer");
    // Behind the receipt for it.
    await alice.ask({ do: "send", to: "@bob", text: "understood" });
    await bob.hears("understood");
    expect(states(alice, message)).toEqual([]);
    await bob.ask({ do: "privacy", to: "@alice", receipts: true });
    await told(alice, message, "read bob");
    expect(states(bob, answer)).toEqual([]);
  });

  it("what came while the program ended is said at the next start, and told once", async () => {
    await using server = await testServer(realm);
    const alice = await start(server, "alice");
    const bob = await start(server, "bob");
    await alice.ask({ do: "send", to: "@bob", text: "hello" });
    await bob.hears("hello");
    bob.client.stop();
    const { message } = await alice.ask({ do: "send", to: "@bob", text: "are you there?" });
    using again = await start(server, "bob", { home: bob.home });
    await again.hears("are you there?");
    await told(alice, message, "delivered bob");
    alice.client.stop();
    using third = await start(server, "alice", { home: alice.home });
    const { message: last } = await third.ask({ do: "send", to: "@bob", text: "good" });
    await told(third, last, "delivered bob");
    expect(states(third, message)).toEqual([]);
  });

  it("what was not said any more when the program ended is said by the next, also what was read without a connection", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    const clock = new TurnedClock();
    const bob = await start(server, "bob", { clock });
    const { message: first } = await alice.ask({ do: "send", to: "@bob", text: "one" });
    await told(alice, first, "delivered bob");
    // Within two seconds of the last receipt.
    const { message: second } = await alice.ask({ do: "send", to: "@bob", text: "two" });
    await bob.hears("two");
    await bob.ask({ do: "link", state: "down" });
    await bob.ask({ do: "read", to: "@alice" });
    clock.turn(10_000);
    expect(bob.client.waiting).toBe(0);
    bob.client.stop();
    using _again = await start(server, "bob", { home: bob.home });
    await told(alice, second, "read bob");
    expect(states(alice, first)).toEqual(["delivered bob", "read bob"]);
  });

  it("of one device count for the user's others: what was read here is read there", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using phone = await start(server, realm.issueClient({ user: "bob" }));
    await alice.ask({ do: "create", name: "plans" });
    await alice.ask({ do: "add", to: "#plans", user: "bob" });
    await alice.ask({ do: "send", to: "#plans", text: "for both" });
    for (const one of [bob, phone]) await one.hears("for both");
    const unread = async (): Promise<unknown> => {
      const { conversations } = await phone.ask({ do: "conversations" });
      const all = conversations as readonly { readonly conversation: string; readonly unread: number }[];
      return all.find(({ conversation }) => conversation === "#plans")?.unread;
    };
    expect(await unread()).toBe(1);
    await bob.ask({ do: "read", to: "#plans" });
    await expect.poll(unread, { timeout: 10_000 }).toBe(0);
  });

  it("are not of what was said while somebody was out, whether they left or were put out", async () => {
    await using server = await testServer(realm);
    const clock = new TurnedClock();
    using alice = await start(server, "alice");
    using bob = await start(server, "bob", { clock });
    for (const way of ["leave", "remove"] as const) {
      const to = `#${way}`;
      await alice.ask({ do: "create", name: way });
      await alice.ask({ do: "add", to, user: "bob" });
      const { message: first } = await alice.send(`before ${way}`, { to });
      await bob.hears(`before ${way}`);
      await told(alice, first, "delivered bob");
      if (way === "leave") await bob.ask({ do: "leave", to });
      else await alice.ask({ do: "remove", to, user: "bob" });
      const { message: between } = await alice.send(`between ${way}`, { to });
      await alice.ask({ do: "add", to, user: "bob" });
      const { message: last } = await alice.send(`after ${way}`, { to });
      await bob.hears(`after ${way}`);
      clock.turn(10_000);
      await told(alice, last, "delivered bob");
      expect([way, states(alice, between)]).toEqual([way, []]);
    }
  });
});
