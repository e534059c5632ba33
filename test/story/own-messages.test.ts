// What this device did and its vault does not hold: the machine, with everything on it, was put back to an earlier day.
import { cpSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClient } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

function start({ port }: TestServer, name: string, home?: string): TestClient {
  const wish = { realm, identity: realm.client(name), port };
  return new TestClient(home === undefined ? wish : { ...wish, home });
}

/** Alice as she was before `forgotten`. */
async function putBack(server: TestServer, begin: Doing, forgotten: Doing): Promise<TestClient> {
  const first = start(server, "alice");
  await first.ready();
  await begin(first);
  first.client.stop();
  const { home } = first;
  const snapshot = `${home}.snapshot`;
  cpSync(home, snapshot, { recursive: true });
  const second = start(server, "alice", home);
  await second.ready();
  await forgotten(second);
  second.client.stop();
  rmSync(home, { recursive: true });
  cpSync(snapshot, home, { recursive: true });
  rmSync(snapshot, { recursive: true });
  return start(server, "alice", home);
}

type Doing = (alice: TestClient) => Promise<unknown>;

/** Each of them has been shown all of it, and no alarm. */
async function allRead(clients: readonly TestClient[], said: readonly string[]): Promise<void> {
  for (const client of clients) {
    await client.face.until(() => said.every((text) => client.texts().includes(text)), "everything that was said");
    expect(client.face.of("alarm")).toEqual([]);
  }
}

describe("a device that was put back", () => {
  it("has its messages again when the server gives them, in one line and without an alarm", async () => {
    await using server = await testServer(realm);
    using bob = start(server, "bob");
    await bob.ready();
    using alice = await putBack(
      server,
      (client) => client.send("before"),
      async (client) => {
        await client.send("forgotten 1");
        await client.send("forgotten 2");
        await client.messages(2);
      },
    );
    await alice.ready();
    await alice.send("after");
    await bob.send("by bob");
    await allRead([alice, bob], ["forgotten 1", "forgotten 2", "after", "by bob"]);
    const forgotten = alice.face.of("message").filter(({ text }) => text.startsWith("forgotten"));
    expect(forgotten).toMatchObject([{ mine: true, from: { verified: true } }, { mine: true }]);
    expect(alice.face.of("notice").map(({ code }) => code)).toEqual(["own-found"]);
  });

  it("comes in anew where it had changed the group, and that is no alarm either", async () => {
    await using server = await testServer(realm);
    using bob = start(server, "bob");
    await bob.ready();
    const to = "#plans";
    using alice = await putBack(
      server,
      async (client) => {
        await client.ask({ do: "create", name: "plans", join: "invite" });
        await client.ask({ do: "add", to, user: "bob" });
        await client.ask({ do: "send", to, text: "before" });
      },
      async (client) => {
        await client.ask({ do: "policy", to, join: "ask" });
        await client.ask({ do: "send", to, text: "forgotten" });
      },
    );
    await alice.ready();
    await alice.ask({ do: "send", to, text: "after" });
    await allRead([bob], ["before", "forgotten", "after"]);
    await bob.ask({ do: "send", to, text: "by bob" });
    await allRead([alice], ["after", "by bob"]);
    expect(alice.face.of("message").filter(({ text, mine }) => text === "after" && mine)).toHaveLength(1);
  });
});
