// What a user calls their devices: all of these devices know it, nobody else hears of it, and nobody else is believed.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { DeviceView } from "../../src/client/port/device-view.ts";
import type { ConversationView } from "../../src/client/port/conversation-views.ts";
import { vouched, unvouched } from "../../src/client/app/log/vouched.ts";
import type { Groups } from "../../src/mls/groups.ts";
import type { TestClient } from "../kit/client.ts";
import { alarms, another, hears, PastTable, reads, say } from "../kit/past.ts";
import { deviceOf, makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

const WAIT = { timeout: 120_000 };
const NOTES = "@alice";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

const phone = (): TestIdentity => realm.client("alice");

/** What it calls its devices: each by the label, or by nothing. */
async function called(client: TestClient, user?: string): Promise<Readonly<Record<string, string | undefined>>> {
  const { devices } = await client.ask({ do: "devices", ...(user === undefined ? {} : { user }) });
  return Object.fromEntries((devices as readonly DeviceView[]).map(({ device, label }) => [device, label]));
}

function learns(client: TestClient, device: string, label: string): Promise<void> {
  const isSaid = (face: TestClient["face"]): boolean =>
    face.of("label").some((one) => one.device === device && one.label === label);
  return client.face.until(isSaid, `${device} is called ${label}`);
}

/** Both are in the lobby, for both. */
function meets(client: TestClient, device: string): Promise<void> {
  return client.face.until((face) => face.of("device").some((one) => one.device === device), `the device ${device}`);
}

/** It says what stands behind "LIE " in the place of the text. */
function lying(groups: Groups): Groups {
  const seal = groups.seal.bind(groups);
  return Object.assign(groups, {
    seal: (...[log, what]: Parameters<Groups["seal"]>) => {
      const { payload, head } = unvouched(what.plaintext);
      const { text = "" } = JSON.parse(Buffer.from(payload).toString("utf8")) as { readonly text?: string };
      if (!text.startsWith("LIE ")) return seal(log, what);
      const said = Buffer.from(text.slice("LIE ".length), "utf8");
      return seal(log, { ...what, plaintext: vouched({ payload: said, head }) });
    },
  });
}

/** As a program would say it that does not look at what it says. */
function lie(
  client: TestClient,
  to: string,
  { device, label }: { readonly device: string; readonly label: string },
): Promise<string> {
  return say(client, to, `LIE ${JSON.stringify({ v: 1, kind: "label", device, label })}`);
}

describe("the name of a device", () => {
  it("is known to the devices of its user, also to one that was away, and to one that comes later", WAIT, async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    const laptop = another(realm);
    const [first, second] = [deviceOf(phone()), deviceOf(laptop)];
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    using other = await table.ready(laptop);
    await meets(alice, second);
    const reply = await alice.ask({ do: "label", device: first.slice(0, 8), label: " phone " });
    expect(reply).toEqual({ device: first, label: "phone" });
    await learns(alice, first, "phone");
    await learns(other, first, "phone");
    expect(await called(other)).toEqual({ [first]: "phone", [second]: undefined });

    other.client.stop();
    await alice.ask({ do: "label", device: second, label: "laptop" });
    // By the name it has, and while its user is somewhere without a network: then it waits.
    await alice.ask({ do: "link", state: "down" });
    const renamed = alice.ask({ do: "label", device: "PHONE", label: "old phone" });
    await alice.ask({ do: "link", state: "up" });
    expect(await renamed).toEqual({ device: first, label: "old phone" });
    using again = await table.ready(laptop, { home: other.home });
    await learns(again, first, "old phone");
    expect(await called(again)).toEqual({ [first]: "old phone", [second]: "laptop" });

    const tablet = another(realm);
    using third = await table.ready(tablet);
    await learns(third, second, "laptop");
    await learns(third, first, "old phone");
    expect(await called(third)).toEqual({ [first]: "old phone", [second]: "laptop", [deviceOf(tablet)]: undefined });
    await third.ask({ do: "label", device: "laptop", label: "" });
    await learns(alice, second, "");
    expect(await called(alice)).toMatchObject({ [first]: "old phone", [second]: undefined });

    // Nobody else has heard a word of it, and nothing of it is a message.
    expect(await called(bob, "alice")).toEqual({
      [first]: undefined,
      [second]: undefined,
      [deviceOf(tablet)]: undefined,
    });
    expect(bob.face.of("label")).toEqual([]);
    const { conversations } = (await bob.ask({ do: "conversations" })) as { conversations: ConversationView[] };
    expect(conversations.map(({ conversation }) => conversation)).toEqual(["#lobby"]);
    const { messages } = (await alice.ask({ do: "history", to: NOTES })) as { messages: object[] };
    expect(messages).toEqual([]);
    expect([alice, bob, again, third].flatMap((one) => [...alarms(one), ...one.texts()])).toEqual([]);
  });

  it("waits for a device that is away, also when the one that said it is gone by then", WAIT, async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    const laptop = another(realm);
    const [first, second] = [deviceOf(phone()), deviceOf(laptop)];
    using alice = await table.ready("alice");
    using other = await table.ready(laptop);
    await meets(alice, second);
    other.client.stop();
    await alice.ask({ do: "label", device: first, label: "phone" });
    alice.client.stop();
    using again = await table.ready(laptop, { home: other.home });
    await learns(again, first, "phone");
    expect(await called(again)).toEqual({ [first]: "phone", [second]: undefined });
  });

  it("stays over a restart, and stands in what is told of the device", WAIT, async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    const laptop = another(realm);
    const [first, second] = [deviceOf(phone()), deviceOf(laptop)];
    using alice = await table.ready("alice");
    using other = await table.ready(laptop);
    await meets(alice, second);
    await alice.ask({ do: "label", device: second, label: "laptop" });
    await learns(alice, second, "laptop");
    alice.client.stop();
    using again = await table.ready("alice", { home: alice.home });
    expect(await called(again)).toEqual({ [first]: undefined, [second]: "laptop" });
    expect(again.face.of("label")).toEqual([]);
    expect(await again.ask({ do: "revoke", device: "Laptop" })).toEqual({ device: second });
    await again.face.until((face) => face.of("device").some(({ change }) => change === "revoked"), "it is out");
    expect(again.face.of("device").at(-1)).toMatchObject({ change: "revoked", device: second, label: "laptop" });
    await other.client.ended;
  });
});

