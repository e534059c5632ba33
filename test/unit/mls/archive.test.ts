// History for those who come later: exactly the range that the terms give, and nothing that its writer did not sign.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/ids.ts";
import type { HistoryPolicy } from "../../../src/model/terms.ts";
import { Archives, GRANT_PARTS } from "../../../src/mls/archives.ts";
import { dayKey } from "../../../src/mls/archive.ts";
import { openEnvelope, packEnvelope } from "../../../src/mls/envelope.ts";
import { GRANT_MOST } from "../../../src/mls/grant-records.ts";
import type { Incoming } from "../../../src/mls/groups.ts";
import {
  commits,
  goOn,
  LOG,
  MID,
  newMid,
  roomTerms,
  table,
  together,
  type Table,
  type TestDevice,
} from "../../kit/mls.ts";

const DAY_MS = 86_400_000;
let realm: Table;
/** The library looks at the real clock when it adds a device: the days of these tests are past ones. */
let today = Date.now() - 25 * DAY_MS;
const validity = { notBefore: new Date(today - DAY_MS), notAfter: new Date(today + 100 * DAY_MS) };

beforeAll(async () => {
  realm = await table();
});

afterAll(() => realm[Symbol.dispose]());

/** Devices whose clock the test moves. */
function device(user: string, id?: string): TestDevice {
  return realm.device({ user, validity, ...(id === undefined ? {} : { device: id }), now: () => new Date(today) });
}

async function room(history: HistoryPolicy): Promise<readonly [TestDevice, TestDevice]> {
  const two = [device("alice"), device("bob")] as const;
  await together(two[0], [two[1]], roomTerms({ alice: "owner" }, { history, join: "open" }));
  return two;
}

/** `newcomer` is added by `host`, asks for keys and takes what it is given. */
async function comesIn(newcomer: TestDevice, host: TestDevice, others: readonly TestDevice[]): Promise<void> {
  const { made } = await commits(host, { add: [await newcomer.keyPackage()] }, others);
  await newcomer.join(made);
  const { publicKey, secret } = await newcomer.host.askArchive();
  const parts = await host.host.grantArchive(LOG, { device: newcomer.device, publicKey });
  for (const sealed of parts) newcomer.keep(await newcomer.host.takeArchive(LOG, { sealed, secret }));
}

async function readsBefore(reader: TestDevice, writer: TestDevice, entries: readonly Incoming[]): Promise<string[]> {
  const chains = [writer.identity.chain];
  const asked = entries.map(({ body, mid, device: by }) => ({ body, mid, device: by, chains }));
  const outcomes = await reader.host.openArchived(LOG, asked);
  return outcomes.map((one) => {
    if (one.kind === "message") return `${one.from.user}: ${Buffer.from(one.plaintext).toString("utf8")}`;
    return one.kind === "fault" ? `[${one.code}]` : "(commit)";
  });
}

describe("the history of a conversation", () => {
  it("is open to a newcomer where the terms say all, also after a restart", async () => {
    const [alice, bob] = await room("all");
    const before = [await alice.say("one"), await alice.say("two")];
    expect(await bob.read(...before)).toEqual(["alice: one", "alice: two"]);
    const carol = device("carol");
    await comesIn(carol, alice, [bob]);
    expect(await readsBefore(carol, alice, before)).toEqual(["alice: one", "alice: two"]);
    await carol.restart();
    expect(await readsBefore(carol, alice, before)).toEqual(["alice: one", "alice: two"]);
    await goOn(alice, bob, carol);
  });

  it("is closed where they say none", async () => {
    const [alice, bob] = await room("none");
    const before = await alice.say("one");
    expect(openEnvelope(before.body).copy).toBeUndefined();
    const carol = device("carol");
    const { made } = await commits(alice, { add: [await carol.keyPackage()] }, [bob]);
    await carol.join(made);
    const { publicKey } = await carol.host.askArchive();
    await expect(alice.host.grantArchive(LOG, { device: carol.device, publicKey })).rejects.toMatchObject({
      code: "no-archive",
    });
    expect(await readsBefore(carol, alice, [before])).toEqual(["[no-archive-copy]"]);
  });

  it("is open as many days back as they say, to the day", async () => {
    const [alice, bob] = await room(2);
    const said: Incoming[] = [];
    for (let day = 0; day < 5; day += 1) {
      said.push(await alice.say(`day ${day}`));
      // A commit in between: whole epochs and single days are both handed over.
      if (day === 1) await commits(bob, {}, [alice]);
      today += DAY_MS;
    }
    today -= DAY_MS;
    const carol = device("carol");
    await comesIn(carol, alice, [bob]);
    expect(await readsBefore(carol, alice, said)).toEqual([
      "[no-archive-key]",
      "[no-archive-key]",
      "alice: day 2",
      "alice: day 3",
      "alice: day 4",
    ]);
  });

  it("is open as a whole to another device of the same user, whatever newcomers get", async () => {
    const [alice, bob] = await room(1);
    const old = await alice.say("long ago");
    today += 10 * DAY_MS;
    const second = device("alice", "ab".repeat(16));
    await comesIn(second, alice, [bob]);
    expect(await readsBefore(second, alice, [old])).toEqual(["alice: long ago"]);
    const carol = device("carol");
    await comesIn(carol, alice, [bob, second]);
    expect(await readsBefore(carol, alice, [old])).toEqual(["[no-archive-key]"]);
  });

  it("begins where the terms begin to say so", async () => {
    const [alice, bob] = await room("none");
    const before = await alice.say("unarchived");
    await commits(alice, { terms: roomTerms({ alice: "owner" }, { history: "all", join: "open" }) }, [bob]);
    const after = await alice.say("archived");
    const carol = device("carol");
    await comesIn(carol, alice, [bob]);
    expect(await readsBefore(carol, alice, [before, after])).toEqual(["[no-archive-copy]", "alice: archived"]);
  });

  it("is not given to a device that is not in", async () => {
    const [alice] = await room("all");
    const eve = device("eve");
    const { publicKey } = await eve.host.askArchive();
    await expect(alice.host.grantArchive(LOG, { device: eve.device, publicKey })).rejects.toMatchObject({
      code: "not-in-roster",
    });
  });
});

