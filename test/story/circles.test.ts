// Groups at work on a real server: coming in, talking, changing, racing, restarting, losing everything.
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceId, Handle } from "../../src/model/ids.ts";
import { encodeTerms } from "../../src/model/terms.ts";
import { nameDevice } from "../../src/pki/peer.ts";
import { lobbyLog, newRoomLog } from "../../src/wire/log-id.ts";
import { CircleDevice } from "../kit/circle.ts";
import { roomTerms } from "../kit/mls.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

const NAMES = ["alice", "bob", "carol", "dave"] as const;
let certificates: TestRealm;
let server: TestServer;
let alice: CircleDevice;
let bob: CircleDevice;
let carol: CircleDevice;
let dave: CircleDevice;

beforeEach(async () => {
  certificates = await makeRealm({ clients: NAMES });
  server = await testServer(certificates);
  const realm = await certificates.load();
  const identities = NAMES.map((name) => certificates.client(name));
  const people = new Map<DeviceId, Handle>(
    identities.map(({ chain }) => {
      const { device, user } = nameDevice(chain, realm);
      return [device, user];
    }),
  );
  [alice, bob, carol, dave] = identities.map((one) => new CircleDevice(realm, one, { people })) as [
    CircleDevice,
    CircleDevice,
    CircleDevice,
    CircleDevice,
  ];
});

afterEach(async () => {
  for (const one of [alice, bob, carol, dave]) one.cut();
  await server[Symbol.asyncDispose]();
  certificates.remove();
});

const lobby = () => lobbyLog(certificates.fingerprint);
const newRoom = () => newRoomLog(randomBytes(16));

