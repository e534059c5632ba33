// History for those who come later: exactly the range that the terms give, and nothing that its writer did not sign.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/ids.ts";
import type { HistoryPolicy } from "../../../src/model/terms.ts";
import { GRANT_MOST, Archives } from "../../../src/mls/archives.ts";
import { dayKey } from "../../../src/mls/archive.ts";
import { openEnvelope, packEnvelope } from "../../../src/mls/envelope.ts";
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
  const sealed = await host.host.grantArchive(LOG, { device: newcomer.device, publicKey });
  newcomer.keep(await newcomer.host.takeArchive(LOG, { sealed, secret }));
}

async function readsBefore(reader: TestDevice, writer: TestDevice, entries: readonly Incoming[]): Promise<string[]> {
  const certificates = writer.identity.chain;
  const asked = entries.map(({ body, mid, device: by }) => ({ body, mid, device: by, certificates }));
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
    expect(await readsBefore(carol, alice, [before])).toEqual(["[no-archive-key]"]);
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
    expect(await readsBefore(carol, alice, [before, after])).toEqual(["[no-archive-key]", "alice: archived"]);
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

describe("a grant", () => {
  it("opens only for the device and the key that asked", async () => {
    const [alice, bob] = await room("all");
    const carol = device("carol");
    const { made } = await commits(alice, { add: [await carol.keyPackage()] }, [bob]);
    await carol.join(made);
    const [ask, other] = [await carol.host.askArchive(), await carol.host.askArchive()];
    const sealed = await alice.host.grantArchive(LOG, { device: carol.device, publicKey: ask.publicKey });
    const refused = { code: "grant-malformed" };
    await expect(carol.host.takeArchive(LOG, { sealed, secret: other.secret })).rejects.toMatchObject(refused);
    await expect(bob.host.takeArchive(LOG, { sealed, secret: ask.secret })).rejects.toMatchObject(refused);
    const cut = sealed.slice(0, -1);
    await expect(carol.host.takeArchive(LOG, { sealed: cut, secret: ask.secret })).rejects.toMatchObject(refused);
    const nobody = { device: carol.device, publicKey: new Uint8Array(7) };
    await expect(alice.host.grantArchive(LOG, nobody)).rejects.toMatchObject(refused);
  });

  it("never replaces a key of one's own", () => {
    const [mine, theirs] = [new Archives(), new Archives()];
    const place = { founding: 0, epoch: 4, day: 20_000 };
    mine.enter({ founding: 0, epoch: 4, first: 20_000, secret: new Uint8Array(32).fill(1) });
    theirs.enter({ founding: 0, epoch: 4, first: 20_000, secret: new Uint8Array(32).fill(2) });
    theirs.enter({ founding: 0, epoch: 5, first: 20_001, secret: new Uint8Array(32).fill(3) });
    expect([...mine.take(theirs.grant(0, 20_001)).keys()]).toEqual(["archive/0/5"]);
    expect(mine.keyOf(place)).toEqual(dayKey(new Uint8Array(32).fill(1), 20_000));
  });

  it("of more keys than fit gives the newest", () => {
    const archives = new Archives();
    for (let epoch = 0; epoch < GRANT_MOST + 5; epoch += 1)
      archives.enter({ founding: 0, epoch, first: 20_000, secret: new Uint8Array(32).fill(epoch % 256) });
    const taken = new Archives();
    expect(taken.take(archives.grant(0, 20_000)).size).toBe(GRANT_MOST);
    expect(taken.keyOf({ founding: 0, epoch: 4, day: 20_000 })).toBeUndefined();
    expect(taken.keyOf({ founding: 0, epoch: GRANT_MOST + 4, day: 20_000 })).toBeDefined();
  });

  it("that is malformed is refused", () => {
    const grant = new Archives().grant(0, 1);
    const wrong = [new Uint8Array(), new Uint8Array(1), new Uint8Array([...grant, 0]), new Uint8Array(50).fill(7)];
    for (const bytes of wrong)
      expect(() => new Archives().take(bytes)).toThrow(expect.objectContaining({ code: "grant-malformed" }));
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
    const entry = { body: new Uint8Array(9), mid: MID, device: "ab".repeat(16) as DeviceId, certificates: [] };
    await expect(eve.host.openArchived(LOG, [entry])).rejects.toMatchObject({ code: "not-in-group" });
  });
});
