// Rooms and direct conversations with real clients: made, named, joined, changed, left; and what each may read of them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Replies } from "../../src/client/port/replies.ts";
import { TestClient, type TestFace } from "../kit/client.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

function start(server: TestServer, name: string): TestClient {
  return new TestClient({ realm, identity: realm.client(name), port: server.port });
}

async function three(server: TestServer): Promise<readonly [TestClient, TestClient, TestClient]> {
  const clients = ["alice", "bob", "carol"].map((name) => start(server, name));
  await Promise.all(clients.map((one) => one.ready()));
  const [alice, bob, carol] = clients;
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error("three were started");
  return [alice, bob, carol];
}

/** Texts of one conversation, as its members call it. */
const textsIn = (client: TestClient, conversation: string): readonly string[] =>
  client.face
    .of("message")
    .filter((one) => one.conversation === conversation)
    .map(({ text }) => text);

const hears = (client: TestClient, conversation: string, text: string): Promise<void> =>
  client.face.until(() => textsIn(client, conversation).includes(text), `"${text}" in ${conversation}`);

describe("a room", () => {
  it("is made, others are added, and they know what it is called", async () => {
    await using server = await testServer(realm);
    const [alice, bob, carol] = await three(server);
    using _a = alice;
    using _b = bob;
    using _c = carol;
    expect(await alice.ask({ do: "create", name: "plans" })).toMatchObject({ conversation: "#plans" });
    await alice.ask({ do: "send", to: "#plans", text: "nobody else yet" });
    await alice.ask({ do: "add", to: "#plans", user: "bob" });
    await alice.ask({ do: "send", to: "#plans", text: "hello bob" });
    await hears(bob, "#plans", "hello bob");
    expect(textsIn(bob, "#plans")).toEqual(["hello bob"]);
    await bob.ask({ do: "send", to: "#plans", text: "hello alice" });
    await hears(alice, "#plans", "hello alice");
    expect(textsIn(carol, "#plans")).toEqual([]);
    expect(await bob.ask({ do: "members", to: "#plans" })).toMatchObject({
      members: [
        { user: "alice", role: "owner" },
        { user: "bob", role: "member" },
      ],
    });
    await alice.ask({ do: "rename", to: "#plans", text: "dreams" });
    const renamed = (face: TestFace) => face.of("conversation").filter(({ change }) => change === "renamed");
    await bob.face.until((face) => renamed(face).length === 2, "renamed");
    // At first it was known by its id.
    expect(renamed(bob.face).map(({ was }) => was)).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), "#plans"]);
    expect(renamed(alice.face)).toMatchObject([{ was: "#plans", conversation: "#dreams", by: "alice" }]);
    // Whoever changes what newcomers may read is told of it like everybody else.
    await alice.ask({ do: "policy", to: "#dreams", history: 7 });
    const policies = (face: TestFace) => face.of("conversation").filter(({ change }) => change === "policy");
    for (const { face } of [alice, bob]) await face.until(() => policies(face).length === 1, "policy");
    expect(policies(alice.face)).toMatchObject([{ conversation: "#dreams", history: 7, by: "alice" }]);
    expect(carol.face.events.filter(({ event }) => event === "alarm")).toEqual([]);
    expect(bob.face.events.filter(({ event }) => event === "alarm")).toEqual([]);
  });

  it("whoever is removed reads nothing more, and keeps what was", async () => {
    await using server = await testServer(realm);
    const [alice, bob, carol] = await three(server);
    using _a = alice;
    using _b = bob;
    using _c = carol;
    await alice.ask({ do: "create", name: "plans" });
    await alice.ask({ do: "add", to: "#plans", user: "bob" });
    await alice.ask({ do: "add", to: "#plans", user: "carol" });
    await alice.ask({ do: "send", to: "#plans", text: "all of us" });
    await hears(bob, "#plans", "all of us");
    await alice.ask({ do: "remove", to: "#plans", user: "bob" });
    await alice.ask({ do: "send", to: "#plans", text: "without bob" });
    await hears(carol, "#plans", "without bob");
    await bob.face.until((face) => face.of("conversation").some(({ change }) => change === "removed"), "removed");
    expect(textsIn(bob, "#plans")).toEqual(["all of us"]);
    await expect(bob.ask({ do: "send", to: "#plans", text: "still here?" })).rejects.toMatchObject({
      code: "no-such-conversation",
    });
  });

  it("is found by those who look for it where it is listed, and joined; another one is asked for", async () => {
    await using server = await testServer(realm);
    const [alice, bob, carol] = await three(server);
    using _a = alice;
    using _b = bob;
    using _c = carol;
    await alice.ask({ do: "create", name: "open-house", join: "open", listed: true });
    await alice.ask({ do: "create", name: "by-asking", join: "ask", listed: true });
    await bob.face.until(
      (face) => face.of("conversation").filter(({ change }) => change === "listed").length === 2,
      "listed",
    );
    expect(await bob.ask({ do: "join", to: "#open-house" })).toEqual({ state: "member", conversation: "#open-house" });
    await bob.ask({ do: "send", to: "#open-house", text: "is anybody here?" });
    await hears(alice, "#open-house", "is anybody here?");
    expect(await bob.ask({ do: "join", to: "#by-asking" })).toEqual({ state: "asked" });
    await alice.face.until((face) => face.of("asked").length === 1, "asked");
    expect(alice.face.of("asked")[0]).toMatchObject({ conversation: "#by-asking", user: "bob" });
    await alice.ask({ do: "deny", to: "#by-asking", user: "bob" });
    for (const one of [alice, bob]) {
      await one.face.until((face) => face.of("denied").length === 1, "denied");
      expect(one.face.of("denied")[0]).toMatchObject({ conversation: "#by-asking", user: "bob" });
    }
    expect(await bob.ask({ do: "join", to: "#by-asking" })).toEqual({ state: "asked" });
    await alice.face.until((face) => face.of("asked").length === 2, "asked again");
    await alice.ask({ do: "approve", to: "#by-asking", user: "bob" });
    await alice.ask({ do: "send", to: "#by-asking", text: "come in" });
    await hears(bob, "#by-asking", "come in");
    expect(await bob.ask({ do: "leave", to: "#by-asking" })).toMatchObject({ state: "left" });
    await alice.face.until(
      (face) =>
        face
          .of("member")
          .some(
            ({ user, change, by, conversation }) =>
              conversation === "#by-asking" && user === "bob" && change === "left" && by === "bob",
          ),
      "bob gone",
    );
    // It is there to be read, by its name and its id; and to nothing else, with an answer at once.
    const { conversations } = (await bob.ask({ do: "conversations", past: true })) as Replies["conversations"];
    const left = conversations.find(({ past }) => past === "#by-asking");
    expect(left).toMatchObject({ conversation: left?.id, members: 0 });
    const ofName = await bob.ask({ do: "history", to: "#by-asking", before: undefined, limit: 5 });
    expect(await bob.ask({ do: "history", to: left?.id ?? "", before: undefined, limit: 5 })).toEqual(ofName);
    for (const command of [
      { do: "send", to: left?.id ?? "", text: "nobody hears it" },
      { do: "add", to: left?.id ?? "", user: "alice" as never },
      { do: "leave", to: left?.id ?? "" },
    ] as const)
      await expect(bob.ask(command)).rejects.toMatchObject({ code: "not-a-member" });
    expect(bob.client.waiting).toBe(0);
    expect(await bob.ask({ do: "conversations" })).not.toHaveProperty(["conversations", conversations.length - 1]);
  });
});

