// Lies about what was said before: of a server that swaps, drops or makes up, of members that hand over wrong keys. Nothing of it
// is shown as somebody's, and it is an alarm.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEnvelope, packEnvelope } from "../../src/mls/envelope.ts";
import type { Groups } from "../../src/mls/groups.ts";
import { Archives } from "../../src/mls/archives.ts";
import { sealGrant } from "../../src/mls/grant.ts";
import { logKind } from "../../src/model/ids.ts";
import type { ServerMessage, ServerMessageOf } from "../../src/wire/messages.ts";
import type { TestClient } from "../kit/client.ts";
import { alarms, comes, hears, knows, PastTable, reads, received, say } from "../kit/past.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
});
afterAll(() => realm.remove());

const ROOM = "#plans";

type Page = ServerMessageOf<"page">;

/** Alice has said three things in a room where newcomers read everything. */
async function room(server: TestServer, bend: (groups: Groups) => Groups = (groups) => groups) {
  const table = new PastTable(realm, server);
  const alice = await table.ready("alice", { bend });
  await alice.ask({ do: "create", name: "plans", history: "all" });
  for (const text of ["one", "two", "three"]) await say(alice, ROOM, text);
  return { table, alice };
}

/** Carol comes in, on a link that lies; what was said since she hears as it was said. */
async function newcomer(
  { table, alice }: Awaited<ReturnType<typeof room>>,
  bend: (message: ServerMessage) => ServerMessage,
): Promise<TestClient> {
  const carol = await table.ready("carol", { hears: bend });
  await alice.ask({ do: "add", to: ROOM, user: "carol" });
  await knows(carol, ROOM);
  return carol;
}

/** Of what Alice has said: before it stand her founding and the name of the room, behind it the coming in of Carol. */
const SAID = new Set([3, 4, 5]);
const CAME_IN = 6;

function pagesOfBefore(bend: (page: Page) => Page): (message: ServerMessage) => ServerMessage {
  const isBefore = ({ log, entries }: Page): boolean =>
    logKind(log) === "room" && entries.some(({ seq }) => seq < CAME_IN);
  return (message) => (message.type === "page" && isBefore(message) ? bend(message) : message);
}

function withCopyOf(body: Uint8Array, other: Uint8Array): Uint8Array {
  return packEnvelope({ message: openEnvelope(body).message, copy: openEnvelope(other).copy });
}

const withoutHeard = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.includes("only to be heard"));

describe("a server that gives newcomers another past than the members have", () => {
  it.each<readonly [string, (page: Page) => Page]>([
    [
      "with the archived copies of two messages swapped",
      (page) => {
        const [a, b] = page.entries.filter(({ seq }) => SAID.has(seq));
        const entries = page.entries.map((entry) => {
          if (entry === a) return { ...entry, body: withCopyOf(a.body, b?.body ?? a.body) };
          return entry === b && a !== undefined ? { ...entry, body: withCopyOf(b.body, a.body) } : entry;
        });
        return { ...page, entries };
      },
    ],
    [
      "with a message left out, and the others moved up",
      (page) => ({
        ...page,
        entries: page.entries
          .filter(({ seq }) => seq !== 4)
          .map((entry) => ({ ...entry, seq: entry.seq > 4 ? entry.seq - 1 : entry.seq })),
      }),
    ],
    [
      "with one under another sender",
      (page) => {
        const sender = page.entries[0]?.sender ?? ("" as Page["entries"][number]["sender"]);
        return {
          ...page,
          entries: page.entries.map((entry) => ({
            ...entry,
            sender: sender.replace(/^./, (one) => (one === "0" ? "1" : "0")) as typeof sender,
          })),
        };
      },
    ],
    ["with another beginning", (page) => ({ ...page, chain: new Uint8Array(32).fill(7) })],
    ["with nothing", (page) => ({ ...page, entries: [] })],
  ])("%s", async (_what, bend) => {
    await using server = await testServer(realm);
    const made = await room(server);
    using alice = made.alice;
    using carol = await newcomer(made, pagesOfBefore(bend));
    await carol.face.until((face) => face.of("alarm").length > 0, "an alarm");
    await hears(carol, alice, ROOM);
    expect(carol.face.of("alarm")).toMatchObject([{ code: "history-mismatch", conversation: ROOM }]);
    expect(withoutHeard(await reads(carol, ROOM))).toEqual([]);
    expect(received(carol)).toEqual([]);
    await hears(alice, carol, ROOM);
    expect(alarms(alice)).toEqual([]);
  });

  it("that is whole in itself: whoever answers holds another one", async () => {
    await using server = await testServer(realm);
    const made = await room(server);
    using _alice = made.alice;
    // What stands before the newcomer's first entry, for this one alone: all that comes later goes on from there.
    using carol = await newcomer(made, (message) => {
      if (message.type !== "page" || logKind(message.log) !== "room") return message;
      return message.entries.some(({ seq }) => seq <= CAME_IN)
        ? message
        : { ...message, chain: new Uint8Array(32).fill(9) };
    });
    await carol.face.until((face) => face.of("alarm").length > 0, "an alarm");
    expect(carol.face.of("alarm")[0]).toMatchObject({ code: "history-mismatch", conversation: ROOM });
    expect(carol.face.of("alarm")[0]?.message).toContain("@alice");
    expect(withoutHeard(await reads(carol, ROOM))).toEqual([]);
    expect(received(carol)).toEqual([]);
  });

  it("with the certificate of another writer: nobody said it", async () => {
    await using server = await testServer(realm);
    const made = await room(server);
    using alice = made.alice;
    const stranger = realm.issueClient({ user: "dave" });
    using carol = await newcomer(made, (message) => {
      if (message.type !== "deviceList") return message;
      return { ...message, devices: message.devices.map((one) => ({ ...one, certificates: stranger.chain })) };
    });
    await carol.face.until((face) => face.of("alarm").some(({ code }) => code === "archive-forged"), "an alarm");
    await hears(carol, alice, ROOM);
    expect(withoutHeard(await reads(carol, ROOM))).toEqual([]);
    expect(received(carol)).toEqual([]);
  });
});

