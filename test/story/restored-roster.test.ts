// A server that comes back with an older database, which has forgotten who was put out and who came in since: the group has not.
import { cpSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Replies } from "../../src/client/port/replies.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";
import { TestClient, type TestClientWish } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

const to = "#plans";

function start({ port }: Pick<TestServer, "port">, name: string, more: Partial<Started> = {}): TestClient {
  return new TestClient({ realm, identity: realm.client(name), port, ...more });
}

type Started = { readonly home: string; readonly hears: (message: ServerMessage) => ServerMessage };

/** What is kept is what was there before `forgotten`. */
async function putBack(
  server: TestServer,
  forgotten: (second: TestServer) => Promise<unknown>,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<TestServer> {
  const { port, data, realm: own } = server;
  const backup = `${data}.backup`;
  await server.stop();
  cpSync(data, backup, { recursive: true });
  await meanwhile();
  const second = await testServer(own, { port, data });
  await forgotten(second);
  await second.stop();
  rmSync(data, { recursive: true });
  cpSync(backup, data, { recursive: true });
  rmSync(backup, { recursive: true });
  return testServer(own, { port, data });
}

const say = (client: TestClient, text: string) => client.ask({ do: "send", to, text });
const link = (client: TestClient, state: "down" | "up") => client.ask({ do: "link", state });
const codes = (client: TestClient, event: "alarm" | "notice") => client.face.of(event).map(({ code }) => code);

async function hears(client: TestClient, ...texts: readonly string[]): Promise<void> {
  await client.face.until(() => texts.every((text) => client.texts().includes(text)), texts.join());
}

async function mended(client: TestClient): Promise<void> {
  await client.face.until(() => codes(client, "notice").includes("roster-mended"), "the line that says so");
}

async function connectedAgain(client: TestClient): Promise<void> {
  const isBack = (): boolean => client.face.of("link").filter(({ state }) => state === "connected").length > 1;
  await client.face.until(isBack, "the connection");
}

async function users(client: TestClient): Promise<readonly string[]> {
  const { members } = (await client.ask({ do: "members", to })) as { members: readonly { user: string }[] };
  return members.map(({ user }) => user).toSorted();
}

/** The room has no name for who does not belong to it. */
const idOf = (client: TestClient): string =>
  client.face.of("conversation").find(({ kind, change }) => kind === "room" && change === "added")?.id ?? "";

/** By what the server says. */
async function belongsAgain(client: TestClient): Promise<void> {
  const places = async (): Promise<readonly string[]> => {
    const { conversations } = (await client.ask({ do: "conversations" })) as Replies["conversations"];
    return conversations.map(({ conversation }) => conversation);
  };
  await expect.poll(places, { timeout: 10_000 }).toContain(to);
}

/** So many times in all. */
async function changed(client: TestClient, change: "added" | "removed", times: number): Promise<void> {
  const count = (): number => client.face.of("conversation").filter((one) => one.change === change).length;
  await client.face.until(() => count() === times, `${change} ${times} times`);
}

/** Alice's room, with these in it. */
async function room(alice: TestClient, others: readonly TestClient[], names: readonly string[]): Promise<void> {
  await alice.ask({ do: "create", name: "plans", join: "invite" });
  for (const user of names) await alice.ask({ do: "add", to, user });
  await say(alice, "kept");
  await Promise.all(others.map((client) => hears(client, "kept")));
}

describe("who was put out, and the server does not know any more", () => {
  it("is out again before the next message, in one line, and gets none of what is said", async () => {
    const first = await testServer(realm);
    const plain: string[] = [];
    const listen = (message: ServerMessage): ServerMessage => {
      const entries = message.type === "deliver" || message.type === "page" ? message.entries : [];
      if (message.type === "deliver" && message.log.startsWith("0003")) plain.push(...entries.map(({ kind }) => kind));
      return message;
    };
    using alice = start(first, "alice");
    using bob = start(first, "bob");
    using carol = start(first, "carol", { hears: listen });
    await Promise.all([alice.ready(), bob.ready(), carol.ready()]);
    await room(alice, [bob, carol], ["bob", "carol"]);
    await using _server = await putBack(first, async () => {
      await Promise.all([alice, bob, carol].map(connectedAgain));
      await alice.ask({ do: "remove", to, user: "carol" });
      await say(alice, "lost");
      await hears(bob, "lost");
      await link(bob, "down");
      plain.length = 0;
    });
    await say(alice, "after by alice");
    await link(bob, "up");
    await say(bob, "after by bob");
    for (const client of [alice, bob]) {
      await mended(client);
      await hears(client, "lost", "after by alice", "after by bob");
      expect(await users(client)).toEqual(["alice", "bob"]);
      expect(codes(client, "notice")).toEqual(["roster-mended"]);
    }
    expect(plain).not.toContain("app");
    expect(carol.texts()).toEqual(["kept"]);
    expect(await alice.ask({ do: "add", to, user: "carol" })).toHaveProperty("epoch");
    await say(alice, "welcome back");
    await hears(carol, "welcome back");
  });

  it("does not come back by itself where somebody was away all the time: who knows more is right", async () => {
    const first = await testServer(realm);
    using alice = start(first, "alice");
    const away = start(first, "bob");
    using carol = start(first, "carol");
    await Promise.all([alice.ready(), away.ready(), carol.ready()]);
    await room(alice, [away, carol], ["bob", "carol"]);
    await alice.ask({ do: "role", to, user: "bob", role: "admin" });
    const isAdmin = (): boolean => away.face.of("member").some(({ change }) => change === "role");
    await away.face.until(isAdmin, "bob is an admin");
    away.client.stop();
    await using server = await putBack(first, async () => {
      await Promise.all([alice, carol].map(connectedAgain));
      await alice.ask({ do: "remove", to, user: "carol" });
      await say(alice, "lost");
      await link(alice, "down");
    });
    // Carol comes in by the server's older word, and Bob knows no better: they are in a group of their own.
    using bob = start(server, "bob", { home: away.home });
    await bob.ready();
    await belongsAgain(carol);
    await say(carol, "here again");
    await hears(bob, "here again");
    // It has gone further than Alice's by now: she does not follow.
    for (const join of ["ask", "open", "invite"]) await bob.ask({ do: "policy", to, join });
    await link(alice, "up");
    await mended(alice);
    await changed(bob, "added", 1);
    await say(alice, "after by alice");
    await hears(bob, "after by alice");
    await say(bob, "after by bob");
    await hears(alice, "after by bob");
    for (const client of [alice, bob]) expect(await users(client)).toEqual(["alice", "bob"]);
    await changed(carol, "removed", 2);
    expect(carol.texts()).not.toContain("after by alice");
    expect(carol.texts()).not.toContain("after by bob");
  });

  it("has no right of before either: the server hears the terms again", async () => {
    const first = await testServer(realm);
    using alice = start(first, "alice");
    using carol = start(first, "carol");
    await Promise.all([alice.ready(), carol.ready()]);
    await room(alice, [carol], ["carol"]);
    await alice.ask({ do: "role", to, user: "carol", role: "admin" });
    await using _server = await putBack(first, async () => {
      await Promise.all([alice, carol].map(connectedAgain));
      await alice.ask({ do: "remove", to, user: "carol" });
      await link(carol, "down");
    });
    await mended(alice);
    await link(carol, "up");
    await carol.ask({ do: "send", to: "#lobby", text: "in the lobby" });
    await alice.face.until(() => alice.texts().includes("in the lobby"), "carol is there again");
    // She reads first what was said while she was a member; until then she still is one to herself.
    await vi.waitFor(
      () => expect(carol.ask({ do: "join", to: idOf(carol) })).rejects.toMatchObject({ code: "not-open" }),
      { timeout: 5_000 },
    );
    expect(codes(alice, "alarm").filter((code) => code !== "server-behind")).toEqual([]);
    expect(await users(alice)).toEqual(["alice"]);
  });
});

describe("whose certificate was revoked, and the server has them again", () => {
  it("is out of its list with the first commit, though nobody may put out anybody there", async () => {
    const own = await makeRealm({ clients: ["alice", "mallory"] });
    const first = await testServer(own);
    const client = (name: string, { port }: Pick<TestServer, "port">, more: Partial<TestClientWish> = {}) =>
      new TestClient({ realm: own, identity: own.client(name), port, ...more });
    const before = client("alice", first);
    using mallory = client("mallory", first);
    await Promise.all([before.ready(), mallory.ready()]);
    await before.send("kept");
    await mallory.messages(1);
    before.client.stop();
    mallory.client.stop();
    let alice: TestClient | undefined;
    await using _server = await putBack(
      first,
      async (second) => {
        alice = client("alice", second, { home: before.home, pinned: await own.load() });
        const isOut = (): boolean => alice?.face.of("member").some(({ change }) => change === "removed") === true;
        await alice.face.until(isOut, "mallory is put out");
      },
      async () => void (await own.revoke("mallory")),
    );
    if (alice === undefined) throw new Error("there was no second server");
    using there = alice;
    await mended(there);
    await there.send("after");
    expect(codes(there, "notice")).toEqual(["roster-mended"]);
    own.remove();
  });
});

describe("who came in, and the server does not know any more", () => {
  it.each(["is there", "is away"])("can be put out and brought in again, and %s meanwhile", async (how) => {
    const first = await testServer(realm);
    using alice = start(first, "alice");
    using bob = start(first, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    await room(alice, [bob], ["bob"]);
    let home = "";
    await using server = await putBack(first, async (second) => {
      await Promise.all([alice, bob].map(connectedAgain));
      // The server that was put back has never seen her device.
      const carol = start(second, "carol");
      await carol.ready();
      await alice.ask({ do: "add", to, user: "carol" });
      await say(alice, "welcome");
      await hears(carol, "welcome");
      carol.client.stop();
      home = carol.home;
    });
    const early = how === "is there" ? start(server, "carol", { home }) : undefined;
    await early?.ready();
    await say(alice, "after");
    await hears(bob, "after");
    expect(await users(alice)).toEqual(["alice", "bob", "carol"]);
    await alice.ask({ do: "remove", to, user: "carol" });
    for (const client of [alice, bob]) expect(await users(client)).toEqual(["alice", "bob"]);
    using carol = early ?? start(server, "carol", { home });
    await carol.ready();
    await alice.ask({ do: "add", to, user: "carol" });
    await say(alice, "welcome back");
    await Promise.all([hears(bob, "welcome back"), hears(carol, "welcome back")]);
    await say(carol, "thanks");
    await Promise.all([hears(alice, "thanks"), hears(bob, "thanks")]);
  });
});