describe("a room that is listed", () => {
  it("is not, once nobody can come in: ended, or by invitation; also for who looks for it later", async () => {
    await using server = await testServer(realm);
    const clients = [start(server, "alice"), start(server, "bob")] as const;
    const [alice, bob] = clients;
    await Promise.all(clients.map((one) => one.ready()));
    using _a = alice;
    using _b = bob;
    const told = (client: TestClient, change: string): readonly string[] =>
      client.face
        .of("conversation")
        .filter((one) => one.change === change)
        .map(({ conversation }) => conversation);
    for (const name of ["one", "two", "three"]) await alice.ask({ do: "create", name, join: "open", listed: true });
    await bob.face.until(() => told(bob, "listed").length === 3, "listed");
    await alice.ask({ do: "disband", to: "#one" });
    await alice.ask({ do: "policy", to: "#two", join: "invite" });
    await bob.face.until(() => told(bob, "unlisted").length === 2, "unlisted");
    expect(told(bob, "unlisted").toSorted()).toEqual(["#one", "#two"]);
    await expect(bob.ask({ do: "join", to: "#one" })).rejects.toMatchObject({ code: "no-such-conversation" });
    using carol = start(server, "carol");
    await carol.ready();
    await carol.face.until(() => told(carol, "listed").length === 1, "listed for who came later");
    expect(told(carol, "listed")).toEqual(["#three"]);
  });
});

