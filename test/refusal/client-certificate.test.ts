// Our own certificate is refused: found out before or told by the server, said once, and not tried again.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { Clock } from "../../src/client/port/clock.ts";
import { TestClient } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm();
});
afterAll(() => realm.remove());

describe("our own certificate is refused", () => {
  const clockAt = (date: Date): Clock => ({ ...systemClock, now: () => date.getTime() });

  it("revoked: told so, and not tried again", async () => {
    const own = await makeRealm({ clients: ["alice"] });
    await own.revoke("alice");
    await using server = await testServer(own);
    using client = new TestClient({ realm: own, identity: own.client("alice"), port: server.port });
    expect(await client.client.ended).toEqual({
      how: "refused",
      by: "server",
      reason: {
        code: "certificate-revoked",
        message: expect.stringContaining("revoked") as unknown,
        hint: expect.stringContaining("ask an owner of the realm") as unknown,
      },
    });
    own.remove();
  });

  it("ended: found out here before anything is sent; and by the server where our clock is wrong", async () => {
    await using server = await testServer(realm);
    const validity = { notBefore: new Date(Date.now() - 240_000), notAfter: new Date(Date.now() - 1_000) };
    const identity = realm.issueClient({ user: "alice", validity });
    using client = new TestClient({ realm, identity, port: server.port });
    expect(await client.client.ended).toMatchObject({
      how: "refused",
      by: "client",
      reason: { code: "certificate-expired" },
    });
    expect(server.lines.some(({ sentence }) => sentence === "refused")).toBe(false);
    using late = new TestClient({
      realm,
      identity,
      port: server.port,
      world: { clock: clockAt(new Date(Date.now() - 60_000)) },
    });
    expect(await late.client.ended).toMatchObject({
      how: "refused",
      by: "server",
      reason: { code: "certificate-expired" },
    });
  });

  it("superseded: the older one stays away, the newer one stays", async () => {
    await using server = await testServer(realm);
    using first = new TestClient({ realm, identity: realm.client("alice"), port: server.port });
    await first.ready();
    using second = new TestClient({ realm, identity: realm.client("alice"), port: server.port });
    await second.ready();
    expect(await first.client.ended).toMatchObject({ how: "refused", by: "server", reason: { code: "superseded" } });
    expect(typeof (await second.send("still here"))["seq"]).toBe("number");
  });
});
