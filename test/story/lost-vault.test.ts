// A device whose vault is lost: everybody sees that it came in anew, and whoever adds it afterwards is heard from the first word.
import { expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

it("is seen to come in anew, and loses nothing of what it is added to from then on", async () => {
  using realm = await makeRealm({ clients: ["alice", "bob"] });
  await using server = await testServer(realm);
  const start = (name: string) => new TestClient({ realm, identity: realm.client(name), port: server.port });
  using alice = start("alice");
  const before = start("bob");
  for (const one of [alice, before]) await one.ready();
  before.client.stop();
  using bob = start("bob");
  await bob.ready();
  const anew = () => alice.face.of("notice").filter(({ code }) => code === "came-in-anew");
  await alice.face.until(() => anew().length === 1, "it came in anew");
  expect(anew().map(({ conversation, message }) => [conversation, message.includes("@bob")])).toEqual([
    ["#lobby", true],
  ]);
  expect(alice.face.of("member").filter(({ change }) => change !== "joined")).toEqual([]);
  await alice.ask({ do: "create", name: "plans" });
  await alice.ask({ do: "add", to: "#plans", user: "bob" });
  await alice.ask({ do: "send", to: "#plans", text: "the first word" });
  await bob.hears("the first word");
  await expect(alice.ask({ do: "remove", to: "#plans", user: "nobody" })).rejects.toMatchObject({
    code: "not-a-member",
  });
  expect([...alice.face.of("alarm"), ...bob.face.of("alarm")]).toEqual([]);
});