describe("who was never here", () => {
  it("is nobody who could be let in: whoever takes the name later was not meant", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    await alice.ready();
    await alice.ask({ do: "create", name: "plans" });
    await expect(alice.ask({ do: "add", to: "#plans", user: "bob" })).rejects.toMatchObject({ code: "no-such-user" });
    using bob = start(server, "bob");
    await bob.ready();
    await alice.send("everybody?");
    await bob.hears("everybody?");
    expect(bob.face.of("conversation").map(({ conversation }) => conversation)).toEqual(["#lobby"]);
  });

  it("is awaited where they are known and have no device that is good, and comes in by itself", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    await alice.ready();
    await alice.ask({ do: "create", name: "plans" });
    // Here once, and without a key package.
    const once = await server.connect(realm.client("bob"));
    await once.hello();
    once.close();
    expect(await alice.ask({ do: "add", to: "#plans", user: "bob" })).toMatchObject({ awaited: true });
    using bob = start(server, "bob");
    await bob.ready();
    await bob.face.until((face) => face.of("conversation").some(({ change }) => change === "added"), "added");
    await alice.ask({ do: "send", to: "#plans", text: "there you are" });
    await bob.hears("there you are");
    const again = await alice.ask({ do: "add", to: "#plans", user: "bob" });
    expect(again).toMatchObject({ there: true });
    expect(again).not.toHaveProperty("awaited");
  });
});

describe("coming back", () => {
  it("after a removal or after leaving, as often as one is let in", async () => {
    await using server = await testServer(realm);
    const [alice, bob, carol] = await three(server);
    using _a = alice;
    using _b = bob;
    using _c = carol;
    await alice.ask({ do: "create", name: "plans" });
    for (const round of [1, 2, 3]) {
      await alice.ask({ do: "add", to: "#plans", user: "bob" });
      await alice.ask({ do: "send", to: "#plans", text: `in ${round}` });
      await alice.ask({ do: "remove", to: "#plans", user: "bob" });
      await alice.ask({ do: "send", to: "#plans", text: `out ${round}` });
    }
    await hears(bob, "#plans", "in 3");
    expect(textsIn(bob, "#plans")).toEqual(["in 1", "in 2", "in 3"]);
    await alice.ask({ do: "create", name: "open-house", join: "open", listed: true });
    await carol.face.until((face) => face.of("conversation").some(({ change }) => change === "listed"), "listed");
    for (const round of [1, 2]) {
      expect(await carol.ask({ do: "join", to: "#open-house" })).toMatchObject({ state: "member" });
      await carol.ask({ do: "send", to: "#open-house", text: `here ${round}` });
      expect(await carol.ask({ do: "leave", to: "#open-house" })).toMatchObject({ state: "left" });
    }
    await hears(alice, "#open-house", "here 2");
  });
});

describe("a direct conversation", () => {
  it("is made by the first message, for both, also when the other is away", async () => {
    await using server = await testServer(realm);
    const [alice, bob, carol] = await three(server);
    using _a = alice;
    using _b = bob;
    using _c = carol;
    await alice.ask({ do: "send", to: "@bob", text: "between us" });
    await hears(bob, "@alice", "between us");
    await bob.ask({ do: "send", to: "@alice", text: "yes" });
    await hears(alice, "@bob", "yes");
    await carol.ask({ do: "link", state: "down" });
    await alice.ask({ do: "send", to: "@carol", text: "for later" });
    await carol.ask({ do: "link", state: "up" });
    await hears(carol, "@alice", "for later");
    await alice.ask({ do: "send", to: "@alice", text: "note to self" });
    await hears(alice, "@alice", "note to self");
    expect(textsIn(bob, "@alice")).toEqual(["between us", "yes"]);
    await expect(alice.ask({ do: "send", to: "@nobody", text: "hello?" })).rejects.toMatchObject({
      code: "no-such-user",
    });
  });
});

describe("a message", () => {
  it("is edited, answered with an emoji and deleted, by those who may", async () => {
    await using server = await testServer(realm);
    const [alice, bob, carol] = await three(server);
    using _a = alice;
    using _b = bob;
    using _c = carol;
    const { message } = await alice.send("teh plan");
    await bob.messages(1);
    await alice.ask({ do: "edit", to: "#lobby", message, text: "the plan" });
    await bob.ask({ do: "react", to: "#lobby", message, emoji: "👍" });
    await expect(bob.ask({ do: "edit", to: "#lobby", message, text: "mine" })).rejects.toMatchObject({
      code: "not-the-author",
    });
    await carol.face.until((face) => face.of("reaction").length === 1, "a reaction");
    expect(carol.face.of("edited")).toMatchObject([{ message, text: "the plan", from: { user: "alice" } }]);
    expect(await carol.ask({ do: "history", to: "#lobby" })).toMatchObject({
      messages: [{ text: "the plan", reactions: [{ emoji: "👍", users: ["bob"] }] }],
    });
    expect(await carol.ask({ do: "search", query: "plan from:alice" })).toMatchObject({ messages: [{ message }] });
    await alice.ask({ do: "delete", to: "#lobby", message });
    await carol.face.until((face) => face.of("deleted").length === 1, "deleted");
    expect(await carol.ask({ do: "history", to: "#lobby" })).toMatchObject({ messages: [{ placeholder: "deleted" }] });
    expect(await carol.ask({ do: "search", query: "plan" })).toEqual({ messages: [] });
  });
});
