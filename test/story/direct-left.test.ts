// A direct conversation that one of the two has left: it begins again when they write, and nothing that waited is lost.
import { expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

/** Two who have spoken with each other. */
async function two() {
  await using stack = new AsyncDisposableStack();
  const realm = stack.use(await makeRealm({ clients: ["alice", "bob"] }));
  const server = stack.use(await testServer(realm));
  const start = (name: string) => stack.use(new TestClient({ realm, identity: realm.client(name), port: server.port }));
  const [alice, bob] = [start("alice"), start("bob")];
  for (const one of [alice, bob]) await one.ready();
  await alice.ask({ do: "send", to: "@bob", text: "hello" });
  await bob.hears("hello");
  const rest = stack.move();
  return { alice, bob, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

it("goes on when who left writes again, and what was written meanwhile arrives", async () => {
  await using here = await two();
  const { alice, bob } = here;
  expect(await bob.ask({ do: "leave", to: "@alice" })).toMatchObject({ state: "left" });
  await alice.face.until((face) => face.of("member").some(({ change }) => change === "left"), "bob has left");
  const waits = alice.ask({ do: "send", to: "@bob", text: "are you there?" });
  await bob.ask({ do: "send", to: "@alice", text: "back again" });
  await alice.hears("back again");
  await waits;
  await bob.hears("are you there?");
  await alice.ask({ do: "send", to: "@bob", text: "good" });
  await bob.hears("good");
  for (const one of [alice, bob]) expect(one.face.of("alarm")).toEqual([]);
});

it("goes on at once when who left writes again before anybody has taken them out", async () => {
  await using here = await two();
  const { alice, bob } = here;
  for (const round of [1, 2, 3]) {
    // Whoever is away takes nobody out.
    await alice.ask({ do: "link", state: "down" });
    await bob.ask({ do: "leave", to: "@alice" });
    await bob.ask({ do: "send", to: "@alice", text: `back again ${round}` });
    await alice.ask({ do: "link", state: "up" });
    await alice.hears(`back again ${round}`);
  }
  for (const one of [alice, bob]) expect(one.face.of("alarm")).toEqual([]);
});
