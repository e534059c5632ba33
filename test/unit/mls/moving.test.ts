// A group that has grown too large for X-Wing goes on as one with the suite for large ones: all of its members, or nobody.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Credentials } from "../../../src/mls/credentials.ts";
import { Engine, type EngineWorld } from "../../../src/mls/engine.ts";
import type { Incoming, Proposed } from "../../../src/mls/groups.ts";
import { heldFrom } from "../../../src/mls/held.ts";
import { openMove, packMove } from "../../../src/mls/move.ts";
import { madeMove } from "../../../src/mls/moving.ts";
import { CLASSIC, HYBRID } from "../../../src/mls/suite.ts";
import { bytesOf, type DeviceId, type LogId } from "../../../src/model/ids.ts";
import { newPathCache } from "../../../src/pki/peer.ts";
import {
  commits,
  entryOf,
  goOn,
  LOG,
  MID,
  ownOf,
  roomTerms,
  table,
  type Table,
  type TestDevice,
  together,
} from "../../kit/mls.ts";

/** One more than X-Wing is for. */
const DEVICES = 201;
const ADD_AT_ONCE = 50;
/** Two hundred certificates, and as many leaves of 1.2 kB. */
const SLOW_MS = 60_000;
const TERMS = roomTerms({ u0: "owner" });

let realm: Table;
let all: readonly TestDevice[];
/** Those who are awake; the others are leaves. */
let one: TestDevice;
let two: TestDevice;
let three: TestDevice;

// One group for all of it, from what must not move it to what does.
beforeAll(async () => {
  realm = await table();
  [one, two, three] = realm.devices("u0", "u1", "u2");
  const sleepers = Array.from({ length: DEVICES - 3 }, (_, n) => realm.device({ user: `u${n + 3}` }));
  all = [one, two, three, ...sleepers];
  await together(one, [two, three], TERMS);
  for (let at = 3; at < DEVICES; at += ADD_AT_ONCE) {
    const newcomers = all.slice(at, at + ADD_AT_ONCE);
    await commits(one, { add: await Promise.all(newcomers.map((each) => each.keyPackage(HYBRID))) }, [two, three]);
  }
}, SLOW_MS);

afterAll(() => realm[Symbol.dispose]());

function lightPackages(of: readonly TestDevice[]): Promise<readonly Uint8Array[]> {
  return Promise.all(of.map((each) => each.keyPackage(CLASSIC)));
}

/** As the log gives it to a device that holds the key package. */
function moveEntry(by: TestDevice, made: Proposed, to: TestDevice): Incoming {
  const secret = to.packages.findLast(({ suite }) => suite === CLASSIC)?.secret;
  return { ...entryOf(by, made), secret };
}

describe("a group of 201 devices", () => {
  it("is moved by nobody who leaves somebody behind, brings somebody along, or comes without a reason", async () => {
    const add = await lightPackages(all.slice(1));
    const stranger = await realm.device({ user: "eve" }).keyPackage(CLASSIC);
    const moving = (packages: readonly Uint8Array[]) => one.host.move(LOG, { founding: 7, add: packages, mid: MID });
    for (const packages of [add.slice(1), [...add, stranger], [...add.slice(1), stranger], []])
      await expect(moving(packages)).rejects.toMatchObject({ code: "not-everybody" });
    const [ann, ben] = realm.devices("ann", "ben");
    await together(ann, [ben], roomTerms({ ann: "owner" }));
    const few = ann.host.move(LOG, { founding: 7, add: await lightPackages([ben]), mid: MID });
    await expect(few).rejects.toMatchObject({ code: "not-due" });
  });
});

function worldOf({ identity, device }: TestDevice): EngineWorld {
  const credentials = new Credentials(realm.realm, newPathCache());
  return { credentials, own: ownOf(identity, device), now: () => new Date() };
}

function engineOf(by: TestDevice): Engine {
  return new Engine(worldOf(by));
}

