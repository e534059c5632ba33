// What one device of a user hands over to a newer one, on its way: cut off on either side, and with two who could.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Groups } from "../../src/mls/groups.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";
import type { TestClient } from "../kit/client.ts";
import { alarms, another, comes, hears, leftIn, PastTable, reads, received, say, withoutHeard } from "../kit/past.ts";
import { deviceOf, makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

/** Says of every blob after the first `most` that the server cannot: whoever hears that has to come back for it. */
function brokenAfter(most: number, heard: string[] = []): (message: ServerMessage) => ServerMessage {
  return (message) => {
    const isBlob = (message.type === "blobStored" && message.complete) || message.type === "blobChunk";
    if (!isBlob) return message;
    if (!heard.includes(message.id) && heard.length === most)
      return { type: "error", code: "store-failed", message: "not now", hint: "" };
    if (!heard.includes(message.id)) heard.push(message.id);
    return message;
  };
}

const blobsOf = ({ data }: { readonly data: string }): readonly string[] =>
  readdirSync(join(data, "blobs"), { recursive: true, encoding: "utf8" }).filter((path) =>
    /\/[0-9a-f]{64}$/.test(path),
  );

describe("more than one segment holds", () => {
  const COUNT = 40;
  const LONG = "long ".repeat(12_000);
  const expected = Array.from({ length: COUNT }, (_, at) => `alice: ${at} ${LONG}`);

  async function sayMuch(alice: TestClient): Promise<void> {
    for (let at = 0; at < COUNT; at += 1) await say(alice, "@alice", `${at} ${LONG}`);
  }

  it("whoever hands it over goes on where it was after it was killed in the middle, and puts nothing twice", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using before = await table.ready("alice");
    await sayMuch(before);
    before.client.stop();
    const put: string[] = [];
    using alice = await table.ready("alice", { home: before.home, hears: brokenAfter(1, put) });
    using phone = await table.ready(another(realm));
    await expect.poll(() => put.length, { timeout: 10_000 }).toBe(1);
    await hears(alice, phone, "#lobby");
    alice.client.stop();
    expect(received(phone)).toEqual([]);
    using again = await table.ready("alice", { home: alice.home });
    await comes(phone);
    expect(await reads(phone, "@alice")).toEqual(expected);
    expect(alarms(phone)).toEqual([]);
    // Three of 40 long messages; the one that was answered with an error lies there as well.
    expect(blobsOf(server).filter((path) => put.some((id) => path.endsWith(id)))).toHaveLength(1);
    expect(blobsOf(server).length).toBeLessThanOrEqual(4);
    expect(alarms(again)).toEqual([]);
  });

  it("whoever takes it goes on where it was, and fetches no segment twice", async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    await sayMuch(alice);
    const identity = another(realm);
    const [first, second]: [string[], string[]] = [[], []];
    using phone = await table.ready(identity, { hears: brokenAfter(1, first) });
    await expect.poll(() => phone.notes.some((note) => note.includes("not now")), { timeout: 10_000 }).toBe(true);
    const half = await reads(phone, "@alice");
    expect(half.length).toBeGreaterThan(5);
    expect(half).toEqual(expected.slice(-half.length));
    phone.client.stop();
    alice.client.stop();
    using again = await table.ready(identity, { home: phone.home, hears: brokenAfter(99, second) });
    await comes(again);
    expect(await reads(again, "@alice")).toEqual(expected);
    expect(second.filter((id) => first.includes(id))).toEqual([]);
    expect(first.length + second.length).toBe(blobsOf(server).length);
    expect(received(again)).toEqual([`@alice: ${COUNT} messages of before are here`]);
    again.client.stop();
    expect(leftIn(again, { realm, identity })).toEqual([]);
  });
});

it("of two devices that hold it one hands it over, and everything is there once", async () => {
  await using server = await testServer(realm);
  const table = new PastTable(realm, server);
  const calls: string[] = [];
  const counted = (groups: Groups): Groups => {
    const grant = groups.grantSegments.bind(groups);
    return Object.assign(groups, {
      grantSegments: (...args: Parameters<Groups["grantSegments"]>) => (calls.push(args[1].device), grant(...args)),
    });
  };
  using alice = await table.ready("alice", { bend: counted });
  using phone = await table.ready(another(realm), { bend: counted });
  await say(alice, "#lobby", "one");
  await say(phone, "#lobby", "two");
  await alice.messages(1);
  await phone.messages(1);
  const identity = another(realm);
  using tablet = await table.ready(identity, { bend: counted });
  await comes(tablet);
  await hears(tablet, alice, "#lobby");
  await hears(tablet, phone, "#lobby");
  expect(withoutHeard(await reads(tablet, "#lobby"))).toEqual(["alice: one", "alice: two"]);
  expect(calls.filter((device) => device === deviceOf(identity))).toHaveLength(1);
  expect([...alarms(alice), ...alarms(phone), ...alarms(tablet)]).toEqual([]);
});
