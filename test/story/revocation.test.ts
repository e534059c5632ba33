// Putting a device out of the realm: its connection ends, nobody lets it in again, and every group goes on without it before the next
// message, by the server's word, by a lease that is over, and where the server keeps quiet about it.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { Clock } from "../../src/server/port/clock.ts";
import { TestClient, type TestClientWish } from "../kit/client.ts";
import { administer, enrolled, socketLines } from "../kit/door.ts";
import { makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let alice: TestIdentity;
let bob: TestIdentity;
let eve: TestIdentity;
const open: Disposable[] = [];

beforeEach(async () => {
  realm = await makeRealm();
  const [a, b, e] = ["alice", "bob", "eve"].map((user) => realm.issueClient({ user }));
  if (a === undefined || b === undefined || e === undefined) throw new Error("three identities");
  [alice, bob, eve] = [a, b, e];
  server = await testServer(realm);
});
afterEach(async () => {
  for (const one of open.splice(0)) one[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  realm.remove();
});

function client(identity: TestIdentity, more: Partial<TestClientWish> = {}): TestClient {
  const one = new TestClient({ realm, identity, port: server.port, ...more });
  open.push(one);
  return one;
}

/** The three in the lobby, each having heard the first. */
async function three(more: Partial<TestClientWish> = {}): Promise<{ a: TestClient; b: TestClient; e: TestClient }> {
  const a = client(alice, more);
  await a.ready();
  const b = client(bob, more);
  const e = client(eve);
  await Promise.all([b.ready(), e.ready()]);
  await a.send("hello");
  await Promise.all([b.hears("hello"), e.hears("hello")]);
  return { a, b, e };
}

function revoke(target: string): Promise<unknown> {
  return socketLines(server.data, `${JSON.stringify({ do: "revoke", target })}\n`);
}

const isOut = (one: TestClient, who = "eve"): Promise<void> =>
  one.face.until(
    (face) => face.of("member").some(({ user, change }) => user === who && change === "removed"),
    `${who} is removed`,
  );

describe("a device that is revoked", () => {
  test("is cut off, is let in no more, and is out of the groups before the next word", async () => {
    const { a, b, e } = await three();
    await revoke("eve");
    await e.face.until((face) => face.of("link").some(({ state }) => state === "refused"), "the refusal");
    expect(e.face.of("link").at(-1)?.reason?.code).toBe("certificate-revoked");
    await a.send("among ourselves");
    await b.hears("among ourselves");
    await Promise.all([isOut(a), isOut(b)]);
    expect(a.face.of("member").at(-1)).toMatchObject({ user: "eve", out: true });
    expect(a.face.of("member").at(-1)).not.toHaveProperty("beside");
    const again = await server.connect(eve);
    expect((await again.message("goodbye"))?.code).toBe("certificate-revoked");
    expect(e.texts()).not.toContain("among ourselves");
  });

  test("nobody of that name: the answer says so and nothing happens", async () => {
    await three();
    expect(await revoke("nobody")).toMatchObject([{ ok: false, error: { code: "no-such-device" } }]);
    expect(await revoke("0000000000")).toMatchObject([{ ok: false, error: { code: "no-such-device" } }]);
  });
});

/** A guest whose time is over so soon. */
async function guest(leaseMs: number): Promise<TestIdentity> {
  return enrolled(server, "gus", { leaseUntil: Date.now() + leaseMs });
}

const LEASE_MS = 8_000;

describe("a guest", () => {
  beforeEach(async () => {
    await server[Symbol.asyncDispose]();
    server = await testServer(realm, { doorPort: 0 });
  });

  test("is out at the second, without anybody's hand", async () => {
    const [a, b] = [client(alice), client(bob)];
    await Promise.all([a.ready(), b.ready()]);
    const g = client(await guest(LEASE_MS));
    await g.ready();
    await a.send("still here");
    await g.hears("still here");
    await Promise.all([a, b].map((one) => isOut(one, "gus")));
    await g.face.until((face) => face.of("link").some(({ state }) => state === "refused"), "the refusal");
    // Another certificate would not be good for longer.
    expect(g.face.of("link").filter(({ reason }) => reason?.code === "renewed")).toEqual([]);
    expect(g.face.of("link").at(-1)?.reason).toMatchObject({
      message: "you were a guest of this realm, and your time is over",
    });
    await a.send("and gone");
    await b.hears("and gone");
    expect(g.texts()).not.toContain("and gone");
  }, 60_000);

  test("is invited until a whole second, as certificates know them", async () => {
    const second = Math.ceil(Date.now() / 1_000) * 1_000 + 60_000;
    const answer = await administer(server, { do: "invite", user: "gus", leaseUntil: second + 999 });
    expect(answer["leaseUntil"]).toBe(second);
  });

  test("is out at that second where the clock of the server is four minutes behind, and still lets it in", async () => {
    const { a, b, g } = await guestOf(240_000);
    await Promise.all([a, b].map((one) => isOut(one, "gus")));
    await a.send("nobody but us");
    await b.hears("nobody but us");
    expect(g.texts()).not.toContain("nobody but us");
    await expect.poll(() => g.client.isConnected).toBe(true);
  }, 60_000);

  test("reads nothing more where the server keeps quiet about it for good: nothing is written until it is out", async () => {
    const { a, b, g } = await guestOf(3_600_000);
    const said = a.send("nobody but us");
    await expect(Promise.race([said, delay(4_000)])).resolves.toBe("waits");
    expect([...g.texts(), ...b.texts()]).not.toContain("nobody but us");
    void said.catch(() => undefined);
  }, 60_000);
});

/** Two and a guest, after the guest's time is over by the clocks of the two; those of the server and the guest were put back by so much. */
async function guestOf(behindMs: number): Promise<{ a: TestClient; b: TestClient; g: TestClient }> {
  const clock = new LateClock();
  await server[Symbol.asyncDispose]();
  server = await testServer(realm, { doorPort: 0 }, clock);
  const [a, b] = [client(alice), client(bob)];
  await Promise.all([a.ready(), b.ready()]);
  const g = client(await guest(LEASE_MS), { world: { clock } });
  await g.ready();
  await a.send("still here");
  await Promise.all([g.hears("still here"), b.hears("still here")]);
  clock.behindMs = behindMs;
  await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
  return { a, b, g };
}

function delay(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve("waits"), ms));
}

/** A server whose clock is behind: for it no lease is over. */
class LateClock implements Clock {
  behindMs = 0;

  now(): number {
    return systemClock.now() - this.behindMs;
  }

  soon(run: () => void): void {
    systemClock.soon(run);
  }

  after(ms: number, run: () => void): () => void {
    return systemClock.after(ms, run);
  }
}
