// What one device of a user makes is at once on the user's other one, which waits to be brought in.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { TestClient } from "../kit/client.ts";
import { alarms, another, hears, knows, PastTable, reads, say, withoutHeard } from "../kit/past.ts";
import { deviceOf, makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

const WAIT = { timeout: 60_000 };
/** Above it a device that nobody brings in comes in by itself: half of that would be luck. */
const SOON_MS = 5_000;

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

async function soon(what: Promise<void>): Promise<void> {
  const late = new Error("not at once");
  const { promise, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(late), SOON_MS);
  await Promise.race([what, promise]).finally(() => clearTimeout(timer));
}

/** Both are in the lobby, and nothing more is to be brought anywhere. */
async function settled(first: TestClient, second: TestClient, device: string): Promise<void> {
  await first.face.until((face) => face.of("device").some((one) => one.device === device), `the device ${device}`);
  await hears(second, first, "#lobby");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
}

describe("what one device makes", () => {
  it("is on the user's other one at once: notes, a room with its name, a direct conversation", WAIT, async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    const laptop = another(realm);
    using bob = await table.ready("bob");
    using alice = await table.ready("alice");
    using other = await table.ready(laptop);
    await settled(alice, other, deviceOf(laptop));
    await say(alice, "@alice", "a note");
    await vi.waitFor(async () => expect(await reads(other, "@alice")).toEqual(["alice: a note"]), { timeout: SOON_MS });
    await alice.ask({ do: "create", name: "plans", join: "invite", history: "none" });
    await soon(knows(other, "#plans"));
    await soon(hears(other, alice, "#plans"));
    await say(alice, "@bob", "hello");
    await soon(knows(other, "@bob"));
    await soon(hears(other, alice, "@bob"));
    await soon(hears(bob, other, "@bob"));
    await say(other, "#plans", "from the laptop");
    await soon(hears(alice, other, "#plans"));
    expect(withoutHeard(await reads(alice, "#plans"))).toEqual(["alice: from the laptop"]);
    expect([...alarms(alice), ...alarms(other), ...alarms(bob)]).toEqual([]);
  });
});
