// How rooms are called: a name is taken as long as a room of it goes on, for who makes one and for who calls one something else.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Replies } from "../../src/client/port/replies.ts";
import { TestClient } from "../kit/client.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

async function alone(server: TestServer): Promise<TestClient> {
  const alice = new TestClient({ realm, identity: realm.client("alice"), port: server.port });
  await alice.ready();
  return alice;
}

async function namesOf(client: TestClient): Promise<readonly string[]> {
  const { conversations } = (await client.ask({ do: "conversations" })) as Replies["conversations"];
  return conversations.map(({ conversation }) => conversation);
}

describe("the name of a room", () => {
  it("is taken while the room goes on, and free when it has ended", async () => {
    await using server = await testServer(realm);
    using alice = await alone(server);
    await alice.ask({ do: "create", name: "plans" });
    await expect(alice.ask({ do: "create", name: "plans" })).rejects.toMatchObject({ code: "name-taken" });
    await alice.ask({ do: "disband", to: "#plans" });
    expect(await namesOf(alice)).toEqual(["#lobby", "#plans"]);
    expect(await alice.ask({ do: "create", name: "plans" })).toMatchObject({ conversation: "#plans" });
    await alice.ask({ do: "send", to: "#plans", text: "in the living one" });
    const said = alice.face.of("message").filter(({ conversation }) => conversation === "#plans");
    expect(said.map(({ text }) => text)).toEqual(["in the living one"]);
    const [first, ...others] = await namesOf(alice);
    expect([first, ...others.toSorted()]).toEqual(["#lobby", "#plans", expect.stringMatching(/^[0-9a-f]{32}$/)]);
    await alice.ask({ do: "leave", to: "#plans" });
    expect(await namesOf(alice)).toEqual(["#lobby", "#plans"]);
  });

  it("is taken for who calls another room so, too; its own is not, nor that of one that has ended", async () => {
    await using server = await testServer(realm);
    using alice = await alone(server);
    await alice.ask({ do: "create", name: "plans" });
    await alice.ask({ do: "create", name: "dreams" });
    const renames = (text: string): Promise<unknown> => alice.ask({ do: "rename", to: "#dreams", text });
    await expect(renames("plans")).rejects.toMatchObject({ code: "name-taken", values: { name: "plans" } });
    await renames("dreams");
    expect((await namesOf(alice)).toSorted()).toEqual(["#dreams", "#lobby", "#plans"]);
    await alice.ask({ do: "disband", to: "#plans" });
    await renames("plans");
    expect(await alice.ask({ do: "topic", to: "#plans", text: "the living one" })).toEqual({});
  });
});
