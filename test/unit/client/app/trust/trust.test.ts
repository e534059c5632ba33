// Numbers that two people compare: shown, believed, and ended by a device or key that comes or goes.
import { describe, expect, it } from "vitest";
import { safetyNumber } from "../../../../../src/mls/safety-number.ts";
import { bytesOf, type Handle } from "../../../../../src/model/ids.ts";
import { alice, bob, carol, device, everybody, keyOf, member, REALM, ROOM, Scene } from "./scene.ts";

describe("verify", () => {
  it("shows the number of the two, as both compute it, and a picture", () => {
    const scene = new Scene();
    scene.becomes(...everybody, member(bob, 2));
    const person = (user: Handle, ...names: string[]) => ({ user, keys: names.map((name) => bytesOf(keyOf(name))) });
    const reply = scene.trust.verify(bob);
    expect(reply.safetyNumber).toBe(safetyNumber(REALM, person(bob, "bob2", "bob1"), person(alice, "alice1")));
    expect(reply).toMatchObject({ user: "bob", name: "BOB", verified: false });
    expect(reply.qr?.length).toBeGreaterThan(10);
  });

  it("is of no use for oneself, for nobody, and outside of the lobby", () => {
    const scene = new Scene();
    expect(() => scene.trust.verify(alice)).toThrow("names this user");
    expect(() => scene.trust.verify("nobody" as Handle)).toThrow("there is no device of @nobody");
    scene.lobby = undefined;
    expect(() => scene.trust.verify(bob)).toThrow("not in #lobby yet");
  });
});

describe("trust", () => {
  it("holds until it is taken back, also over a restart", () => {
    const scene = new Scene();
    scene.trust.verify(bob);
    scene.trust.trust(bob, true);
    expect(scene.trust.isTrusted("bob")).toBe(true);
    expect(scene.trust.isTrusted("carol")).toBe(false);
    scene.start();
    expect(scene.trust.verify(bob).verified).toBe(true);
    scene.trust.trust(bob, false);
    scene.start();
    expect(scene.trust.isTrusted("bob")).toBe(false);
  });

  it("is refused for a number that has taken the place of the one that was shown", () => {
    const scene = new Scene();
    scene.trust.verify(bob);
    expect(scene.becomes(...everybody, member(bob, 2))).toEqual(["bob added bob2"]);
    scene.start();
    expect(() => scene.trust.trust(bob, true)).toThrow("has changed since it was shown");
    expect(scene.trust.isTrusted("bob")).toBe(false);
    scene.trust.verify(bob);
    scene.trust.trust(bob, true);
    expect(scene.trust.isTrusted("bob")).toBe(true);
  });

  it("is not said of another number, while a lobby that is founded anew fills", () => {
    const scene = new Scene();
    scene.becomes(...everybody, member(bob, 2));
    scene.trust.trust(bob, true);
    scene.founding = 2;
    expect(scene.becomes(member(alice, 1), member(bob, 1))).toEqual([]);
    expect(scene.trust.verify(bob).verified).toBe(false);
    expect(scene.becomes(member(alice, 1), member(bob, 1), member(bob, 2))).toEqual([]);
    expect(scene.trust.verify(bob).verified).toBe(true);
  });

  it("is given without a look here where the number was compared elsewhere", () => {
    const scene = new Scene();
    scene.trust.trust(bob, true);
    expect(scene.trust.isTrusted("bob")).toBe(true);
  });
});

describe("a device", () => {
  it("that comes or goes is told, once", () => {
    const scene = new Scene();
    expect(scene.becomes(...everybody, member(bob, 2))).toEqual(["bob added bob2"]);
    expect(scene.becomes(...everybody, member(bob, 2))).toEqual([]);
    expect(scene.becomes(...everybody)).toEqual(["bob revoked bob2"]);
  });

  it("of a verified user ends that, with an alarm", () => {
    const scene = new Scene();
    scene.trust.trust(bob, true);
    scene.trust.trust(carol, true);
    const told = scene.becomes(...everybody, member(bob, 2));
    expect(told).toEqual([
      "bob added bob2",
      expect.stringMatching(
        /^alarm safety-number-changed: @bob has a new device \(626f6232\): .* with @bob is another/,
      ),
    ]);
    expect(scene.trust.isTrusted("bob")).toBe(false);
    expect(scene.trust.isTrusted("carol")).toBe(true);
    scene.start();
    expect(scene.trust.isTrusted("bob")).toBe(false);
  });

  it("that goes ends it as well", () => {
    const scene = new Scene();
    scene.becomes(...everybody, member(bob, 2));
    scene.trust.trust(bob, true);
    expect(scene.becomes(...everybody)[1]).toMatch(/^alarm safety-number-changed: @bob has lost a device/);
    expect(scene.trust.isTrusted("bob")).toBe(false);
  });

  it("of this user's own ends all, with one alarm that names ten of them", () => {
    const scene = new Scene();
    const many = Array.from({ length: 12 }, (_, at) => `user${at}` as Handle);
    const crowd = [member(alice, 1), ...many.map((user) => member(user, 1))];
    scene.becomes(...crowd);
    for (const user of many) scene.trust.trust(user, true);
    const told = scene.becomes(...crowd, member(alice, 2));
    expect(told.length).toBe(2);
    expect(told[0]).toBe("alice added alice2");
    expect(told[1]).toMatch(/with @user0, .*@user9, 2 others is another one/);
    expect(many.some((user) => scene.trust.isTrusted(user))).toBe(false);
  });

  it("that is in a room alone ends it too, and its coming into the lobby again", () => {
    const scene = new Scene();
    scene.trust.trust(bob, true);
    scene.lobby = [...everybody, member(bob, 2)];
    scene.told.length = 0;
    scene.trust.look(ROOM);
    expect(scene.told.map(({ event }) => event)).toEqual(["device", "alarm"]);
    scene.lobby = everybody;
    scene.trust.trust(bob, true);
    expect(scene.becomes(...everybody, member(bob, 2))).toEqual([
      expect.stringMatching(/^alarm safety-number-changed: @bob has another device or key in #lobby/),
    ]);
  });
});

describe("a key", () => {
  it("that is another one is told, and ends what was verified", () => {
    const scene = new Scene();
    scene.trust.trust(bob, true);
    const next = [member(alice, 1), member(bob, 1, { key: keyOf("other") }), member(carol, 1)];
    expect(scene.becomes(...next)).toEqual([
      "notice key-changed: @bob has a new key on a device (626f6231)",
      expect.stringMatching(/^alarm safety-number-changed: @bob has a new key/),
    ]);
    expect(scene.trust.isTrusted("bob")).toBe(false);
  });
});

describe("devices", () => {
  it("are this user's own, or those of another", () => {
    const scene = new Scene();
    const revoked = member(bob, 2, { suspect: "revoked" });
    scene.becomes(...everybody, revoked);
    expect(scene.trust.devices().devices).toEqual([
      {
        device: device("alice1"),
        name: "ALICE",
        user: "alice",
        added: 7,
        until: Number.MAX_SAFE_INTEGER,
        verified: true,
        current: true,
      },
    ]);
    expect(scene.trust.devices(bob).devices.map((one) => [one.verified, one.revoked])).toEqual([
      [true, undefined],
      [false, true],
    ]);
    expect(() => scene.trust.devices("nobody" as Handle)).toThrow("there is no device");
  });
});
