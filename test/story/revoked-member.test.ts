// A member whose certificate is revoked, where the members' own lists say nothing of it: the server wants it out, and out it goes.
import { expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

it("is taken out by the next change of whoever makes one, and reads nothing after it", async () => {
  using realm = await makeRealm({ clients: ["alice", "bob", "mallory"] });
  await using server = await testServer(realm);
  const start = (name: string) => new TestClient({ realm, identity: realm.client(name), port: server.port });
  using alice = start("alice");
  using bob = start("bob");
  using mallory = start("mallory");
  for (const one of [alice, bob, mallory]) await one.ready();
  await alice.ask({ do: "create", name: "plans" });
  for (const user of ["bob", "mallory"]) await alice.ask({ do: "add", to: "#plans", user });
  await alice.ask({ do: "send", to: "#plans", text: "all of us" });
  for (const one of [bob, mallory]) await one.messages(1);
  await realm.revoke("mallory");
  await server.server.reload();
  await alice.ask({ do: "role", to: "#plans", user: "bob", role: "admin" });
  const { members } = await alice.ask({ do: "members", to: "#plans" });
  expect(members).toMatchObject([{ user: "alice" }, { user: "bob", role: "admin" }]);
  await alice.ask({ do: "send", to: "#plans", text: "two of us" });
  await bob.messages(2);
  expect([bob.texts(), mallory.texts()]).toEqual([["all of us", "two of us"], ["all of us"]]);
  expect([...alice.face.of("alarm"), ...bob.face.of("alarm")]).toEqual([]);
});
