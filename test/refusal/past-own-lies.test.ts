// Lies about what one's own devices hold: of a server that gives other blobs, or none, and of members of another user. Nothing of it is
// shown, it is an alarm where somebody lied, and the rest comes all the same.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Granted, encodeGrant } from "../../src/mls/grant-records.ts";
import { sealGrant } from "../../src/mls/grant.ts";
import type { Groups } from "../../src/mls/groups.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import type { ServerMessage } from "../../src/wire/messages.ts";
import { alarms, another, comes, PastTable, reads, received, say, withoutHeard } from "../kit/past.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

const LONG = "long ".repeat(12_000);
const COUNT = 18;

/** Notes of two segments, on a server whose blobs come to the newcomer as `bend` makes them. */
async function newcomer(server: TestServer, bend: (message: ServerMessage) => ServerMessage) {
  const table = new PastTable(realm, server);
  const alice = await table.ready("alice");
  for (let at = 0; at < COUNT; at += 1) await say(alice, "@alice", `${at} ${LONG}`);
  let first: Sha256 | undefined;
  const phone = await table.ready(another(realm), {
    hears: (message) => {
      if (message.type !== "blobChunk") return message;
      first ??= message.id;
      return message.id === first ? bend(message) : message;
    },
  });
  return { alice, phone };
}

describe("a server that gives of a segment", () => {
  it.each<readonly [string, (message: ServerMessage) => ServerMessage]>([
    [
      "another byte",
      (message) => {
        if (message.type !== "blobChunk") return message;
        return { ...message, chunk: message.chunk.with(99, (message.chunk[99] ?? 0) ^ 1) };
      },
    ],
    ["another size", (message) => (message.type === "blobChunk" ? { ...message, size: message.size + 1 } : message)],
  ])("%s: it is an alarm, and what is in the others comes", async (_what, bend) => {
    await using server = await testServer(realm);
    const { alice, phone } = await newcomer(server, bend);
    using _alice = alice;
    using _phone = phone;
    await comes(phone);
    expect(phone.face.of("alarm")).toMatchObject([{ code: "handover-mismatch", conversation: "@alice" }]);
    const seen = await reads(phone, "@alice");
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, at) => `alice: ${at} ${LONG}`));
    expect(seen.length).toBeLessThan(COUNT);
    expect(alarms(alice)).toEqual([]);
  });

  it("nothing: a line says so, and what is in the others comes", async () => {
    await using server = await testServer(realm);
    const gone = { type: "error", code: "no-such-blob", message: "there is no such blob", hint: "" } as const;
    const { alice, phone } = await newcomer(server, () => gone);
    using _alice = alice;
    using _phone = phone;
    await comes(phone);
    expect((await reads(phone, "@alice")).length).toBeLessThan(COUNT);
    expect(phone.notes.filter((note) => note.includes("there is no such blob"))).toHaveLength(1);
    expect(alarms(phone)).toEqual([]);
  });
});

it("what a device of somebody else hands over is not looked at; what one's own device says comes when it is there", async () => {
  await using server = await testServer(realm);
  const table = new PastTable(realm, server);
  const segment: Granted["segments"][number] = {
    first: 1,
    last: 9,
    blob: "ab".repeat(32) as Sha256,
    size: 300,
    key: new Uint8Array(32),
  };
  const lying = (groups: Groups): Groups =>
    Object.assign(groups, {
      grantArchive: async (...[log, { device, publicKey }]: Parameters<Groups["grantArchive"]>) => [
        await sealGrant(encodeGrant([], [segment]), publicKey, { log, device }),
      ],
    });
  using alice = await table.ready("alice");
  using bob = await table.ready("bob", { bend: lying });
  await say(alice, "#lobby", "the truth");
  await bob.messages(1);
  alice.client.stop();
  const asked: string[] = [];
  using phone = await table.ready(another(realm), {
    hears: (message) => {
      if (message.type === "blobChunk") asked.push(message.id);
      return message;
    },
  });
  await phone.face.until((face) => face.of("alarm").length > 0, "an alarm");
  expect(phone.face.of("alarm")).toMatchObject([{ code: "handover-mismatch", conversation: "#lobby" }]);
  expect(phone.face.of("alarm")[0]?.message).toContain("@bob");
  expect([received(phone), asked]).toEqual([[], []]);
  using back = await table.ready("alice", { home: alice.home });
  await comes(phone);
  expect(withoutHeard(await reads(phone, "#lobby"))).toEqual(["alice: the truth"]);
  expect([alarms(phone).length, asked.length]).toEqual([1, 1]);
  expect([...alarms(bob), ...alarms(back)]).toEqual([]);
});