describe("an archived copy", () => {
  it("that says something else than the message is noticed by the members", async () => {
    const [alice, bob] = await room("all");
    const [one, two] = [await alice.say("one"), await alice.say("two")];
    const copy = openEnvelope(two.body).copy;
    const swapped = { ...one, body: packEnvelope({ message: openEnvelope(one.body).message, copy }) };
    expect(await bob.hear(swapped)).toMatchObject([{ kind: "message", copy: "other" }]);
    expect(await bob.hear(two)).toMatchObject([{ kind: "message", copy: "same" }]);
  });

  it("is worth nothing as another message, under another name, or with a bit turned", async () => {
    const [alice, bob] = await room("all");
    const said = await alice.say("mine");
    const carol = device("carol");
    await comesIn(carol, alice, [bob]);
    expect(await readsBefore(carol, alice, [{ ...said, mid: newMid() }])).toEqual(["[archive-forged]"]);
    expect(await readsBefore(carol, bob, [{ ...said, device: bob.device }])).toEqual(["[archive-forged]"]);
    expect(await readsBefore(carol, bob, [said])).toEqual(["[sender-mismatch]"]);
    const { message, copy = new Uint8Array() } = openEnvelope(said.body);
    for (let at = 0; at < copy.length; at += 37) {
      const turned = copy.with(at, (copy[at] ?? 0) ^ 1);
      const [read] = await readsBefore(carol, alice, [{ ...said, body: packEnvelope({ message, copy: turned }) }]);
      expect(read).toMatch(/^\[(archive-forged|archive-malformed|no-archive-key)\]$/);
    }
  });

  it("cannot be made by one who only holds the key", async () => {
    const [alice, bob] = await room("all");
    const carol = device("carol");
    await comesIn(carol, alice, [bob]);
    const forged = await carol.say("alice never said this");
    expect(await readsBefore(bob, alice, [{ ...forged, device: alice.device }])).toEqual(["[archive-forged]"]);
  });
});

function keyed(epoch: number, first: number, byte: number): Parameters<Archives["enter"]>[0] {
  return { founding: 0, epoch, first, secret: new Uint8Array(32).fill(byte) };
}

/** Of a grant of few keys, its one part. */
function whole(parts: readonly Uint8Array[]): Uint8Array {
  const [part = new Uint8Array()] = parts;
  expect(parts).toHaveLength(1);
  return part;
}

