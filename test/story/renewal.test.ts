// Certificates that renew themselves while people write: each time with another key, without a gap, an alarm or a number to be compared
// again; and a device that slept past the end of its own.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LinkReason } from "../../src/client/port/views.ts";
import { TestClient, type TestClientWish } from "../kit/client.ts";
import { administer, DoorClock, doorPort, enrolled, invite } from "../kit/door.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const LIFE_MS = 12_000;
const ROUNDS = 24;

let realm: TestRealm;
let server: TestServer;
const open: Disposable[] = [];

beforeEach(async () => {
  realm = await makeRealm();
  server = await testServer(realm, { doorPort: 0, lifetimeMs: LIFE_MS });
});
afterEach(async () => {
  for (const one of open.splice(0)) one[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  realm.remove();
});

function starts(wish: Pick<TestClientWish, "identity" | "home" | "door" | "world">): TestClient {
  const client = new TestClient({ realm, port: server.port, ...wish });
  open.push(client);
  return client;
}

async function comes(user: string): Promise<TestClient> {
  const client = starts({ identity: await enrolled(server, user) });
  await client.ready();
  return client;
}

/** Comes in, and sleeps past the end of its certificate. Returns what it wakes up with. */
async function sleeps(user: string): Promise<Pick<TestClientWish, "identity" | "home" | "door">> {
  const identity = await enrolled(server, user);
  const client = starts({ identity });
  await client.ready();
  client.client.stop();
  await new Promise((resolve) => setTimeout(resolve, identity.leaf.notAfter.getTime() - Date.now() + 500));
  return { identity, home: client.home, door: doorPort(server) };
}

async function refusalOf(client: TestClient): Promise<LinkReason | undefined> {
  await client.face.until((face) => face.of("link").some(({ state }) => state === "refused"), "refused");
  return client.face.of("link").at(-1)?.reason;
}

test("two write on through two lives of their certificates", { timeout: 90_000 }, async () => {
  const alice = await comes("alice");
  const bob = await comes("bob");
  await alice.send("0");
  await bob.hears("0");
  await alice.ask({ do: "verify", user: "bob" });
  await alice.ask({ do: "trust", user: "bob", verified: true });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const [from, to] = round % 2 === 0 ? [alice, bob] : [bob, alice];
    await from.send(String(round));
    await to.hears(String(round));
    await new Promise((resolve) => setTimeout(resolve, (2 * LIFE_MS) / ROUNDS));
  }
  const all = Array.from({ length: ROUNDS + 1 }, (_, round) => String(round));
  for (const one of [alice, bob]) {
    expect(one.texts()).toEqual(all);
    expect(one.face.of("alarm")).toEqual([]);
    const { certificates } = (await one.ask({ do: "audit" })) as { certificates: { how: string }[] };
    expect(certificates.filter(({ how }) => how === "renewal").length).toBeGreaterThanOrEqual(2);
  }
  const { members } = (await alice.ask({ do: "members", to: "#lobby" })) as {
    members: { user: string; trusted?: boolean }[];
  };
  expect(members.find(({ user }) => user === "bob")?.trusted).toBe(true);
});

test("who slept past the end comes back by the door, and nothing is missing", { timeout: 60_000 }, async () => {
  const asleep = await sleeps("alice");
  const bob = await comes("bob");
  await bob.send("while you slept");
  const alice = starts(asleep);
  await alice.ready();
  await alice.hears("while you slept");
  await alice.send("awake");
  await bob.hears("awake");
  for (const one of [alice, bob]) expect(one.face.of("alarm")).toEqual([]);
  const { certificates } = (await alice.ask({ do: "audit" })) as { certificates: { how: string }[] };
  expect(certificates.map(({ how }) => how)).toContain("late-renewal");
});

test("who was revoked while asleep stays out, and is told", { timeout: 60_000 }, async () => {
  const asleep = await sleeps("alice");
  expect(await administer(server, { do: "revoke", target: "alice" })).toMatchObject({ ok: true });
  const reason = await refusalOf(starts(asleep));
  expect(reason?.code).toBe("certificate-revoked");
  expect(reason?.hint).toContain("invitation");
  expect(reason?.message).toContain("the certificate of this device ended on");
});

test("who slept for longer than the grace is told what to do", { timeout: 60_000 }, async () => {
  await server[Symbol.asyncDispose]();
  const clock = new DoorClock();
  server = await testServer(realm, { doorPort: 0, lifetimeMs: LIFE_MS }, clock);
  const identity = await enrolled(server, "alice");
  const door = doorPort(server);
  clock.turn(30 * 24 * 3600 * 1000 + LIFE_MS + 1_000);
  // Nobody who is awaited has its door open for so long: an invitation has.
  await invite(server, { user: "bob" });
  const reason = await refusalOf(starts({ identity, door, world: { clock } }));
  expect(reason?.code).toBe("certificate-expired");
  expect(reason?.hint).toContain("new invitation");
  expect(reason?.message).toContain("too long ago");
});

test("who knows no door is told that, too", { timeout: 60_000 }, async () => {
  const { door: _door, ...asleep } = await sleeps("alice");
  const reason = await refusalOf(starts(asleep));
  expect(reason?.code).toBe("certificate-expired");
  expect(reason?.hint).toContain("ask an owner of the realm");
});
