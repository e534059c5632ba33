// What goes wrong with groups and mends itself: a lost state, a copied vault, a commit that nobody believes, a removal while away.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { nameDevice } from "../../src/pki/peer.ts";
import { TestClient, type TestClientWish } from "../kit/client.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

const start = (server: TestServer, name: string, more: Partial<TestClientWish> = {}): TestClient =>
  new TestClient({ realm, identity: realm.client(name), port: server.port, ...more });

describe("a device that lost everything", () => {
  it("comes back by itself, and reads what is written from then on", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    await alice.ready();
    {
      using bob = start(server, "bob");
      await bob.ready();
      await bob.send("before the fire");
      await alice.hears("before the fire");
    }
    using bob = start(server, "bob");
    await bob.ready();
    await alice.send("welcome back");
    await bob.hears("welcome back");
    await bob.send("thank you");
    await alice.hears("thank you");
    expect(await alice.ask({ do: "members", to: "#lobby" })).toMatchObject({
      members: [
        { user: "alice", devices: 1 },
        { user: "bob", devices: 1 },
      ],
    });
    expect([...alice.face.of("alarm"), ...bob.face.of("alarm")]).toEqual([]);
  });
});

describe("a device that is alone and lost everything", () => {
  it("comes back in its own place", async () => {
    await using server = await testServer(realm);
    {
      using alice = start(server, "alice");
      await alice.ready();
    }
    using alice = start(server, "alice");
    await alice.ready();
    await alice.send("all alone");
    await alice.hears("all alone");
    expect(await alice.ask({ do: "members", to: "#lobby" })).toMatchObject({
      members: [{ user: "alice", devices: 1 }],
    });
  });
});

describe("a vault that was put back as it was before", () => {
  it("is noticed, uses no key again, comes in anew and keeps its history", async () => {
    await using server = await testServer(realm);
    const known = await realm.load();
    using alice = start(server, "alice");
    await alice.ready();
    const home = mkdtempSync(join(tmpdir(), "mutual-home-"));
    const copy = mkdtempSync(join(tmpdir(), "mutual-copy-"));
    try {
      const outside = { folder: join(home, "outside"), machine: undefined };
      const vaultAt = (place: string) => ({
        vault: openVault(vaultFolder(place, realm.fingerprint, nameDevice(realm.client("bob").chain, known).device), {
          outside,
        }),
      });
      const first = start(server, "bob", { home, world: vaultAt(home) });
      await first.ready();
      await first.send("one");
      await alice.hears("one");
      first.client.stop();
      cpSync(home, copy, { recursive: true });
      const second = start(server, "bob", { home, world: vaultAt(home) });
      await second.ready();
      await second.send("two");
      await alice.hears("two");
      second.client.stop();
      using again = start(server, "bob", { home: copy, world: vaultAt(copy) });
      await again.ready();
      await again.send("three");
      await alice.hears("three");
      await alice.send("heard you");
      await again.hears("heard you");
      expect(await again.ask({ do: "history", to: "#lobby" })).toMatchObject({
        messages: expect.arrayContaining([expect.objectContaining({ text: "one" })]) as unknown,
      });
      expect(alice.face.of("alarm")).toEqual([]);
    } finally {
      rmSync(home, { recursive: true, force: true });
      rmSync(copy, { recursive: true, force: true });
    }
  });
});

describe("a removal while away", () => {
  it("is told at the next connection, and nothing more is read", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    using bob = start(server, "bob");
    await Promise.all([alice.ready(), bob.ready()]);
    await alice.ask({ do: "create", name: "plans" });
    await alice.ask({ do: "add", to: "#plans", user: "bob" });
    await alice.ask({ do: "send", to: "#plans", text: "hello" });
    await bob.hears("hello");
    await bob.ask({ do: "link", state: "down" });
    await alice.ask({ do: "remove", to: "#plans", user: "bob" });
    await alice.ask({ do: "send", to: "#plans", text: "gone" });
    await bob.ask({ do: "link", state: "up" });
    await bob.face.until((face) => face.of("conversation").some(({ change }) => change === "removed"), "removed");
    expect(bob.texts()).toEqual(["hello"]);
    expect(await bob.ask({ do: "conversations" })).toMatchObject({ conversations: [{ conversation: "#lobby" }] });
  });
});

describe("a newcomer who comes in by itself", () => {
  it("is told what the room is called by those who are there", async () => {
    await using server = await testServer(realm);
    using alice = start(server, "alice");
    await alice.ready();
    await alice.ask({ do: "create", name: "plans", join: "open", listed: true });
    using carol = start(server, "carol");
    await carol.ready();
    await carol.face.until((face) => face.of("conversation").some(({ change }) => change === "listed"), "listed");
    await carol.ask({ do: "join", to: "#plans" });
    await carol.ask({ do: "send", to: "#plans", text: "found you" });
    await alice.hears("found you");
    expect(await carol.ask({ do: "members", to: "#plans" })).toMatchObject({
      members: [{ user: "alice" }, { user: "carol" }],
    });
  });
});