describe("a grant", () => {
  it("opens only for the device and the key that asked", async () => {
    const [alice, bob] = await room("all");
    const carol = device("carol");
    const { made } = await commits(alice, { add: [await carol.keyPackage()] }, [bob]);
    await carol.join(made);
    const [ask, other] = [await carol.host.askArchive(), await carol.host.askArchive()];
    const [sealed = new Uint8Array()] = await alice.host.grantArchive(LOG, {
      device: carol.device,
      publicKey: ask.publicKey,
    });
    const refused = { code: "grant-malformed" };
    await expect(carol.host.takeArchive(LOG, { sealed, secret: other.secret })).rejects.toMatchObject(refused);
    await expect(bob.host.takeArchive(LOG, { sealed, secret: ask.secret })).rejects.toMatchObject(refused);
    const cut = sealed.slice(0, -1);
    await expect(carol.host.takeArchive(LOG, { sealed: cut, secret: ask.secret })).rejects.toMatchObject(refused);
    const nobody = { device: carol.device, publicKey: new Uint8Array(7) };
    await expect(alice.host.grantArchive(LOG, nobody)).rejects.toMatchObject(refused);
  });

  it("never replaces a key of one's own, and never is one of an epoch that is still to come", () => {
    const [mine, theirs] = [new Archives(), new Archives()];
    const place = { founding: 0, epoch: 4, day: 20_000 };
    mine.enter(keyed(4, 20_000, 1));
    for (const epoch of [3, 4, 5, 6]) theirs.enter(keyed(epoch, 20_000 + epoch, 2));
    const { put } = mine.take(whole(theirs.grant(0, 20_009)), { founding: 0, epoch: 5 });
    expect([...put.keys()]).toEqual(["archive/0/3", "archive/0/5"]);
    expect(mine.keyOf(place)).toEqual(dayKey(new Uint8Array(32).fill(1), 20_000));
    // The device enters epoch 5 itself now: what it was handed for it may be wrong.
    expect([mine.has(0, 4), mine.has(0, 5)]).toEqual([true, false]);
    mine.enter(keyed(5, 20_001, 9));
    expect(mine.keyOf({ ...place, epoch: 5 })).toEqual(dayKey(new Uint8Array(32).fill(9), 20_000));
  });

  it("takes the place of what was handed over before, also where it gives days and that was of the whole epoch", () => {
    const [taken, liar, honest] = [new Archives(), new Archives(), new Archives()];
    const [place, now] = [
      { founding: 0, epoch: 4, day: 20_003 },
      { founding: 0, epoch: 9 },
    ];
    liar.enter(keyed(4, 20_000, 1));
    honest.enter(keyed(4, 20_000, 2));
    const before = taken.take(whole(liar.grant(0, 20_005)), now);
    expect([...before.put.keys()]).toEqual(["archive/0/4"]);
    const after = taken.take(whole(honest.grant(20_002, 20_003)), now);
    expect(after.drop).toEqual(["archive/0/4"]);
    expect([...after.put.keys()]).toEqual(["archive/0/4/20002", "archive/0/4/20003", "archive/0/4/20004"]);
    expect(taken.keyOf(place)).toEqual(dayKey(new Uint8Array(32).fill(2), 20_003));
    expect(taken.keyOf({ ...place, day: 20_001 })).toBeUndefined();
  });

  it("of more keys than fit into one part has several, and gives the newest", () => {
    const archives = new Archives();
    const count = GRANT_MOST * GRANT_PARTS + 5;
    for (let epoch = 0; epoch < count; epoch += 1) archives.enter(keyed(epoch, 20_000, epoch % 256));
    const parts = archives.grant(0, 20_000);
    expect(parts).toHaveLength(GRANT_PARTS);
    const taken = new Archives();
    const sizes = parts.map((part) => taken.take(part, { founding: 0, epoch: count }).put.size);
    expect(sizes).toEqual(parts.map(() => GRANT_MOST));
    expect(taken.keyOf({ founding: 0, epoch: 4, day: 20_000 })).toBeUndefined();
    expect(taken.keyOf({ founding: 0, epoch: 5, day: 20_000 })).toBeDefined();
    expect(taken.keyOf({ founding: 0, epoch: count - 1, day: 20_000 })).toBeDefined();
  });

  it("goes on where somebody was told that an epoch began in the far future", () => {
    const [archives, liar] = [new Archives(), new Archives()];
    archives.enter(keyed(4, 20_000, 1));
    liar.enter(keyed(5, 0xffff_ffff, 2));
    archives.take(whole(liar.grant(0, 20_000)), { founding: 0, epoch: 6 });
    const taken = new Archives();
    const { put } = taken.take(whole(archives.grant(20_005, 20_006)), { founding: 0, epoch: 6 });
    expect([...put.keys()]).toEqual(["archive/0/4/20005", "archive/0/4/20006", "archive/0/4/20007", "archive/0/5"]);
  });

  it("that is malformed is refused", () => {
    const grant = whole(new Archives().grant(0, 1));
    const wrong = [new Uint8Array(), new Uint8Array(1), new Uint8Array([...grant, 0]), new Uint8Array(50).fill(7)];
    for (const bytes of wrong)
      expect(() => new Archives().take(bytes, { founding: 0, epoch: 1 })).toThrow(
        expect.objectContaining({ code: "grant-malformed" }),
      );
  });
});

describe("an envelope", () => {
  it.each([
    ["nothing", new Uint8Array()],
    ["another version", new Uint8Array([2, 0, 0, 0, 1, 9])],
    ["no message", new Uint8Array([1, 0, 0, 0, 0, 9])],
    ["a length beyond its end", new Uint8Array([1, 255, 255, 255, 255, 9])],
    ["a cut head", new Uint8Array([1, 0, 0])],
  ])("with %s is refused", (_what, body) => {
    expect(() => openEnvelope(body)).toThrow(expect.objectContaining({ code: "envelope-malformed" }));
  });
});

describe("a device", () => {
  it("that is not in the conversation opens nothing of its archive", async () => {
    const eve = device("eve");
    const entry = { body: new Uint8Array(9), mid: MID, device: "ab".repeat(16) as DeviceId, chains: [] };
    await expect(eve.host.openArchived(LOG, [entry])).rejects.toMatchObject({ code: "not-in-group" });
  });
});