describe("a member that lies about a move", () => {
  /** A move as `by` would make it if nothing held it back. */
  async function made(
    by: TestDevice,
    to: { readonly add: readonly TestDevice[] } & Partial<Omit<Parameters<typeof madeMove>[1], "add">>,
  ): Promise<Proposed> {
    const world = worldOf(by);
    const { group } = heldFrom(by.rows, world.credentials);
    if (group === undefined) throw new Error("no group");
    const [name, aad] = [{ log: LOG, founding: 7 }, bytesOf(MID)];
    const target = { name, founding: 7, aad, terms: TERMS, suiteName: CLASSIC, ...to } as const;
    const packages = await lightPackages(to.add);
    const pending = await madeMove(group, { ...target, add: packages }, { ...world, engine: engineOf(by) });
    return { ...pending, rows: { put: new Map(), drop: [] }, add: [], remove: [], terms: undefined };
  }

  it("is believed in nothing, and the group is as it was", { timeout: SLOW_MS }, async () => {
    const others = all.slice(1);
    const reads = async (move: Proposed, more: Partial<Incoming> = {}) =>
      two.read({ ...moveEntry(one, move, two), ...more });
    const good = await made(one, { add: others });
    const goodSecret = moveEntry(one, good, two).secret;
    const elsewhere = { log: `0003${"1".repeat(28)}` as LogId, founding: 7 };
    expect(await reads(await made(one, { add: others, name: elsewhere }))).toEqual(["[commit-refused]"]);
    expect(await reads(await made(one, { add: others, name: { log: LOG, founding: 0 } }))).toEqual([
      "[commit-refused]",
    ]);
    const terms = roomTerms({ u0: "owner", u5: "owner" });
    expect(await reads(await made(one, { add: others, terms }))).toEqual(["[commit-refused]"]);
    expect(await reads(await made(one, { add: others.slice(0, 9) }))).toEqual(["[welcome-unusable]"]);
    const eve = realm.device({ user: "eve" });
    expect(await reads(await made(one, { add: [...others, eve] }))).toEqual(["[welcome-unusable]"]);
    // Another's group, in the place of the one that was meant.
    const [commit, foreign] = [
      openMove(good.commit).commit,
      openMove((await made(three, { add: others.slice(0, 1) })).commit),
    ];
    const swapped = packMove({ ...foreign, commit });
    expect(await reads({ ...good, commit: swapped })).toEqual(["[welcome-unusable]"]);
    // The right name, and no secret of the group before in it.
    const engine = engineOf(one);
    const alone = await engine.found({ log: LOG, founding: 7 }, TERMS, CLASSIC);
    const wish = { add: await lightPackages(others), remove: [], aad: bytesOf(MID) };
    const { welcome = new Uint8Array(), tree } = await engine.commit(alone, wish);
    expect(await reads({ ...good, commit: packMove({ commit, welcome, tree }) })).toEqual(["[welcome-unusable]"]);
    // The server says that somebody else made it, or that it does more.
    expect(await reads(good, { device: three.device, secret: goodSecret })).toEqual(["[sender-mismatch]"]);
    const declared = { add: ["ab".repeat(16) as DeviceId], remove: [], terms: undefined, revoked: [], leaving: [] };
    expect(await reads(good, { declared, secret: goodSecret })).toEqual(["[roster-mismatch]"]);
    expect(await reads(good, { secret: undefined })).toEqual(["[welcome-unusable]"]);
    await goOn(one, two, three);
  });

  it("in a group that is small enough is refused by the others", async () => {
    const [ann, ben] = realm.devices("ann", "ben");
    const terms = roomTerms({ ann: "owner" });
    await together(ann, [ben], terms);
    const move = await made(ann, { add: [ben], terms });
    expect(await ben.read(moveEntry(ann, move, ben))).toEqual(["[not-due]"]);
    await goOn(ann, ben);
  });
});

describe("a group of 201 devices that moves", () => {
  it("stays where it is when another commit was faster", { timeout: SLOW_MS }, async () => {
    const add = await lightPackages(all.slice(1));
    one.keep(await one.host.move(LOG, { founding: 7, add, mid: MID }));
    one.keep(await one.host.withdraw(LOG));
    const { outcomes } = await commits(two, {}, [one, three]);
    expect(outcomes).toMatchObject([{ kind: "commit", movedTo: undefined }, { kind: "commit" }]);
    await goOn(one, two, three);
  });

  it(
    "goes on in the other suite with all that were in it, in step with what was said before and after",
    { timeout: SLOW_MS },
    async () => {
      const before = await two.say("before");
      const add = await lightPackages(all.slice(1));
      const move = one.keep(await one.host.move(LOG, { founding: 7, add, mid: MID }));
      expect(move).toMatchObject({ add: [], remove: [], terms: undefined, welcome: undefined });
      // Between the proposal and the server's yes it may die, and goes on in the old group.
      await one.restart();
      expect(await one.read(before)).toEqual(["u1: before"]);
      const moved = await one.acceptOwn();
      expect(moved).toMatchObject({ suite: CLASSIC, founding: 7, epoch: 1 });
      expect(moved.members).toHaveLength(DEVICES);
      const late = await two.say("sealed before it heard of the move");
      const after = await one.say("after");
      const heard = await two.hear(moveEntry(one, move, two), after);
      expect(heard).toMatchObject([
        { kind: "commit", by: { user: "u0" }, added: [], removed: [], movedTo: CLASSIC, view: { suite: CLASSIC } },
        { kind: "message" },
      ]);
      // Who has not heard of the move knows that the others have gone on.
      expect(await three.read(after)).toEqual(["[epoch-ahead]"]);
      const read = await three.read(before, moveEntry(one, move, three), after);
      expect(read).toEqual(["u1: before", "(commit)", "u0: after"]);
      for (const each of [one, two, three])
        expect(await each.restart()).toMatchObject({ suite: CLASSIC, founding: 7, members: moved.members });
      await goOn(one, two, three);
      await commits(two, {}, [one, three]);
      await goOn(one, two, three);
      // Nothing is left of the group before: neither rows nor a way to read what is said there.
      expect([...two.rows.keys()].filter((name) => name.startsWith("past/"))).toEqual(["past/1"]);
      expect(await one.read(late)).toEqual(["[other-group]"]);
    },
  );
});