describe("what is refused", () => {
  it("is a device of somebody else, and what is not one line of at most 64 characters", WAIT, async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    await hears(alice, bob, "#lobby");
    const refused = (device: string, label: string) =>
      alice.ask({ do: "label", device, label }).then(
        () => "taken",
        (error: { readonly code: string }) => error.code,
      );
    const [own, his] = [deviceOf(phone()), deviceOf(realm.client("bob"))];
    expect(await refused(his, "his")).toBe("no-such-device");
    expect(await refused("nobody", "x")).toBe("no-such-device");
    for (const label of ["x".repeat(65), "two\nlines", "\u001b[31mred", "a\u202eb"])
      expect(() => alice.ask({ do: "label", device: own, label })).toThrow(
        expect.objectContaining({ code: "bad-label" }),
      );
    expect(await refused(own, "é".repeat(64))).toBe("taken");
    expect(await called(alice)).toEqual({ [own]: "é".repeat(64) });
  });
});

describe("what is said, and not believed", () => {
  it("is another member's word, in whatever conversation", WAIT, async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    using alice = await table.ready("alice");
    using bob = await table.ready("bob", { bend: lying });
    const own = deviceOf(phone());
    await lie(bob, "#lobby", { device: own, label: "from the lobby" });
    await lie(bob, NOTES, { device: own, label: "from the two of us" });
    await hears(alice, bob, "#lobby");
    await hears(alice, bob, NOTES);
    expect(await called(alice)).toEqual({ [own]: undefined });
    expect(alice.face.of("label")).toEqual([]);
    // It is no message either, and no alarm.
    expect(alice.texts().filter((text) => !text.startsWith("only to be heard"))).toEqual([]);
    expect(alarms(alice)).toEqual([]);
  });

  it("is a device's own word elsewhere, of a device of somebody else, and what is not of its form", WAIT, async () => {
    await using server = await testServer(realm);
    const table = new PastTable(realm, server);
    const laptop = another(realm);
    const [own, his] = [deviceOf(phone()), deviceOf(realm.client("bob"))];
    using alice = await table.ready("alice");
    using bob = await table.ready("bob");
    using other = await table.ready(laptop, { bend: lying });
    await meets(alice, deviceOf(laptop));
    await hears(alice, bob, "#lobby");
    await say(alice, NOTES, "a note");
    // Both are in it from now on.
    await vi.waitFor(async () => expect(await reads(other, NOTES)).toEqual(["alice: a note"]), { timeout: 10_000 });
    await lie(other, "#lobby", { device: own, label: "in the lobby" });
    await lie(other, NOTES, { device: his, label: "somebody else's" });
    for (const label of ["x".repeat(65), "two\nlines", "\u001b[31mred", " space"])
      await lie(other, NOTES, { device: own, label });
    await hears(alice, other, "#lobby");
    await hears(alice, other, NOTES);
    expect(alice.face.of("label")).toEqual([]);
    expect(await called(alice)).toEqual({ [own]: undefined, [deviceOf(laptop)]: undefined });
    expect(await called(alice, "bob")).toEqual({ [his]: undefined });
    // What is right is taken from the same device.
    await lie(other, NOTES, { device: own, label: "phone" });
    await learns(alice, own, "phone");
    expect(alarms(alice)).toEqual([]);
  });
});