/** Reads until `is` is so, for as long as it may take on a busy machine. */
async function until(is: () => boolean, ...devices: readonly CircleDevice[]): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!is()) {
    if (Date.now() > deadline) throw new Error("it did not come about");
    for (const one of devices) await one.sync();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Signal {
  readonly reached: Promise<void>;
  readonly done: () => void;
}

function signal(): Signal {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { reached: promise, done: resolve };
}

const sees = (one: CircleDevice, log = lobby()): readonly string[] =>
  one
    .circle(log)
    .view?.members.map(({ user }) => user)
    .toSorted() ?? [];

async function allIn(...devices: readonly CircleDevice[]): Promise<void> {
  for (const one of devices) await one.connect(server);
  const users = devices.map(({ user }) => user as string).toSorted();
  await until(() => devices.every((one) => sees(one).join() === users.join()), ...devices);
}

describe("the lobby", () => {
  it("is founded by the first, and everybody comes in by themselves", async () => {
    await allIn(alice, bob, carol);
    await alice.say(lobby(), "hello");
    await until(() => bob.read.length > 0 && carol.read.length > 0, bob, carol);
    expect([bob.read, carol.read]).toEqual([["alice: hello"], ["alice: hello"]]);
  });

  it("takes all who come at once", async () => {
    await Promise.all([alice, bob, carol, dave].map((one) => one.connect(server)));
    const devices = [alice, bob, carol, dave];
    await until(() => devices.every((one) => one.circle(lobby()).isOpen && sees(one).length === 4), ...devices);
    await dave.say(lobby(), "all here");
    await until(() => [alice, bob, carol].every(({ read }) => read.length > 0), alice, bob, carol);
    expect([alice.read, bob.read, carol.read]).toEqual(Array.from({ length: 3 }, () => ["dave: all here"]));
  });

  it("goes on after restarts and takes back one who lost everything", async () => {
    await allIn(alice, bob);
    alice.restart();
    await alice.connect(server);
    await alice.say(lobby(), "still me");
    await until(() => bob.read.length > 0, bob);
    bob.forget();
    await bob.connect(server);
    await until(() => bob.circle(lobby()).isOpen, bob, alice);
    await until(() => sees(alice).length === 2, alice);
    await bob.say(lobby(), "back again");
    await until(() => alice.read.length > 0, alice);
    expect([alice.read, bob.read]).toEqual([["bob: back again"], ["alice: still me"]]);
  });
});

describe("a room", () => {
  it("is made, filled by Welcome, emptied, and keeps its words from who is out", async () => {
    await allIn(alice, bob, carol);
    const room = newRoom();
    await alice.create(room, encodeTerms(roomTerms({ alice: "owner" })));
    await until(() => alice.circle(room).isOpen, alice);
    const added = alice.circle(room).wish({ want: "add", users: [bob.user, carol.user] });
    await until(() => alice.circle(room).view?.members.length === 3, alice);
    await added;
    await until(() => bob.circles.has(room) && carol.circles.has(room), bob, carol);
    await alice.say(room, "in here");
    await until(() => bob.read.length > 0 && carol.read.length > 0, bob, carol);
    const removed = alice.circle(room).wish({ want: "remove", users: [carol.user] });
    await until(() => sees(alice, room).length === 2, alice);
    await removed;
    await until(() => sees(bob, room).length === 2, bob);
    await alice.say(room, "without carol");
    await until(() => bob.read.length > 1, bob, carol);
    expect([bob.read, carol.read]).toEqual([["alice: in here", "alice: without carol"], ["alice: in here"]]);
  });

  it("takes every change when all change it at once", async () => {
    await allIn(alice, bob, carol);
    const wishes = [alice, bob, carol].flatMap((one) => [1, 2].map(() => one.circle(lobby()).wish({ want: "renew" })));
    const done: true[] = [];
    const all = Promise.all(wishes).then(() => done.push(true));
    await until(() => done.length > 0, alice, bob, carol);
    await all;
    await until(
      () => new Set([alice, bob, carol].map((one) => one.circle(lobby()).view?.epoch)).size === 1,
      alice,
      bob,
      carol,
    );
    await bob.say(lobby(), "after the race");
    await until(() => alice.read.length > 0 && carol.read.length > 0, alice, carol);
    expect([alice.read, carol.read]).toEqual([["bob: after the race"], ["bob: after the race"]]);
  });

  it("keeps what is said since somebody was brought in who was coming by themselves", async () => {
    await allIn(alice, bob);
    const room = newRoom();
    await alice.create(room, encodeTerms(roomTerms({ alice: "owner" }, { join: "open" })));
    await until(() => alice.circle(room).isOpen, alice);
    const [asking, added] = [signal(), signal()];
    bob.holds = ({ type }) => {
      if (type === "getGroupInfo") asking.done();
      return type === "getGroupInfo" ? added.reached : undefined;
    };
    await bob.come(room);
    await asking.reached;
    const brought = alice.circle(room).wish({ want: "add", users: [bob.user] });
    await until(() => sees(alice, room).length === 2, alice);
    await brought;
    await alice.say(room, "welcome");
    // What bob makes now fits the group as it is; before it leaves he hears that he is in it.
    const [made, heard] = [signal(), signal()];
    bob.holds = ({ type, ...message }) => {
      const isOwn = type === "append" && "kind" in message && message.kind === "commit";
      if (type !== "putTreeParts" && !isOwn) return undefined;
      made.done();
      return heard.reached;
    };
    added.done();
    await made.reached;
    bob.holds = () => undefined;
    await bob.met(room, true);
    heard.done();
    await until(() => bob.read.length > 0, bob, alice);
    expect([bob.read, sees(alice, room)]).toEqual([["alice: welcome"], ["alice", "bob"]]);
    await bob.say(room, "thank you");
    await until(() => alice.read.length > 0, alice);
    expect(alice.read).toEqual(["bob: thank you"]);
  });

  it("is not changed by who may not", async () => {
    await allIn(alice, bob, carol);
    const room = newRoom();
    await alice.create(room, encodeTerms(roomTerms({ alice: "owner" })));
    await until(() => alice.circle(room).isOpen, alice);
    void alice.circle(room).wish({ want: "add", users: [bob.user] });
    await until(() => bob.circles.has(room) && bob.circle(room).isOpen, alice, bob);
    await expect(bob.circle(room).wish({ want: "add", users: [carol.user] })).rejects.toMatchObject({
      code: "not-an-admin",
      message: "only owners and admins of the conversation may do that",
      hint: "/who says who they are: ask one of them",
    });
  });
});
