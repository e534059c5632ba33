// A room that grows past what X-Wing is for, on a real server: it goes on with the lighter suite, and nothing of it is lost.
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceId, Handle } from "../../src/model/ids.ts";
import { encodeTerms } from "../../src/model/terms.ts";
import { CLASSIC, HYBRID, suiteNumber } from "../../src/mls/suite.ts";
import { nameDevice } from "../../src/pki/peer.ts";
import type { Realm } from "../../src/pki/realm.ts";
import { newRoomLog } from "../../src/wire/log-id.ts";
import { CircleDevice } from "../kit/circle.ts";
import { enter, leave } from "../kit/conversation.ts";
import { roomTerms, TestDevice } from "../kit/mls.ts";
import { makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

/** With alice and bob one more than X-Wing is for. */
const SLEEPERS = 199;
const SLOW_MS = 120_000;
const AT_ONCE = 50;

let certificates: TestRealm;
let realm: Realm;
let server: TestServer;
let people: Map<DeviceId, Handle>;
let awake: CircleDevice[];

beforeEach(async () => {
  certificates = await makeRealm({ clients: [] });
  server = await testServer(certificates);
  realm = await certificates.load();
  people = new Map();
  awake = [];
});

afterEach(async () => {
  for (const one of awake) one.cut();
  await server[Symbol.asyncDispose]();
  certificates.remove();
});

function identityOf(user: string): TestIdentity {
  const identity = certificates.issueClient({ user });
  const peer = nameDevice(identity.chain, realm);
  people.set(peer.device, peer.user);
  return identity;
}

async function wakes(user: string): Promise<CircleDevice> {
  const one = new CircleDevice(realm, identityOf(user), { people, suite: HYBRID });
  awake.push(one);
  await one.connect(server);
  return one;
}

/** Was here once, left a key package of each suite, and sleeps. */
async function sleeps(user: string): Promise<Handle> {
  const one = new TestDevice(certificates, realm, { user });
  people.set(one.device, one.user);
  for (const suite of [HYBRID, CLASSIC] as const) await one.keyPackage(suite);
  const guest = await enter(server, one.identity);
  const packages = one.packages.map(({ suite, bytes, expiresAt }) => ({
    suite: suiteNumber(suite),
    package: bytes,
    expiresAt,
  }));
  await guest.client.ask({ type: "putKeyPackages", packages, lastResorts: [], replaces: false });
  leave([guest]);
  return one.user;
}

async function until(is: () => boolean, ...devices: readonly CircleDevice[]): Promise<void> {
  const deadline = Date.now() + SLOW_MS / 2;
  while (!is()) {
    if (Date.now() > deadline) throw new Error("it did not come about");
    for (const one of devices) await one.sync();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a room of 201 devices", () => {
  it(
    "goes on in the other suite, with who was away, who writes meanwhile and who comes later",
    { timeout: SLOW_MS },
    async () => {
      const [alice, bob] = [await wakes("alice"), await wakes("bob")];
      const sleepers: Handle[] = [];
      for (let n = 0; n < SLEEPERS; n += 1) sleepers.push(await sleeps(`s${n}`));
      const room = newRoomLog(randomBytes(16));
      await alice.create(room, encodeTerms(roomTerms({ alice: "owner" }, { join: "open" })));
      await until(() => alice.circle(room).isOpen, alice);
      const add = async (users: readonly Handle[]): Promise<void> => {
        const size = (alice.circle(room).view?.members.length ?? 0) + users.length;
        const done = alice.circle(room).wish({ want: "add", users });
        await until(() => alice.circle(room).view?.members.length === size, alice);
        await done;
      };
      await add([bob.user]);
      await until(() => bob.circles.has(room), bob);
      await bob.say(room, "few of us");
      // Away from here on, until all of it is over.
      bob.cut();
      for (let at = 0; at < SLEEPERS - 1; at += AT_ONCE)
        await add(sleepers.slice(at, Math.min(at + AT_ONCE, SLEEPERS - 1)));
      expect(alice.circle(room).view).toMatchObject({ suite: HYBRID });
      await alice.say(room, "at the edge");
      await add(sleepers.slice(-1));
      await until(() => alice.circle(room).view?.suite === CLASSIC, alice);
      await alice.say(room, "lighter");
      // Whoever died right after it goes on there.
      alice.restart();
      await alice.connect(server);
      expect(alice.circle(room).view).toMatchObject({ suite: CLASSIC });
      await bob.connect(server);
      await until(() => bob.circle(room).isOpen && bob.circle(room).view?.suite === CLASSIC, bob);
      await bob.say(room, "so am I");
      // Who comes later comes in by a key package of that suite, and who lost everything by itself.
      const carol = await wakes("carol");
      await add([carol.user]);
      await until(() => carol.circles.has(room) && carol.circle(room).isOpen, carol);
      await carol.say(room, "new here");
      await until(() => alice.read.length === 3 && bob.read.length === 3, alice, bob);
      expect(alice.read).toEqual(["bob: few of us", "bob: so am I", "carol: new here"]);
      expect(bob.read).toEqual(["alice: at the edge", "alice: lighter", "carol: new here"]);
      bob.forget();
      await bob.connect(server);
      await until(() => bob.circle(room).isOpen, bob, alice, carol);
      await bob.say(room, "again");
      await until(() => carol.read.length > 0, carol);
      expect(carol.read).toEqual(["bob: again"]);
      expect([...alice.news, ...bob.news, ...carol.news].filter((news) => news.startsWith("refused"))).toEqual([]);
    },
  );
});
