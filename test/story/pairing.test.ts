// Another machine made a device by one that is in: the line that it shows, its word for the key, and what the others see of it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pairedWith } from "../../src/client/paired.ts";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { Fault } from "../../src/model/fault.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { makeRequest } from "../../src/pki/request.ts";
import { readRealmLine } from "../../src/wire/invitation-line.ts";
import { TestClient, type TestClientWish } from "../kit/client.ts";
import { administer, DoorClock, doorPort, enrolled, identityOf, invite } from "../kit/door.ts";
import { makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const WAIT = { timeout: 60_000 };

let realm: TestRealm;
let server: TestServer;
let clock: DoorClock;
const open: Disposable[] = [];

beforeEach(async () => {
  realm = await makeRealm();
  clock = new DoorClock();
  server = await testServer(realm, { doorPort: 0, host: "127.0.0.1" }, clock);
});
afterEach(async () => {
  for (const one of open.splice(0)) one[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  realm.remove();
});

async function comes(identity: TestIdentity, more: Partial<TestClientWish> = {}): Promise<TestClient> {
  const client = new TestClient({ realm, identity, port: server.port, ...more });
  open.push(client);
  await client.ready();
  return client;
}

async function lineOf(client: TestClient): Promise<string> {
  const { line } = (await client.ask({ do: "pair" })) as { line: string };
  return line;
}

/** The other machine. */
async function pairs(line: string, keys = newKeyPair("ed25519")): Promise<TestIdentity> {
  const { pairing = "", ...place } = readRealmLine(line);
  const request = makeRequest({ subject: [], altNames: [] }, keys);
  const wish = { secret: pairing, publicKey: keys.publicKey, request };
  return identityOf(keys, await pairedWith({ ...place, clock: systemClock }, wish));
}

const REFUSED = { code: "invitation-refused" };

describe("another machine", () => {
  it("becomes a device that the old one vouches for, with all that was said", WAIT, async () => {
    const alice = await comes(await enrolled(server, "alice"));
    const bob = await comes(await enrolled(server, "bob"));
    await alice.send("before");
    await bob.hears("before");
    await bob.ask({ do: "verify", user: "alice" });
    await bob.ask({ do: "trust", user: "alice", verified: true });

    const line = await lineOf(alice);
    expect(line).toMatch(/^chat:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}\.device\.[\w-]{22}$/);
    const identity = await pairs(line);
    // Whoever shows the line for this alone stays until that is over.
    const coming = comes(identity);
    await expect.poll(() => alice.client.isHanding, { interval: 5, timeout: 10_000 }).toBe(true);
    const laptop = await coming;
    await laptop.face.until((face) => face.of("notice").some(({ code }) => code === "history-received"), "the history");
    const { messages } = (await laptop.ask({ do: "history", to: "#lobby" })) as { messages: { text: string }[] };
    expect(messages.map(({ text }) => text)).toEqual(["before"]);
    await expect.poll(() => alice.client.isHanding).toBe(false);
    await laptop.send("from the laptop");
    await bob.hears("from the laptop");

    const { device } = (await laptop.ask({ do: "whoami" })) as { device: string };
    const { device: old } = (await alice.ask({ do: "whoami" })) as { device: string };
    for (const one of [alice, bob])
      expect(one.face.of("device")).toMatchObject([{ change: "added", device, how: "device", cosigned: old }]);
    expect(bob.face.of("alarm")).toEqual([]);
    const { members } = (await bob.ask({ do: "members", to: "#lobby" })) as { members: object[] };
    expect(members).toContainEqual(expect.objectContaining({ user: "alice", trusted: true, devices: 2 }));
    expect(await bob.ask({ do: "devices", user: "alice" })).toMatchObject({
      devices: expect.arrayContaining([expect.objectContaining({ device, how: "device", cosigned: old })]) as object[],
    });
  });

  it("that comes by an invitation is told as what it is, and has to be compared again", WAIT, async () => {
    await comes(await enrolled(server, "alice"));
    const bob = await comes(await enrolled(server, "bob"));
    await bob.ask({ do: "verify", user: "alice" });
    await bob.ask({ do: "trust", user: "alice", verified: true });
    await comes(await enrolled(server, "alice"));
    await bob.face.until((face) => face.of("alarm").length > 0, "an alarm");
    expect(bob.face.of("alarm")).toMatchObject([{ code: "safety-number-changed" }]);
    const [event] = bob.face.of("device");
    expect(event).toMatchObject({ change: "added", how: "invitation" });
    expect(event).not.toHaveProperty("cosigned");
  });
});

describe("a line that a device has shown", () => {
  it("is for one machine, which may ask again, and for no second one", WAIT, async () => {
    const alice = await comes(await enrolled(server, "alice"));
    const line = await lineOf(alice);
    const keys = newKeyPair("ed25519");
    const first = await pairs(line, keys);
    expect((await pairs(line, keys)).leaf.der).toEqual(first.leaf.der);
    await expect(pairs(line)).rejects.toMatchObject(REFUSED);
    const { certificates } = (await alice.ask({ do: "audit" })) as { certificates: object[] };
    expect(certificates).toHaveLength(2);
  });

  it("is good for one of four at once", WAIT, async () => {
    const alice = await comes(await enrolled(server, "alice"));
    const line = await lineOf(alice);
    const done = await Promise.allSettled(Array.from({ length: 4 }, () => pairs(line)));
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is no longer good after another one, and after ten minutes", WAIT, async () => {
    const alice = await comes(await enrolled(server, "alice"));
    const before = await lineOf(alice);
    const after = await lineOf(alice);
    await expect(pairs(before)).rejects.toMatchObject(REFUSED);
    // Her door is closed then; bob's is open.
    await invite(server, { user: "bob" });
    clock.turn(10 * 60_000 + 1);
    await expect(pairs(after)).rejects.toMatchObject(REFUSED);
  });

  it("is good although the server was started anew, and for the one machine only", WAIT, async () => {
    const alice = await comes(await enrolled(server, "alice"));
    const line = await lineOf(alice);
    const { port, data } = server;
    const door = doorPort(server);
    const keys = newKeyPair("ed25519");
    for (const count of [2, 3]) {
      await server.stop();
      server = await testServer(realm, { port, data, doorPort: door, host: "127.0.0.1" }, clock);
      await alice.face.until(
        (face) => face.of("link").filter(({ state }) => state === "connected").length === count,
        "again",
      );
      await expect
        .poll(() =>
          pairs(line, keys).then(
            () => "in",
            ({ code }: Fault) => code,
          ),
        )
        .toBe("in");
    }
    await expect(pairs(line)).rejects.toMatchObject(REFUSED);
  });

  it("is good when its device is back, also for a machine whose question was lost", WAIT, async () => {
    const lost = Promise.withResolvers<void>();
    let isLost = false;
    const hears: TestClientWish["hears"] = (message) => {
      if (message.type !== "pairingAsked" || isLost) return message;
      isLost = true;
      lost.resolve();
      return { type: "motd", text: "" };
    };
    const alice = await comes(await enrolled(server, "alice"), { hears });
    const line = await lineOf(alice);
    const keys = newKeyPair("ed25519");
    const early = pairs(line, keys);
    await lost.promise;
    await alice.ask({ do: "link", state: "down" });
    await alice.ask({ do: "link", state: "up" });
    await alice.face.until((face) => face.of("link").filter(({ state }) => state === "connected").length > 1, "again");
    const late = await pairs(line, keys);
    expect((await early).leaf.der).toEqual(late.leaf.der);
    // Its device has said yes, and need not be there for the same answer.
    alice.client.stop();
    expect((await pairs(line, keys)).leaf.der).toEqual(late.leaf.der);
    expect(alice.face.of("alarm")).toEqual([]);
  });

  it("is of no use while its device is away, nor for a user who may not come in", WAIT, async () => {
    const alice = await comes(await enrolled(server, "alice"));
    const line = await lineOf(alice);
    await administer(server, { do: "disable", user: "alice" });
    await expect(pairs(line)).rejects.toMatchObject(REFUSED);
    const bob = await comes(await enrolled(server, "bob"));
    const another = await lineOf(bob);
    bob.client.stop();
    await expect
      .poll(() => administer(server, { do: "devices", user: "bob" }))
      .toMatchObject({ devices: [{ connected: false }] });
    await expect(pairs(another)).rejects.toMatchObject({ code: "device-away" });
  });

  it("by a run that is over is no longer good, and nobody rings", WAIT, async () => {
    const phone = await enrolled(server, "alice");
    const before = await comes(phone);
    const line = await lineOf(before);
    before.client.stop();
    const alice = await comes(phone, { home: before.home });
    await expect(pairs(line)).rejects.toMatchObject(REFUSED);
    expect(alice.face.of("alarm")).toEqual([]);
    await pairs(await lineOf(alice));
  });

  it("does not help a server that hands over another key: the device says no, and rings", WAIT, async () => {
    const other = "ee".repeat(32);
    const alice = await comes(await enrolled(server, "alice"), {
      hears: (message) => (message.type === "pairingAsked" ? { ...message, key: other as never } : message),
    });
    const line = await lineOf(alice);
    await expect(pairs(line)).rejects.toMatchObject(REFUSED);
    expect(alice.face.of("alarm")).toMatchObject([{ code: "pairing-false" }]);
  });
});
