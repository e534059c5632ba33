// What keeps archive keys in the identity vault: what it lays by and takes, when it asks, and what it does when that goes wrong.
import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { type SealedArchive, writeContents } from "../../../../src/client/account-contents.ts";
import { ACCOUNT_SETTING } from "../../../../src/client/account-kept.ts";
import { Fault } from "../../../../src/model/fault.ts";
import type { LogId } from "../../../../src/model/ids.ts";
import { sealVault } from "../../../../src/password/identity-vault.ts";
import { ANOTHER, FIRST, INBOX, OTHER, OWNER, ROOM, Scene, SELF } from "./keeper-scene.ts";

const ONCE = ["GET vault", "POST vault"];
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const byAnother = (...parts: readonly string[]): SealedArchive => ({
  device: ANOTHER,
  parts: parts.map(base64),
  name: "theirs",
});
const noGroup = (): Fault => new Fault("no-group", "this device is not in it");

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("laying by", () => {
  test("a device that knows of no account asks nothing", async () => {
    scene.settings.delete(ACCOUNT_SETTING);
    scene.start();
    await scene.pass(60_000);
    expect([scene.keeper, scene.asked]).toEqual([undefined, []]);
  });

  test("the keys of each conversation, sealed to the vault's own key, with its name; of the inbox there are none", async () => {
    scene.epochs.set(INBOX, 5).set(OTHER, 2);
    scene.start();
    expect(scene.asked).toEqual([]);
    await scene.pass(2_000);
    expect(scene.asked).toEqual(ONCE);
    const to = { device: SELF.device, publicKey: FIRST.archiveKey.publicKey };
    expect(scene.granted).toEqual([ROOM, OTHER].map((log) => [log, to]));
    const parts = (log: LogId, epoch: number) => ({ device: SELF.device, parts: [base64(`${log} ${epoch}`)] });
    expect(Object.fromEntries(scene.archive)).toEqual({
      [ROOM]: { ...parts(ROOM, 1), name: "room", topic: "of what" },
      [OTHER]: parts(OTHER, 2),
    });
    expect(scene.notes).toEqual([]);
  });

  test("not again while nothing is new, also after a restart; and again with another epoch", async () => {
    scene.start();
    await scene.pass(60_000);
    scene.keeper?.stop();
    scene.start();
    await scene.pass(60_000);
    expect(scene.asked).toEqual(ONCE);
    scene.epochs.set(ROOM, 2);
    await scene.pass(6_000);
    expect(scene.asked).toEqual([...ONCE, ...ONCE]);
    expect(scene.archive.get(ROOM)?.parts).toEqual([base64(`${ROOM} 2`)]);
  });

  test("not while it is not connected, and at most once in some seconds", async () => {
    scene.isConnected = false;
    scene.start();
    await scene.pass(60_000);
    expect(scene.asked).toEqual([]);
    scene.isConnected = true;
    await scene.pass(5_000);
    expect(scene.asked).toEqual(ONCE);
    for (let epoch = 2; epoch < 12; epoch += 1) {
      scene.epochs.set(ROOM, epoch);
      await scene.pass(500);
    }
    expect(scene.asked.length).toBeLessThanOrEqual(3 * ONCE.length);
    await scene.pass(10_000);
    expect(scene.archive.get(ROOM)?.parts).toEqual([base64(`${ROOM} 11`)]);
  });

  test("nothing any more once it is stopped", async () => {
    scene.start();
    scene.keeper?.stop();
    await scene.pass(60_000);
    expect(scene.asked).toEqual([]);
  });

  test("a group that this device is not in keeps what was there of it", async () => {
    scene.put({ [OTHER]: byAnother("theirs") });
    scene.takes = noGroup;
    scene.start();
    await scene.pass(2_000);
    expect(scene.archive.get(OTHER)).toEqual(byAnother("theirs"));
    expect(scene.archive.get(ROOM)?.device).toBe(SELF.device);
  });

  test("where there is no room for all, the newest keys of each", async () => {
    const part = "x".repeat(500 * 1024);
    scene.grants = () => [Buffer.from("oldest"), Buffer.from(part), Buffer.from("newest")];
    scene.epochs.set(OTHER, 1);
    scene.start();
    await scene.pass(2_000);
    expect(scene.archive.get(ROOM)?.parts.map((one) => Buffer.from(one, "base64").length)).toEqual([6, part.length, 6]);
    expect(scene.archive.get(OTHER)?.parts).toEqual([base64("newest")]);
  });
});

