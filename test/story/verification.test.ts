// Safety numbers, and devices that come and change, with real clients: the same number at both, and nothing new is ever silent.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Reply } from "../../src/client/port/client.ts";
import { TestClient } from "../kit/client.ts";
import { deviceOf, makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

async function start(server: TestServer, who: string | TestIdentity, home?: string): Promise<TestClient> {
  const identity = typeof who === "string" ? realm.client(who) : who;
  const client = new TestClient({ realm, identity, port: server.port, ...(home === undefined ? {} : { home }) });
  await client.ready();
  return client;
}

const verify = (client: TestClient, user: string): Promise<Reply> => client.ask({ do: "verify", user });
const trust = (client: TestClient, user: string, verified = true): Promise<Reply> =>
  client.ask({ do: "trust", user, verified });

/** Who is in the lobby by this client, and whether their number was compared. */
async function trustedOf(client: TestClient): Promise<Readonly<Record<string, boolean>>> {
  const { members } = await client.ask({ do: "members", to: "#lobby" });
  const all = members as readonly { readonly user: string; readonly trusted?: boolean }[];
  return Object.fromEntries(all.map(({ user, trusted }) => [user, trusted === true]));
}

const alarms = (client: TestClient): readonly string[] => client.face.of("alarm").map(({ code }) => code);

/** Everybody is in the lobby of this client. */
const sees = (client: TestClient, devices: number): Promise<void> => {
  const joined = async (): Promise<boolean> => {
    const { conversations } = await client.ask({ do: "conversations" });
    return (conversations as readonly { readonly members: number }[])[0]?.members === devices;
  };
  return expect.poll(joined, { timeout: 10_000 }).toBe(true);
};

describe("a safety number", () => {
  it("is the same at both, and what one says of it stays with that one", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using carol = await start(server, "carol");
    for (const one of [alice, bob, carol]) await sees(one, 3);
    const [atAlice, atBob] = [await verify(alice, "bob"), await verify(bob, "alice")];
    expect(atAlice).toMatchObject({ user: "bob", verified: false });
    expect(atAlice["safetyNumber"]).toMatch(/^\d{5}( \d{5}){11}$/);
    expect(atBob["safetyNumber"]).toBe(atAlice["safetyNumber"]);
    expect((await verify(alice, "carol"))["safetyNumber"]).not.toBe(atAlice["safetyNumber"]);
    expect(await trust(alice, "bob")).toEqual({});
    expect(await verify(alice, "bob")).toMatchObject({ verified: true });
    expect(await trustedOf(alice)).toEqual({ alice: false, bob: true, carol: false });
    expect(await trustedOf(bob)).toEqual({ alice: false, bob: false, carol: false });
    expect(await alice.ask({ do: "users" })).toMatchObject({
      users: [{ user: "alice" }, { user: "bob", trusted: true }, { user: "carol" }],
    });
    await trust(alice, "bob", false);
    expect(await trustedOf(alice)).toEqual({ alice: false, bob: false, carol: false });
    expect(alarms(alice)).toEqual([]);
    expect(alice.face.of("device")).toEqual([]);
  });

  it("is another one when a second device comes: all are told once, and nobody is verified any more", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    using carol = await start(server, "carol");
    for (const one of [alice, bob, carol]) await sees(one, 3);
    await alice.ask({ do: "create", name: "plans" });
    await alice.ask({ do: "add", to: "#plans", user: "bob" });
    const before = (await verify(alice, "bob"))["safetyNumber"];
    await trust(alice, "bob");
    await trust(bob, "carol");
    const phone = realm.issueClient({ user: "bob" });
    using bobsPhone = await start(server, phone);
    const device = deviceOf(phone);
    for (const one of [alice, bob, carol]) await one.face.until((face) => face.of("device").length > 0, "a device");
    await sees(alice, 4);
    expect((await verify(alice, "bob"))["safetyNumber"]).not.toBe(before);
    expect((await verify(bobsPhone, "alice"))["safetyNumber"]).toBe((await verify(alice, "bob"))["safetyNumber"]);
    expect(await trustedOf(alice)).toMatchObject({ bob: false });
    expect(await trustedOf(bob)).toMatchObject({ carol: false });
    expect(alarms(alice)).toEqual(["safety-number-changed"]);
    expect(alarms(bob)).toEqual(["safety-number-changed"]);
    expect(alarms(carol)).toEqual([]);
    for (const one of [alice, bob, carol])
      expect(one.face.of("device")).toMatchObject([{ user: "bob", device, change: "added" }]);
    expect(bobsPhone.face.of("device")).toEqual([]);
    expect(await alice.ask({ do: "devices", user: "bob" })).toMatchObject({
      devices: [
        { verified: true, current: false },
        { device, verified: true, current: false, until: Date.parse(phone.leaf.x509.validTo) },
      ],
    });
  });

  it("what was compared before a change is not taken for the number after it", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    await sees(alice, 2);
    await sees(bob, 2);
    await verify(alice, "bob");
    using _phone = await start(server, realm.issueClient({ user: "bob" }));
    await sees(alice, 3);
    await expect(trust(alice, "bob")).rejects.toMatchObject({ code: "safety-number-changed" });
    await verify(alice, "bob");
    expect(await trust(alice, "bob")).toEqual({});
  });
});

describe("a device that signs with another key", () => {
  it("is told, also to somebody who was away, and ends what was verified", async () => {
    await using server = await testServer(realm);
    const first = realm.issueClient({ user: "bob" });
    using alice = await start(server, "alice");
    using bob = await start(server, first);
    await sees(alice, 2);
    await trust(alice, "bob");
    await alice.ask({ do: "link", state: "down" });
    bob.client.stop();
    using _again = await start(server, realm.issueClient({ user: "bob", device: deviceOf(first) }));
    await alice.ask({ do: "link", state: "up" });
    await alice.face.until((face) => face.of("alarm").length > 0, "an alarm");
    expect(alice.face.of("notice").map(({ code }) => code)).toContain("key-changed");
    expect(alarms(alice)).toEqual(["safety-number-changed"]);
    expect(await trustedOf(alice)).toMatchObject({ bob: false });
  });
});

describe("after a restart", () => {
  it("what was verified still is, and devices that are known are no news", async () => {
    await using server = await testServer(realm);
    using bob = await start(server, "bob");
    const alice = await start(server, "alice");
    await sees(alice, 2);
    await sees(bob, 2);
    await trust(alice, "bob");
    alice.client.stop();
    using _phone = await start(server, realm.issueClient({ user: "bob" }));
    await sees(bob, 3);
    using again = await start(server, "alice", alice.home);
    expect(again.face.of("device")).toMatchObject([{ user: "bob", change: "added" }]);
    expect(alarms(again)).toEqual(["safety-number-changed"]);
    again.client.stop();
    using third = await start(server, "alice", alice.home);
    expect(third.face.of("device")).toEqual([]);
    expect(alarms(third)).toEqual([]);
  });
});