describe("a member that hands over", () => {
  /** Keys for every epoch there may be, and none of them right. */
  function wrongKeys(): Archives {
    const archives = new Archives();
    for (let epoch = 0; epoch < 10; epoch += 1)
      archives.enter({ founding: 0, epoch, first: 0, secret: new Uint8Array(32).fill(epoch + 1) });
    return archives;
  }

  /** So often it lies. */
  function lying(times: number, given: (...to: Parameters<Groups["grantArchive"]>) => Promise<readonly Uint8Array[]>) {
    return (groups: Groups): Groups => {
      const honest = groups.grantArchive.bind(groups);
      let left = times;
      return Object.assign(groups, {
        grantArchive: (...to: Parameters<Groups["grantArchive"]>) => ((left -= 1) >= 0 ? given(...to) : honest(...to)),
      });
    };
  }

  it("wrong keys: an alarm; the next one is asked, and what is right takes their place", async () => {
    await using server = await testServer(realm);
    const bend = lying(1, (log, { device, publicKey }) =>
      Promise.all(
        wrongKeys()
          .grant(0, 30_000)
          .map((keys) => sealGrant(keys, publicKey, { log, device })),
      ),
    );
    const made = await room(server, bend);
    using alice = made.alice;
    using carol = await newcomer(made, (message) => message);
    await carol.face.until((face) => face.of("alarm").length > 0, "an alarm");
    expect(carol.face.of("alarm")).toMatchObject([{ code: "archive-forged", conversation: ROOM }]);
    await comes(carol);
    await hears(carol, alice, ROOM);
    expect(withoutHeard(await reads(carol, ROOM))).toEqual(["alice: one", "alice: two", "alice: three"]);
    // What she writes herself is archived under her own keys, whatever was handed over.
    await say(carol, ROOM, "thank you");
    using bob = await made.table.ready("bob");
    await alice.ask({ do: "add", to: ROOM, user: "bob" });
    await comes(bob);
    expect(await reads(bob, ROOM)).toContain("carol: thank you");
    expect([...alarms(alice), ...alarms(bob)]).toEqual([]);
  });

  it("wrong keys again and again: nothing is shown, and it comes to an end", async () => {
    await using server = await testServer(realm);
    const bend = lying(99, (log, { device, publicKey }) =>
      Promise.all(
        wrongKeys()
          .grant(0, 30_000)
          .map((keys) => sealGrant(keys, publicKey, { log, device })),
      ),
    );
    const made = await room(server, bend);
    using alice = made.alice;
    using carol = await newcomer(made, (message) => message);
    await carol.face.until((face) => face.of("alarm").length === 2, "two alarms");
    await hears(carol, alice, ROOM);
    expect(alarms(carol)).toEqual(["archive-forged", "archive-forged"]);
    expect(withoutHeard(await reads(carol, ROOM))).toEqual([]);
    await hears(carol, alice, ROOM);
    expect([alarms(carol).length, received(carol)]).toEqual([2, []]);
  });

  it("noise, or what is for another device: the next one is asked", async () => {
    await using server = await testServer(realm);
    const bend = lying(1, () => Promise.resolve([new Uint8Array(1500).fill(7)]));
    const made = await room(server, bend);
    using alice = made.alice;
    using carol = await newcomer(made, (message) => message);
    await comes(carol);
    expect((await reads(carol, ROOM)).slice(0, 3)).toEqual(["alice: one", "alice: two", "alice: three"]);
    expect(carol.notes.filter((note) => note.includes("@alice"))).toHaveLength(1);
    expect([...alarms(alice), ...alarms(carol)]).toEqual([]);
  });
});