describe("what others have laid by", () => {
  beforeEach(() => scene.put({ [ROOM]: byAnother("one", "two") }));

  test("is taken once, part by part, and its rows are kept before it is told; then this device's own take its place", async () => {
    scene.start();
    await scene.pass(2_000);
    expect(scene.taken).toEqual([
      [ROOM, "one", ANOTHER],
      [ROOM, "two", ANOTHER],
    ]);
    expect(scene.rows).toHaveLength(2);
    expect(scene.laidBy).toEqual([[ROOM, "theirs"]]);
    expect(scene.archive.get(ROOM)?.device).toBe(SELF.device);
    scene.keeper?.stop();
    scene.start();
    await scene.pass(60_000);
    expect([scene.taken.length, scene.asked]).toEqual([2, ONCE]);
    // After a start what was taken is told again, without a word of what it is called.
    expect(scene.laidBy.at(-1)).toEqual([ROOM, undefined]);
  });

  test("is taken again when it is another one", async () => {
    scene.start();
    await scene.pass(2_000);
    scene.put({ [ROOM]: byAnother("three") });
    scene.epochs.set(ROOM, 2);
    await scene.pass(10_000);
    expect(scene.taken.at(-1)).toEqual([ROOM, "three", ANOTHER]);
  });

  test("and is for a group that this device is not in yet: taken as soon as it is, and laid by only then", async () => {
    scene.epochs.delete(ROOM);
    scene.takes = noGroup;
    scene.start();
    await scene.pass(20_000);
    expect([scene.taken, scene.laidBy]).toEqual([[], []]);
    scene.takes = undefined;
    scene.epochs.set(ROOM, 4);
    await scene.pass(10_000);
    expect(scene.taken).toHaveLength(2);
    expect(scene.archive.get(ROOM)?.parts).toEqual([base64(`${ROOM} 4`)]);
  });

  test("and is for a group that this device never comes into: asked for ever more rarely, and nothing is put there", async () => {
    scene.epochs.delete(ROOM);
    scene.takes = noGroup;
    scene.start();
    await scene.pass(24 * 3_600_000, 10_000);
    expect(scene.asked.filter((one) => one.startsWith("POST"))).toHaveLength(1);
    expect(scene.asked.length).toBeLessThan(50);
    expect(scene.notes).toEqual([]);
    // It has not given up: another epoch elsewhere, and there it is again.
    scene.takes = undefined;
    await scene.pass(3_700_000, 10_000);
    expect(scene.taken).toHaveLength(2);
  });

  test("and cannot be taken now is not replaced by this device's own", async () => {
    scene.takes = noGroup;
    scene.start();
    await scene.pass(2_000);
    expect(scene.asked).toEqual(ONCE);
    expect(scene.archive.get(ROOM)).toEqual(byAnother("one", "two"));
    scene.takes = undefined;
    await scene.pass(20_000);
    expect([scene.taken.length, scene.archive.get(ROOM)?.device]).toEqual([2, SELF.device]);
  });

  test("and cannot be used: it is said, given up, and replaced", async () => {
    scene.takes = () => new Fault("grant-malformed", "they cannot be read");
    scene.start();
    await scene.pass(60_000);
    expect(scene.notes).toEqual(["warn: archive keys that were laid by cannot be used: they cannot be read"]);
    expect(scene.asked).toEqual(ONCE);
    expect(scene.archive.get(ROOM)?.device).toBe(SELF.device);
  });
});

describe("what goes wrong", () => {
  test("another device was faster: what it has laid by is taken first, and nothing of it is lost", async () => {
    scene.fails = () => {
      scene.fails = undefined;
      // Between the question and the answer of this device.
      queueMicrotask(() => scene.put({ [OTHER]: byAnother("faster") }));
      return undefined;
    };
    scene.start();
    await scene.pass(2_000);
    expect(scene.asked).toEqual([...ONCE, ...ONCE]);
    expect([...scene.archive.keys()].toSorted()).toEqual([ROOM, OTHER]);
    expect(scene.taken).toEqual([[OTHER, "faster", ANOTHER]]);
  });

  test("the door cannot be asked: said, and tried again after a minute", async () => {
    scene.fails = () => new Fault("connect-refused", "nothing listens there");
    scene.start();
    await scene.pass(30_000);
    expect(scene.asked).toEqual(["GET vault"]);
    expect(scene.notes).toEqual(["info: archive keys could not be laid by: nothing listens there"]);
    scene.fails = undefined;
    await scene.pass(40_000);
    expect(scene.asked).toEqual(["GET vault", ...ONCE]);
  });

  test("a vault of another key, or one that was bent, is not replaced", async () => {
    for (const bend of [
      () =>
        sealVault({
          owner: OWNER,
          exportKey: randomBytes(64),
          entropy: randomBytes(32),
          contents: writeContents(FIRST),
        }),
      () => Buffer.from(scene.sealed).fill(0, scene.sealed.length - 3),
    ]) {
      scene = new Scene();
      scene.sealed = bend();
      scene.start();
      await scene.pass(30_000);
      expect(scene.asked).toEqual(["GET vault"]);
      expect(scene.notes).toEqual([expect.stringContaining("could not be laid by")]);
    }
  });
});
