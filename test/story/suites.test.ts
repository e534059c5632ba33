// Conversations of suite 1 with real clients: who is added comes in by a key package of that suite, and none of the other is spent.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLASSIC, HYBRID, suiteNumber, type SuiteName } from "../../src/mls/suite.ts";
import type { KeyPackageStock } from "../../src/wire/messages.ts";
import { TestClient } from "../kit/client.ts";
import { enter, leave } from "../kit/conversation.ts";
import { makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

/** A client whose key packages are at the server. */
async function started(server: TestServer, identity: TestIdentity, suite: SuiteName): Promise<TestClient> {
  const filled = Promise.withResolvers<void>();
  const client = new TestClient({
    realm,
    identity,
    port: server.port,
    suite,
    hears: (message) => {
      if (message.type === "keyPackagesStored") filled.resolve();
      return message;
    },
  });
  await Promise.all([client.ready(), filled.promise]);
  return client;
}

/** What the server tells the device of its key packages. It ends the client's connection. */
async function stocksOf(server: TestServer, identity: TestIdentity): Promise<readonly KeyPackageStock[]> {
  const guest = await enter(server, identity);
  leave([guest]);
  return guest.greeting.keyPackages;
}

const stock = (suite: SuiteName, count: number): KeyPackageStock => ({
  suite: suiteNumber(suite),
  count,
  lastResort: true,
});

describe.each<readonly [SuiteName, readonly KeyPackageStock[]]>([
  [CLASSIC, [stock(CLASSIC, 3), stock(HYBRID, 20)]],
  [HYBRID, [stock(CLASSIC, 4), stock(HYBRID, 19)]],
])("a room of %s", (suite, left) => {
  it("adds a device by a key package of its suite", async () => {
    await using server = await testServer(realm);
    const [alice, bob] = [
      await started(server, realm.client("alice"), suite),
      await started(server, realm.client("bob"), HYBRID),
    ];
    using _a = alice;
    using _b = bob;
    await alice.ask({ do: "create", name: "plans" });
    await alice.ask({ do: "add", to: "#plans", user: "bob" });
    await alice.ask({ do: "send", to: "#plans", text: "hello bob" });
    await bob.messages(1);
    await bob.ask({ do: "send", to: "#plans", text: "hello alice" });
    await alice.hears("hello alice");
    expect(bob.texts()).toContain("hello bob");
    expect([alice, bob].flatMap(({ face }) => face.of("alarm"))).toEqual([]);
    bob.client.stop();
    expect(await stocksOf(server, realm.client("bob"))).toEqual(left);
  });
});
