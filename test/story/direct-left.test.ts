// A direct conversation that one of the two has left: it begins again when they write, and nothing that waited is lost.
import { expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

it("goes on when who left writes again, and what was written meanwhile arrives", async () => {
  using realm = await makeRealm({ clients: ["alice", "bob"] });
  await using server = await testServer(realm);
  const start = (name: string) => new TestClient({ realm, identity: realm.client(name), port: server.port });
  using alice = start("alice");
  using bob = start("bob");
  for (const one of [alice, bob]) await one.ready();
  const hears = (client: TestClient, text: string) =>
    client.face.until((face) => face.of("message").some((one) => one.text === text), text);
  await alice.ask({ do: "send", to: "@bob", text: "hello" });
  await hears(bob, "hello");
  expect(await bob.ask({ do: "leave", to: "@alice" })).toMatchObject({ state: "left" });
  await alice.face.until((face) => face.of("member").some(({ change }) => change === "left"), "bob has left");
  const waits = alice.ask({ do: "send", to: "@bob", text: "are you there?" });
  await bob.ask({ do: "send", to: "@alice", text: "back again" });
  await hears(alice, "back again");
  await waits;
  await hears(bob, "are you there?");
  await alice.ask({ do: "send", to: "@bob", text: "good" });
  await hears(bob, "good");
  for (const one of [alice, bob]) expect(one.face.of("alarm")).toEqual([]);
});

it("goes on at once when who left writes again before anybody has taken them out", async () => {
  using realm = await makeRealm({ clients: ["alice", "bob"] });
  await using server = await testServer(realm);
  const start = (name: string) => new TestClient({ realm, identity: realm.client(name), port: server.port });
  using alice = start("alice");
  using bob = start("bob");
  for (const one of [alice, bob]) await one.ready();
  const hears = (client: TestClient, text: string) =>
    client.face.until((face) => face.of("message").some((one) => one.text === text), text);
  await alice.ask({ do: "send", to: "@bob", text: "hello" });
  await hears(bob, "hello");
  for (const round of [1, 2, 3]) {
    // Whoever is away takes nobody out.
    await alice.ask({ do: "link", state: "down" });
    await bob.ask({ do: "leave", to: "@alice" });
    await bob.ask({ do: "send", to: "@alice", text: `back again ${round}` });
    await alice.ask({ do: "link", state: "up" });
    await hears(alice, `back again ${round}`);
  }
  for (const one of [alice, bob]) expect(one.face.of("alarm")).toEqual([]);
});
